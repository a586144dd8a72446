-- What the rules of the update need beyond the first store.

-- The history tells merges and the edits of staff too.
ALTER TABLE change DROP CONSTRAINT change_action_check;
ALTER TABLE change ADD CONSTRAINT change_action_check CHECK (
    action IN ('added', 'updated', 'transferred', 'associated', 'inactivated', 'deleted', 'merged', 'edited')
);

-- Lower case by Unicode whatever the server's locale: by the built-in provider or ICU where there is one.
DO $$
BEGIN
    EXECUTE 'CREATE FUNCTION lower_letters(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT RETURN lower(words '
    || coalesce(
        (
            SELECT 'COLLATE ' || quote_ident(collname) FROM pg_collation
            WHERE collname IN ('pg_c_utf8', 'und-x-icu') AND collencoding IN (-1, pg_char_to_encoding('UTF8'))
            ORDER BY collname = 'pg_c_utf8' DESC LIMIT 1
        ),
        ''
    ) || ')';
END;
$$;

-- A name as names are compared: without case, accents, punctuation and blanks. The letters left out are those of the
-- domain's `plain`.
CREATE FUNCTION plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
translate(
    lower_letters(regexp_replace(
        normalize(coalesce(name, ''), NFKD),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]', '', 'g'
    )),
    'łøđ', 'lod'
);

-- Whom a message means: keys, never names.
CREATE FUNCTION patron_keys(district_id text, barcode text, site text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
coalesce('with District ID ' || district_id, 'without District ID')
|| coalesce(', barcode ' || barcode || ' at ' || site, '');

-- What staff edited since the update last wrote it: `applied` is the value that the update had left there (NULL: blank;
-- never a password). The first edit counts; the row goes when the value goes back or when the source writes the field.
CREATE TABLE staff_edit (
    patron_id bigint NOT NULL REFERENCES patron (id) ON DELETE CASCADE,
    field text NOT NULL,
    applied text,
    PRIMARY KEY (patron_id, field)
);

-- An edit of staff belongs to no run.
ALTER TABLE change ALTER COLUMN run_id DROP NOT NULL;
ALTER TABLE change ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();

-- Whoever writes patrons as part of a run says so for the transaction: SET LOCAL patron_update.run = '<number>'.
CREATE FUNCTION is_staff() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('patron_update.run', TRUE), '') = ''
$$;

-- The column of a record that holds a field: addressPrimaryLine1 is in address_primary_line_1.
CREATE FUNCTION field_column(field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(
        regexp_replace(replace(field, 'ID', 'Id'), '(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])', '_', 'g')
    )
$$;

CREATE FUNCTION note_staff_edit() RETURNS trigger LANGUAGE plpgsql SET search_path = patron_update AS $$
DECLARE
    was jsonb := patron_fields(OLD);
    is_now jsonb := patron_fields(NEW);
    new_password boolean := NEW.password_hash IS DISTINCT FROM OLD.password_hash;
    told record;
BEGIN
    SELECT
        coalesce(jsonb_object_agg(key, value), '{}') AS before,
        coalesce(jsonb_object_agg(key, is_now -> key), '{}') AS after
    INTO told
    FROM jsonb_each(was)
    WHERE value IS DISTINCT FROM is_now -> key;
    IF told.before = '{}' AND NOT new_password THEN
        RETURN NULL;
    END IF;
    INSERT INTO staff_edit (patron_id, field, applied)
    SELECT NEW.id, key, value FROM jsonb_each_text(told.before)
    UNION ALL
    SELECT NEW.id, 'password', NULL WHERE new_password
    ON CONFLICT DO NOTHING;
    DELETE FROM staff_edit
    WHERE patron_id = NEW.id AND field <> 'password' AND is_now ? field AND applied IS NOT DISTINCT FROM is_now ->> field;
    INSERT INTO change (patron_id, action, before, after)
    VALUES (
        NEW.id, 'edited', told.before,
        told.after || CASE WHEN new_password THEN '{"password": "changed"}'::jsonb ELSE '{}' END
    );
    RETURN NULL;
END;
$$;

CREATE TRIGGER patron_edited AFTER UPDATE ON patron
FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.* AND is_staff())
EXECUTE FUNCTION note_staff_edit();

