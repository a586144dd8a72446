-- Staged rows by site and outcome.
SELECT
    site,
    outcome,
    count(*) AS line_count
FROM planned
GROUP BY site, outcome
