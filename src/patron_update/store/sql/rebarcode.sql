-- Another card for a patron at one site.
UPDATE patron_site SET barcode = $3
WHERE patron_id = $1 AND site = $2
