-- Who is gone is owned by nobody, who came back by the jobs of before, and each row about the others is looked at
-- again.
WITH
gone AS (
    DELETE FROM baseline
    USING undo_effect AS effect
    WHERE baseline.patron_id = effect.patron_id AND effect.action = 'added' AND effect.kept IS NULL
),

doubtful AS (
    UPDATE baseline SET unsettled = TRUE
    FROM undo_effect AS effect
    WHERE
        baseline.patron_id = effect.patron_id
        AND effect.action = 'changed'
        AND EXISTS (
            SELECT 1 FROM change
            WHERE change.run_id = $1 AND change.patron_id = baseline.patron_id
        )
)

INSERT INTO baseline (job, key, fingerprint, patron_id, patron_version, run_id, unsettled)
SELECT
    owner.job,
    owner.key,
    owner.fingerprint,
    owner.patron_id,
    owner.patron_version,
    owner.run_id,
    TRUE AS unsettled
FROM undo_effect AS effect
CROSS JOIN LATERAL jsonb_populate_recordset(NULL::baseline, effect.aside -> 'baseline') AS owner
WHERE effect.action = 'deleted' AND effect.kept IS NULL
ON CONFLICT DO NOTHING
