-- Rows for which a delete rule fires, with what becomes of the patrons. `fate`: patron (it goes), primary or secondary
-- (only the association with the row's site ends), refused (loans or fines are outstanding), nobody, elsewhere,
-- another (the barcode is that of another patron than the row names by District ID), contradicted (the patron would go,
-- and `rival_line` wants it to stay in vain). Several rows may end associations of one patron; when none stays, the one
-- at the primary site deletes it. `lead_line`: the row by which the patron moves.
-- `updates`: the row's fields are taken over first. `access_level` is the one at the site that becomes primary; one
-- that the site does not have (`level_unknown`) gives way to its default.
CREATE UNLOGGED TABLE deleting AS
WITH
asking AS (
    SELECT
        planned.line,
        planned.key,
        planned.patron_id,
        planned.site,
        planned.old_site,
        planned.there_barcode,
        stored.access_level AS stored_level,
        CASE WHEN seal.update_before_delete THEN incoming.access_level END AS sent_level,
        another.patron_id AS another_id
    FROM incoming_row AS incoming
    CROSS JOIN seal
    INNER JOIN planned ON incoming.line = planned.line
    LEFT JOIN patron AS stored ON planned.patron_id = stored.id
    LEFT JOIN patron_site AS another
        ON
            NOT seal.match_using_district_id
            AND planned.patron_id IS NULL
            AND incoming.site_short_name = another.site
            AND incoming.barcode = another.barcode
    WHERE
        incoming.action = 'delete'
        AND (planned.patron_id IS NULL OR (planned.site_known AND planned.rival_line IS NULL))
),

heir AS (
    SELECT DISTINCT ON (asking.line)
        asking.line,
        place.site
    FROM asking
    INNER JOIN patron_site AS place ON asking.patron_id = place.patron_id
    LEFT JOIN asking AS ending ON place.patron_id = ending.patron_id AND place.site = ending.site
    WHERE ending.line IS NULL
    ORDER BY asking.line ASC, place.is_primary DESC, place.since ASC, place.site COLLATE "C" ASC
),

-- Other rows about the same patrons; one may lead away from the primary site.
own AS (
    SELECT
        asking.line,
        planned.line AS own_line,
        planned.site,
        planned.outcome NOT IN ('rejected', 'held') AS is_sound
    FROM asking
    INNER JOIN planned ON asking.patron_id = planned.patron_id
    INNER JOIN staged_row ON planned.line = staged_row.line AND staged_row.action IS NULL
),

joining AS (
    SELECT
        line,
        min(line_of_joining) AS line_of_joining
    FROM (
        SELECT
            asking.line,
            associating.line AS line_of_joining
        FROM asking
        INNER JOIN associating ON asking.patron_id = associating.patron_id
        UNION ALL
        SELECT
            line,
            own_line AS line_of_joining
        FROM own
    ) AS other
    GROUP BY line
),

moving AS (
    SELECT
        asking.line,
        lead.line AS lead_line,
        lead.site AS lead_site
    FROM asking
    INNER JOIN associating AS lead ON asking.patron_id = lead.patron_id AND asking.site <> lead.site
    WHERE asking.site = asking.old_site AND NOT lead.is_beside AND lead.rival_line IS NULL
    UNION ALL
    SELECT
        asking.line,
        min(own.own_line) AS lead_line,
        min(own.site) AS lead_site
    FROM asking
    INNER JOIN own ON asking.line = own.line AND own.is_sound
    WHERE asking.site = asking.old_site AND asking.site <> own.site
    GROUP BY asking.line
),

elsewhere AS (
    SELECT
        asking.line,
        string_agg(place.site, ', ' ORDER BY place.site COLLATE "C") AS sites
    FROM asking
    INNER JOIN patron_site AS place ON asking.patron_id = place.patron_id
    WHERE asking.there_barcode IS NULL
    GROUP BY asking.line
),

owing AS (
    SELECT DISTINCT asking.line
    FROM asking
    INNER JOIN outstanding ON asking.patron_id = outstanding.patron_id AND outstanding.kind IN ('loan', 'fine')
),

judged AS (
    SELECT
        asking.line,
        asking.key,
        asking.patron_id,
        asking.site,
        coalesce(moving.lead_site, heir.site, asking.old_site) AS heir,
        moving.lead_line,
        elsewhere.sites,
        outstanding_figures(asking.patron_id) AS figures,
        CASE
            WHEN level.name IS NOT NULL OR coalesce(asking.sent_level, asking.stored_level) IS NULL THEN level.name
            ELSE heir_site.default_access_level
        END AS access_level,
        CASE
            WHEN asking.sent_level = '' OR level.name IS NOT NULL THEN NULL
            ELSE coalesce(asking.sent_level, asking.stored_level)
        END AS level_unknown,
        CASE
            WHEN asking.another_id IS NOT NULL THEN 'another'
            WHEN asking.patron_id IS NULL THEN 'nobody'
            WHEN asking.there_barcode IS NULL THEN 'elsewhere'
            WHEN moving.line IS NOT NULL THEN 'secondary'
            WHEN asking.old_site <> asking.site THEN 'secondary'
            WHEN heir.site IS NOT NULL THEN 'primary'
            WHEN joining.line_of_joining IS NOT NULL THEN 'contradicted'
            WHEN owing.line IS NOT NULL AND NOT seal.delete_with_outstanding THEN 'refused'
            ELSE 'patron'
        END AS fate,
        joining.line_of_joining,
        asking.another_id,
        seal.update_before_delete
    FROM asking
    CROSS JOIN seal
    LEFT JOIN joining ON asking.line = joining.line
    LEFT JOIN moving ON asking.line = moving.line
    LEFT JOIN heir ON asking.line = heir.line
    LEFT JOIN site AS heir_site ON heir.site = heir_site.short_name
    LEFT JOIN
        access_level AS level
        ON heir.site = level.site AND coalesce(asking.sent_level, asking.stored_level) = level.name
    LEFT JOIN elsewhere ON asking.line = elsewhere.line
    LEFT JOIN owing ON asking.line = owing.line
)

SELECT
    judged.line,
    judged.key,
    judged.patron_id,
    judged.site,
    judged.heir,
    judged.fate,
    judged.lead_line,
    CASE WHEN judged.fate = 'contradicted' THEN judged.line_of_joining END AS rival_line,
    judged.update_before_delete AND judged.fate IN ('patron', 'primary', 'refused') AS updates,
    judged.figures,
    CASE WHEN judged.fate = 'primary' THEN judged.access_level END AS access_level,
    CASE WHEN judged.fate = 'primary' THEN judged.level_unknown END AS level_unknown,
    CASE
        WHEN judged.fate IN ('patron', 'refused') THEN judged.figures
        WHEN judged.fate IN ('primary', 'secondary') THEN judged.heir
        WHEN judged.fate = 'another'
            THEN concat('the patron ', patron_keys(another.district_id, home.barcode, home.site))
        ELSE judged.sites
    END AS detail
FROM judged
LEFT JOIN patron AS another ON judged.another_id = another.id
LEFT JOIN patron_site AS home ON judged.another_id = home.patron_id AND home.is_primary
