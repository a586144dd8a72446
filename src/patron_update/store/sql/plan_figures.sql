-- Patrons of the job whom no row of the file names, not even by another key or at another site.
SELECT count(DISTINCT baseline.patron_id) AS missing
FROM seal
INNER JOIN baseline ON seal.job = baseline.job
INNER JOIN staged_missing ON baseline.key = staged_missing.key
WHERE
    NOT EXISTS (
        SELECT 1 FROM matched
        WHERE matched.patron_id = baseline.patron_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM baseline AS other
        WHERE
            other.job = seal.job
            AND other.patron_id = baseline.patron_id
            AND NOT EXISTS (
                SELECT 1 FROM staged_missing AS also_missing
                WHERE also_missing.key = other.key
            )
    )
