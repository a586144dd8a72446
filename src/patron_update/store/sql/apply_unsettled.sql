-- A row that is held or rejected is tried again by every run, even when it equals what was once applied; and it is not
-- missing.
UPDATE baseline
SET
    unsettled = TRUE,
    missing_since = NULL,
    missing_runs = 0
FROM planned
WHERE
    baseline.job = $1::text
    AND baseline.key = planned.key
    AND planned.outcome IN ('rejected', 'held')
    AND (NOT baseline.unsettled OR baseline.missing_runs > 0)
