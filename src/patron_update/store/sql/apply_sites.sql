-- Barcodes, and secondary sites that become primary. Swapped barcodes are unique again when the transaction ends.
UPDATE patron_site
SET
    barcode = planned.barcode,
    is_primary = patron_site.is_primary OR patron_site.site = planned.site
FROM planned
WHERE
    planned.places_changed
    AND patron_site.patron_id = planned.patron_id
    AND CASE
        WHEN patron_site.site = planned.site
            THEN
                patron_site.barcode <> planned.barcode OR NOT patron_site.is_primary
        ELSE
            planned.new_card
            AND patron_site.barcode = planned.old_barcode
            AND patron_site.barcode <> planned.barcode
            AND NOT EXISTS (
                SELECT 1 FROM kept_site
                WHERE kept_site.patron_id = patron_site.patron_id AND kept_site.site = patron_site.site
            )
    END