-- A new card that staff gave out at the patron's primary site.
CREATE FUNCTION note_staff_barcodes() RETURNS trigger LANGUAGE plpgsql SET search_path = patron_update AS $$
BEGIN
    INSERT INTO staff_edit (patron_id, field, applied)
    SELECT is_now.patron_id, 'barcode', was.barcode
    FROM was INNER JOIN is_now USING (patron_id, site)
    WHERE was.is_primary AND is_now.is_primary AND was.barcode <> is_now.barcode
    ON CONFLICT DO NOTHING;
    DELETE FROM staff_edit
    USING is_now
    WHERE
        staff_edit.patron_id = is_now.patron_id AND staff_edit.field = 'barcode'
        AND is_now.is_primary AND staff_edit.applied = is_now.barcode;
    INSERT INTO change (patron_id, action, before, after)
    SELECT
        is_now.patron_id, 'edited',
        jsonb_build_object('siteShortName', is_now.site, 'barcode', was.barcode),
        jsonb_build_object('siteShortName', is_now.site, 'barcode', is_now.barcode)
    FROM was INNER JOIN is_now USING (patron_id, site)
    WHERE was.barcode <> is_now.barcode;
    RETURN NULL;
END;
$$;

CREATE TRIGGER patron_site_edited AFTER UPDATE ON patron_site
REFERENCING OLD TABLE AS was NEW TABLE AS is_now
FOR EACH STATEMENT WHEN (is_staff())
EXECUTE FUNCTION note_staff_barcodes();

-- What deleted patrons had on loan. It outlives the patron, and its site too: hence no foreign keys.
CREATE TABLE lost_item (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    run_id bigint NOT NULL,
    patron_id bigint NOT NULL,
    district_id text,
    barcode text,
    site text NOT NULL,
    item text,
    since timestamptz NOT NULL,
    due date,
    lost_at timestamptz NOT NULL DEFAULT now()
);

