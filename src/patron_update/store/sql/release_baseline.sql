-- The row with the District ID means somebody else from now on. The job still owns its former patron, under a key that
-- no row has: missing from the file, like whoever left.
UPDATE baseline SET key = concat(chr(31), patron_id, chr(31), key)
WHERE job = $1 AND patron_id = $2 AND split_part(key, chr(31), 1) = $3
