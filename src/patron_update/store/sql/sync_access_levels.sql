-- Access levels of the sites; the default is always one of them.
INSERT INTO access_level (site, name)
SELECT
    told.short_name AS site,
    level.name
FROM
    jsonb_to_recordset($1::jsonb)
        AS told (
            short_name text, access_levels text[], default_access_level text
        )
CROSS JOIN LATERAL unnest(told.access_levels || told.default_access_level) AS level (name)
ON CONFLICT DO NOTHING
