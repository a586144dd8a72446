-- A row beside the patron's own changes one association and nothing else.
UPDATE planned SET
    outcome = CASE
        WHEN associating.between_kinds IS NOT NULL THEN 'rejected'
        WHEN associating.rival_line IS NOT NULL OR associating.waits_for IS NOT NULL THEN 'held'
        WHEN associating.site = associating.home_site THEN 'unchanged'
        WHEN associating.barcode = associating.there_barcode THEN 'unchanged'
        WHEN associating.there_barcode IS NULL THEN 'associated'
        ELSE 'updated'
    END,
    rival_line = CASE WHEN associating.between_kinds IS NULL THEN associating.rival_line END,
    places_changed = FALSE,
    fields_changed = FALSE,
    password_changed = FALSE,
    reactivated = FALSE,
    last_name_blank = FALSE,
    barcode_blank = FALSE,
    access_level_defaulted = FALSE,
    access_level_unknown = NULL,
    patron_type_defaulted = FALSE,
    resource_group_defaulted = FALSE,
    password_refused = FALSE,
    district_id_lacking = FALSE,
    district_id_blank = FALSE
FROM associating
WHERE planned.line = associating.line AND associating.is_beside
