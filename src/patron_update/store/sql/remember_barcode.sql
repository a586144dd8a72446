-- The barcode that a decision gave, and those before it that were decided about: the source may still send the first.
UPDATE decision SET
    site = $2,
    barcode = $3,
    former_barcodes = coalesce(
        (
            SELECT earlier.former_barcodes FROM decision AS earlier
            WHERE earlier.patron_id = decision.patron_id AND earlier.site = $2 AND earlier.barcode = $4
            ORDER BY earlier.id DESC LIMIT 1
        ),
        '{}'
    ) || $4::text
WHERE id = $1
