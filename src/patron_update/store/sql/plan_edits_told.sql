-- What came of the edits of staff: the message about each, and whether nothing is left of it. Not by delete rows,
-- nor by association rows that write no field.
CREATE UNLOGGED TABLE edit_told AS
WITH
compared AS (
    SELECT
        edit_met.*,
        CASE
            WHEN edit_met.field = 'password' THEN planned.password_changed
            WHEN edit_met.field = 'barcode' THEN planned.barcode <> edit_met.stored
            WHEN edit_met.field = 'status' THEN planned.status <> edit_met.stored
            WHEN edit_met.field = 'homeroom' THEN coalesce(planned.homeroom, '') <> edit_met.stored
            ELSE
                coalesce(to_jsonb(planned) ->> field_column(edit_met.field), '')
                <> coalesce(to_jsonb(former) ->> field_column(edit_met.field), '')
        END AS changes,
        CASE WHEN length(edit_met.sent) > 60 THEN left(edit_met.sent, 59) || '…' ELSE edit_met.sent END AS shown
    FROM edit_met
    INNER JOIN planned ON edit_met.line = planned.line
    INNER JOIN patron AS former ON edit_met.patron_id = former.id
    LEFT JOIN deleting ON edit_met.line = deleting.line
    LEFT JOIN associating ON edit_met.line = associating.line AND associating.is_beside
    WHERE planned.outcome NOT IN ('rejected', 'held') AND deleting.line IS NULL AND associating.line IS NULL
)

SELECT
    line,
    patron_id,
    field,
    CASE
        WHEN field = 'password' THEN NOT kept
        ELSE sent = stored OR (changes AND NOT kept)
    END AS settled,
    CASE
        WHEN NOT kept AND NOT changes THEN NULL
        WHEN field <> 'password' AND sent = stored THEN NULL
        WHEN field <> 'password' AND sent <> applied THEN 'changed_by_both'
        WHEN kept THEN 'staff_edit_kept'
        ELSE 'staff_edit_overwritten'
    END AS code,
    CASE WHEN field = 'password' THEN '(hidden)' ELSE stored END AS value,
    CASE
        WHEN field = 'password' THEN '(hidden)'
        WHEN sent = applied THEN shown
        WHEN kept THEN concat('''', shown, '''; the staff''s value is kept')
        ELSE concat('''', shown, '''; the SIS''s value is taken')
    END AS detail
FROM compared
