-- Barcodes that a person has decided: where the patron still has the one it was given, and the row sends the one that
-- was decided about, the row's counts as missing. Any other barcode is the source's to write.
CREATE UNLOGGED TABLE barcode_decided AS
SELECT DISTINCT
    incoming.line,
    incoming.barcode AS sent,
    decision.barcode AS kept
FROM decision
INNER JOIN patron_site AS there
    ON
        decision.patron_id = there.patron_id
        AND decision.site = there.site
        AND decision.barcode = there.barcode
INNER JOIN matched ON decision.patron_id = matched.patron_id
INNER JOIN staged_row AS incoming
    ON
        matched.line = incoming.line
        AND decision.site = incoming.site_short_name
        AND incoming.barcode = any(decision.former_barcodes)
WHERE
    NOT EXISTS (
        SELECT 1 FROM amendment
        WHERE amendment.line = incoming.line AND amendment.column_name = 'barcode'
    );

INSERT INTO amendment (line, column_name)
SELECT
    line,
    'barcode' AS column_name
FROM barcode_decided
