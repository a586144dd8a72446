-- Numbers of the new patrons. Materialized: the sequence is looked up once, not once for each of them.
CREATE UNLOGGED TABLE new_patron AS
WITH
numbers AS MATERIALIZED (SELECT pg_get_serial_sequence('patron', 'id')::regclass AS drawn_from)

SELECT
    planned.line,
    nextval(numbers.drawn_from) AS patron_id
FROM planned
CROSS JOIN numbers
WHERE planned.outcome = 'added'
