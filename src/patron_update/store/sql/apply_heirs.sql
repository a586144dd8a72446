-- The oldest secondary association becomes the primary one.
UPDATE patron_site SET is_primary = TRUE
FROM deleting
WHERE
    deleting.fate = 'primary'
    AND patron_site.patron_id = deleting.patron_id
    AND patron_site.site = deleting.heir
