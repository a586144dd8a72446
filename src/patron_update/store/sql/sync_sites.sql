-- Sites as the district file tells them; a site that did not change is not written.
INSERT INTO site (
    short_name, name, aliases, kind, default_access_level, default_patron_type, default_resource_group,
    barcode_prefix, barcode_first, barcode_last, barcode_digits
)
SELECT
    told.short_name,
    told.name,
    told.aliases,
    told.kind,
    told.default_access_level,
    told.default_patron_type,
    told.default_resource_group,
    told.barcode_prefix,
    told.barcode_first,
    told.barcode_last,
    told.barcode_digits
FROM
    jsonb_to_recordset($1::jsonb)
        AS told (
            short_name text, name text, aliases text[], kind text, default_access_level text, default_patron_type text,
            default_resource_group text,
            barcode_prefix text, barcode_first bigint, barcode_last bigint, barcode_digits integer
        )
ON CONFLICT (short_name) DO UPDATE SET
    name = excluded.name,
    aliases = excluded.aliases,
    kind = excluded.kind,
    default_access_level = excluded.default_access_level,
    default_patron_type = excluded.default_patron_type,
    default_resource_group = excluded.default_resource_group,
    barcode_prefix = excluded.barcode_prefix,
    barcode_first = excluded.barcode_first,
    barcode_last = excluded.barcode_last,
    barcode_digits = excluded.barcode_digits
WHERE
(
    site.name, site.aliases, site.kind, site.default_access_level, site.default_patron_type,
    site.default_resource_group,
    site.barcode_prefix, site.barcode_first, site.barcode_last, site.barcode_digits
)
IS DISTINCT FROM
(
    excluded.name, excluded.aliases, excluded.kind, excluded.default_access_level, excluded.default_patron_type,
    excluded.default_resource_group,
    excluded.barcode_prefix, excluded.barcode_first, excluded.barcode_last, excluded.barcode_digits
)
