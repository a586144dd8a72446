-- What previews, limits by site, undo and the checks of the file need.

-- What the file last applied looked like, in figures: what a new one is compared with.
ALTER TABLE job_state ADD COLUMN file_profile jsonb;
