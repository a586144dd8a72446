-- What the district file told when the run was planned.
SELECT
    sites::text AS sites,
    patron_types::text AS patron_types
FROM seal
