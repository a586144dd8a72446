-- What taking back needs beside the history.

-- What a change took away that is no value of the patron: edits of staff, an absence, items, the jobs that owned it.
ALTER TABLE change ADD COLUMN aside jsonb;

-- The run that this one took back.
ALTER TABLE run ADD COLUMN undoes bigint;

-- Several changes of one patron as one: of each key the last value counts.
CREATE AGGREGATE jsonb_merged (jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

-- All that goes with a patron and is no value of it.
CREATE FUNCTION patron_aside(patron_number bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'edits', (
            SELECT coalesce(jsonb_object_agg(field, jsonb_build_object('applied', applied)), '{}')
            FROM staff_edit WHERE patron_id = patron_number
        ),
        'absence', (SELECT to_jsonb(absence) FROM absence WHERE patron_id = patron_number),
        'outstanding', (
            SELECT coalesce(jsonb_agg(to_jsonb(outstanding) ORDER BY id), '[]')
            FROM outstanding WHERE patron_id = patron_number
        ),
        'baseline', (
            SELECT coalesce(jsonb_agg(to_jsonb(baseline)), '[]') FROM baseline WHERE patron_id = patron_number
        )
    )
$$;
