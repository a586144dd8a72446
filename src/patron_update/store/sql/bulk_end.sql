-- What was set aside is made again as it was, unique values before the foreign keys.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT * FROM set_aside ORDER BY kind DESC, name ASC LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', held.of_table, held.name, held.definition);
    END LOOP;
    IF EXISTS (SELECT 1 FROM set_aside) THEN
        ALTER TABLE patron_site ENABLE TRIGGER patron_site_added;
    END IF;
END;
$$
