-- What the undo under way has changed, for a preview: a patron is told by the keys that it had, under the primary site
-- that it is left with.
COPY (
    SELECT
        coalesce(home.site, change.before ->> 'siteShortName', '') AS site,
        change.action,
        change.line,
        coalesce(change.before ->> 'districtID', change.after ->> 'districtID', patron.district_id) AS district_id,
        coalesce(change.before ->> 'barcode', change.after ->> 'barcode', home.barcode) AS barcode,
        change.before,
        change.after
    FROM change
    LEFT JOIN patron ON change.patron_id = patron.id
    LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
    WHERE change.run_id = current_setting('patron_update.run')::bigint
    ORDER BY site, change.action, change.id
) TO STDOUT (FORMAT csv, HEADER)
