-- A field that the source may only fill: where the patron has a value, the row's counts as missing.
INSERT INTO amendment (line, column_name)
WITH
-- Materialized: row and patron are taken apart once, not once for each field.
met AS MATERIALIZED (
    SELECT
        incoming.line,
        incoming.site_short_name,
        to_jsonb(incoming) AS sent,
        to_jsonb(stored)
        || CASE
            WHEN coming_back.homeroom_due THEN jsonb_build_object('homeroom', coming_back.homeroom) ELSE '{}'
        END AS stored
    FROM staged_row AS incoming
    INNER JOIN matched ON incoming.line = matched.line
    INNER JOIN patron AS stored ON matched.patron_id = stored.id
    LEFT JOIN coming_back ON matched.line = coming_back.line
)

SELECT
    met.line,
    field_column(rule.field) AS column_name
FROM met
CROSS JOIN seal
CROSS JOIN LATERAL jsonb_each_text(seal.ownership -> met.site_short_name) AS rule (field, owner)
WHERE
    rule.owner = 'fill_blank'
    AND met.sent ->> field_column(rule.field) IS NOT NULL
    AND CASE rule.field
        WHEN 'barcode' THEN TRUE
        WHEN 'password' THEN met.stored ->> 'password_hash' IS NOT NULL
        WHEN 'gender' THEN met.stored ->> 'gender' <> 'U'
        ELSE met.stored ->> field_column(rule.field) IS NOT NULL
    END
