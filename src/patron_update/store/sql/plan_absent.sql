-- Patrons of the job whom a complete file does not name, but those whom another row or another job
-- names, or may name, and those of sites that wait, or are not what the run is about. Whoever is
-- inactive already, or was inactivated before and has been changed by staff since, is left as staff want it.
CREATE UNLOGGED TABLE absent AS
SELECT DISTINCT ON (stored.id)
    stored.id AS patron_id,
    stored.version AS patron_version,
    stored.status AS old_status,
    stored.homeroom AS old_homeroom,
    baseline.missing_runs + 1 AS runs,
    coalesce(baseline.missing_since, seal.planned_for) AS since,
    seal.inactive_homeroom,
    coalesce(seal.inactive_homeroom, stored.homeroom) AS homeroom,
    baseline.missing_runs + 1 >= seal.inactivate_after_runs
    AND seal.planned_for - coalesce(baseline.missing_since, seal.planned_for)
    >= make_interval(days => seal.inactivate_after_days) - interval '12 hours' AS due
FROM seal
INNER JOIN baseline ON seal.job = baseline.job
INNER JOIN staged_missing ON baseline.key = staged_missing.key
INNER JOIN patron AS stored ON baseline.patron_id = stored.id
WHERE
    seal.inactivate_after_days IS NOT NULL
    AND seal.absence_doubt IS NULL
    AND stored.status <> 'I'
    AND NOT EXISTS (
        SELECT 1 FROM patron_site AS place
        WHERE place.patron_id = stored.id AND place.site = any(seal.held_sites)
    )
    AND (
        seal.missing_at IS NULL
        OR EXISTS (
            SELECT 1 FROM patron_site AS place
            WHERE place.patron_id = stored.id AND place.site = any(seal.missing_at)
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM absence
        WHERE absence.patron_id = stored.id
    )
    AND NOT EXISTS (
        SELECT 1 FROM doubt
        WHERE doubt.other_id = stored.id
    )
    AND NOT EXISTS (
        SELECT 1 FROM matched
        WHERE matched.patron_id = stored.id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM baseline AS other
        LEFT JOIN staged_missing AS missing ON other.key = missing.key
        WHERE
            other.patron_id = stored.id
            AND CASE WHEN other.job = seal.job THEN missing.key IS NULL ELSE other.missing_since IS NULL END
    )
ORDER BY stored.id ASC, since ASC
