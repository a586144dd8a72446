-- Of association rows that contradict each other about a new patron, none is right.
UPDATE planned SET
    outcome = 'held', rival_line = associating.rival_line, places_changed = FALSE, fields_changed = FALSE
FROM associating
WHERE
    planned.line = associating.line
    AND NOT associating.is_beside
    AND associating.rival_line IS NOT NULL
    AND planned.outcome <> 'rejected'
