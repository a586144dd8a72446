-- What a run left to decide about a line, with the job and the patrons as they are now.
SELECT
    question.line,
    question.code,
    question.key,
    question.patron_id,
    question.other_id,
    question.site,
    question.value,
    run.job,
    patron_keys(other.district_id, home.barcode, home.site) AS other_keys,
    other.district_id AS other_district_id
FROM question
INNER JOIN run ON question.run_id = run.id
INNER JOIN patron AS other ON question.other_id = other.id
LEFT JOIN patron_site AS home ON other.id = home.patron_id AND home.is_primary
WHERE question.run_id = $1 AND question.line = $2
ORDER BY question.code, question.value
