-- Pairs of a row and a patron of whom is asked whether they are one person, and what speaks for it.
CREATE UNLOGGED TABLE pair (
    line bigint NOT NULL,
    patron_id bigint NOT NULL,
    weighed boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (line, patron_id)
);
CREATE UNLOGGED TABLE evidence (
    line bigint NOT NULL,
    patron_id bigint NOT NULL,
    same_name boolean,
    same_birthdate boolean,
    same_username boolean NOT NULL,
    same_barcode boolean NOT NULL,
    same_email boolean NOT NULL,
    points integer NOT NULL
);
