-- Primary sites that are none any more: nobody may have two at any moment.
UPDATE patron_site SET is_primary = FALSE
FROM undo_place AS place
INNER JOIN undo_effect AS effect ON place.patron_id = effect.patron_id
WHERE
    effect.action = 'changed'
    AND patron_site.patron_id = place.patron_id
    AND patron_site.site = place.site
    AND patron_site.is_primary
    AND NOT place.want_primary
