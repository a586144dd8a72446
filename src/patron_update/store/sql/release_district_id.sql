-- A District ID that got a new person, and the user name that went along: the former one keeps everything else.
UPDATE patron SET
    district_id = NULL,
    username = CASE WHEN username <> all(cast($2 AS text[])) THEN username END
WHERE id = $1
