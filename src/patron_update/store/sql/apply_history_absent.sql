-- History of the patrons who were missing: no line of the file is about them.
INSERT INTO change (run_id, patron_id, action, before, after)
SELECT
    $1::bigint AS run_id,
    patron_id,
    'inactivated' AS action,
    jsonb_build_object('status', old_status)
    || CASE
        WHEN inactive_homeroom <> coalesce(old_homeroom, '') THEN jsonb_build_object('homeroom', old_homeroom)
        ELSE '{}'::jsonb
    END AS before,
    jsonb_build_object('status', 'I')
    || CASE
        WHEN inactive_homeroom <> coalesce(old_homeroom, '') THEN jsonb_build_object('homeroom', homeroom)
        ELSE '{}'::jsonb
    END AS after
FROM absent
WHERE due
