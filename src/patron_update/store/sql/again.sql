-- What was taken back may be done again by this row.
DELETE FROM taken_back
WHERE job = $1 AND key = $2
