-- Every message of the plan. A rejected or held row tells only why; warnings are about rows that are applied.
CREATE UNLOGGED TABLE planned_message AS
WITH
rejected AS (
    SELECT
        planned.line,
        told.code,
        told.field,
        told.value,
        told.detail,
        NULL::text AS claim_site
    FROM planned
    LEFT JOIN site AS old_site ON planned.old_site = old_site.short_name
    LEFT JOIN site AS new_site ON planned.site = new_site.short_name
    CROSS JOIN
        LATERAL (
            VALUES
            ('site_unknown', 'siteShortName', nullif(planned.site, ''), NULL, NOT planned.site_known),
            ('last_name_required', 'lastName', NULL, NULL, planned.site_known AND planned.last_name IS NULL),
            ('barcode_required', 'barcode', NULL, NULL, planned.site_known AND planned.barcode IS NULL),
            (
                'district_id_required', 'districtID', NULL, NULL,
                planned.site_known AND planned.patron_id IS NULL AND planned.district_id_lacking
            ),
            (
                concat('barcode_range_', CASE WHEN new_site.barcode_first IS NULL THEN 'missing' ELSE 'exhausted' END),
                'barcode', NULL, planned.site, planned.site_known AND planned.barcode = 'autoassign'
            ),
            (
                'transfer_between_kinds', 'siteShortName', NULL,
                concat(planned.old_site, ' (', old_site.kind, ') and ', planned.site, ' (', new_site.kind, ')'),
                planned.between_kinds
            )
        ) AS told (code, field, value, detail, applies)
    WHERE
        planned.outcome = 'rejected'
        AND told.applies
        AND planned.line NOT IN (
            SELECT associating.line FROM associating
            WHERE associating.is_beside
        )
),

warned AS (
    SELECT
        planned.line,
        told.code,
        told.field,
        told.value,
        told.detail,
        CASE WHEN told.field = 'accessLevel' AND deleting.fate = 'primary' THEN deleting.heir END AS claim_site
    FROM planned
    INNER JOIN site ON planned.site = site.short_name
    LEFT JOIN deleting ON planned.line = deleting.line
    CROSS JOIN
        LATERAL (
            VALUES
            ('last_name_blank', 'lastName', NULL, NULL, planned.last_name_blank),
            ('barcode_blank', 'barcode', NULL, NULL, planned.barcode_blank),
            ('district_id_missing', 'districtID', NULL, NULL, planned.district_id_lacking),
            ('district_id_blank', 'districtID', NULL, NULL, planned.district_id_blank),
            (
                'access_level_defaulted', 'accessLevel', NULL, planned.access_level,
                planned.access_level_defaulted
            ),
            (
                'access_level_unknown', 'accessLevel', planned.access_level_unknown, planned.access_level,
                planned.access_level_unknown IS NOT NULL
            ),
            ('patron_type_defaulted', 'patronType', NULL, site.default_patron_type, planned.patron_type_defaulted),
            (
                'resource_group_defaulted', 'resourceGroup', NULL, site.default_resource_group,
                planned.resource_group_defaulted
            ),
            ('password_without_username', 'password', NULL, NULL, planned.password_refused),
            ('reactivated', 'status', NULL, NULL, planned.reactivated)
        ) AS told (code, field, value, detail, applies)
    WHERE
        (
            planned.outcome NOT IN ('rejected', 'held')
            OR deleting.fate = 'refused'
        )
        AND (
            planned.last_name_blank OR planned.barcode_blank OR planned.district_id_lacking OR planned.district_id_blank
            OR planned.access_level_defaulted OR planned.access_level_unknown IS NOT NULL
            OR planned.patron_type_defaulted OR planned.resource_group_defaulted OR planned.password_refused
            OR planned.reactivated
        )
        AND told.applies
),

new_type AS (
    SELECT
        planned.patron_type AS name,
        min(planned.line) AS line
    FROM planned
    LEFT JOIN patron_type ON planned.patron_type = patron_type.name
    WHERE
        planned.fields_changed
        AND planned.patron_type IS NOT NULL
        AND patron_type.name IS NULL
    GROUP BY planned.patron_type
),

known_type AS (
    SELECT name FROM patron_type
    UNION ALL
    SELECT name FROM new_type
),

