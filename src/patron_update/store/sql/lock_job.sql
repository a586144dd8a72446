-- Two runs of one job must not apply at once: the second is told so at once.
SELECT pg_try_advisory_xact_lock(hashtextextended('patron_update job ' || $1::text, 0)) AS got_it
