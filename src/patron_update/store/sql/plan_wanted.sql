-- What rows want, be they held for it or for something else.
ALTER TABLE acquired RENAME TO wanted
