-- Edits of staff of which nothing is left.
DELETE FROM staff_edit
USING edit_told
WHERE
    staff_edit.patron_id = edit_told.patron_id
    AND staff_edit.field = edit_told.field
    AND edit_told.settled
