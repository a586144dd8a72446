-- What each staged row would make of its patron, before rows are held against each other. A column that is missing
-- (NULL) leaves the stored value alone, an empty one clears it; the fields' rules are those of the domain's drafts.
-- What a row writes is told by `fields_changed` and `places_changed` (primary site and barcode), not by its outcome.
CREATE UNLOGGED TABLE planned AS
WITH
resolved AS (
    SELECT
        incoming.line,
        incoming.key,
        incoming.fingerprint,
        stored.id AS patron_id,
        stored.version AS patron_version,
        stored.status AS old_status,
        matched.rival_line,
        coalesce(incoming.site_short_name, '') AS site,
        site.short_name IS NOT NULL AS site_known,
        home.site AS old_site,
        home.barcode AS old_barcode,
        there.barcode AS there_barcode,
        coalesce(home_site.kind <> site.kind AND incoming.action IS DISTINCT FROM 'delete', FALSE) AS between_kinds,
        coalesce(nullif(incoming.barcode, ''), there.barcode, home.barcode) AS barcode,
        coalesce(incoming.barcode <> '' AND incoming.barcode IS DISTINCT FROM there.barcode, FALSE) AS new_card,
        CASE
            WHEN level.name IS NOT NULL OR incoming.access_level = '' THEN NULL
            WHEN incoming.access_level IS NOT NULL THEN incoming.access_level
            WHEN home.site <> site.short_name THEN stored.access_level
        END AS access_level_unknown,
        (incoming.access_level = '' OR (incoming.access_level IS NULL AND stored.id IS NULL))
        AND seal.access_level_mapped AS access_level_defaulted,
        (incoming.patron_type = '' OR (incoming.patron_type IS NULL AND stored.id IS NULL))
        AND seal.patron_type_mapped AS patron_type_defaulted,
        (incoming.resource_group = '' OR (incoming.resource_group IS NULL AND stored.id IS NULL))
        AND site.default_resource_group IS NOT NULL
        AND seal.resource_group_mapped AS resource_group_defaulted,
        incoming.password <> ''
        AND nullif(coalesce(incoming.username, stored.username), '') IS NULL AS password_refused,
        stored.id IS NOT NULL AND incoming.last_name = '' AS last_name_blank,
        seal.require_district_id
        AND coalesce(nullif(incoming.district_id, ''), stored.district_id) IS NULL AS district_id_lacking,
        seal.require_district_id
        AND incoming.district_id = '' AND stored.district_id IS NOT NULL AS district_id_blank,
        stored.id IS NOT NULL AND incoming.barcode = '' AS barcode_blank,
        CASE
            WHEN incoming.password IS NULL THEN FALSE
            WHEN incoming.password <> '' AND nullif(coalesce(incoming.username, stored.username), '') IS NULL THEN FALSE
            WHEN incoming.password = '' THEN stored.password_hash IS NOT NULL
            ELSE NOT coalesce(checked.same, FALSE)
        END AS password_changed,
        CASE
            WHEN seal.require_district_id THEN coalesce(nullif(incoming.district_id, ''), stored.district_id)
            ELSE nullif(coalesce(incoming.district_id, stored.district_id), '')
        END AS district_id,
        coalesce(nullif(incoming.last_name, ''), stored.last_name) AS last_name,
        nullif(coalesce(incoming.first_name, stored.first_name), '') AS first_name,
        nullif(coalesce(incoming.middle_name, stored.middle_name), '') AS middle_name,
        nullif(coalesce(incoming.nickname, stored.nickname), '') AS nickname,
        CASE
            WHEN incoming.patron_type <> '' THEN incoming.patron_type
            WHEN incoming.patron_type = '' OR stored.id IS NULL THEN site.default_patron_type
            ELSE stored.patron_type
        END AS patron_type,
        CASE
            WHEN level.name IS NOT NULL THEN level.name
            WHEN incoming.access_level IS NOT NULL OR stored.id IS NULL THEN site.default_access_level
            WHEN home.site <> site.short_name AND stored.access_level IS NOT NULL THEN site.default_access_level
            ELSE stored.access_level
        END AS access_level,
        CASE
            WHEN incoming.resource_group <> '' THEN incoming.resource_group
            WHEN incoming.resource_group = '' OR stored.id IS NULL THEN site.default_resource_group
            ELSE stored.resource_group
        END AS resource_group,
        coalesce(nullif(incoming.status, ''), stored.status, 'A') AS status,
        coalesce(nullif(coalesce(incoming.gender, stored.gender), ''), 'U') AS gender,
        nullif(coalesce(incoming.homeroom, stored.homeroom), '') AS homeroom,
        nullif(coalesce(incoming.grade_level, stored.grade_level), '') AS grade_level,
        CASE
            WHEN incoming.card_expires IS NULL THEN stored.card_expires
            ELSE to_date(nullif(incoming.card_expires, ''), 'MM/DD/YYYY')
        END AS card_expires,
        CASE
            WHEN incoming.is_acceptable_use_policy_on_file IS NULL THEN stored.is_acceptable_use_policy_on_file
            ELSE nullif(incoming.is_acceptable_use_policy_on_file, '')::boolean
        END AS is_acceptable_use_policy_on_file,
        CASE
            WHEN incoming.is_teacher IS NULL THEN stored.is_teacher
            ELSE nullif(incoming.is_teacher, '')::boolean
        END AS is_teacher,
        nullif(coalesce(incoming.user_defined_1, stored.user_defined_1), '') AS user_defined_1,
        nullif(coalesce(incoming.user_defined_2, stored.user_defined_2), '') AS user_defined_2,
        nullif(coalesce(incoming.user_defined_3, stored.user_defined_3), '') AS user_defined_3,
        nullif(coalesce(incoming.user_defined_4, stored.user_defined_4), '') AS user_defined_4,
        nullif(coalesce(incoming.user_defined_5, stored.user_defined_5), '') AS user_defined_5,
        CASE
            WHEN incoming.graduation_year IS NULL THEN stored.graduation_year
            ELSE nullif(incoming.graduation_year, '')::smallint
        END AS graduation_year,
        CASE
            WHEN incoming.birthdate IS NULL THEN stored.birthdate
            ELSE to_date(nullif(incoming.birthdate, ''), 'MM/DD/YYYY')
        END AS birthdate,
        nullif(coalesce(incoming.username, stored.username), '') AS username,
        nullif(coalesce(incoming.email_primary, stored.email_primary), '') AS email_primary,
        nullif(coalesce(incoming.email_secondary, stored.email_secondary), '') AS email_secondary,
        nullif(coalesce(incoming.email_3, stored.email_3), '') AS email_3,
        nullif(coalesce(incoming.email_4, stored.email_4), '') AS email_4,
        nullif(coalesce(incoming.email_5, stored.email_5), '') AS email_5,
        nullif(coalesce(incoming.address_primary_line_1, stored.address_primary_line_1), '') AS address_primary_line_1,
        nullif(coalesce(incoming.address_primary_line_2, stored.address_primary_line_2), '') AS address_primary_line_2,
        nullif(coalesce(incoming.address_primary_city, stored.address_primary_city), '') AS address_primary_city,
        nullif(coalesce(incoming.address_primary_state, stored.address_primary_state), '') AS address_primary_state,
        nullif(coalesce(incoming.address_primary_zip_code, stored.address_primary_zip_code), '')
            AS address_primary_zip_code,
        nullif(
            coalesce(incoming.address_primary_phone_number_primary, stored.address_primary_phone_number_primary), ''
        ) AS address_primary_phone_number_primary,
        nullif(
            coalesce(incoming.address_primary_phone_number_secondary, stored.address_primary_phone_number_secondary), ''
        ) AS address_primary_phone_number_secondary,
        nullif(coalesce(incoming.address_secondary_line_1, stored.address_secondary_line_1), '')
            AS address_secondary_line_1,
        nullif(coalesce(incoming.address_secondary_line_2, stored.address_secondary_line_2), '')
            AS address_secondary_line_2,
        nullif(coalesce(incoming.address_secondary_city, stored.address_secondary_city), '') AS address_secondary_city,
        nullif(coalesce(incoming.address_secondary_state, stored.address_secondary_state), '')
            AS address_secondary_state,
        nullif(coalesce(incoming.address_secondary_zip_code, stored.address_secondary_zip_code), '')
            AS address_secondary_zip_code,
        nullif(
            coalesce(incoming.address_secondary_phone_number_primary, stored.address_secondary_phone_number_primary), ''
        ) AS address_secondary_phone_number_primary,
        nullif(
            coalesce(
                incoming.address_secondary_phone_number_secondary, stored.address_secondary_phone_number_secondary
            ),
            ''
        ) AS address_secondary_phone_number_secondary
    FROM incoming_row AS incoming
    CROSS JOIN seal
    LEFT JOIN site ON incoming.site_short_name = site.short_name
    LEFT JOIN matched ON incoming.line = matched.line
    LEFT JOIN patron AS stored ON matched.patron_id = stored.id
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
    LEFT JOIN site AS home_site ON home.site = home_site.short_name
    LEFT JOIN patron_site AS there ON stored.id = there.patron_id AND site.short_name = there.site
    LEFT JOIN
        access_level AS level
        ON
            site.short_name = level.site
            AND level.name = CASE
                WHEN incoming.access_level IS NOT NULL THEN incoming.access_level
                WHEN site.short_name <> home.site THEN stored.access_level
            END
    LEFT JOIN
        password_check AS checked
        ON incoming.line = checked.line AND stored.password_hash = checked.stored_hash
),

