-- The plan's options, and whether anything that it rests on has moved: the store, or a patron that it would change.
SELECT
    seal.match_using_district_id,
    seal.access_level_mapped,
    seal.patron_type_mapped,
    jsonb_path_exists(seal.ownership, '$.*.* ? (@ == "fill_blank")') AS fills_blanks,
    seal.digest,
    seal.planned_version,
    store_version.version AS store_version
FROM seal
CROSS JOIN store_version
