-- What limits judge beside the rows: by primary site, the patrons that the job owns, those who leave the site, and
-- those who are inactivated for missing from the file.
CREATE UNLOGGED TABLE at_site AS
WITH
figure AS (
    SELECT
        home.site,
        count(*) AS owned,
        0 AS leaving,
        0 AS missing_inactivated
    FROM patron_site AS home
    WHERE
        home.is_primary
        AND EXISTS (
            SELECT 1
            FROM seal
            INNER JOIN baseline ON seal.job = baseline.job
            WHERE baseline.patron_id = home.patron_id AND baseline.missing_since IS NULL
        )
    GROUP BY home.site
    UNION ALL
    SELECT
        old_site AS site,
        0 AS owned,
        1 AS leaving,
        0 AS missing_inactivated
    FROM planned
    WHERE outcome = 'transferred' AND old_site IS NOT NULL
    UNION ALL
    SELECT
        coalesce(home.site, '') AS site,
        0 AS owned,
        0 AS leaving,
        1 AS missing_inactivated
    FROM absent
    LEFT JOIN patron_site AS home ON absent.patron_id = home.patron_id AND home.is_primary
    WHERE absent.due
)

SELECT
    site,
    sum(owned)::integer AS owned,
    sum(leaving)::integer AS leaving,
    sum(missing_inactivated)::integer AS missing_inactivated
FROM figure
GROUP BY site
