-- Which of the known scenarios each conflict is, and whom it is with: the domain's conflict messages. A contested value
-- is no evidence in its own case.
CREATE UNLOGGED TABLE conflict_message AS
WITH
likely AS (
    SELECT
        collision.*,
        planned.patron_id,
        planned.key,
        CASE
            WHEN collision.field = 'username' THEN 'username_taken'
            WHEN collision.field = 'districtID' THEN 'district_id_taken'
            WHEN planned.old_site <> planned.site OR associating.line IS NOT NULL THEN 'barcode_taken_at_target'
            WHEN planned.patron_id IS NOT NULL AND there.patron_id IS NULL THEN 'barcode_taken_at_target'
            ELSE 'barcode_taken'
        END AS code,
        coalesce(
            evidence.points
            - CASE WHEN evidence.same_username AND collision.field = 'username' THEN 100 ELSE 0 END
            - CASE WHEN evidence.same_barcode AND collision.field = 'barcode' THEN 100 ELSE 0 END,
            0
        ) >= 50 AS one_person,
        planned.patron_type <> other.patron_type AS other_type
    FROM collision
    INNER JOIN planned ON collision.line = planned.line
    LEFT JOIN associating ON collision.line = associating.line AND associating.is_beside
    LEFT JOIN patron_site AS there ON planned.patron_id = there.patron_id AND collision.site = there.site
    LEFT JOIN patron AS other ON collision.owner_id = other.id
    LEFT JOIN evidence ON collision.line = evidence.line AND collision.owner_id = evidence.patron_id
)

SELECT
    likely.line,
    CASE
        WHEN likely.rival_line IS NOT NULL
            THEN
                CASE likely.field
                    WHEN 'barcode' THEN 'barcode_wanted_twice'
                    WHEN 'username' THEN 'username_wanted_twice'
                    ELSE 'district_id_wanted_twice'
                END
        WHEN ruling.verdict = 'leave' THEN 'conflict_left'
        WHEN likely.owner_line IS NOT NULL THEN 'claim_waits'
        WHEN likely.one_person AND ruling.key IS NULL AND likely.patron_id IS NOT NULL THEN concat(likely.code, '_twin')
        WHEN likely.one_person AND ruling.key IS NULL AND seal.match_using_district_id
            THEN concat(likely.code, '_same_person')
        WHEN likely.code = 'barcode_taken' AND likely.other_type THEN 'barcode_taken_other_range'
        ELSE likely.code
    END AS code,
    likely.field,
    likely.value,
    CASE
        WHEN likely.rival_line IS NOT NULL
            THEN
                concat(
                    'line ', likely.rival_line, ' of the file (',
                    patron_keys(
                        coalesce(nullif(rival_row.district_id, ''), rival_patron.district_id),
                        coalesce(nullif(rival_row.barcode, ''), rival.old_barcode),
                        nullif(rival_row.site_short_name, '')
                    ),
                    ')'
                )
        ELSE
            concat(
                'the patron ', patron_keys(keeper.district_id, home.barcode, home.site),
                CASE
                    WHEN ruling.verdict IS DISTINCT FROM 'leave' THEN ' (line ' || likely.owner_line || ' of the file)'
                END
            )
    END AS detail,
    nullif(likely.site, '') AS claim_site,
    likely.owner_id
FROM likely
CROSS JOIN seal
LEFT JOIN decision_in_force AS ruling
    ON
        seal.job = ruling.job
        AND likely.key = ruling.key
        AND likely.owner_id = ruling.patron_id
        AND ruling.verdict IN ('leave', 'different')
LEFT JOIN planned AS rival ON likely.rival_line = rival.line
LEFT JOIN incoming_row AS rival_row ON likely.rival_line = rival_row.line
LEFT JOIN patron AS rival_patron ON rival.patron_id = rival_patron.id
LEFT JOIN patron AS keeper ON likely.owner_id = keeper.id
LEFT JOIN patron_site AS home ON keeper.id = home.patron_id AND home.is_primary
