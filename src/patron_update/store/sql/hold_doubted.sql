-- Whoever waits for a row that is in doubt waits for a held row.
INSERT INTO held (line)
SELECT line FROM doubt
