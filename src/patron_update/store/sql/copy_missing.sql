-- Keys of the baseline that the file does not name.
COPY staged_missing FROM STDIN (FORMAT csv, NULL '\N')
