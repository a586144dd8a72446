-- A site by its short name or one of its aliases.
SELECT short_name FROM site
WHERE short_name = $1 OR $1 = any(aliases)
ORDER BY short_name = $1 DESC
LIMIT 1