compared AS (
    SELECT
        resolved.*,
        resolved.password_changed
        OR (
            row(
                resolved.district_id, resolved.last_name, resolved.first_name, resolved.middle_name,
                resolved.nickname, resolved.patron_type, resolved.access_level, resolved.resource_group,
                resolved.status, resolved.gender, resolved.homeroom, resolved.grade_level, resolved.card_expires,
                resolved.is_acceptable_use_policy_on_file, resolved.is_teacher, resolved.user_defined_1,
                resolved.user_defined_2, resolved.user_defined_3, resolved.user_defined_4,
                resolved.user_defined_5, resolved.graduation_year, resolved.birthdate, resolved.username,
                resolved.email_primary, resolved.email_secondary, resolved.email_3, resolved.email_4,
                resolved.email_5, resolved.address_primary_line_1, resolved.address_primary_line_2,
                resolved.address_primary_city, resolved.address_primary_state, resolved.address_primary_zip_code,
                resolved.address_primary_phone_number_primary, resolved.address_primary_phone_number_secondary,
                resolved.address_secondary_line_1, resolved.address_secondary_line_2,
                resolved.address_secondary_city, resolved.address_secondary_state,
                resolved.address_secondary_zip_code, resolved.address_secondary_phone_number_primary,
                resolved.address_secondary_phone_number_secondary
            ) IS DISTINCT FROM row(
                stored.district_id, stored.last_name, stored.first_name, stored.middle_name, stored.nickname,
                stored.patron_type, stored.access_level, stored.resource_group, stored.status, stored.gender,
                stored.homeroom, stored.grade_level, stored.card_expires,
                stored.is_acceptable_use_policy_on_file, stored.is_teacher, stored.user_defined_1,
                stored.user_defined_2, stored.user_defined_3, stored.user_defined_4, stored.user_defined_5,
                stored.graduation_year, stored.birthdate, stored.username, stored.email_primary,
                stored.email_secondary, stored.email_3, stored.email_4, stored.email_5,
                stored.address_primary_line_1, stored.address_primary_line_2, stored.address_primary_city,
                stored.address_primary_state, stored.address_primary_zip_code,
                stored.address_primary_phone_number_primary, stored.address_primary_phone_number_secondary,
                stored.address_secondary_line_1, stored.address_secondary_line_2, stored.address_secondary_city,
                stored.address_secondary_state, stored.address_secondary_zip_code,
                stored.address_secondary_phone_number_primary, stored.address_secondary_phone_number_secondary
            )
        ) AS fields_changed,
        (
            resolved.there_barcode IS DISTINCT FROM resolved.barcode
            OR resolved.old_site IS DISTINCT FROM resolved.site
        ) AS places_changed,
        CASE
            WHEN NOT resolved.site_known OR resolved.between_kinds THEN 'rejected'
            WHEN resolved.barcode IS NULL OR resolved.last_name IS NULL THEN 'rejected'
            WHEN resolved.barcode = 'autoassign' THEN 'rejected'
            WHEN resolved.patron_id IS NULL AND resolved.district_id_lacking THEN 'rejected'
            WHEN resolved.rival_line IS NOT NULL THEN 'held'
        END AS stopped
    FROM resolved
    LEFT JOIN patron AS stored ON resolved.patron_id = stored.id
)

