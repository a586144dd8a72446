-- What came of the edits of staff: the message about each, and whether nothing is left of it.
CREATE UNLOGGED TABLE edit_told AS
WITH
compared AS (
    SELECT
        edit_met.*,
        CASE edit_met.field
            WHEN 'password' THEN planned.password_changed
            WHEN 'barcode' THEN planned.barcode <> edit_met.stored
            ELSE
                to_jsonb(planned) ->> field_column(edit_met.field)
                IS DISTINCT FROM to_jsonb(former) ->> field_column(edit_met.field)
        END AS changes
    FROM edit_met
    INNER JOIN planned ON edit_met.line = planned.line
    INNER JOIN patron AS former ON edit_met.patron_id = former.id
    WHERE planned.outcome NOT IN ('rejected', 'held')
)

SELECT
    compared.line,
    compared.patron_id,
    compared.field,
    CASE
        WHEN compared.field = 'password' THEN NOT compared.kept
        ELSE compared.sent = compared.stored OR (compared.changes AND NOT compared.kept)
    END AS settled,
    CASE
        WHEN NOT compared.kept AND NOT compared.changes THEN NULL
        WHEN compared.field <> 'password' AND compared.sent = compared.stored THEN NULL
        WHEN compared.field <> 'password' AND compared.sent <> compared.applied THEN 'changed_by_both'
        WHEN compared.kept THEN 'staff_edit_kept'
        ELSE 'staff_edit_overwritten'
    END AS code,
    CASE WHEN compared.field = 'password' THEN '(hidden)' ELSE compared.stored END AS value,
    CASE
        WHEN compared.field = 'password' THEN '(hidden)'
        WHEN compared.sent = compared.applied THEN shown.sent
        WHEN compared.kept THEN concat('''', shown.sent, '''; the staff''s value is kept')
        ELSE concat('''', shown.sent, '''; the SIS''s value is taken')
    END AS detail
FROM compared
CROSS JOIN LATERAL (
    SELECT CASE WHEN length(compared.sent) > 60 THEN left(compared.sent, 59) || '…' ELSE compared.sent END AS sent
) AS shown
