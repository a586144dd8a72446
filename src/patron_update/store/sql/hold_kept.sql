-- Hold every row that wants a claim which its owner keeps, and every row that waits for one so held: the whole chain in
-- one statement, however long it is.
WITH RECURSIVE
stuck AS (
    SELECT contested.line
    FROM contested
    LEFT JOIN held AS held_owner ON contested.owner_line = held_owner.line
    WHERE contested.owner_line IS NULL OR held_owner.line IS NOT NULL
    UNION
    SELECT contested.line
    FROM contested
    INNER JOIN stuck ON contested.owner_line = stuck.line
)

INSERT INTO held (line)
SELECT line FROM stuck
EXCEPT
SELECT line FROM held
