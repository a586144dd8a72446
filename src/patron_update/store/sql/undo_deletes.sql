-- Patrons that the run added go; their sites, edits and absences go with them.
DELETE FROM patron
USING undo_effect
WHERE patron.id = undo_effect.patron_id AND undo_effect.action = 'added' AND undo_effect.kept IS NULL
