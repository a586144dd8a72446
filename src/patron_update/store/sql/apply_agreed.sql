-- A row that holds now, also one that changed nothing, is at odds with nothing that was taken back, unless another of
-- its key waits: one that deletes from a site, say.
DELETE FROM taken_back
USING planned
WHERE
    taken_back.job = $1::text
    AND taken_back.key = planned.key
    AND planned.outcome NOT IN ('rejected', 'held', 'skipped')
    AND planned.key NOT IN (
        SELECT waiting.key FROM planned AS waiting
        WHERE waiting.outcome = 'held'
    )
