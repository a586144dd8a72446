-- Association rows with a known site, each with the row that leads: the one that speaks for the patron, be it this one.
-- `rival_line` is a row that contradicts it (0: an unchanged one), `waits_for` the rejected own row of a new patron.
-- Sites are compared as the patron is when the lead is applied.
CREATE UNLOGGED TABLE associating AS
WITH
asking AS (
    SELECT
        planned.line,
        planned.patron_id,
        planned.site,
        planned.old_site,
        planned.old_barcode,
        planned.there_barcode,
        planned.outcome,
        nullif(staged_row.district_id, '') AS district_id,
        CASE
            WHEN staged_row.line IN (
                SELECT amendment.line FROM amendment
                WHERE amendment.column_name = 'barcode'
            ) THEN NULL
            ELSE nullif(staged_row.barcode, '')
        END AS given,
        nullif(staged_row.barcode, '') AS sent,
        coalesce(
            planned.patron_id::text, 'new ' || nullif(staged_row.district_id, ''), 'line ' || planned.line
        ) AS party
    FROM staged_row
    INNER JOIN planned ON staged_row.line = planned.line
    WHERE staged_row.action = 'associate' AND planned.site_known
),

parties AS (
    SELECT DISTINCT
        party,
        patron_id,
        CASE WHEN patron_id IS NULL THEN district_id END AS new_district_id
    FROM asking
),

-- The other rows about the same patrons.
others AS (
    SELECT
        parties.party,
        planned.line,
        planned.outcome,
        planned.rival_line,
        planned.site,
        nullif(staged_row.barcode, '') AS sent,
        staged_row.action,
        FALSE AS is_new
    FROM parties
    INNER JOIN planned ON parties.patron_id = planned.patron_id
    INNER JOIN staged_row ON planned.line = staged_row.line AND staged_row.action IS DISTINCT FROM 'associate'
    UNION ALL
    SELECT
        parties.party,
        planned.line,
        planned.outcome,
        planned.rival_line,
        planned.site,
        nullif(staged_row.barcode, '') AS sent,
        staged_row.action,
        TRUE AS is_new
    FROM parties
    INNER JOIN planned ON parties.new_district_id = planned.district_id AND planned.patron_id IS NULL
    INNER JOIN staged_row ON planned.line = staged_row.line AND staged_row.action IS NULL
),

ordinary AS (
    SELECT
        party,
        min(line) FILTER (WHERE outcome NOT IN ('rejected', 'held')) AS lead_line,
        CASE WHEN bool_and(outcome = 'rejected' AND is_new) THEN min(line) END AS waits_for
    FROM others
    WHERE action IS NULL
    GROUP BY party
),

-- Rows that delete the patron from the same site. From another one the patron may go: it stays at this one.
ending AS (
    SELECT
        asking.line,
        min(others.line) AS line_of_ending
    FROM asking
    INNER JOIN others ON asking.party = others.party AND asking.site = others.site AND others.action = 'delete'
    GROUP BY asking.line
),

twins AS (
    SELECT
        asking.line,
        min(twin.line) AS line_of_twin
    FROM asking
    INNER JOIN asking AS twin ON asking.party = twin.party AND asking.site = twin.site AND asking.line <> twin.line
    GROUP BY asking.line
),

-- Rows held because another means the same patron, which name it by another barcode at the same site: with a new one
-- they would mean nobody the next night, and add a second patron.
named AS (
    SELECT
        asking.line,
        min(others.line) AS line_of_named
    FROM asking
    INNER JOIN others
        ON asking.party = others.party AND asking.site = others.site AND asking.sent IS DISTINCT FROM others.sent
    WHERE others.rival_line IS NOT NULL AND asking.sent IS NOT NULL
    GROUP BY asking.line
),

contradicted AS (
    SELECT
        asking.*,
        ordinary.lead_line,
        ordinary.waits_for,
        CASE
            WHEN ordinary.waits_for IS NULL
                THEN coalesce(ending.line_of_ending, twins.line_of_twin, named.line_of_named)
        END AS rival_line
    FROM asking
    LEFT JOIN ordinary ON asking.party = ordinary.party
    LEFT JOIN ending ON asking.line = ending.line
    LEFT JOIN twins ON asking.line = twins.line
    LEFT JOIN named ON asking.line = named.line
),

