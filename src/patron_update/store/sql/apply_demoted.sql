-- A former primary site that a row of the file speaks for stays, as a secondary one.
UPDATE patron_site SET is_primary = FALSE
FROM kept_site
INNER JOIN planned ON kept_site.patron_id = planned.patron_id AND kept_site.site <> planned.site
WHERE
    planned.places_changed
    AND patron_site.patron_id = kept_site.patron_id
    AND patron_site.site = kept_site.site
    AND patron_site.is_primary
