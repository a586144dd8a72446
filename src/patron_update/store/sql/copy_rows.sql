-- Staged rows, in the order of the domain's fields.
COPY staged_row FROM STDIN (FORMAT csv, NULL '\N')
