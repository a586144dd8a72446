-- Patrons who are gone, by the keys that they had in the end.
SELECT DISTINCT gone.patron_id AS id
FROM change AS gone
WHERE
    gone.action IN ('deleted', 'merged')
    AND (
        gone.before ->> 'districtID' = $1
        OR (
            gone.before ->> 'barcode' = split_part($1, '@', 1)
            AND (gone.before ->> 'barcode') || '@' || (gone.before ->> 'siteShortName') = $1
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM patron
        WHERE patron.id = gone.patron_id
    )
ORDER BY gone.patron_id
