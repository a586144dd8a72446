-- Whom another run has taken back is as the file says again: nothing is left to decide. $1: this run; $2: that one.
DELETE FROM taken_back
USING change
WHERE taken_back.run_id = $2 AND taken_back.patron_id = change.patron_id AND change.run_id = $1
