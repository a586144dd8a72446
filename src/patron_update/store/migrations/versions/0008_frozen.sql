-- Runs that a freeze calendar kept from updating anybody.
ALTER TABLE run DROP CONSTRAINT run_outcome_check,
ADD CONSTRAINT run_outcome_check CHECK (outcome IN ('completed', 'failed', 'held', 'preview', 'frozen'));
