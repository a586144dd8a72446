-- A delete row whose other values cannot be true deletes nothing.
DELETE FROM deleting
USING held
WHERE deleting.line = held.line
