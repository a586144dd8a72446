-- A plan that is made again starts from nothing.
DROP TABLE IF EXISTS matched, planned, acquired, contested, held, tied, planned_message,
pair, evidence, collision, conflict_message;
