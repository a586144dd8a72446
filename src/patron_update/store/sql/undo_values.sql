-- Values go back, all of a patron's in one statement. Whoever keeps them all is not written.
UPDATE patron
SET
    district_id = former.district_id,
    last_name = former.last_name,
    first_name = former.first_name,
    middle_name = former.middle_name,
    nickname = former.nickname,
    patron_type = former.patron_type,
    access_level = former.access_level,
    resource_group = former.resource_group,
    status = former.status,
    gender = former.gender,
    homeroom = former.homeroom,
    grade_level = former.grade_level,
    card_expires = former.card_expires,
    is_acceptable_use_policy_on_file = former.is_acceptable_use_policy_on_file,
    is_teacher = former.is_teacher,
    user_defined_1 = former.user_defined_1,
    user_defined_2 = former.user_defined_2,
    user_defined_3 = former.user_defined_3,
    user_defined_4 = former.user_defined_4,
    user_defined_5 = former.user_defined_5,
    graduation_year = former.graduation_year,
    birthdate = former.birthdate,
    username = former.username,
    email_primary = former.email_primary,
    email_secondary = former.email_secondary,
    email_3 = former.email_3,
    email_4 = former.email_4,
    email_5 = former.email_5,
    address_primary_line_1 = former.address_primary_line_1,
    address_primary_line_2 = former.address_primary_line_2,
    address_primary_city = former.address_primary_city,
    address_primary_state = former.address_primary_state,
    address_primary_zip_code = former.address_primary_zip_code,
    address_primary_phone_number_primary = former.address_primary_phone_number_primary,
    address_primary_phone_number_secondary = former.address_primary_phone_number_secondary,
    address_secondary_line_1 = former.address_secondary_line_1,
    address_secondary_line_2 = former.address_secondary_line_2,
    address_secondary_city = former.address_secondary_city,
    address_secondary_state = former.address_secondary_state,
    address_secondary_zip_code = former.address_secondary_zip_code,
    address_secondary_phone_number_primary = former.address_secondary_phone_number_primary,
    address_secondary_phone_number_secondary = former.address_secondary_phone_number_secondary
FROM (
    SELECT
        patron_id,
        jsonb_object_agg(field_column(field), want) AS columns
    FROM undo_field
    WHERE kept IS NULL
    GROUP BY patron_id
) AS taken
INNER JOIN patron AS stored ON taken.patron_id = stored.id
CROSS JOIN LATERAL jsonb_populate_record(stored, taken.columns) AS former
WHERE patron.id = taken.patron_id
