-- The district as the run sees it: these names stand before the store's until the run is applied.
CREATE UNLOGGED TABLE site (LIKE patron_update.site INCLUDING ALL);
CREATE UNLOGGED TABLE access_level (LIKE patron_update.access_level INCLUDING ALL);
INSERT INTO site SELECT * FROM patron_update.site;
INSERT INTO access_level SELECT * FROM patron_update.access_level;
CREATE VIEW patron_type AS
SELECT name FROM patron_update.patron_type
UNION
SELECT jsonb_array_elements_text(patron_types) FROM seal
