"""CSV in, converted records out: the workspace, encodings, reading and comparing. The only room that knows DuckDB."""
