-- Grades before and after, of the patrons whom staged rows name. A pair that fewer than ten have says nothing of many.
SELECT
    patron.grade_level AS before,
    planned.grade_level AS after,
    count(*) AS patrons
FROM planned
INNER JOIN patron ON planned.patron_id = patron.id
WHERE planned.outcome <> 'rejected' AND patron.grade_level IS NOT NULL AND planned.grade_level IS NOT NULL
GROUP BY patron.grade_level, planned.grade_level
HAVING count(*) >= 10
ORDER BY patrons DESC
