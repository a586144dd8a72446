-- Patrons whose fields differ get their new state in one statement; unchanged patrons are not written, so that their
-- version and updated_at keep their meaning.
UPDATE patron
SET
    district_id = planned.district_id,
    last_name = planned.last_name,
    first_name = planned.first_name,
    middle_name = planned.middle_name,
    nickname = planned.nickname,
    patron_type = planned.patron_type,
    access_level = planned.access_level,
    resource_group = planned.resource_group,
    status = planned.status,
    gender = planned.gender,
    homeroom = planned.homeroom,
    grade_level = planned.grade_level,
    card_expires = planned.card_expires,
    is_acceptable_use_policy_on_file = planned.is_acceptable_use_policy_on_file,
    is_teacher = planned.is_teacher,
    user_defined_1 = planned.user_defined_1,
    user_defined_2 = planned.user_defined_2,
    user_defined_3 = planned.user_defined_3,
    user_defined_4 = planned.user_defined_4,
    user_defined_5 = planned.user_defined_5,
    graduation_year = planned.graduation_year,
    birthdate = planned.birthdate,
    username = planned.username,
    email_primary = planned.email_primary,
    email_secondary = planned.email_secondary,
    email_3 = planned.email_3,
    email_4 = planned.email_4,
    email_5 = planned.email_5,
    address_primary_line_1 = planned.address_primary_line_1,
    address_primary_line_2 = planned.address_primary_line_2,
    address_primary_city = planned.address_primary_city,
    address_primary_state = planned.address_primary_state,
    address_primary_zip_code = planned.address_primary_zip_code,
    address_primary_phone_number_primary = planned.address_primary_phone_number_primary,
    address_primary_phone_number_secondary = planned.address_primary_phone_number_secondary,
    address_secondary_line_1 = planned.address_secondary_line_1,
    address_secondary_line_2 = planned.address_secondary_line_2,
    address_secondary_city = planned.address_secondary_city,
    address_secondary_state = planned.address_secondary_state,
    address_secondary_zip_code = planned.address_secondary_zip_code,
    address_secondary_phone_number_primary = planned.address_secondary_phone_number_primary,
    address_secondary_phone_number_secondary = planned.address_secondary_phone_number_secondary,
    password_hash = CASE WHEN planned.password_changed THEN fresh.hash ELSE patron.password_hash END
FROM planned
LEFT JOIN password_fresh AS fresh ON planned.line = fresh.line
WHERE
    patron.id = planned.patron_id
    AND planned.fields_changed
