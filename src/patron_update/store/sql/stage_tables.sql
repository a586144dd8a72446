-- A run's rows lie in a schema of their own until the run is applied or dropped. They are a cache: unlogged, so that
-- loading is fast; after a crash of the server they are empty, `seal` too, and are staged again.
CREATE UNLOGGED TABLE staged_row (
    line bigint NOT NULL,
    key text NOT NULL,
    fingerprint uuid NOT NULL,
    site_short_name text,
    barcode text,
    district_id text,
    last_name text,
    first_name text,
    middle_name text,
    nickname text,
    patron_type text,
    access_level text,
    resource_group text,
    status text,
    gender text,
    homeroom text,
    grade_level text,
    card_expires text,
    is_acceptable_use_policy_on_file text,
    is_teacher text,
    user_defined_1 text,
    user_defined_2 text,
    user_defined_3 text,
    user_defined_4 text,
    user_defined_5 text,
    graduation_year text,
    birthdate text,
    username text,
    password text,
    email_primary text,
    email_secondary text,
    email_3 text,
    email_4 text,
    email_5 text,
    address_primary_line_1 text,
    address_primary_line_2 text,
    address_primary_city text,
    address_primary_state text,
    address_primary_zip_code text,
    address_primary_phone_number_primary text,
    address_primary_phone_number_secondary text,
    address_secondary_line_1 text,
    address_secondary_line_2 text,
    address_secondary_city text,
    address_secondary_state text,
    address_secondary_zip_code text,
    address_secondary_phone_number_primary text,
    address_secondary_phone_number_secondary text,
    action text,
    other_sites text
);

CREATE UNLOGGED TABLE staged_missing (key text NOT NULL);

CREATE UNLOGGED TABLE staged_message (
    line bigint,
    code text NOT NULL,
    site text,
    district_id text,
    barcode text,
    field text,
    value text,
    detail text
);

-- What comparing and hashing passwords found: slow on purpose, so done once, whatever is planned again.
CREATE UNLOGGED TABLE password_check (line bigint NOT NULL, stored_hash text NOT NULL, same boolean NOT NULL);
CREATE UNLOGGED TABLE password_fresh (line bigint NOT NULL, hash text NOT NULL);

CREATE UNLOGGED TABLE seal (
    only_one boolean PRIMARY KEY DEFAULT TRUE CHECK (only_one),
    job text NOT NULL,
    -- The district file's sites and patron types.
    sites jsonb,
    patron_types jsonb,
    match_using_district_id boolean,
    access_level_mapped boolean,
    patron_type_mapped boolean,
    resource_group_mapped boolean,
    require_district_id boolean,
    -- Owners by site and field: {"ELM": {"nickname": "staff"}}; what is not there belongs to the source.
    ownership jsonb,
    update_before_delete boolean,
    delete_with_outstanding boolean,
    -- When the run is due, and who is inactivated for missing from the file; no days: nobody is.
    planned_for timestamptz,
    inactivate_after_days integer,
    inactivate_after_runs integer,
    inactive_homeroom text,
    -- Why absence from the file does not count; NULL: it does.
    absence_doubt text,
    -- Sites that wait for a person: nothing changes for their patrons.
    held_sites text[] NOT NULL DEFAULT '{}',
    -- Sites whose patrons count as missing; NULL: all do.
    missing_at text[],
    -- Why patrons who are stored stay as they are; NULL: they do not.
    frozen text,
    planned_version bigint,
    digest text
);
