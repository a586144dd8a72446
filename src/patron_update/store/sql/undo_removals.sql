-- Patrons that the run added go; what they borrowed, when they were here before, is lost as it was then.
WITH
lost AS (
    INSERT INTO lost_item (run_id, patron_id, district_id, barcode, site, item, since, due)
    SELECT
        $1::bigint AS run_id,
        stored.id AS patron_id,
        stored.district_id,
        home.barcode,
        outstanding.site,
        outstanding.item,
        outstanding.since,
        outstanding.due
    FROM undo_effect AS effect
    INNER JOIN patron AS stored ON effect.patron_id = stored.id
    INNER JOIN outstanding ON stored.id = outstanding.patron_id AND outstanding.kind = 'loan'
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
    WHERE effect.action = 'added' AND effect.kept IS NULL
)

INSERT INTO change (run_id, patron_id, action, before, aside)
SELECT
    $1::bigint AS run_id,
    former.patron_id,
    'deleted' AS action,
    former.state AS before,
    former.aside
FROM undo_former AS former
INNER JOIN undo_effect AS effect ON former.patron_id = effect.patron_id
WHERE effect.action = 'added'
