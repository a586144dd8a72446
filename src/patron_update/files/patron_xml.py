"""Patron XML: its words, its schema and its writing. The form is ours; ``docs/patron-xml.md`` tells it.

``python -m patron_update.files.patron_xml [ROOT]`` writes the schema.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from patron_update.domain.fields import FIELDS, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMESPACE = "urn:scheduled-patron-update:patrons:1"
PATRONS, PATRON, OTHER_SITES, SITE = "Patrons", "Patron", "OtherSites", "SiteShortName"
BY_DISTRICT_ID, BY_SITE_AND_BARCODE = "DistrictID", "SiteShortName Barcode"
MATCHES = (BY_DISTRICT_ID, BY_SITE_AND_BARCODE)
ACTIONS = ("delete", "associate")
UPDATE_BEFORE_DELETE = "updateBeforeDelete"
"""Attribute of the root: a row that deletes is applied before."""
SEPARATOR = "\x1f"
"""Between the names of further sites in a record; XML has no such character."""
SCHEMA = "include/schemas/patrons.xsd"

_WORDS = {"birthdate": "BirthDate", "username": "UserName"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_VALUES = {
    Kind.DATE: r'<xs:pattern value="(\d{2}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2})?"/>',
    Kind.YEAR: r'<xs:pattern value="(\d{4})?"/>',
    Kind.FLAG: '<xs:pattern value="(true|false)?"/>',
    Kind.STATUS: '<xs:pattern value="[AIR]?"/>',
    Kind.GENDER: '<xs:pattern value="[MFU]?"/>',
}


def element_of(field: Field) -> str:
    """Return the name of the element that holds ``field``."""
    return _WORDS.get(field.name, field.name[0].upper() + field.name[1:])


ELEMENTS = {element_of(field): field for field in FIELDS}
"""By element name, in the order of the patron record."""
WRITTEN = tuple(field for field in FIELDS if field.kind is not Kind.PASSWORD)
"""What an export holds: of a password only a keyed digest is known, which is nobody else's business."""


def write_patrons(rows: Iterable[tuple[Any, ...]], out: TextIO, *, update_before_delete: bool = False) -> int:
    """Write one element per row of line, match, action, further sites, and the values of `WRITTEN`; return how many.

    A value that is None has no element, an empty one an empty element.
    """
    wish = f' {UPDATE_BEFORE_DELETE}="true"' if update_before_delete else ""
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{PATRONS} xmlns="{NAMESPACE}"{wish}>\n')
    count = 0
    for count, (line, match, action, other_sites, *values) in enumerate(rows, 1):  # noqa: B007 - the last is returned
        asked = f' action="{action}"' if action else ""
        out.write(f'  <{PATRON} line="{line}" match="{match}"{asked}>\n')
        for field, value in zip(WRITTEN, values, strict=True):
            if value is not None:
                out.write(f"    {_element(element_of(field), value)}\n")
        if other_sites:
            names = "".join(_element(SITE, name) for name in other_sites.split(SEPARATOR))
            out.write(f"    <{OTHER_SITES}>{names}</{OTHER_SITES}>\n")
        out.write(f"  </{PATRON}>\n")
    out.write(f"</{PATRONS}>\n")
    return count


def _element(name: str, value: str) -> str:
    return f"<{name}>{_escaped(value)}</{name}>" if value else f"<{name}/>"


def _escaped(value: str) -> str:
    """Return ``value`` as text of an element; what XML has no place for becomes a space, as it does in a CSV."""
    return re.sub('[&<>"]', lambda found: _MARKUP[found[0]], _FORBIDDEN.sub(" ", value))


def schema() -> str:
    """Return the XML schema of a file."""
    return "\n".join([*_schema(), ""])


def _schema() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<!-- Generated from the patron fields (make generate). docs/patron-xml.md tells what the elements mean. -->"
    yield '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    yield f'           targetNamespace="{NAMESPACE}" xmlns="{NAMESPACE}" elementFormDefault="qualified">'
    yield f'  <xs:element name="{PATRONS}">'
    yield "    <xs:complexType><xs:sequence>"
    yield f'      <xs:element name="{PATRON}" type="{PATRON}" maxOccurs="unbounded"/>'
    yield "    </xs:sequence>"
    yield f'    <xs:attribute name="{UPDATE_BEFORE_DELETE}" type="xs:boolean"/></xs:complexType>'
    yield "  </xs:element>"
    yield f'  <xs:complexType name="{PATRON}">'
    yield "    <xs:all>"
    for name, field in ELEMENTS.items():
        # A site may be named by an alias of any length.
        rule = "" if name == SITE else _VALUES.get(field.kind, f'<xs:maxLength value="{field.limit}"/>')
        kind = f'<xs:simpleType><xs:restriction base="xs:string">{rule}</xs:restriction></xs:simpleType>'
        yield f'      <xs:element name="{name}" minOccurs="0">{kind}</xs:element>'
    yield f'      <xs:element name="{OTHER_SITES}" minOccurs="0"><xs:complexType><xs:sequence>'
    yield f'        <xs:element name="{SITE}" type="xs:string" maxOccurs="unbounded"/>'
    yield "      </xs:sequence></xs:complexType></xs:element>"
    yield "    </xs:all>"
    yield from _attribute("match", MATCHES, use="required")
    yield from _attribute("action", ACTIONS, use="optional")
    yield '    <xs:attribute name="line" type="xs:positiveInteger"/>'
    yield "  </xs:complexType>"
    yield "</xs:schema>"


def _attribute(name: str, words: tuple[str, ...], *, use: str) -> Iterator[str]:
    listed = "".join(f'<xs:enumeration value="{word}"/>' for word in words)
    kind = f'<xs:simpleType><xs:restriction base="xs:string">{listed}</xs:restriction></xs:simpleType>'
    yield f'    <xs:attribute name="{name}" use="{use}">{kind}</xs:attribute>'


def main(arguments: list[str]) -> int:
    """Write the schema below the folder named, or below the current one."""
    path = (Path(arguments[0]) if arguments else Path.cwd()) / SCHEMA
    path.write_text(schema(), encoding="utf-8")
    sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
