-- Patrons whose new primary site does not have their access level get its default.
UPDATE patron SET access_level = deleting.access_level
FROM deleting
WHERE
    deleting.fate = 'primary'
    AND patron.id = deleting.patron_id
    AND patron.access_level IS DISTINCT FROM deleting.access_level
