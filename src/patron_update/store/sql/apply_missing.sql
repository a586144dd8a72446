-- Absence counts only in a complete file: this runs in Full updates alone, whose staging holds every missing key.
UPDATE baseline
SET
    missing_since = coalesce(baseline.missing_since, now()),
    missing_runs = baseline.missing_runs + 1
FROM staged_missing
WHERE baseline.job = $1::text AND baseline.key = staged_missing.key
