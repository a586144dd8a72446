-- Patrons who have been missing for long enough.
UPDATE patron
SET
    status = 'I',
    homeroom = absent.homeroom
FROM absent
WHERE patron.id = absent.patron_id AND absent.due
