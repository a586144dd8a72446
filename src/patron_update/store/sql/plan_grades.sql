-- Grades before and after, of the patrons whom staged rows name: over all (site is null) and at each site. A pair that
-- fewer than five have says nothing of many.
SELECT
    planned.site,
    patron.grade_level AS before,
    planned.grade_level AS after,
    count(*) AS patrons
FROM planned
INNER JOIN patron ON planned.patron_id = patron.id
WHERE planned.outcome <> 'rejected' AND patron.grade_level IS NOT NULL AND planned.grade_level IS NOT NULL
GROUP BY
    GROUPING SETS (
        (patron.grade_level, planned.grade_level), (planned.site, patron.grade_level, planned.grade_level)
    )
HAVING count(*) >= 5 AND (grouping(planned.site) = 1 OR planned.site IS NOT NULL)
ORDER BY patrons DESC
