"""Parsing patron XML: a stream of patrons in bounded memory; nothing that a document type could bring is ever read.

A document type is refused where it begins, and with it every entity, be it a bomb or a file of the server. What remains
is the size of single things, which is bounded here. Python's expat is asked without anything between: a file of a
district has millions of elements.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from xml.parsers import expat

from patron_update.errors import UnreadableFileError
from patron_update.files import patron_xml as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PIECE = 64 * 1024
LONGEST_VALUE = 10_000
"""Characters of one value; the longest field keeps 200."""
LONGEST_PIECE = 1024 * 1024
"""Bytes that may come without anything being complete: a tag, a comment."""
SHOWN = 40
_FIELDS = {f"{words.NAMESPACE} {element}": each.name for element, each in words.ELEMENTS.items()}
"""The fields by the names that expat gives their elements."""
_IN_PATRON = 2
"""How many elements are open around a field."""
_YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True, kw_only=True)
class Patron:
    """One patron of the file: where it begins, by what it is matched, what is asked, and its elements' texts."""

    line: int
    match: str
    action: str
    values: dict[str, str] = field(default_factory=dict, repr=False)
    """By field name; an element that is missing has none."""
    other_sites: list[str] = field(default_factory=list, repr=False)


class PatronStream:
    """The patrons of a file, once, as it is read; then whether rows that delete are to be applied before.

    Reading raises UnreadableFileError, with the line, where the file is not what the schema says.
    """

    def __init__(self, path: Path) -> None:
        self.update_before_delete = False
        self._path = path
        self._fed = self._seen = 0
        self._open: list[str] = []
        self._patron: Patron | None = None
        self._done: list[Patron] = []
        self._text: str | None = None
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text, parser.buffer_size = True, LONGEST_VALUE
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def __iter__(self) -> Iterator[Patron]:
        """Yield each patron when it is complete."""
        with self._path.open("rb") as stream:
            for piece in iter(partial(stream.read, PIECE), b""):
                self._feed(piece)
                yield from self._done
                self._done.clear()
            self._feed(b"", last=True)

    def _feed(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            text = f"this is no well-formed XML: {expat.ErrorString(error.code)}. Have the file made anew."
            raise _refusal(error.lineno, text) from None
        except (LookupError, ValueError):
            if self._open:
                raise
            # Nothing was read yet: so Python says of an encoding that it lacks, or that is not of single bytes.
            raise _refusal(1, "the encoding that the file names cannot be read. Have it written as UTF-8.") from None
        self._fed, self._seen = self._fed + len(piece), max(self._seen, self._parser.CurrentByteIndex)
        if self._fed - self._seen > LONGEST_PIECE:
            raise self._refused("a tag or a comment is longer than a megabyte. Have the file made anew.")

    def _refuse_document_type(self, *_declared: object) -> None:
        raise self._refused(
            "the file has a document type (DTD), which patron XML never needs: it could bring entities that expand "
            "without an end or read other files. Remove the <!DOCTYPE …>; if you did not expect one, ask where the "
            "file comes from."
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        patron, depth = self._patron, len(self._open)
        if not patron or depth != _IN_PATRON or attributes or (known := _FIELDS.get(name)) is None:
            self._start_with_care(name, attributes)
        elif known in patron.values:
            raise self._twice(patron, name)
        else:
            self._text = ""
        self._open.append(name)

    def _start_with_care(self, name: str, attributes: dict[str, str]) -> None:
        """Begin anything but the plain element of a field."""
        space, _, element = name.rpartition(" ")
        if space != words.NAMESPACE:
            raise self._refused(
                f"<{_shown(element)}> is no element of patron XML, whose root is "
                f'<{words.PATRONS} xmlns="{words.NAMESPACE}">. See docs/patron-xml.md.'
            )
        # An attribute with a namespace is another program's, such as the place of a schema.
        given = {key: value for key, value in attributes.items() if " " not in key}
        match [_local(each) for each in self._open]:
            case []:
                self._expect(element, [words.PATRONS])
                self._expect_attributes(element, given, [words.UPDATE_BEFORE_DELETE])
                self.update_before_delete = self._yes_or_no(given.get(words.UPDATE_BEFORE_DELETE, "false"))
            case [_]:
                self._expect(element, [words.PATRON])
                self._expect_attributes(element, given, ["match", "action", "line"])
                self._patron = self._begun(given.get("match", ""), given.get("action", ""))
            case [_, _] if self._patron:
                self._expect(element, [*words.ELEMENTS, words.OTHER_SITES])
                self._expect_attributes(element, given, [])
                if self._patron.other_sites and element == words.OTHER_SITES:
                    raise self._twice(self._patron, name)
                self._text = None if element == words.OTHER_SITES else ""
            case [_, _, words.OTHER_SITES]:
                self._expect(element, [words.SITE])
                self._expect_attributes(element, given, [])
                self._text = ""
            case [*_, outer]:
                raise self._refused(f"<{_shown(element)}> stands inside <{outer}>, which holds text alone.")

    def _end(self, name: str) -> None:
        self._open.pop()
        patron, text, self._text = self._patron, self._text, None
        if patron is None:
            return
        match len(self._open):
            case 2 if text is not None:
                patron.values[_FIELDS[name]] = text
            case 3 if text is not None:
                patron.other_sites.append(text)
            case 1:
                self._done.append(patron)
                self._patron = None

    def _characters(self, content: str) -> None:
        if self._text is not None:
            self._text += content
            if len(self._text) > LONGEST_VALUE:
                name = _local(self._open[-1])
                raise self._refused(f"the text of <{name}> is longer than {LONGEST_VALUE:,} characters.")
        elif not content.isspace():
            raise self._refused(f"there is text between the elements of <{_local(self._open[-1])}>.")

    def _begun(self, match: str, action: str) -> Patron:
        if match not in words.MATCHES:
            ways = " or ".join(f'match="{each}"' for each in words.MATCHES)
            raise self._refused(f"<{words.PATRON}> does not say by what it is matched. Write {ways}.")
        if action and action not in words.ACTIONS:
            raise self._refused(f'the action "{_shown(action)}" is not known. It may be delete or associate.')
        return Patron(line=self._parser.CurrentLineNumber, match=match, action=action)

    def _yes_or_no(self, text: str) -> bool:
        if text not in _YES_OR_NO:
            raise self._refused(f'{words.UPDATE_BEFORE_DELETE}="{_shown(text)}" is neither true nor false.')
        return _YES_OR_NO[text]

    def _expect(self, element: str, known: Iterable[str]) -> None:
        if element not in known:
            place = f"in <{_local(self._open[-1])}>" if self._open else "as the root"
            raise self._refused(f"<{_shown(element)}> is not known {place}{_guess(element, known, '<{}>')}")

    def _expect_attributes(self, element: str, given: Iterable[str], known: list[str]) -> None:
        for name in given:
            if name not in known:
                hint = _guess(name, known, '"{}"')
                raise self._refused(f'<{element}> has no attribute "{_shown(name)}"{hint}')

    def _twice(self, patron: Patron, name: str) -> UnreadableFileError:
        return self._refused(f"<{_local(name)}> stands twice in the patron that begins on line {patron.line:,}.")

    def _refused(self, text: str) -> UnreadableFileError:
        return _refusal(self._parser.CurrentLineNumber, text)


def _refusal(line: int, text: str) -> UnreadableFileError:
    return UnreadableFileError(f"Line {line:,}: {text}")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _guess(name: str, known: Iterable[str], form: str) -> str:
    """Return the end of a sentence about a word that is not known: what it may have meant, or where to look."""
    lowered = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), sorted(lowered), n=1, cutoff=0.7)
    return f"; did you mean {form.format(lowered[near[0]])}?" if near else ". See docs/patron-xml.md."


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[: SHOWN - 1]}…"
