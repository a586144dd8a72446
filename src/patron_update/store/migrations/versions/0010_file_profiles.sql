-- What each applied file looked like, and whether its run was taken back whole: the next file is held against the last
-- one that stays.
ALTER TABLE run_file ADD COLUMN profile jsonb, ADD COLUMN taken_back boolean NOT NULL DEFAULT FALSE;

UPDATE run_file SET profile = job_state.file_profile
FROM job_state
WHERE run_file.run_id = job_state.run_id;

UPDATE run_file SET taken_back = TRUE
FROM run AS undoing
WHERE run_file.run_id = undoing.undoes
