-- Numbers of the new patrons, in the order of the file, whatever way the rows came about. Materialized: the sequence is
-- looked up once, not once for each of them.
CREATE UNLOGGED TABLE new_patron AS
WITH
numbers AS MATERIALIZED (SELECT pg_get_serial_sequence('patron', 'id')::regclass AS drawn_from),

added AS (
    SELECT line FROM planned
    WHERE outcome = 'added'
    ORDER BY line
)

SELECT
    added.line,
    nextval(numbers.drawn_from) AS patron_id
FROM added
CROSS JOIN numbers
