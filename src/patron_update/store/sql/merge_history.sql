-- What the merge did to one of the two.
INSERT INTO change (run_id, patron_id, action, before, after)
VALUES ($1, $2, 'merged', $3, $4)
