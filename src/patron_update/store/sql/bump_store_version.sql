-- Plans made before this moment are made again.
UPDATE store_version SET version = version + 1
