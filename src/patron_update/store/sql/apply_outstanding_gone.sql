-- Fines, holds and reserves go with their patron; loans are lost by now.
DELETE FROM outstanding
USING deleting
WHERE outstanding.patron_id = deleting.patron_id AND deleting.fate = 'patron'
