-- Missing patrons whom the plan inactivates.
SELECT count(*) AS missing_inactivated
FROM absent
WHERE due
