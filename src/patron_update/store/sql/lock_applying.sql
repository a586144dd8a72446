-- Runs of different jobs apply one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('patron_update store', 0))
