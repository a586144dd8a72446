-- One row that is there as long as the staging is: a crash of the server empties both.
INSERT INTO seal (job)
SELECT job FROM run
WHERE id = $1
