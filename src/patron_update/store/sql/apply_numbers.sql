-- Numbers of the new patrons.
CREATE UNLOGGED TABLE new_patron AS
SELECT
    line,
    nextval(pg_get_serial_sequence('patron', 'id')) AS patron_id
FROM planned
WHERE outcome = 'added'
