-- What must be none as long as nothing is committed: the plan, the history, the baseline and the messages are held
-- against each other, each from its own table.
WITH
row_now AS (
    SELECT
        planned.line,
        planned.key,
        planned.fingerprint,
        planned.outcome,
        coalesce(planned.patron_id, new_patron.patron_id) AS patron_id
    FROM planned
    LEFT JOIN new_patron ON planned.line = new_patron.line
),

history AS (
    SELECT DISTINCT patron_id
    FROM change
    WHERE run_id = $2::bigint
)

SELECT
    (
        SELECT count(*)
        FROM staged_row
        LEFT JOIN planned ON staged_row.line = planned.line
        WHERE planned.outcome IS NULL
    ) AS rows_without_an_outcome,
    (
        SELECT count(*)
        FROM row_now
        LEFT JOIN history ON row_now.patron_id = history.patron_id
        WHERE
            row_now.outcome NOT IN ('unchanged', 'skipped', 'rejected', 'held')
            AND history.patron_id IS NULL
    ) AS changed_patrons_without_a_history,
    (
        SELECT count(*)
        FROM history
        LEFT JOIN row_now ON history.patron_id = row_now.patron_id
        LEFT JOIN absent ON history.patron_id = absent.patron_id AND absent.due
        WHERE row_now.line IS NULL AND absent.patron_id IS NULL
    ) AS patrons_with_a_history_and_no_row,
    (
        SELECT count(*)
        FROM row_now
        LEFT JOIN baseline ON baseline.job = $1::text AND row_now.key = baseline.key
        LEFT JOIN deleting ON row_now.line = deleting.line
        LEFT JOIN deleting AS ended ON row_now.patron_id = ended.patron_id AND ended.fate = 'patron'
        WHERE
            row_now.outcome NOT IN ('skipped', 'deleted', 'rejected', 'held')
            AND deleting.line IS NULL
            AND ended.line IS NULL
            AND (baseline.fingerprint IS DISTINCT FROM row_now.fingerprint OR baseline.unsettled)
    ) AS applied_rows_that_the_baseline_does_not_know,
    (
        SELECT count(*)
        FROM row_now
        LEFT JOIN message ON message.run_id = $2::bigint AND row_now.line = message.line
        WHERE row_now.outcome IN ('rejected', 'held') AND message.line IS NULL
    ) AS rows_that_were_not_applied_and_have_no_message
