-- Staged rows: the domain's fields in their order, then what the row asks for besides.
COPY staged_row FROM STDIN (FORMAT csv, NULL '\N')
