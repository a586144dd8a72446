-- Items go with their patron.
DELETE FROM outstanding
USING undo_effect
WHERE outstanding.patron_id = undo_effect.patron_id AND undo_effect.action = 'added' AND undo_effect.kept IS NULL
