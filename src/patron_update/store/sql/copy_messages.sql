-- Messages of converting and validating.
COPY staged_message FROM STDIN (FORMAT csv, NULL '\N')
