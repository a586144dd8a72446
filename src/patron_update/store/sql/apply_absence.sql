-- What they had, for the day when they return.
INSERT INTO absence (patron_id, run_id, status, homeroom, homeroom_set)
SELECT
    patron_id,
    $1::bigint AS run_id,
    old_status AS status,
    old_homeroom AS homeroom,
    inactive_homeroom AS homeroom_set
FROM absent
WHERE due
