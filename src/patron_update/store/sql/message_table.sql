-- Messages of a run that applied nothing arrive here first.
CREATE TEMPORARY TABLE staged_message (
    line bigint,
    code text NOT NULL,
    site text,
    district_id text,
    barcode text,
    field text,
    value text,
    detail text
) ON COMMIT DROP
