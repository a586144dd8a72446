"""The SQL that turns the columns of a file into records: one statement, one pass, built from fixed templates."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import AUTOASSIGN, BY_NAME, FIELDS, UnknownStatus
from patron_update.files.database import text
from patron_update.files.fields_sql import FieldSql, message, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from patron_update.files.scan import Scan

KEY_SEPARATOR = "chr(31)"
"""Between site and barcode of a match key, and between the names of sites; no value holds it."""
PROBLEMS = '[{"code": "VARCHAR", "field": "VARCHAR", "value": "VARCHAR", "detail": "VARCHAR"}]'
"""The form of a row's messages, which are kept as one JSON text: to write lists of structs takes as long as writing ten
columns of texts, though hardly a row has any."""
_LEFT_OUT = "blank OR skipped_by IS NOT NULL"
"""Rows that count as if the file did not hold them; they have no key."""
_SITE, _BARCODE, _DISTRICT_ID = (BY_NAME[name] for name in ("siteShortName", "barcode", "districtID"))
_IDENTITY = {_SITE.column, _BARCODE.column, _DISTRICT_ID.column}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A properties file as SQL over the columns c1..cn (VARCHAR, never NULL, without blanks around) of a file."""

    expressions: Mapping[str, str]
    """By field name."""
    columns_used: frozenset[int]
    kept: frozenset[int] = frozenset()
    """Columns whose texts stay beside the records, as c1..cn, for whoever looks at the conversion closely."""
    by_name: bool = False
    """Columns were found by their names in the header."""
    dates: frozenset[str] = frozenset()
    """Fields whose expression gives MM/DD/YYYY, chr(0) with the original, a blank text or NULL, and nothing else."""
    trimmed: frozenset[str] = frozenset()
    """Fields whose expression never gives a text with blanks around it."""
    python_functions: Mapping[str, Callable[..., str | None]] = dataclasses.field(default_factory=dict)
    """What the expressions call besides DuckDB's own functions: texts in, text or None out."""
    skipped_by: str = "NULL"
    """Which rules skip a row, as a message names them; NULL for a row that goes on."""
    action: str = "NULL"
    """What a row asks for: ``delete``, ``associate``, or NULL for an ordinary one."""
    updates_deleted: bool = False
    """A row that deletes has its values applied first. If not, they are nobody's business."""
    other_sites: str = "NULL"
    """Names of further sites that a row's patron is associated with, as the file sends them, joined by U+001F."""
    unmapped_site: str = "NULL"
    """Why a row names no site: a struct of the ``value`` that the map ``table`` does not cover, or NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What the properties file says about a file, and what a look over the file's bytes told."""

    compiled: Compiled
    columns: int
    match_using_district_id: bool
    site_default: str
    scan: Scan
    unknown_status: UnknownStatus = UnknownStatus.KEEP

    @property
    def composed(self) -> bool:
        """Tell whether nothing that the file or an expression holds needs to be brought into NFC."""
        compiled = self.compiled
        ascii_only = "".join(compiled.expressions.values()).isascii()
        return self.scan.composed and ascii_only and not compiled.python_functions

    def sql(self, source: str) -> str:
        """Return the query that makes records of the rows of ``source``."""
        fields = self._fields()
        columns = range(1, self.columns + 1)
        # Maps and conditions look a value up as it is: in the form in which the properties file writes it.
        form = "{}" if self.scan.composed else "nfc_normalize({})"
        trims = _commas(f"{form.format(trimmed(f'c{number}', self.scan))} AS c{number}" for number in columns)
        # A CASE, since it ends with the first column that tells; AND looks at all of them.
        filled = " ".join(f"WHEN c{number} <> '' THEN FALSE" for number in columns)
        evaluated = _commas(f"({each.expression})::VARCHAR AS e_{each.field.column}" for each in fields)
        cleaned = _commas(
            f"{each.cleaned(self.scan, composed=self.composed)} AS v_{each.field.column}" for each in fields
        )
        values = _commas(f"{each.value} AS f_{each.field.column}" for each in fields if each.field is not _SITE)
        kept = "".join(f", c{number}" for number in sorted(self.compiled.kept))
        compiled = self.compiled
        asked = (
            f"CASE WHEN trouble IS NULL THEN ({compiled.skipped_by})::VARCHAR END AS skipped_by, "
            f"({compiled.action})::VARCHAR AS action, ({compiled.other_sites})::VARCHAR AS sent_sites, "
            f"{compiled.unmapped_site} AS unmapped_site"
        )
        return f"""
            WITH source AS NOT MATERIALIZED ({source}),
            trimmed AS NOT MATERIALIZED (SELECT * REPLACE ({trims}) FROM source),
            evaluated AS NOT MATERIALIZED (
                SELECT base, step, trouble, detail, {evaluated}, {asked}{kept},
                       CASE WHEN trouble IS NOT NULL THEN trouble IN ('row_header', 'row_footer') {filled}
                            ELSE TRUE END AS blank
                FROM trimmed
            ),
            cleaned AS NOT MATERIALIZED (
                SELECT base, step, trouble, detail, blank, skipped_by, {cleaned}, action, sent_sites,
                       unmapped_site{kept}
                FROM evaluated
            ),
            sited AS NOT MATERIALIZED (
                SELECT *, coalesce(nullif(v_site_short_name, ''), {text(self.site_default)}) AS sent_site FROM cleaned
            ),
            valued AS NOT MATERIALIZED (
                SELECT *, {values},
                       coalesce(site_exact.canonical, site_folded.canonical, sent_site) AS f_site_short_name
                FROM sited
                LEFT JOIN site_exact ON site_exact.sent = sent_site
                LEFT JOIN site_folded ON site_folded.folded = lower(sent_site)
            ),
            placed AS NOT MATERIALIZED (SELECT *, {self._other_sites()} AS other_sites FROM valued)
            SELECT base, step, {self._outcome(fields)} AS outcome,
                   CASE WHEN NOT ({_LEFT_OUT}) THEN {self._key()} END AS key,
                   {self._fingerprint(fields)} AS fingerprint, {self._columns(fields)},
                   {self._problems(fields)} AS problems{kept}
            FROM placed
        """

    def _fields(self) -> list[FieldSql]:
        """Return the mapped fields, and besides them those that every key check needs."""
        never_cut = {_SITE.name, _DISTRICT_ID.name if self.match_using_district_id else _BARCODE.name}
        return [
            FieldSql(
                field=field,
                expression=self.compiled.expressions.get(field.name, "NULL"),
                is_date=field.name in self.compiled.dates,
                is_trimmed=field.name in self.compiled.trimmed,
                shortens=field.name not in never_cut,
                unknown_status=self.unknown_status,
            )
            for field in FIELDS
            if field.name in self.compiled.expressions or field.column in _IDENTITY
        ]

    def _columns(self, fields: list[FieldSql]) -> str:
        """Return the SQL of the columns that may have a value; the view of the records adds the others."""
        columns = [each.field.column for each in fields]
        values = {each: f"f_{each}" for each in columns}
        values |= {each: f"CASE WHEN NOT blank THEN f_{each} END" for each in _IDENTITY}
        asked = {"action": self.compiled.action, "other_sites": self.compiled.other_sites}
        values |= {column: column for column, asks in asked.items() if asks != "NULL"}
        return _commas(f"{value} AS {column}" for column, value in values.items())

    def _fingerprint(self, fields: list[FieldSql]) -> str:
        """Return the SQL of the hash over all 45 values and what is asked for besides; a missing value is no text.

        Another release of DuckDB may hash otherwise: then no record is like its mark, and each is looked at again. Of
        2^64 records that changed one would be passed over; a digest over the joined values took a quarter of the
        conversion's time.
        """
        mapped = {each.field.column: each.told_apart for each in fields}
        values = (mapped.get(field.column, "NULL::VARCHAR") for field in FIELDS)
        return f"hash({_commas(values)}, action, other_sites)"

    def _other_sites(self) -> str:
        """Return the SQL of the short names of the further sites: each once, in order, without the row's own site."""
        if self.compiled.other_sites == "NULL":
            return "NULL::VARCHAR"
        known = "coalesce(getvariable('sites')[trim(name)], getvariable('sites')[lower(trim(name))], trim(name))"
        names = f"list_transform(string_split(nfc_normalize(sent_sites), {KEY_SEPARATOR}), lambda name: {known})"
        further = f"list_filter({names}, lambda name: name <> '' AND name IS DISTINCT FROM f_site_short_name)"
        return f"nullif(array_to_string(list_sort(list_distinct({further})), {KEY_SEPARATOR}), '')"

    def _key(self) -> str:
        """Return the SQL of the match key. A row that only associates has one of its own beside the patron's."""
        if self.match_using_district_id:
            fits = f"length(f_district_id) <= {_DISTRICT_ID.limit}"
            site = f"CASE WHEN action = 'associate' THEN {KEY_SEPARATOR} || f_site_short_name ELSE '' END"
            own = "f_district_id" if self.compiled.action == "NULL" else f"f_district_id || {site}"
            return f"CASE WHEN f_district_id <> '' AND {fits} THEN {own} END"
        return (
            f"CASE WHEN f_site_short_name <> '' AND f_barcode <> '' AND length(f_barcode) <= {_BARCODE.limit} "
            f"THEN f_site_short_name || {KEY_SEPARATOR} || f_barcode END"
        )

    def _refusals(self) -> list[tuple[str, str]]:
        """Return pairs of SQL: when the row cannot be matched, and the message."""
        no_site, no_barcode = "coalesce(f_site_short_name, '') = ''", "coalesce(f_barcode, '') = ''"
        unmapped = message("siteShortName", "site_unmapped", "unmapped_site.value", "unmapped_site.table")

        def siteless(code: str) -> str:
            told = message("siteShortName", code)
            known = self.compiled.unmapped_site != "NULL"
            return f"CASE WHEN unmapped_site IS NULL THEN {told} ELSE {unmapped} END" if known else told

        if self.match_using_district_id:
            return [
                ("coalesce(f_district_id, '') = ''", message("districtID", "district_id_required")),
                (_longer(_DISTRICT_ID.column, _DISTRICT_ID.limit),
                 message("districtID", "district_id_too_long", "f_district_id")),
                (no_site, siteless("site_required")),
            ]  # fmt: skip
        return [
            (f"{no_site} AND {no_barcode}", message(None, "match_criteria_missing")),
            (f"{no_barcode} AND NOT {no_site}", message("barcode", "barcode_criteria_missing")),
            (f"{no_site} AND NOT {no_barcode}", siteless("site_criteria_missing")),
            (_longer(_BARCODE.column, _BARCODE.limit), message("barcode", "barcode_too_long", "f_barcode")),
            (f"f_barcode = '{AUTOASSIGN}'", message("barcode", "barcode_autoassign_refused")),
        ]

    def _outcome(self, fields: list[FieldSql]) -> str:
        conditions = [condition for condition, _ in self._refusals()]
        refused = " OR ".join(f"({each})" for each in [*conditions, *(f.refusal for f in fields if f.refusal)])
        return f"CASE WHEN {_LEFT_OUT} THEN 'skipped' WHEN trouble IS NOT NULL OR {refused} THEN 'rejected' END"

    def _problems(self, fields: list[FieldSql]) -> str:
        """Return the SQL of a row's messages (`PROBLEMS`): NULL, and not even made, where there is nothing to tell."""
        of_values = [problem for each in fields for problem in each.problems]
        if self.compiled.action != "NULL" and not self.compiled.updates_deleted:
            counts = "action IS DISTINCT FROM 'delete'"
            of_values = [(f"{counts} AND ({condition})", told) for condition, told in of_values]
        found = of_values + self._refusals()
        anything = " OR ".join(f"({condition})" for condition, _ in found)
        messages = _commas(f"CASE WHEN {condition} THEN {told} END" for condition, told in found)
        unread = "{'code': trouble, 'field': NULL::VARCHAR, 'value': NULL::VARCHAR, 'detail': detail}"
        return (
            f"CASE WHEN trouble IS NOT NULL THEN to_json([{unread}]) "
            f"WHEN blank THEN to_json([{message(None, 'row_blank')}]) "
            f"WHEN skipped_by IS NOT NULL THEN to_json([{message(None, 'row_skipped_by_rule', detail='skipped_by')}]) "
            f"WHEN {anything} THEN to_json(list_filter([{messages}], lambda told: told IS NOT NULL)) END"
        )


def _longer(column: str, limit: int) -> str:
    return f"strlen(f_{column}) > {limit} AND length(f_{column}) > {limit}"


def _commas(parts: Iterable[str]) -> str:
    return ", ".join(parts)
