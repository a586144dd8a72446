-- Patrons of the job whom a complete file does not name, but those whom another row names, or may name, and those of
-- sites that wait, or are not what the run is about. Whoever is inactive already, or was inactivated before and has
-- been changed by staff since, is left as staff want it. `jobs`: others that name the patron, who is not due then.
CREATE UNLOGGED TABLE absent AS
WITH
elsewhere AS (
    SELECT
        other.patron_id,
        array_agg(DISTINCT other.job) AS jobs
    FROM seal
    INNER JOIN baseline ON seal.job = baseline.job
    INNER JOIN staged_missing ON baseline.key = staged_missing.key
    INNER JOIN baseline AS other ON baseline.patron_id = other.patron_id AND seal.job <> other.job
    WHERE other.missing_since IS NULL
    GROUP BY other.patron_id
)

SELECT DISTINCT ON (stored.id)
    stored.id AS patron_id,
    stored.version AS patron_version,
    stored.status AS old_status,
    stored.homeroom AS old_homeroom,
    baseline.missing_runs + 1 AS runs,
    coalesce(baseline.missing_since, seal.planned_for) AS since,
    seal.inactive_homeroom,
    coalesce(seal.inactive_homeroom, stored.homeroom) AS homeroom,
    elsewhere.jobs,
    elsewhere.jobs IS NULL
    AND baseline.missing_runs + 1 >= seal.inactivate_after_runs
    AND seal.planned_for - coalesce(baseline.missing_since, seal.planned_for)
    >= make_interval(days => seal.inactivate_after_days) - interval '12 hours' AS due
FROM seal
INNER JOIN baseline ON seal.job = baseline.job
INNER JOIN staged_missing ON baseline.key = staged_missing.key
INNER JOIN patron AS stored ON baseline.patron_id = stored.id
LEFT JOIN elsewhere ON stored.id = elsewhere.patron_id
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
        SELECT 1 FROM named_elsewhere
        WHERE named_elsewhere.patron_id = stored.id
    )
    AND NOT EXISTS (
        SELECT 1 FROM baseline AS other
        WHERE
            other.patron_id = stored.id
            AND other.job = seal.job
            AND NOT EXISTS (
                SELECT 1 FROM staged_missing AS missing
                WHERE missing.key = other.key
            )
    )
ORDER BY stored.id ASC, since ASC
