-- Rows that would change somebody who is stored, on a day that lets only new patrons through.
INSERT INTO doubt (line, key, patron_id, other_id, code, reckoned)
SELECT
    planned.line,
    planned.key,
    planned.patron_id,
    planned.patron_id AS other_id,
    'patron_frozen' AS code,
    seal.frozen AS reckoned
FROM seal
INNER JOIN planned ON planned.patron_id IS NOT NULL
WHERE
    seal.frozen IS NOT NULL
    AND (planned.outcome NOT IN ('unchanged', 'rejected', 'held', 'skipped') OR planned.fields_changed)
    AND planned.line NOT IN (SELECT doubt.line FROM doubt)
