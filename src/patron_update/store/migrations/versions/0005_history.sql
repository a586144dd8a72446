-- What the history needs: where a value came from, and whom it is about when the patron is gone.

-- By field, the template of the properties file that made the run's values.
ALTER TABLE run ADD COLUMN templates jsonb;

-- A patron whole, as the history keeps it: fields, primary site and barcode, all associations. Never the password.
CREATE FUNCTION patron_state(stored patron) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT patron_fields(stored) || jsonb_build_object(
        'siteShortName', home.site,
        'barcode', home.barcode,
        'associations', patron_places(stored.id)
    )
    FROM (VALUES (1)) AS one
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
$$;

-- Patrons who are gone are found by the keys that they had.
CREATE INDEX change_gone_district_id ON change ((before ->> 'districtID')) WHERE action IN ('deleted', 'merged');
CREATE INDEX change_gone_barcode ON change ((before ->> 'barcode')) WHERE action IN ('deleted', 'merged');

-- Staff delete patrons, too: their last state stays.
CREATE FUNCTION note_staff_deletion() RETURNS trigger LANGUAGE plpgsql SET search_path = patron_update AS $$
BEGIN
    INSERT INTO change (patron_id, action, before) VALUES (OLD.id, 'deleted', patron_state(OLD));
    RETURN OLD;
END;
$$;

CREATE TRIGGER patron_deleted BEFORE DELETE ON patron
FOR EACH ROW WHEN (is_staff())
EXECUTE FUNCTION note_staff_deletion();
