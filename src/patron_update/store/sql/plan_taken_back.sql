-- Rows that would do again what an undo took back: add or delete the patron, give a value, a primary site or a barcode.
-- A person must say whether they may. MATERIALIZED: what a row writes is made once, not once for each of its values.
INSERT INTO doubt (line, key, patron_id, other_id, code, reckoned)
WITH
becoming AS MATERIALIZED (
    SELECT
        planned.line,
        stored AS old,
        jsonb_populate_record(stored, to_jsonb(planned)) AS new
    FROM planned
    INNER JOIN patron AS stored ON planned.patron_id = stored.id
    WHERE planned.fields_changed AND planned.key IN (SELECT taken_back.key FROM taken_back)
),

written AS MATERIALIZED (
    SELECT
        line,
        patron_fields(old) AS old,
        patron_fields(new) AS new
    FROM becoming
),

gained AS (
    SELECT
        line,
        jsonb_build_object('site', site, 'barcode', barcode) AS place
    FROM planned
    WHERE places_changed AND barcode IS DISTINCT FROM there_barcode
    UNION ALL
    SELECT
        place.line,
        jsonb_build_object('site', place.site, 'barcode', place.barcode) AS place
    FROM planned_place AS place
    INNER JOIN planned ON place.line = planned.line
    WHERE place.there_barcode IS NULL OR (place.site = planned.site AND place.barcode <> place.there_barcode)
)

SELECT DISTINCT ON (planned.line)
    planned.line,
    planned.key,
    planned.patron_id,
    taken.patron_id AS other_id,
    'taken_back' AS code,
    concat('run ', taken.run_id) AS reckoned
FROM seal
INNER JOIN taken_back AS taken ON seal.job = taken.job
INNER JOIN planned ON taken.key = planned.key
LEFT JOIN deleting ON planned.line = deleting.line
LEFT JOIN written ON planned.line = written.line
WHERE
    planned.outcome NOT IN ('unchanged', 'rejected', 'held', 'skipped')
    AND planned.line NOT IN (SELECT doubt.line FROM doubt)
    AND CASE
        WHEN taken.ends
            THEN deleting.patron_id = taken.patron_id AND deleting.fate IN ('patron', 'primary', 'secondary')
        WHEN deleting.line IS NOT NULL THEN FALSE
        WHEN planned.outcome = 'added' THEN TRUE
        WHEN planned.patron_id <> taken.patron_id THEN FALSE
        ELSE
            (
                planned.fields_changed
                AND EXISTS (
                    SELECT 1 FROM jsonb_each_text(taken.fields) AS value (name, left_there)
                    WHERE
                        value.left_there IS NOT DISTINCT FROM written.new ->> value.name
                        AND value.left_there IS DISTINCT FROM written.old ->> value.name
                )
            )
            OR (
                planned.places_changed
                AND planned.site <> planned.old_site
                AND planned.site = taken.fields ->> 'siteShortName'
            )
            OR EXISTS (
                SELECT 1 FROM gained
                WHERE gained.line = planned.line AND taken.places @> jsonb_build_array(gained.place)
            )
    END
ORDER BY planned.line, taken.run_id;

-- Delete rows about one patron wait together, whatever the question about one of them is.
INSERT INTO doubt (line, key, patron_id, other_id, code, reckoned)
SELECT DISTINCT ON (deleting.line)
    deleting.line,
    deleting.key,
    deleting.patron_id,
    deleting.patron_id AS other_id,
    doubt.code,
    doubt.reckoned
FROM doubt
INNER JOIN deleting AS waiting ON doubt.line = waiting.line
INNER JOIN deleting ON waiting.patron_id = deleting.patron_id
INNER JOIN planned ON deleting.line = planned.line
WHERE
    deleting.fate IN ('patron', 'primary', 'secondary')
    AND planned.outcome NOT IN ('unchanged', 'rejected', 'held', 'skipped')
    AND deleting.line NOT IN (SELECT already.line FROM doubt AS already)
ORDER BY deleting.line ASC, doubt.code COLLATE "C" ASC, doubt.reckoned COLLATE "C" ASC
