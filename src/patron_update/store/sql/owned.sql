-- How many patrons the job owns: those it has applied and that its file still names.
SELECT count(*) AS owned
FROM baseline
WHERE job = $1 AND missing_since IS NULL
