-- Nobody owns a patron that is gone, and no job owns one by a row that ended its association.
DELETE FROM baseline
USING deleting
WHERE
    (deleting.fate = 'patron' AND baseline.patron_id = deleting.patron_id)
    OR (
        deleting.fate IN ('primary', 'secondary')
        AND baseline.job = $1::text
        AND baseline.key = deleting.key
        AND NOT EXISTS (
            SELECT 1 FROM planned
            WHERE planned.key = baseline.key AND planned.line NOT IN (SELECT also.line FROM deleting AS also)
        )
    )
