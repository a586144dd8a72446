-- What speaks for (true) and against (false) a pair being one person; what one side does not know says nothing. The
-- comparisons and the points are those of the domain's identity. A row beside another one says nothing of what its
-- patron is like: that one is taken as stored, unless the question is whether the row means it.
INSERT INTO evidence (line, patron_id, same_name, same_birthdate, same_username, same_barcode, same_email, points)
WITH
person AS (
    SELECT
        pair.line,
        pair.patron_id,
        CASE WHEN beside.line IS NULL THEN planned.last_name ELSE stored.last_name END AS last_name,
        CASE WHEN beside.line IS NULL THEN planned.first_name ELSE stored.first_name END AS first_name,
        CASE WHEN beside.line IS NULL THEN planned.birthdate ELSE stored.birthdate END AS birthdate,
        CASE WHEN beside.line IS NULL THEN planned.username ELSE stored.username END AS username,
        CASE WHEN beside.line IS NULL THEN planned.email_primary ELSE stored.email_primary END AS email_primary,
        CASE WHEN beside.line IS NULL THEN planned.site END AS site,
        CASE WHEN beside.line IS NULL THEN planned.barcode END AS barcode
    FROM pair
    INNER JOIN planned ON pair.line = planned.line
    LEFT JOIN associating AS beside
        ON pair.line = beside.line AND beside.is_beside AND pair.patron_id IS DISTINCT FROM beside.patron_id
    LEFT JOIN patron AS stored ON beside.patron_id = stored.id
    WHERE NOT pair.weighed
),

named AS (
    SELECT
        person.*,
        plain_name(person.last_name) AS last,
        plain_name(person.first_name) AS first,
        plain_name(other.last_name) AS other_last,
        plain_name(other.first_name) AS other_first
    FROM person
    INNER JOIN patron AS other ON person.patron_id = other.id
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
        named.birthdate = other.birthdate AS same_birthdate,
        coalesce(named.username = other.username, FALSE) AS same_username,
        there.patron_id IS NOT NULL AS same_barcode,
        coalesce(lower_letters(named.email_primary) = lower_letters(other.email_primary), FALSE) AS same_email
    FROM named
    INNER JOIN patron AS other ON named.patron_id = other.id
    LEFT JOIN patron_site AS there
        ON named.patron_id = there.patron_id AND named.site = there.site AND named.barcode = there.barcode
)

SELECT
    compared.*,
    CASE same_name WHEN TRUE THEN 50 WHEN FALSE THEN -50 ELSE 0 END
    + CASE same_birthdate WHEN TRUE THEN 50 WHEN FALSE THEN -100 ELSE 0 END
    + 100 * (same_username::integer + same_barcode::integer + same_email::integer) AS points
FROM compared;

UPDATE pair SET weighed = TRUE
WHERE NOT weighed
