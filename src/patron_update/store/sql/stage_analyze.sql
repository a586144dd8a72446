-- Without figures the planner takes a million rows for a thousand.
ANALYZE staged_row;
ANALYZE staged_missing;
