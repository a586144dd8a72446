-- Sites of patrons that a row speaks for which does not lead, be it to end the association: the leading row neither
-- leaves nor changes them.
CREATE UNLOGGED TABLE kept_site AS
SELECT
    patron_id,
    site
FROM associating
WHERE patron_id IS NOT NULL
UNION
SELECT
    patron_id,
    site
FROM planned_place
WHERE patron_id IS NOT NULL
UNION
SELECT
    patron_id,
    site
FROM deleting
WHERE patron_id IS NOT NULL
