-- Who may be whom. Rows that would add a patron, against this job's patrons whom the file no longer names, or whose
-- District ID seems to have got another person: equal name and birth date, user name, barcode at its site, or an e-mail
-- that only one of them has. Joins on equality alone; where nobody is missing there is nothing to join with.
CREATE UNLOGGED TABLE vanished AS
WITH
looked_for AS (
    SELECT baseline.patron_id
    FROM seal
    INNER JOIN baseline ON seal.job = baseline.job
    INNER JOIN staged_missing ON baseline.key = staged_missing.key
    WHERE
        seal.match_using_district_id
        AND NOT EXISTS (
            SELECT 1 FROM matched
            WHERE matched.patron_id = baseline.patron_id
        )
        AND NOT EXISTS (
            SELECT 1
            FROM baseline AS other
            LEFT JOIN staged_missing AS missing ON other.key = missing.key
            WHERE
                other.patron_id = baseline.patron_id
                AND CASE WHEN other.job = seal.job THEN missing.key IS NULL ELSE other.missing_since IS NULL END
        )
    UNION
    SELECT patron_id
    FROM evidence
    WHERE NOT same_name AND NOT same_birthdate
)

SELECT
    patron.id AS patron_id,
    plain_name(patron.last_name) AS last,
    nullif(plain_name(patron.first_name), '') AS first,
    patron.birthdate,
    patron.username,
    lower_letters(patron.email_primary) AS email
FROM looked_for
INNER JOIN patron ON looked_for.patron_id = patron.id;

ANALYZE vanished;

CREATE UNLOGGED TABLE appeared AS
SELECT
    planned.line,
    planned.key,
    plain_name(planned.last_name) AS last,
    nullif(plain_name(planned.first_name), '') AS first,
    planned.birthdate,
    planned.username,
    lower_letters(planned.email_primary) AS email,
    planned.site,
    planned.barcode
FROM planned
INNER JOIN staged_row ON planned.line = staged_row.line AND staged_row.action IS NULL
WHERE planned.outcome = 'added' AND EXISTS (SELECT 1 FROM vanished);

ANALYZE appeared;

INSERT INTO pair (line, patron_id)
WITH
mailbox AS (
    SELECT
        email,
        min(patron_id) AS patron_id
    FROM vanished
    GROUP BY email
    HAVING count(DISTINCT patron_id) = 1
),

alike AS (
    SELECT
        appeared.line,
        vanished.patron_id
    FROM appeared
    INNER JOIN vanished
        ON
            appeared.last = vanished.last
            AND appeared.first = vanished.first
            AND appeared.birthdate = vanished.birthdate
    UNION
    SELECT
        appeared.line,
        vanished.patron_id
    FROM appeared
    INNER JOIN vanished ON appeared.username = vanished.username
    UNION
    SELECT
        appeared.line,
        vanished.patron_id
    FROM appeared
    INNER JOIN mailbox AS vanished ON appeared.email = vanished.email
    UNION
    SELECT
        appeared.line,
        vanished.patron_id
    FROM appeared
    INNER JOIN patron_site ON appeared.site = patron_site.site AND appeared.barcode = patron_site.barcode
    INNER JOIN vanished ON patron_site.patron_id = vanished.patron_id
)

SELECT
    alike.line,
    alike.patron_id
FROM alike
INNER JOIN appeared ON alike.line = appeared.line
CROSS JOIN seal
WHERE
    NOT EXISTS (
        SELECT 1 FROM decision_in_force AS decision
        WHERE
            decision.job = seal.job
            AND decision.key = appeared.key
            AND decision.patron_id = alike.patron_id
            AND decision.verdict = 'different'
    )
