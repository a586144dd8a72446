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
