-- Most nights take every row as it was sent.
SELECT exists(SELECT 1 FROM amendment) AS found
