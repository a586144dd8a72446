-- What was asked about a patron who is gone: the next run asks what is left to ask.
DELETE FROM question
WHERE patron_id = $1 OR other_id = $1
