-- What an approval is bound to: every final state with the version of the patron it replaces. The rows' order is no
-- part of it, hence sums.
SELECT
    concat_ws(
        '-',
        count(*),
        coalesce(sum(hash_record_extended(planned, 0)::numeric), 0),
        coalesce(sum(hash_record_extended(planned, 1)::numeric), 0)
    ) AS digest
FROM planned
WHERE outcome <> 'unchanged'
