-- What a run left to decide about a line, with the job and the patrons as they are now. It stands as long as the job's
-- latest run asks it, too, and the other patron has what the row wants.
SELECT
    question.line,
    question.code,
    question.key,
    question.patron_id,
    question.other_id,
    question.site,
    question.value,
    run.job,
    patron_keys(
        coalesce(other.district_id, gone.before ->> 'districtID'),
        coalesce(home.barcode, gone.before ->> 'barcode'),
        coalesce(home.site, gone.before ->> 'siteShortName')
    ) AS other_keys,
    EXISTS (
        SELECT 1 FROM question AS latest
        WHERE
            latest.run_id = (
                SELECT max(later.id) FROM run AS later
                WHERE later.job = run.job AND later.applied_at IS NOT NULL
            )
            AND latest.key = question.key
            AND latest.other_id = question.other_id
            AND latest.value IS NOT DISTINCT FROM question.value
            AND latest.site IS NOT DISTINCT FROM question.site
    )
    AND CASE
        WHEN question.code = 'taken_back'
            THEN EXISTS (
                SELECT 1 FROM taken_back
                WHERE taken_back.job = run.job AND taken_back.key = question.key
            )
        WHEN question.code = 'district_id_recycled' THEN other.district_id = question.key
        WHEN question.value IS NULL THEN TRUE
        WHEN question.site IS NULL THEN question.value IN (other.username, other.district_id)
        ELSE EXISTS (
            SELECT 1 FROM patron_site AS place
            WHERE
                place.patron_id = question.other_id
                AND place.site = question.site
                AND place.barcode = question.value
        )
    END AS stands
FROM question
INNER JOIN run ON question.run_id = run.id
LEFT JOIN patron AS other ON question.other_id = other.id
LEFT JOIN patron_site AS home ON other.id = home.patron_id AND home.is_primary
LEFT JOIN LATERAL (
    SELECT change.before
    FROM change
    WHERE change.patron_id = question.other_id AND change.action = 'deleted'
    ORDER BY change.id DESC
    LIMIT 1
) AS gone ON other.id IS NULL
WHERE
    question.run_id = $1
    AND question.line = $2
    AND (other.id IS NOT NULL OR question.code = 'taken_back')
ORDER BY question.code, question.value, question.site
