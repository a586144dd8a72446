-- Rows that are held, and the claims for which they were held because several rows want them.
CREATE UNLOGGED TABLE held (line bigint NOT NULL);
CREATE UNLOGGED TABLE tied (line bigint NOT NULL, field text NOT NULL, site text NOT NULL, value text NOT NULL);
