-- What the rules of the update need beyond the first store.

-- The history tells merges and the edits of staff too.
ALTER TABLE change DROP CONSTRAINT change_action_check;
ALTER TABLE change ADD CONSTRAINT change_action_check CHECK (
    action IN ('added', 'updated', 'transferred', 'associated', 'inactivated', 'deleted', 'merged', 'edited')
);
