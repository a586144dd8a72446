-- Whoever works on a run's change set does so alone; the next one waits. Unlike the others this lock outlasts
-- transactions: until it is given back, or the connection ends.
SELECT pg_advisory_lock(hashtextextended('patron_update run ' || $1::bigint, 0))
