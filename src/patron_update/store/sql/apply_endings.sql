-- Associations that end while their patron stays.
DELETE FROM patron_site
USING deleting
WHERE
    deleting.fate IN ('primary', 'secondary')
    AND patron_site.patron_id = deleting.patron_id
    AND patron_site.site = deleting.site
