-- Access levels that the district file no longer tells; patrons who have one keep it until their next update.
DELETE FROM access_level
USING jsonb_to_recordset($1::jsonb) AS told (short_name text, access_levels text[], default_access_level text)
WHERE
    access_level.site = told.short_name
    AND access_level.name <> all(told.access_levels || told.default_access_level)
