-- A field that the source may only fill: where the patron has a value, the row's counts as missing.
INSERT INTO amendment (line, column_name)
SELECT
    incoming.line,
    field_column(rule.field) AS column_name
FROM staged_row AS incoming
CROSS JOIN seal
INNER JOIN matched ON incoming.line = matched.line
INNER JOIN patron AS stored ON matched.patron_id = stored.id
CROSS JOIN LATERAL (
    SELECT
        to_jsonb(incoming) AS sent,
        to_jsonb(stored) AS had
    OFFSET 0
) AS told
CROSS JOIN LATERAL jsonb_each_text(seal.ownership -> incoming.site_short_name) AS rule (field, owner)
WHERE
    rule.owner = 'fill_blank'
    AND told.sent ->> field_column(rule.field) IS NOT NULL
    AND CASE rule.field
        WHEN 'barcode' THEN TRUE
        WHEN 'password' THEN stored.password_hash IS NOT NULL
        WHEN 'gender' THEN stored.gender <> 'U'
        ELSE told.had ->> field_column(rule.field) IS NOT NULL
    END
