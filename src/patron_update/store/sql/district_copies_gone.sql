-- The run's own district, when the store's takes its place.
DROP VIEW patron_type;
DROP TABLE site, access_level
