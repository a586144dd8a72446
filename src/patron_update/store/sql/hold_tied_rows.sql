-- All rows of a tie are held. Holding rows makes no new tie, so that one pass is enough; but their patrons keep what
-- they have, so that rows waiting for it are looked at once more.
INSERT INTO held (line)
SELECT DISTINCT line FROM tied
