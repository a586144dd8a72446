-- A new patron gets the barcode that was chosen.
INSERT INTO amendment (line, column_name, value)
SELECT
    line,
    'barcode' AS column_name,
    barcode AS value
FROM assigned