-- A type that differs from another one in upper and lower case only is told with it.
created AS (
    SELECT
        new_type.line,
        'patron_type_created' AS code,
        'patronType' AS field,
        new_type.name AS value,
        ' (did you mean ''' || min(known.name COLLATE "C") || '''?)' AS detail,
        NULL::text AS claim_site
    FROM new_type
    LEFT JOIN known_type AS known
        ON new_type.name <> known.name AND lower_letters(new_type.name) = lower_letters(known.name)
    GROUP BY new_type.line, new_type.name
),

named_twice AS (
    SELECT
        planned.line,
        CASE WHEN staged_row.action = 'delete' THEN 'deletion_waits' ELSE 'patron_named_twice' END AS code,
        NULL::text AS field,
        NULL::text AS value,
        CASE
            WHEN planned.rival_line = 0 THEN 'an unchanged row of the file'
            ELSE concat('line ', planned.rival_line, ' of the file')
        END AS detail,
        NULL::text AS claim_site
    FROM planned
    INNER JOIN staged_row ON planned.line = staged_row.line
    WHERE
        planned.outcome = 'held'
        AND planned.rival_line IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM decided
            WHERE decided.line = planned.line AND decided.is_ordinary
        )
),

-- What a person decided, done or not.
ruled AS (
    SELECT
        planned.line,
        CASE WHEN planned.outcome = 'held' THEN 'identity_refused' ELSE 'identity_decided' END AS code,
        'districtID' AS field,
        NULL::text AS value,
        concat(
            'the patron ', patron_keys(stored.district_id, home.barcode, home.site),
            CASE
                WHEN planned.rival_line = 0 THEN ' (an unchanged row of the file)'
                ELSE ' (line ' || planned.rival_line || ' of the file)'
            END
        ) AS detail,
        NULL::text AS claim_site
    FROM decided
    INNER JOIN planned ON decided.line = planned.line
    INNER JOIN patron AS stored ON decided.patron_id = stored.id
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
    WHERE
        decided.is_ordinary
        AND planned.outcome <> 'rejected'
        AND (planned.outcome <> 'held' OR planned.rival_line IS NOT NULL)
),

doubted AS (
    SELECT
        doubt.line,
        doubt.code,
        CASE WHEN doubt.code NOT IN ('taken_back', 'patron_frozen') THEN 'districtID' END AS field,
        NULL::text AS value,
        CASE
            WHEN doubt.code IN ('taken_back', 'patron_frozen') THEN doubt.reckoned
            ELSE
                concat('the patron ', patron_keys(other.district_id, home.barcode, home.site), ': ', doubt.reckoned)
        END AS detail,
        NULL::text AS claim_site
    FROM doubt
    LEFT JOIN patron AS other ON doubt.other_id = other.id
    LEFT JOIN patron_site AS home ON other.id = home.patron_id AND home.is_primary
),

edited AS (
    SELECT
        line,
        code,
        field,
        value,
        detail,
        NULL::text AS claim_site
    FROM edit_told
    WHERE code IS NOT NULL
    UNION ALL
    SELECT
        barcode_decided.line,
        'staff_edit_kept' AS code,
        'barcode' AS field,
        barcode_decided.kept AS value,
        barcode_decided.sent AS detail,
        NULL::text AS claim_site
    FROM barcode_decided
    INNER JOIN staged_row ON barcode_decided.line = staged_row.line AND staged_row.action IS DISTINCT FROM 'delete'
    INNER JOIN planned ON barcode_decided.line = planned.line
    WHERE planned.outcome NOT IN ('rejected', 'held')
),

assignment AS (
    SELECT
        assigned.line,
        'barcode_assigned' AS code,
        'barcode' AS field,
        assigned.barcode AS value,
        NULL::text AS detail,
        NULL::text AS claim_site
    FROM assigned
    INNER JOIN planned ON assigned.line = planned.line
    WHERE planned.outcome = 'added'
),

association AS (
    SELECT
        line,
        'association_between_kinds' AS code,
        'siteShortName' AS field,
        NULL::text AS value,
        between_kinds AS detail,
        NULL::text AS claim_site
    FROM associating
    WHERE is_beside AND between_kinds IS NOT NULL
    UNION ALL
    SELECT
        contested.line,
        CASE WHEN staged_row.action = 'delete' THEN 'deletion_waits' ELSE 'association_waits' END AS code,
        NULL AS field,
        NULL AS value,
        concat('line ', contested.owner_line, ' of the file') AS detail,
        NULL AS claim_site
    FROM contested
    INNER JOIN staged_row ON contested.line = staged_row.line
    INNER JOIN held ON contested.line = held.line
    INNER JOIN held AS lead ON contested.owner_line = lead.line
    LEFT JOIN parked ON contested.line = parked.line
    WHERE
        contested.field = 'lead'
        AND parked.line IS NULL
        AND contested.line NOT IN (SELECT doubt.line FROM doubt)
    UNION ALL
    SELECT
        line,
        'association_waits' AS code,
        NULL AS field,
        NULL AS value,
        concat('line ', waits_for, ' of the file') AS detail,
        NULL AS claim_site
    FROM associating
    WHERE waits_for IS NOT NULL
    UNION ALL
    SELECT DISTINCT
        lead.line,
        'primary_site_chosen' AS code,
        NULL AS field,
        NULL AS value,
        lead.site AS detail,
        NULL AS claim_site
    FROM associating
    INNER JOIN associating AS lead ON associating.lead_line = lead.line AND associating.line <> lead.line
    INNER JOIN planned ON lead.line = planned.line
    WHERE planned.outcome = 'added'
    UNION ALL
    SELECT
        further.line,
        further.problem AS code,
        'siteShortName' AS field,
        CASE WHEN further.problem = 'other_site_unknown' THEN further.site END AS value,
        further.detail,
        NULL AS claim_site
    FROM further
    INNER JOIN planned ON further.line = planned.line
    WHERE further.problem IN ('other_site_unknown', 'other_site_between_kinds') AND planned.outcome <> 'held'
),

deletion AS (
    SELECT
        deleting.line,
        CASE deleting.fate
            WHEN 'nobody' THEN 'deletion_no_match'
            WHEN 'elsewhere' THEN 'deletion_elsewhere'
            WHEN 'another' THEN 'deletion_of_another'
            WHEN 'refused' THEN 'deletion_refused'
            WHEN 'patron' THEN 'deleted_with_outstanding'
            ELSE 'association_ended'
        END AS code,
        CASE WHEN deleting.fate = 'another' THEN 'districtID' END AS field,
        NULL::text AS value,
        deleting.detail,
        NULL::text AS claim_site
    FROM deleting
    WHERE deleting.fate NOT IN ('patron', 'contradicted') OR (deleting.fate = 'patron' AND deleting.figures IS NOT NULL)
),

-- These are about patrons whom no row names.
absence_told AS (
    SELECT
        'missing_inactivated' AS code,
        home.site,
        stored.district_id,
        home.barcode,
        NULL::text AS value,
        concat(
            'since ', to_char(absent.since AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
            ', in ', absent.runs, ' Full updates in a row'
        ) AS detail
    FROM absent
    INNER JOIN patron AS stored ON absent.patron_id = stored.id
    LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
    WHERE absent.due
    UNION ALL
    SELECT
        'missing_waiting' AS code,
        NULL::text AS site,
        NULL::text AS district_id,
        NULL::text AS barcode,
        count(*)::text AS value,
        NULL::text AS detail
    FROM absent
    WHERE NOT due AND jobs IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'missing_elsewhere' AS code,
        NULL::text AS site,
        NULL::text AS district_id,
        NULL::text AS barcode,
        count(DISTINCT absent.patron_id)::text AS value,
        string_agg(DISTINCT elsewhere.job COLLATE "C", ', ' ORDER BY elsewhere.job COLLATE "C") AS detail
    FROM absent
    CROSS JOIN unnest(absent.jobs) AS elsewhere (job)
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'absence_not_counted' AS code,
        NULL::text AS site,
        NULL::text AS district_id,
        NULL::text AS barcode,
        NULL::text AS value,
        absence_doubt AS detail
    FROM seal
    WHERE inactivate_after_days IS NOT NULL AND absence_doubt IS NOT NULL
),

told AS (
    SELECT * FROM rejected
    UNION ALL
    SELECT * FROM warned
    UNION ALL
    SELECT * FROM created
    UNION ALL
    SELECT * FROM named_twice
    UNION ALL
    SELECT * FROM edited
    UNION ALL
    SELECT * FROM assignment
    UNION ALL
    SELECT * FROM association
    UNION ALL
    SELECT * FROM deletion
    UNION ALL
    SELECT
        line,
        code,
        field,
        value,
        detail,
        claim_site
    FROM conflict_message
    UNION ALL
    SELECT
        line,
        'site_waits' AS code,
        NULL AS field,
        NULL AS value,
        sites AS detail,
        NULL AS claim_site
    FROM parked
    UNION ALL
    SELECT * FROM doubted
    UNION ALL
    SELECT * FROM ruled
)

SELECT
    told.line,
    told.code,
    coalesce(told.claim_site, nullif(incoming.site_short_name, '')) AS site,
    coalesce(nullif(incoming.district_id, ''), stored.district_id) AS district_id,
    coalesce(nullif(incoming.barcode, ''), planned.old_barcode) AS barcode,
    told.field,
    CASE WHEN length(told.value) > 60 THEN left(told.value, 59) || '…' ELSE told.value END AS value,
    told.detail
FROM told
INNER JOIN incoming_row AS incoming ON told.line = incoming.line
INNER JOIN planned ON told.line = planned.line
LEFT JOIN patron AS stored ON planned.patron_id = stored.id
UNION ALL
SELECT
    NULL::bigint AS line,
    code,
    site,
    district_id,
    barcode,
    NULL::text AS field,
    value,
    detail
FROM absence_told
