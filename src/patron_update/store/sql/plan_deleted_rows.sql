-- A delete row changes no place by itself, and fields only when they are to be updated first. A patron whose deletion
-- is refused may be updated all the same; when there is nothing to update, nothing of the row is done.
UPDATE planned SET
    outcome = CASE deleting.fate
        WHEN 'patron' THEN 'deleted'
        WHEN 'primary' THEN 'transferred'
        WHEN 'secondary' THEN 'updated'
        WHEN 'refused'
            THEN
                CASE
                    WHEN NOT (deleting.updates AND planned.fields_changed) THEN 'held'
                    WHEN planned.outcome = 'inactivated' THEN 'inactivated'
                    ELSE 'updated'
                END
        WHEN 'contradicted' THEN 'held'
        WHEN 'another' THEN 'held'
        ELSE 'skipped'
    END,
    rival_line = deleting.rival_line,
    places_changed = FALSE,
    fields_changed = planned.fields_changed AND deleting.updates,
    password_changed = planned.password_changed AND deleting.updates,
    reactivated = planned.reactivated AND deleting.updates,
    last_name_blank = planned.last_name_blank AND deleting.updates,
    barcode_blank = planned.barcode_blank AND deleting.updates,
    access_level_defaulted = planned.access_level_defaulted AND deleting.updates,
    access_level = CASE WHEN deleting.fate = 'primary' THEN deleting.access_level ELSE planned.access_level END,
    access_level_unknown = CASE
        WHEN deleting.fate = 'primary' THEN deleting.level_unknown
        WHEN deleting.updates THEN planned.access_level_unknown
    END,
    patron_type_defaulted = planned.patron_type_defaulted AND deleting.updates,
    resource_group_defaulted = planned.resource_group_defaulted AND deleting.updates,
    password_refused = planned.password_refused AND deleting.updates,
    district_id_lacking = planned.district_id_lacking AND deleting.updates,
    district_id_blank = planned.district_id_blank AND deleting.updates
FROM deleting
WHERE planned.line = deleting.line