SELECT
    resolved.line,
    resolved.key,
    resolved.fingerprint,
    resolved.patron_id,
    resolved.patron_version,
    resolved.rival_line,
    resolved.site,
    resolved.site_known,
    resolved.old_site,
    resolved.old_barcode,
    resolved.there_barcode,
    resolved.between_kinds,
    resolved.barcode,
    resolved.new_card,
    resolved.access_level_unknown,
    resolved.access_level_defaulted,
    resolved.patron_type_defaulted,
    coalesce(resolved.resource_group_defaulted, FALSE) AS resource_group_defaulted,
    coalesce(resolved.password_refused, FALSE) AS password_refused,
    resolved.last_name_blank,
    resolved.district_id_lacking,
    coalesce(resolved.district_id_blank, FALSE) AS district_id_blank,
    resolved.barcode_blank,
    resolved.password_changed,
    resolved.fields_changed AND resolved.stopped IS NULL AS fields_changed,
    resolved.places_changed AND resolved.stopped IS NULL AS places_changed,
    coalesce(resolved.old_status = 'I' AND resolved.status <> 'I', FALSE) AS reactivated,
    CASE
        WHEN resolved.stopped IS NOT NULL THEN resolved.stopped
        WHEN resolved.patron_id IS NULL THEN 'added'
        WHEN resolved.status = 'I' AND resolved.old_status <> 'I' THEN 'inactivated'
        WHEN resolved.old_site <> resolved.site THEN 'transferred'
        WHEN resolved.fields_changed OR resolved.places_changed THEN 'updated'
        ELSE 'unchanged'
    END AS outcome,
    resolved.district_id,
    resolved.last_name,
    resolved.first_name,
    resolved.middle_name,
    resolved.nickname,
    resolved.patron_type,
    resolved.access_level,
    resolved.resource_group,
    resolved.status,
    resolved.gender,
    resolved.homeroom,
    resolved.grade_level,
    resolved.card_expires,
    resolved.is_acceptable_use_policy_on_file,
    resolved.is_teacher,
    resolved.user_defined_1,
    resolved.user_defined_2,
    resolved.user_defined_3,
    resolved.user_defined_4,
    resolved.user_defined_5,
    resolved.graduation_year,
    resolved.birthdate,
    resolved.username,
    resolved.email_primary,
    resolved.email_secondary,
    resolved.email_3,
    resolved.email_4,
    resolved.email_5,
    resolved.address_primary_line_1,
    resolved.address_primary_line_2,
    resolved.address_primary_city,
    resolved.address_primary_state,
    resolved.address_primary_zip_code,
    resolved.address_primary_phone_number_primary,
    resolved.address_primary_phone_number_secondary,
    resolved.address_secondary_line_1,
    resolved.address_secondary_line_2,
    resolved.address_secondary_city,
    resolved.address_secondary_state,
    resolved.address_secondary_zip_code,
    resolved.address_secondary_phone_number_primary,
    resolved.address_secondary_phone_number_secondary
FROM compared AS resolved
