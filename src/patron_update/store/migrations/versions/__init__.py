"""One file per revision of the schema, its statements beside it as SQL."""
