-- Absence counts only in a complete file: this runs in Full updates alone, whose staging holds every missing key.
-- Nobody is missing whom a row means, or may mean, under another key, and nobody is counted whose site waits or is not
-- what the run is about.
UPDATE baseline
SET
    missing_since = coalesce(baseline.missing_since, seal.planned_for),
    missing_runs = baseline.missing_runs + 1
FROM staged_missing, seal
WHERE
    baseline.job = $1::text
    AND baseline.key = staged_missing.key
    AND seal.absence_doubt IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM patron_site AS place
        WHERE place.patron_id = baseline.patron_id AND place.site IN (SELECT unnest(held_sites) FROM seal)
    )
    AND (
        seal.missing_at IS NULL
        OR EXISTS (
            SELECT 1 FROM patron_site AS place
            WHERE place.patron_id = baseline.patron_id AND place.site IN (SELECT unnest(missing_at) FROM seal)
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM doubt
        WHERE doubt.other_id = baseline.patron_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM named_elsewhere
        WHERE named_elsewhere.patron_id = baseline.patron_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM planned
        WHERE planned.patron_id = baseline.patron_id
    )
