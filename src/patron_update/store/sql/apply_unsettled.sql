-- A row that is held or rejected, or whose deletion is refused, is tried again by every run, even when it equals what
-- was once applied; and it is not missing.
UPDATE baseline
SET
    unsettled = TRUE,
    missing_since = NULL,
    missing_runs = 0
FROM planned
WHERE
    baseline.job = $1::text
    AND baseline.key = planned.key
    AND (
        planned.outcome IN ('rejected', 'held')
        OR planned.line IN (
            SELECT deleting.line FROM deleting
            WHERE deleting.fate = 'refused'
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM planned AS own
        WHERE
            own.key = planned.key
            AND own.outcome NOT IN ('rejected', 'held', 'skipped')
            AND own.line NOT IN (SELECT deleting.line FROM deleting)
    )
    AND (NOT baseline.unsettled OR baseline.missing_runs > 0)
