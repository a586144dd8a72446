-- The next one may work on the run's change set.
SELECT pg_advisory_unlock(hashtextextended('patron_update run ' || $1::bigint, 0))
