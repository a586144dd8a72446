-- Sites that the run gave.
DELETE FROM patron_site
USING undo_place AS place
INNER JOIN undo_effect AS effect ON place.patron_id = effect.patron_id
WHERE
    effect.action = 'changed'
    AND patron_site.patron_id = place.patron_id
    AND patron_site.site = place.site
    AND place.want IS NULL
