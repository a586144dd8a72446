-- A site by its short name or one of its aliases, in any letter case; the case told comes first.
SELECT short_name FROM site
WHERE lower($1) = lower(short_name) OR lower($1) = any(lower(aliases::text)::text[])
ORDER BY short_name = $1 DESC, $1 = any(aliases) DESC, lower(short_name) = lower($1) DESC
LIMIT 1