-- Patrons whose primary site a delete row ends, and the one that is next: the oldest of those that stay, else the first
-- by name that joins.
heir AS (
    SELECT DISTINCT ON (others.party)
        others.party,
        coalesce(place.site, joining.site) AS site
    FROM others
    INNER JOIN parties ON others.party = parties.party
    INNER JOIN patron_site AS home ON parties.patron_id = home.patron_id AND home.is_primary AND others.site = home.site
    LEFT JOIN patron_site AS place
        ON
            parties.patron_id = place.patron_id
            AND NOT place.is_primary
            AND NOT EXISTS (
                SELECT 1 FROM others AS also
                WHERE
                    also.party = others.party
                    AND also.site = place.site
                    AND also.action = 'delete'
                    AND also.rival_line IS NULL
            )
    LEFT JOIN contradicted AS joining
        ON
            others.party = joining.party
            AND joining.rival_line IS NULL
            AND joining.outcome NOT IN ('rejected', 'held')
    WHERE others.action = 'delete' AND others.rival_line IS NULL
    ORDER BY
        others.party ASC, place.since ASC, place.site COLLATE "C" ASC, joining.site COLLATE "C" ASC
),

-- Where no ordinary row leads: the row at the primary site, unless the patron's own row stands unchanged in the file,
-- or at the one that is next; of a new patron the row at the first site by name.
chosen AS (
    SELECT DISTINCT ON (contradicted.party)
        contradicted.party,
        contradicted.line AS lead_line
    FROM contradicted
    CROSS JOIN seal
    LEFT JOIN
        baseline
        ON
            seal.match_using_district_id
            AND seal.job = baseline.job
            AND contradicted.district_id = baseline.key
            AND NOT EXISTS (
                SELECT 1 FROM staged_missing
                WHERE staged_missing.key = baseline.key
            )
            AND NOT EXISTS (
                SELECT 1 FROM staged_row
                WHERE staged_row.key = baseline.key AND staged_row.action = 'delete'
            )
    LEFT JOIN heir ON contradicted.party = heir.party
    WHERE
        contradicted.lead_line IS NULL
        AND contradicted.waits_for IS NULL
        AND contradicted.rival_line IS NULL
        AND contradicted.outcome NOT IN ('rejected', 'held')
        AND CASE
            WHEN contradicted.patron_id IS NULL THEN TRUE
            WHEN heir.site IS NOT NULL THEN contradicted.site = heir.site
            ELSE contradicted.old_site = contradicted.site AND baseline.key IS NULL
        END
    ORDER BY contradicted.party ASC, contradicted.site COLLATE "C" ASC, contradicted.line ASC
),

led AS (
    SELECT
        contradicted.line,
        contradicted.party,
        contradicted.patron_id,
        contradicted.site,
        contradicted.given,
        contradicted.there_barcode,
        contradicted.rival_line,
        contradicted.waits_for,
        coalesce(contradicted.lead_line, chosen.lead_line) AS lead_line,
        coalesce(lead.site, contradicted.old_site) AS home_site,
        coalesce(lead.barcode, contradicted.old_barcode) AS home_barcode,
        CASE
            WHEN lead.new_card AND contradicted.there_barcode = contradicted.old_barcode THEN lead.barcode
        END AS new_barcode
    FROM contradicted
    LEFT JOIN chosen ON contradicted.party = chosen.party
    LEFT JOIN planned AS lead ON coalesce(contradicted.lead_line, chosen.lead_line) = lead.line
)

SELECT
    led.line,
    led.party,
    led.patron_id,
    led.lead_line,
    led.site,
    led.home_site,
    led.there_barcode,
    coalesce(led.given, led.new_barcode, led.there_barcode, led.home_barcode) AS barcode,
    coalesce(
        led.rival_line,
        CASE WHEN led.site = led.home_site AND led.given <> led.home_barcode THEN coalesce(led.lead_line, 0) END
    ) AS rival_line,
    CASE
        WHEN home.kind <> site.kind
            THEN concat(home.short_name, ' (', home.kind, ') and ', site.short_name, ' (', site.kind, ')')
    END AS between_kinds,
    led.waits_for,
    coalesce(led.line <> led.lead_line, led.patron_id IS NOT NULL OR led.waits_for IS NOT NULL) AS is_beside
FROM led
INNER JOIN site ON led.site = site.short_name
LEFT JOIN site AS home ON led.home_site = home.short_name
