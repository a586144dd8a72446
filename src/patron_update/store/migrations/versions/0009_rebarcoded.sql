-- Of a decision that gave the patron another barcode: where, which one, and those that it had before, by decisions alone.
ALTER TABLE decision ADD COLUMN site text, ADD COLUMN barcode text, ADD COLUMN former_barcodes text[];

CREATE INDEX decision_rebarcoded ON decision (patron_id) WHERE barcode IS NOT NULL;
