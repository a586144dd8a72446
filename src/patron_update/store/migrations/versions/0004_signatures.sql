-- What people decide stands in the history with who and why.

-- A transaction that signs its changes (`patron_update.by`, `patron_update.reason`) signs them all, those that the
-- triggers note, too.
ALTER TABLE change ADD COLUMN made_by text DEFAULT nullif(current_setting('patron_update.by', TRUE), '');
ALTER TABLE change ADD COLUMN reason text DEFAULT nullif(current_setting('patron_update.reason', TRUE), '');

-- What is done at once is a decision, too: it is applied already when it is written, by the run that asked or by the
-- merge's own.
ALTER TABLE decision DROP CONSTRAINT decision_verdict_check;
ALTER TABLE decision ADD CONSTRAINT decision_verdict_check CHECK (
    verdict IN ('same', 'different', 'leave', 'rebarcode', 'merge')
);
