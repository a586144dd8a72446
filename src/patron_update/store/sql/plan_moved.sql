-- A patron of the plan whose version is not the planned one, or who is gone: staff or another job were here.
SELECT exists(
    SELECT 1
    FROM planned
    LEFT JOIN patron ON planned.patron_id = patron.id
    WHERE planned.patron_id IS NOT NULL AND patron.version IS DISTINCT FROM planned.patron_version
) AS moved
