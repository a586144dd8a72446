-- Held rows are sound in themselves; they write nothing and are tried again by every run.
UPDATE planned SET outcome = 'held', fields_changed = FALSE, places_changed = FALSE, password_changed = FALSE
FROM held
WHERE planned.line = held.line
