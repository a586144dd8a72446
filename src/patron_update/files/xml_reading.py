"""Reading patron XML: a stream of patrons in bounded memory; nothing that a DTD could bring is ever looked at.

defusedxml's parser refuses the document type itself, and with it every entity, be it a bomb or a file of the server.
What remains is the size of single things, which is bounded here.
"""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import csv
import difflib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from patron_update.domain.fields import FIELDS
from patron_update.errors import UnreadableFileError
from patron_update.files import patron_xml as words
from patron_update.files.conversion_sql import Compiled
from patron_update.files.reading import private, read_csv
from patron_update.files.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from patron_update.domain.fields import Field

PIECE = 64 * 1024
LONGEST_VALUE = 10_000
"""Characters of one value; the longest field keeps 200."""
LONGEST_PIECE = 1024 * 1024
"""Bytes that may come without anything being complete: a tag, a comment."""
SHOWN = 40
_MISSING = "\x01"
"""Stands for an element that is missing; XML has no such character."""
_COLUMNS = [f"c{number}" for number in range(1, len(FIELDS) + 3)]


@dataclass(slots=True, kw_only=True)
class Patron:
    """One patron of the file: where it begins, by what it is matched, what is asked, and its elements' texts."""

    line: int
    match: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    """By field name; an element that is missing has none."""
    other_sites: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronsFile:
    """A patron XML file that was read whole, as a source of rows for the conversion."""

    patrons: int
    match_using_district_id: bool
    fields: frozenset[str]
    """The fields that some patron has an element for."""
    asks: bool
    """Some patron has an action or further sites."""
    scan: Scan
    clean: Path

    @property
    def compiled(self) -> Compiled:
        """Return what the columns mean: the 45 fields, the action, the further sites."""
        columns = dict(zip((each.name for each in FIELDS), _COLUMNS, strict=False))
        action, other_sites = _COLUMNS[len(FIELDS) :]
        return Compiled(
            expressions={name: f"nullif({columns[name]}, chr({ord(_MISSING)}))" for name in sorted(self.fields)},
            columns_used=frozenset(),
            action=f"nullif({action}, '')" if self.asks else "NULL",
            other_sites=f"nullif({other_sites}, '')" if self.asks else "NULL",
        )

    @property
    def fingerprint(self) -> str:
        """Return what stands in the place of a properties file's fingerprint: another way to match is another."""
        return hashlib.sha256(f"{words.NAMESPACE} {self.match_using_district_id}".encode()).hexdigest()

    @property
    def columns(self) -> int:
        """Return the number of the columns of the source."""
        return len(_COLUMNS)

    def source(self) -> str:
        """Return the SQL of the rows, in the form of `reading.Landed.careful_source`."""
        source = read_csv(self.clean, ["line", *_COLUMNS], ",", 0, parallel=False, end=r"\n")
        trouble = "NULL::VARCHAR AS trouble, NULL::VARCHAR AS detail"
        return f"SELECT line::BIGINT AS base, 0::BIGINT AS step, {trouble}, {', '.join(_COLUMNS)} FROM {source}"


def read_file(landed: Path, clean: Path) -> PatronsFile:
    """Read ``landed`` and write its patrons to ``clean``, a private file. Raises UnreadableFileError with the line."""
    count, match, fields = 0, words.BY_DISTRICT_ID, set[str]()
    asks, simple, printable = False, True, True
    with private(clean) as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for count, patron in enumerate(patrons(landed), 1):
            if count == 1:
                match = patron.match
            elif patron.match != match:
                raise _refusal(
                    patron.line,
                    f'a patron is matched by "{patron.match}", those before it by "{match}". '
                    "Put them into two files, each with a job of its own.",
                )
            fields |= patron.values.keys()
            asks = asks or bool(patron.action or patron.other_sites)
            text = "".join((*patron.values.values(), *patron.other_sites))
            simple, printable = simple and text.isascii(), printable and text.isprintable()
            values = (patron.values.get(each.name, _MISSING) for each in FIELDS)
            cells = (*values, patron.action, words.SEPARATOR.join(patron.other_sites))
            writer.writerow((patron.line, *(_one_line(cell) for cell in cells)))
    if not count:
        raise UnreadableFileError(f"The file holds no <{words.PATRON}>: run the export again.")
    return PatronsFile(
        patrons=count,
        match_using_district_id=match == words.BY_DISTRICT_ID,
        fields=frozenset(fields),
        asks=asks,
        scan=Scan(lines=0, plain=False, control_characters=not printable, odd_spaces=not simple, composed=simple),
        clean=clean,
    )


def _one_line(cell: str) -> str:
    # DuckDB wants one kind of line end in a file, even inside quotes.
    return cell.replace("\r", "\n")


