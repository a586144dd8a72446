-- Most nights nobody asks for a barcode.
SELECT coalesce(max(tier), 0) AS tiers
FROM asking
