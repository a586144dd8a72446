-- What the district file tells, for the store to take over when the run is applied.
UPDATE seal SET
    sites = $1,
    patron_types = $2
