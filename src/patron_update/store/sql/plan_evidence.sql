-- What speaks for (true) and against (false) a pair being one person; what one side does not know says nothing. The
-- comparisons and the points are those of the domain's identity.
INSERT INTO evidence (line, patron_id, same_name, same_birthdate, same_username, same_barcode, same_email, points)
WITH
named AS (
    SELECT
        pair.line,
        pair.patron_id,
        plain_name(planned.last_name) AS last,
        plain_name(planned.first_name) AS first,
        plain_name(other.last_name) AS other_last,
        plain_name(other.first_name) AS other_first
    FROM pair
    INNER JOIN planned ON pair.line = planned.line
    INNER JOIN patron AS other ON pair.patron_id = other.id
    WHERE NOT pair.weighed
),

compared AS (
    SELECT
        named.line,
        named.patron_id,
        CASE
            WHEN named.last <> named.other_last THEN FALSE
            WHEN named.first <> '' AND named.other_first <> '' AND named.first <> named.other_first THEN FALSE
            WHEN named.last <> '' AND named.first <> '' AND named.other_first <> '' THEN TRUE
        END AS same_name,
        planned.birthdate = other.birthdate AS same_birthdate,
        coalesce(planned.username = other.username, FALSE) AS same_username,
        there.patron_id IS NOT NULL AS same_barcode,
        coalesce(lower_letters(planned.email_primary) = lower_letters(other.email_primary), FALSE) AS same_email
    FROM named
    INNER JOIN planned ON named.line = planned.line
    INNER JOIN patron AS other ON named.patron_id = other.id
    LEFT JOIN patron_site AS there
        ON named.patron_id = there.patron_id AND planned.site = there.site AND planned.barcode = there.barcode
)

SELECT
    compared.*,
    CASE same_name WHEN TRUE THEN 50 WHEN FALSE THEN -50 ELSE 0 END
    + CASE same_birthdate WHEN TRUE THEN 50 WHEN FALSE THEN -100 ELSE 0 END
    + 100 * (same_username::integer + same_barcode::integer + same_email::integer) AS points
FROM compared;

UPDATE pair SET weighed = TRUE
WHERE NOT weighed
