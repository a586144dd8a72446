-- Patrons of the job whom no row of the file names, not even by another key or at another site.
SELECT count(DISTINCT baseline.patron_id) AS missing
FROM seal
INNER JOIN baseline ON seal.job = baseline.job
INNER JOIN staged_missing ON baseline.key = staged_missing.key
LEFT JOIN matched ON baseline.patron_id = matched.patron_id
WHERE
    matched.line IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM baseline AS other
        LEFT JOIN staged_missing AS also_missing ON other.key = also_missing.key
        WHERE other.job = baseline.job AND other.patron_id = baseline.patron_id AND also_missing.key IS NULL
    )
