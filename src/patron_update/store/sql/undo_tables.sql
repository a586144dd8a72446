-- What is to be taken back, for one transaction. `want` is what there shall be, `kept` why it stays as it is.
CREATE TEMP TABLE undo_effect (
    patron_id bigint PRIMARY KEY,
    action text NOT NULL,
    line bigint,
    site text,
    was jsonb NOT NULL,
    after jsonb NOT NULL,
    aside jsonb NOT NULL,
    is_stored boolean NOT NULL,
    kept text
) ON COMMIT DROP;

CREATE TEMP TABLE undo_field (
    patron_id bigint NOT NULL,
    field text NOT NULL,
    now text,
    want text,
    kept text,
    PRIMARY KEY (patron_id, field)
) ON COMMIT DROP;

CREATE TEMP TABLE undo_place (
    patron_id bigint NOT NULL,
    site text NOT NULL,
    was text,
    after text,
    now text,
    want text,
    was_primary boolean NOT NULL,
    after_primary boolean NOT NULL,
    now_primary boolean NOT NULL,
    want_primary boolean NOT NULL DEFAULT FALSE,
    since timestamptz,
    kept text,
    PRIMARY KEY (patron_id, site)
) ON COMMIT DROP;

CREATE TEMP TABLE undo_edit (
    patron_id bigint NOT NULL,
    field text NOT NULL,
    was jsonb,
    now jsonb,
    PRIMARY KEY (patron_id, field)
) ON COMMIT DROP;

CREATE TEMP TABLE undo_former (
    patron_id bigint PRIMARY KEY,
    state jsonb NOT NULL,
    aside jsonb NOT NULL
) ON COMMIT DROP;

-- Rows that do something: there are none. The list of changes asks for them.
CREATE TEMP TABLE planned (
    line bigint NOT NULL,
    site text
) ON COMMIT DROP
