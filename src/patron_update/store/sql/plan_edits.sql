-- Fields that staff edited since the update last wrote them, where a row sends a value for them. What a patron has who
-- comes back is what it will have again.
CREATE UNLOGGED TABLE edit_met AS
WITH
met AS (
    SELECT
        incoming.line,
        staff_edit.patron_id,
        staff_edit.field,
        coalesce(staff_edit.applied, '') AS applied,
        coalesce(
            CASE
                WHEN staff_edit.field = 'barcode' THEN home.barcode
                WHEN staff_edit.field = 'password' THEN stored.password_hash
                WHEN staff_edit.field = 'status' AND coming_back.status IS NOT NULL THEN coming_back.status
                WHEN staff_edit.field = 'homeroom' AND coming_back.homeroom_due THEN coming_back.homeroom
                ELSE patron_fields(stored) ->> staff_edit.field
            END,
            ''
        ) AS stored,
        to_jsonb(incoming) ->> field_column(staff_edit.field) AS sent,
        seal.ownership -> incoming.site_short_name ->> staff_edit.field AS owner
    FROM staff_edit
    CROSS JOIN seal
    INNER JOIN matched ON staff_edit.patron_id = matched.patron_id
    INNER JOIN staged_row AS incoming ON matched.line = incoming.line
    INNER JOIN patron AS stored ON staff_edit.patron_id = stored.id
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
    LEFT JOIN coming_back ON matched.line = coming_back.line
)

SELECT
    line,
    patron_id,
    field,
    applied,
    stored,
    sent,
    coalesce(
        CASE owner
            WHEN 'staff' THEN TRUE
            WHEN 'fill_blank' THEN stored <> '' AND (field, stored) <> ('gender', 'U')
        END,
        FALSE
    ) AS kept
FROM met
WHERE sent IS NOT NULL AND (field, sent) <> ('barcode', 'autoassign')
