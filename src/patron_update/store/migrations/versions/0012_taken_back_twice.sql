-- One key may stand on a row that updates and on one that deletes from a site: both may have been taken back.
ALTER TABLE taken_back DROP CONSTRAINT taken_back_pkey;
ALTER TABLE taken_back ADD PRIMARY KEY (job, key, run_id, ends);
