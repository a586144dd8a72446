-- The merged patron goes, with the edits of staff, the absence and the sites that the kept one has already.
DELETE FROM patron
WHERE id = $1
