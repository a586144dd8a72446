-- A transfer gives up the former primary site.
DELETE FROM patron_site
USING planned
WHERE
    planned.places_changed
    AND patron_site.patron_id = planned.patron_id
    AND patron_site.is_primary
    AND patron_site.site <> planned.site
