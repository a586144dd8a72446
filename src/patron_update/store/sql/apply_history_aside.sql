-- What this run takes away beside the values: settled edits of staff, the absences of patrons who return, and all that
-- goes with a deleted patron. The key of a row that ends a patron or an association is kept: the baseline has none.
UPDATE change SET aside = taken.aside
FROM (
    SELECT
        told.change_id,
        jsonb_merged(told.aside) AS aside
    FROM (
        SELECT
            max(own.id) OVER (PARTITION BY own.patron_id) AS change_id,
            aside.aside
        FROM (
            SELECT
                staff_edit.patron_id,
                jsonb_build_object('edits', jsonb_object_agg(
                    staff_edit.field, jsonb_build_object('applied', staff_edit.applied)
                )) AS aside
            FROM edit_told
            INNER JOIN staff_edit ON edit_told.patron_id = staff_edit.patron_id AND edit_told.field = staff_edit.field
            WHERE edit_told.settled
            GROUP BY staff_edit.patron_id
            UNION ALL
            SELECT
                absence.patron_id,
                jsonb_build_object('absence', to_jsonb(absence)) AS aside
            FROM absence
            INNER JOIN planned ON absence.patron_id = planned.patron_id
            INNER JOIN coming_back ON planned.line = coming_back.line
            WHERE planned.outcome NOT IN ('rejected', 'held')
            UNION ALL
            SELECT
                deleting.patron_id,
                jsonb_build_object('ended_by', deleting.key)
                || CASE WHEN deleting.fate = 'patron' THEN patron_aside(deleting.patron_id) ELSE '{}' END AS aside
            FROM deleting
            WHERE deleting.fate IN ('patron', 'primary', 'secondary')
        ) AS aside
        INNER JOIN change AS own ON aside.patron_id = own.patron_id AND own.run_id = $1::bigint
    ) AS told
    GROUP BY told.change_id
) AS taken
WHERE change.id = taken.change_id
