-- The row of a run that is asked about since it has a patron's District ID and seems to be somebody else.
SELECT line
FROM question
WHERE run_id = $1 AND other_id = $2 AND code = 'district_id_recycled' AND key <> $3
ORDER BY line
LIMIT 1
