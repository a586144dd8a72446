-- The options lie with the plan, so that a plan made again is made alike.
UPDATE seal SET
    match_using_district_id = $1,
    access_level_mapped = $2,
    patron_type_mapped = $3,
    ownership = $4,
    update_before_delete = $5,
    delete_with_outstanding = $6,
    planned_for = $7,
    inactivate_after_days = $8,
    inactivate_after_runs = $9,
    inactive_homeroom = $10,
    absence_doubt = $11,
    require_district_id = $12,
    resource_group_mapped = $13,
    held_sites = $14,
    frozen = $15,
    missing_at = $16