-- A patron's outstanding items in figures, as messages tell them; NULL: none.
CREATE FUNCTION outstanding_figures(patron_number bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(concat(items.kind, 's: ', items.how_many), ', ' ORDER BY items.place)
    FROM (
        SELECT
            kind,
            array_position(ARRAY['loan', 'fine', 'hold', 'reserve'], kind) AS place,
            count(*) AS how_many
        FROM outstanding
        WHERE patron_id = patron_number
        GROUP BY kind
    ) AS items
$$;

-- The same as before in a third of the time: jsonb_build_object looks up the type of each of its arguments for each
-- patron. The names stand in the order in which jsonb keeps them.
CREATE OR REPLACE FUNCTION patron_fields(stored patron) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_object(
        ARRAY[
            'email3',
            'email4',
            'email5',
            'gender',
            'status',
            'homeroom',
            'lastName',
            'nickname',
            'username',
            'birthdate',
            'firstName',
            'isTeacher',
            'districtID',
            'gradeLevel',
            'middleName',
            'patronType',
            'accessLevel',
            'cardExpires',
            'emailPrimary',
            'userDefined1',
            'userDefined2',
            'userDefined3',
            'userDefined4',
            'userDefined5',
            'resourceGroup',
            'emailSecondary',
            'graduationYear',
            'addressPrimaryCity',
            'addressPrimaryLine1',
            'addressPrimaryLine2',
            'addressPrimaryState',
            'addressSecondaryCity',
            'addressPrimaryZipCode',
            'addressSecondaryLine1',
            'addressSecondaryLine2',
            'addressSecondaryState',
            'addressSecondaryZipCode',
            'isAcceptableUsePolicyOnFile',
            'addressPrimaryPhoneNumberPrimary',
            'addressPrimaryPhoneNumberSecondary',
            'addressSecondaryPhoneNumberPrimary',
            'addressSecondaryPhoneNumberSecondary'
        ],
        ARRAY[
            stored.email_3,
            stored.email_4,
            stored.email_5,
            stored.gender,
            stored.status,
            stored.homeroom,
            stored.last_name,
            stored.nickname,
            stored.username,
            to_char(stored.birthdate, 'MM/DD/YYYY'),
            stored.first_name,
            stored.is_teacher::text,
            stored.district_id,
            stored.grade_level,
            stored.middle_name,
            stored.patron_type,
            stored.access_level,
            to_char(stored.card_expires, 'MM/DD/YYYY'),
            stored.email_primary,
            stored.user_defined_1,
            stored.user_defined_2,
            stored.user_defined_3,
            stored.user_defined_4,
            stored.user_defined_5,
            stored.resource_group,
            stored.email_secondary,
            to_char(stored.graduation_year, 'FM0000'),
            stored.address_primary_city,
            stored.address_primary_line_1,
            stored.address_primary_line_2,
            stored.address_primary_state,
            stored.address_secondary_city,
            stored.address_primary_zip_code,
            stored.address_secondary_line_1,
            stored.address_secondary_line_2,
            stored.address_secondary_state,
            stored.address_secondary_zip_code,
            stored.is_acceptable_use_policy_on_file::text,
            stored.address_primary_phone_number_primary,
            stored.address_primary_phone_number_secondary,
            stored.address_secondary_phone_number_primary,
            stored.address_secondary_phone_number_secondary
        ]
    )
$$;

-- Patrons whom an update inactivated because their file no longer named them, and what they had: it comes back with
-- them. `homeroom_set` is the homeroom that they got (NULL: they kept theirs).
CREATE TABLE absence (
    patron_id bigint PRIMARY KEY REFERENCES patron (id) ON DELETE CASCADE,
    run_id bigint NOT NULL,
    status text NOT NULL,
    homeroom text,
    homeroom_set text
);

-- What else decides how a row is taken: when it changes, every row is looked at.
ALTER TABLE job_state ADD COLUMN district_fingerprint text, ADD COLUMN options_fingerprint text;
-- What a person has ruled about a row (by its key) and a patron. `same`: they are one person, so the next run takes the
-- row for that patron; `different`: they are two; `leave`: their conflict is known and stays. Nothing wrote the first
-- form of this table.
DROP TABLE decision;

CREATE TABLE decision (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    key text NOT NULL CHECK (key <> ''),
    patron_id bigint NOT NULL,
    patron_keys text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('same', 'different', 'leave')),
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    reason text,
    run_id bigint REFERENCES run (id) ON DELETE SET NULL,
    applied_run_id bigint,
    withdrawn_by text,
    withdrawn_at timestamptz
);

CREATE UNIQUE INDEX decision_one_in_force ON decision (job, key, patron_id) WHERE withdrawn_at IS NULL AND applied_run_id IS NULL;
CREATE UNIQUE INDEX decision_one_patron ON decision (job, key) WHERE verdict = 'same' AND withdrawn_at IS NULL AND applied_run_id IS NULL;

-- The decisions that the next run goes by.
CREATE VIEW decision_in_force AS
SELECT decision.*
FROM decision
INNER JOIN patron ON decision.patron_id = patron.id
WHERE decision.withdrawn_at IS NULL AND decision.applied_run_id IS NULL;

-- What a run left for a person to decide: the row and its own patron, if it has one, and the patron it is about.
CREATE TABLE question (
    run_id bigint NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    line bigint NOT NULL,
    code text NOT NULL,
    key text NOT NULL,
    patron_id bigint,
    other_id bigint NOT NULL,
    site text,
    value text
);

CREATE INDEX question_run ON question (run_id, line);

-- Barcodes that the update may choose at a site: some text, then a number from first to last, of so many digits.
ALTER TABLE site ADD COLUMN barcode_prefix text;
ALTER TABLE site ADD COLUMN barcode_first bigint;
ALTER TABLE site ADD COLUMN barcode_last bigint;
ALTER TABLE site ADD COLUMN barcode_digits integer;

-- What patrons get whose row names no resource group; NULL: nothing.
ALTER TABLE site ADD COLUMN default_resource_group text;

-- Who was merged into whom: the history of the one that went is part of the history of the one that was kept.
CREATE TABLE merged_patron (
    patron_id bigint PRIMARY KEY,
    kept_id bigint NOT NULL,
    run_id bigint NOT NULL,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL,
    reason text
);

CREATE INDEX merged_patron_kept ON merged_patron (kept_id);
