-- What an approval is bound to: all that would be written, with the version of each patron it concerns, and what the
-- job applied last. The rows' order is no part of it, hence sums.
WITH
change AS (
    SELECT
        hash_record_extended(planned, 0)::numeric AS one,
        hash_record_extended(planned, 1)::numeric AS other
    FROM planned
    WHERE outcome NOT IN ('unchanged', 'rejected', 'skipped', 'held') OR fields_changed OR places_changed
    UNION ALL
    SELECT
        hash_record_extended(place, 0)::numeric AS one,
        hash_record_extended(place, 1)::numeric AS other
    FROM planned_place AS place
    WHERE barcode IS DISTINCT FROM there_barcode
    UNION ALL
    SELECT
        hash_record_extended(deleting, 0)::numeric AS one,
        hash_record_extended(deleting, 1)::numeric AS other
    FROM deleting
    WHERE fate IN ('patron', 'primary', 'secondary')
    UNION ALL
    SELECT
        hash_record_extended(absent, 0)::numeric AS one,
        hash_record_extended(absent, 1)::numeric AS other
    FROM absent
    WHERE due
)

SELECT
    concat_ws(
        '-',
        count(*),
        coalesce(sum(one), 0),
        coalesce(sum(other), 0),
        (
            SELECT job_state.run_id
            FROM seal
            INNER JOIN job_state ON seal.job = job_state.job
        )
    ) AS digest
FROM change
