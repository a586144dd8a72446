-- A District ID that got a new person: the former one keeps everything else.
UPDATE patron SET district_id = NULL
WHERE id = $1
