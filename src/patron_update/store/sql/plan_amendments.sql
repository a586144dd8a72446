-- Values of rows that are taken as something else than what was sent: what staff own counts as missing.
CREATE UNLOGGED TABLE amendment AS
SELECT
    line,
    field_column(field) AS column_name,
    NULL::text AS value
FROM edit_met
WHERE kept
