"""Job files and the district file: their models, their loaders, their schemas and their generated documentation."""
