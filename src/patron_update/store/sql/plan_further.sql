-- Further sites that rows name, with what keeps a patron from being associated with one.
CREATE UNLOGGED TABLE further AS
WITH
named AS (
    SELECT DISTINCT
        line,
        unnest(string_to_array(other_sites, chr(31))) AS site
    FROM staged_row
    WHERE other_sites IS NOT NULL AND action IS DISTINCT FROM 'delete'
),

-- Sites that association and delete rows speak for.
said AS (
    SELECT
        party,
        site
    FROM associating
    UNION
    SELECT
        coalesce(deleting.patron_id::text, 'new ' || planned.district_id) AS party,
        deleting.site
    FROM deleting
    INNER JOIN planned ON deleting.line = planned.line
)

SELECT
    planned.line,
    planned.patron_id,
    named.site,
    planned.barcode,
    planned.places_changed AND planned.old_site <> planned.site AS leaves,
    CASE
        WHEN other.short_name IS NULL THEN 'other_site_unknown'
        WHEN other.kind <> home.kind THEN 'other_site_between_kinds'
        WHEN planned.site = named.site OR said.site IS NOT NULL THEN 'said already'
    END AS problem,
    CASE
        WHEN other.kind <> home.kind
            THEN concat(home.short_name, ' (', home.kind, ') and ', named.site, ' (', other.kind, ')')
    END AS detail
FROM named
INNER JOIN planned ON named.line = planned.line
INNER JOIN site AS home ON planned.site = home.short_name
LEFT JOIN site AS other ON named.site = other.short_name
LEFT JOIN said
    ON
        named.site = said.site
        AND said.party = coalesce(planned.patron_id::text, 'new ' || planned.district_id)
WHERE
    planned.outcome NOT IN ('rejected', 'held')
    AND planned.line NOT IN (
        SELECT beside.line FROM associating AS beside
        WHERE beside.is_beside
    )
