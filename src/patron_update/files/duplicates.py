"""Rows of one file that name the same patron: copies are skipped, contradictions held."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.files.conversion_sql import KEY_SEPARATOR
from patron_update.files.database import write
from patron_update.files.records import DUPLICATES, view

if TYPE_CHECKING:
    import duckdb

    from patron_update.files.workspace import RunFolder

SHOWN = 3
"""Lines that a message about contradicting rows names."""


def settle_duplicates(
    connection: duckdb.DuckDBPyConnection, folder: RunFolder, *, updates_deleted: bool = False
) -> None:
    """Give rows with the same match key their outcomes; leave table ``duplicates`` (line, outcome, code, detail).

    Of rows with the same values the first stays, whatever it says. Rows that delete say the same, unless
    ``updates_deleted``, when they have District ID and birth date in common: nothing else of them counts, since another
    name alone is no reason to ask whom they mean. Rows that contradict each other are all held: none of them is more
    right than the others. A row that deletes a patron from a site contradicts one that wants the same District ID
    there: each would undo the other, night after night. So does, where the key is site and barcode, one that deletes
    them and one that lists the site for a patron with that barcode, unless both name a District ID, and not the same.
    Rows that delete from different sites do not contradict each other. Rejected rows take no part.
    """
    # Where the key is a District ID a row that deletes speaks of one site alone, as one that associates does.
    of_site = (
        f"if(action = 'delete' AND NOT contains(key, {KEY_SEPARATOR}), key || {KEY_SEPARATOR} || site_short_name, key)"
    )
    whom = "hash(coalesce(district_id, ''), coalesce(birthdate, ''))"
    said = "fingerprint" if updates_deleted else f"if(action = 'delete', {whom}, fingerprint)"
    connection.execute(f"""
        CREATE TEMP TABLE duplicates AS
        -- Read twice where a key comes twice; else only the keys are read, and nothing of all rows is kept.
        WITH rows AS NOT MATERIALIZED (
            SELECT line, {of_site} AS key, {said} AS said, fingerprint FROM ({view(folder)}) WHERE outcome IS NULL
        ),
        -- Keys are grouped by their hash first: eight bytes each, and nearly always that is the end of it.
        suspects AS (SELECT hash(key) AS hashed FROM rows GROUP BY hashed HAVING count(*) > 1),
        twins AS MATERIALIZED (SELECT * FROM rows SEMI JOIN suspects ON hash(rows.key) = suspects.hashed),
        groups AS (
            SELECT key, count(*) AS size, count(DISTINCT said) > 1 AS contradict,
                   -- The first of copies. Rows that delete may differ in what does not count: order must not, either.
                   arg_min(line, (fingerprint, line)) AS staying, min(line, {SHOWN + 1}) AS first_lines
            FROM twins GROUP BY key HAVING size > 1
        ),
        named AS (
            SELECT line, contradict, size, staying,
                   list_filter(first_lines, lambda other: other <> line)[:{SHOWN}] AS others
            FROM twins JOIN groups USING (key)
        ),
        settled AS (SELECT line FROM named WHERE contradict OR line <> staying),
        ending AS MATERIALIZED (
            SELECT district_id, site_short_name, min(line) AS deleting FROM ({view(folder)})
            WHERE outcome IS NULL AND action = 'delete' AND district_id <> '' GROUP BY ALL
        ),
        asking AS MATERIALIZED (
            SELECT line, district_id, site_short_name, action, deleting
            FROM (SELECT * FROM ({view(folder)}) WHERE outcome IS NULL AND (action IS NOT NULL OR key = district_id))
            JOIN ending USING (district_id, site_short_name) ANTI JOIN settled USING (line)
        ),
        -- Where the key is site and barcode, a row that deletes them and one that lists them for its patron.
        ended AS MATERIALIZED (
            SELECT line, key, district_id FROM ({view(folder)})
            WHERE outcome IS NULL AND action = 'delete' AND contains(key, {KEY_SEPARATOR})
        ),
        listed AS MATERIALIZED (
            SELECT listing.line, ended.line AS deleting
            FROM (
                SELECT line, district_id, unnest(string_split(other_sites, {KEY_SEPARATOR})) AS other, barcode
                FROM ({view(folder)})
                WHERE outcome IS NULL AND other_sites IS NOT NULL AND action IS DISTINCT FROM 'delete'
            ) AS listing
            JOIN ended ON listing.other || {KEY_SEPARATOR} || listing.barcode = ended.key
            WHERE (listing.district_id <> '' AND ended.district_id <> '' AND listing.district_id <> ended.district_id)
                IS NOT TRUE
        ),
        at_odds AS (
            SELECT district_id, site_short_name, min(line) AS staying
            FROM asking WHERE action IS DISTINCT FROM 'delete' GROUP BY ALL
        )
        SELECT line, 'skipped' AS outcome, 'duplicate_row' AS code, 'line ' || staying AS detail
        FROM named WHERE NOT contradict AND line <> staying
        UNION ALL
        SELECT line, 'held', 'duplicate_key',
               CASE WHEN size = 2 THEN 'line ' ELSE 'lines ' END || array_to_string(others, ', ')
               || CASE WHEN size - 1 > {SHOWN} THEN ' and ' || (size - 1 - {SHOWN}) || ' more' ELSE '' END
        FROM named WHERE contradict
        UNION ALL
        SELECT line, 'held', 'duplicate_key', 'line ' || if(action = 'delete', staying, deleting)
        FROM asking JOIN at_odds USING (district_id, site_short_name)
        UNION ALL
        SELECT line, 'held', 'duplicate_key', 'line ' || other
        FROM (
            SELECT line, min(deleting) AS other FROM listed GROUP BY line
            UNION ALL
            SELECT deleting, min(line) FROM listed GROUP BY deleting
        )
        ANTI JOIN settled USING (line)
        ANTI JOIN (SELECT line FROM asking JOIN at_odds USING (district_id, site_short_name)) USING (line)
    """)
    if connection.execute("SELECT 1 FROM duplicates LIMIT 1").fetchone():
        write(connection, "SELECT line, outcome FROM duplicates ORDER BY line", folder.file(DUPLICATES))
