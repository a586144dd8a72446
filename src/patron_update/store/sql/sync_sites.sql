-- Sites as the district file tells them; a site that did not change is not written.
INSERT INTO site (short_name, name, aliases, kind, default_access_level, default_patron_type)
SELECT
    told.short_name,
    told.name,
    told.aliases,
    told.kind,
    told.default_access_level,
    told.default_patron_type
FROM
    jsonb_to_recordset($1::jsonb)
        AS told (
            short_name text, name text, aliases text[], kind text, default_access_level text, default_patron_type text
        )
ON CONFLICT (short_name) DO UPDATE SET
    name = excluded.name,
    aliases = excluded.aliases,
    kind = excluded.kind,
    default_access_level = excluded.default_access_level,
    default_patron_type = excluded.default_patron_type
WHERE
(site.name, site.aliases, site.kind, site.default_access_level, site.default_patron_type)
IS DISTINCT FROM
(excluded.name, excluded.aliases, excluded.kind, excluded.default_access_level, excluded.default_patron_type)
