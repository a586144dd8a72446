-- Rows of new patrons that ask for a barcode of their site's range, with all sites where the barcode is to be theirs.
-- They choose by tiers: those with the same sites together, most sites first, in the order of their District IDs.
CREATE UNLOGGED TABLE asking AS
WITH
new AS (
    SELECT
        staged_row.line,
        site.short_name AS site,
        staged_row.district_id,
        staged_row.other_sites
    FROM staged_row
    INNER JOIN site ON staged_row.site_short_name = site.short_name
    LEFT JOIN matched ON staged_row.line = matched.line
    WHERE
        staged_row.barcode = 'autoassign'
        AND staged_row.action IS NULL
        AND matched.line IS NULL
        AND site.barcode_first IS NOT NULL
),

reach AS (
    SELECT
        line,
        site
    FROM new
    UNION
    SELECT
        line,
        unnest(string_to_array(other_sites, chr(31))) AS site
    FROM new
    UNION
    SELECT
        new.line,
        coalesce(beside.site_short_name, '') AS site
    FROM new
    INNER JOIN staged_row AS beside ON new.district_id = beside.district_id AND beside.action = 'associate'
    WHERE new.district_id <> ''
),

reaching AS (
    SELECT
        line,
        array_agg(site ORDER BY site COLLATE "C" ASC) AS sites
    FROM reach
    GROUP BY line
)

SELECT
    new.line,
    new.site,
    reaching.sites,
    dense_rank() OVER (
        ORDER BY
            cardinality(reaching.sites) DESC, new.site COLLATE "C" ASC,
            array_to_string(reaching.sites, chr(31)) COLLATE "C" ASC
    ) AS tier,
    row_number() OVER (
        PARTITION BY new.site, reaching.sites ORDER BY new.district_id COLLATE "C" ASC NULLS FIRST, new.line ASC
    ) AS place
FROM new
INNER JOIN reaching ON new.line = reaching.line;

CREATE UNLOGGED TABLE assigned (line bigint NOT NULL, barcode text NOT NULL)
