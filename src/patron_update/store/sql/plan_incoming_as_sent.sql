-- The rows as the plan takes them: as they were sent.
CREATE VIEW incoming_row AS
SELECT * FROM staged_row
