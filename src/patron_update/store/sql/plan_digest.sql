-- What an approval is bound to: every final state with the version of the patron it replaces. The rows' order is no
-- part of it, hence sums.
WITH
change AS (
    SELECT
        hash_record_extended(planned, 0)::numeric AS one,
        hash_record_extended(planned, 1)::numeric AS other
    FROM planned
    WHERE outcome <> 'unchanged'
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
        coalesce(sum(other), 0)
    ) AS digest
FROM change
