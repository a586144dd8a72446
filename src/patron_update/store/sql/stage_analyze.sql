-- Few rows ask for more than an update: they are found without looking at the others. Without figures the planner takes
-- a million rows for a thousand.
CREATE INDEX staged_row_action ON staged_row (line) WHERE action IS NOT NULL OR other_sites IS NOT NULL;
ANALYZE staged_row;
ANALYZE staged_missing;
