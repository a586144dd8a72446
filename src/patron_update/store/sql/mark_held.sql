-- Held rows are sound in themselves; they are tried again by every run.
UPDATE planned SET outcome = 'held'
FROM held
WHERE planned.line = held.line
