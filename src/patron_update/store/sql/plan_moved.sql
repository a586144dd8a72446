-- A patron of the plan whose version is not the planned one, or who is gone, or who is to be deleted and borrowed
-- something since: staff or another job were here.
SELECT
    EXISTS (
        SELECT 1
        FROM planned
        LEFT JOIN patron ON planned.patron_id = patron.id
        WHERE planned.patron_id IS NOT NULL AND patron.version IS DISTINCT FROM planned.patron_version
    )
    OR EXISTS (
        SELECT 1
        FROM absent
        LEFT JOIN patron ON absent.patron_id = patron.id
        WHERE patron.version IS DISTINCT FROM absent.patron_version
    )
    OR EXISTS (
        SELECT 1
        FROM deleting
        WHERE deleting.figures IS DISTINCT FROM outstanding_figures(deleting.patron_id)
    ) AS moved