def patrons(path: Path) -> Iterator[Patron]:
    """Yield the patrons of a file as it is read. Raises UnreadableFileError where it is not what the schema says."""
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=True)
    handler = _Handler(parser.getLineNumber)
    parser.setFeature(feature_namespaces, True)  # noqa: FBT003 - SAX knows no names of arguments
    parser.setContentHandler(handler)
    parser.setErrorHandler(ErrorHandler())
    waiting = 0
    with path.open("rb") as stream:
        try:
            while piece := stream.read(PIECE):
                before = handler.events
                parser.feed(piece)
                waiting = waiting + len(piece) if handler.events == before else 0
                if waiting > LONGEST_PIECE:
                    raise handler.refusal("a tag or a comment is longer than a megabyte. Have the file made anew.")
                yield from handler.taken()
            parser.close()
        except SAXParseException as error:
            raise _refusal(
                error.getLineNumber() or 1,
                f"this is no well-formed XML: {error.getMessage()}. Have the file made anew.",
            ) from None
        except DefusedXmlException:
            raise handler.refusal(
                "the file has a document type (DTD) or entities, which patron XML never needs. "
                "Remove the <!DOCTYPE …>; if you did not expect one, ask where the file comes from."
            ) from None
        except (LookupError, ValueError):
            if handler.events:
                raise
            # Nothing was read yet: so Python says of an encoding that it lacks, or that is not of single bytes.
            raise _refusal(1, "the encoding that the file names cannot be read. Have it written as UTF-8.") from None
    yield from handler.taken()


class _Handler(ContentHandler):
    """Follows the elements: Patrons, Patron, a field or OtherSites, and in that one sites. Anything else stops."""

    def __init__(self, line: Callable[[], int]) -> None:
        super().__init__()
        self.events = 0
        self._line = line
        self._open: list[str] = []
        self._done: list[Patron] = []
        self._patron: Patron | None = None
        self._text: list[str] | None = None
        self._length = 0

    def taken(self) -> list[Patron]:
        """Return the patrons that are complete and not yet taken."""
        done, self._done = self._done, []
        return done

    def refusal(self, text: str) -> UnreadableFileError:
        """Return the error that stops the file here."""
        return _refusal(self._line(), text)

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: ARG002, N802, ANN401 - SAX's own
        self.events += 1
        space, element = name
        if space != words.NAMESPACE:
            raise self.refusal(
                f"<{_shown(element)}> is no element of patron XML, whose root is "
                f'<{words.PATRONS} xmlns="{words.NAMESPACE}">. See docs/patron-xml.md.'
            )
        given = {key: attrs.getValue((uri, key)) for uri, key in attrs.getNames() if uri is None}
        match self._open:
            case []:
                self._expect(element, {words.PATRONS})
            case [_]:
                self._expect(element, {words.PATRON})
                self._patron = self._begun(given)
            case [_, _] if self._patron:
                self._expect(element, {*words.ELEMENTS, words.OTHER_SITES})
                self._refuse_second(self._patron, element)
                self._text = None if element == words.OTHER_SITES else []
            case [_, _, words.OTHER_SITES]:
                self._expect(element, {words.SITE})
                self._text = []
            case _:
                raise self.refusal(f"<{_shown(element)}> stands inside <{self._open[-1]}>, which holds text alone.")
        self._length = 0
        self._open.append(element)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: ARG002, N802 - SAX's own
        self.events += 1
        element = self._open.pop()
        patron, text = self._patron, "".join(self._text or ())
        self._text = None
        match self._open:
            case [_] if patron:
                self._done.append(patron)
                self._patron = None
            case [_, _] if patron and element != words.OTHER_SITES:
                patron.values[words.ELEMENTS[element].name] = text
            case [_, _, _] if patron:
                patron.other_sites.append(text)

    def characters(self, content: str) -> None:
        self.events += 1
        if self._text is None:
            if content.strip():
                raise self.refusal(f"there is text between the elements of <{self._open[-1]}>.")
            return
        self._length += len(content)
        if self._length > LONGEST_VALUE:
            raise self.refusal(f"the text of <{self._open[-1]}> is longer than {LONGEST_VALUE:,} characters.")
        self._text.append(content)

    def _expect(self, element: str, known: set[str]) -> None:
        if element in known:
            return
        near = difflib.get_close_matches(element, sorted(known), n=1, cutoff=0.7)
        lowered = {each.lower(): each for each in known}
        guess = lowered.get(element.lower()) or (near[0] if near else "")
        place = f"in <{self._open[-1]}>" if self._open else "as the root"
        hint = f"; did you mean <{guess}>?" if guess else ". See docs/patron-xml.md."
        raise self.refusal(f"<{_shown(element)}> is not known {place}{hint}")

    def _begun(self, given: dict[str, str]) -> Patron:
        for name in given.keys() - {"line", "match", "action"}:
            raise self.refusal(f'<{words.PATRON}> has no attribute "{_shown(name)}". It has match, action and line.')
        match, action = given.get("match"), given.get("action")
        if match not in words.MATCHES:
            raise self.refusal(
                f"<{words.PATRON}> does not say by what it is matched. Write match="
                + " or match=".join(f'"{each}"' for each in words.MATCHES)
                + "."
            )
        if action not in {None, *words.ACTIONS}:
            raise self.refusal(f'the action "{_shown(str(action))}" is not known. It may be delete or associate.')
        return Patron(line=self._line(), match=match, action=action or "")

    def _refuse_second(self, patron: Patron, element: str) -> None:
        known: Field | None = words.ELEMENTS.get(element)
        if (known and known.name in patron.values) or (not known and patron.other_sites):
            raise self.refusal(f"<{element}> stands twice in the patron that begins on line {patron.line:,}.")


def _refusal(line: int, text: str) -> UnreadableFileError:
    return UnreadableFileError(f"Line {line:,}: {text}")


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[: SHOWN - 1]}…"
