-- Who makes the changes of this transaction, and why: the history takes both from here.
SELECT
    set_config('patron_update.by', $1, TRUE) AS made_by,
    set_config('patron_update.reason', $2, TRUE) AS reason
