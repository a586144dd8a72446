-- Rows that would do again what was taken back wait.

-- What an undo, the run, took back, by the rows that would do it again: each waits until a person has decided. `fields`
-- and `places` (site and barcode) are what had been left of its patron; `ends`: the row deletes.
CREATE TABLE taken_back (
    job text NOT NULL,
    key text NOT NULL,
    run_id bigint NOT NULL,
    patron_id bigint NOT NULL,
    ends boolean NOT NULL,
    fields jsonb NOT NULL,
    places jsonb NOT NULL,
    PRIMARY KEY (job, key, run_id)
);

ALTER TABLE decision DROP CONSTRAINT decision_verdict_check;
ALTER TABLE decision ADD CONSTRAINT decision_verdict_check CHECK (
    verdict IN ('same', 'different', 'leave', 'rebarcode', 'merge', 'again')
);
