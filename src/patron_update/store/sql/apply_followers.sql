-- Association rows of new patrons get the number that was drawn for the row which leads.
INSERT INTO new_patron (line, patron_id)
SELECT
    associating.line,
    new_patron.patron_id
FROM associating
INNER JOIN new_patron ON associating.lead_line = new_patron.line
INNER JOIN planned ON associating.line = planned.line
WHERE associating.is_beside AND planned.outcome NOT IN ('rejected', 'held')
