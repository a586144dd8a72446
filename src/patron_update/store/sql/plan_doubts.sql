-- Rows of which a person must say whom they mean: the best candidate for a new District ID, or a District ID that seems
-- to have changed hands, where only name and birth date count, since the rest may come from the key; what came is told.
-- They are held.
CREATE UNLOGGED TABLE doubt AS
SELECT DISTINCT ON (evidence.line)
    evidence.line,
    split_part(planned.key, chr(31), 1) AS key,
    planned.patron_id,
    evidence.patron_id AS other_id,
    CASE WHEN planned.patron_id IS NULL THEN 'identity_change_proposed' ELSE 'district_id_recycled' END AS code,
    concat(
        CASE WHEN planned.patron_id IS NULL THEN evidence.points ELSE -150 END,
        ' points (',
        concat_ws(
            ', ',
            CASE evidence.same_name WHEN TRUE THEN 'same name' WHEN FALSE THEN 'other name' END,
            CASE evidence.same_birthdate WHEN TRUE THEN 'same birth date' WHEN FALSE THEN 'other birth date' END,
            CASE WHEN planned.patron_id IS NULL AND evidence.same_username THEN 'same user name' END,
            CASE WHEN planned.patron_id IS NULL AND evidence.same_barcode THEN 'same barcode' END,
            CASE WHEN planned.patron_id IS NULL AND evidence.same_email THEN 'same e-mail' END
        ),
        ')',
        CASE WHEN planned.patron_id IS NOT NULL AND incoming.barcode = there.barcode THEN '; same barcode' END,
        CASE WHEN planned.patron_id IS NOT NULL AND incoming.username = other.username THEN '; same user name' END
    ) AS reckoned
FROM evidence
INNER JOIN planned ON evidence.line = planned.line
INNER JOIN incoming_row AS incoming ON evidence.line = incoming.line
INNER JOIN patron AS other ON evidence.patron_id = other.id
LEFT JOIN patron_site AS there ON other.id = there.patron_id AND planned.site = there.site
WHERE
    CASE
        WHEN planned.patron_id IS NULL THEN evidence.points >= 100
        ELSE NOT evidence.same_name AND NOT evidence.same_birthdate
    END
ORDER BY evidence.line ASC, evidence.points DESC, evidence.patron_id ASC
