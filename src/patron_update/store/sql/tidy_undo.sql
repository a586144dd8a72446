-- What only an undo needs, of runs that can be taken back no longer: what was of patrons beside their values. The
-- history itself stays.
UPDATE change SET aside = '{"forgotten": true}'
FROM run
WHERE change.run_id = run.id AND run.applied_at < $1 AND change.aside IS NOT NULL AND NOT change.aside ? 'forgotten'
