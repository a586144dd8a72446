-- What the plan was made for.
UPDATE seal SET digest = $1, planned_version = store_version.version
FROM store_version
