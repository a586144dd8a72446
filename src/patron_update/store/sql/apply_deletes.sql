-- Patrons that go; their associations go with them.
DELETE FROM patron
USING deleting
WHERE patron.id = deleting.patron_id AND deleting.fate = 'patron'
