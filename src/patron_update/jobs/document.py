"""Reads one YAML file into plain values that remember their line and column; nothing here knows what a job is.

A value without quotes stays the text that was typed, and only the model decides whether it is a number: YAML's own
guesses would turn ``02:15`` into 135, the building code ``0410`` into 264 and the site ``NO`` into false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from patron_update.jobs.mistakes import KeyPath, Mistake, dotted, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from yaml.nodes import MappingNode, Node

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_BYTES = 1024 * 1024
"""A larger file is no job file: somebody put a CSV there."""

MOST_BRACKETS = 5_000
MOST_COLUMNS = 1_000
MOST_LEVELS = 20

Place: TypeAlias = tuple[int, int]
"""Line and column, both beginning with 1."""

_NULL = "tag:yaml.org,2002:null"
_KNOWN_TAGS = {_NULL, *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))}


class _Loader(_Base):  # type: ignore[misc]  # the C loader where libyaml is there, seven times as fast
    """Resolves nothing but null."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own form


_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The values of one file, with the places of its keys and values, and the mistakes that its form alone shows."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    key_places: dict[KeyPath, Place] = field(default_factory=dict)
    places: dict[KeyPath, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, key: KeyPath, text: str, *, at_key: bool = False) -> Mistake:
        """Return a mistake at the value of ``key``, or at the key itself, or at the nearest block that holds it."""
        held = next(key[:length] for length in range(len(key), -1, -1) if key[:length] in self.places)
        first = self.key_places if at_key or held != key else self.places
        line, column = first.get(held) or self.places[held]
        return Mistake(path=self.path, line=line, column=column, key=key, text=text)


def read(path: Path) -> Document:
    """Return the document at ``path``. Raises JobFileError when it is no YAML, or no block of keys.

    Duplicate keys, keys without a value, and YAML's own abbreviations are collected in ``mistakes``, so that they can
    be told together with what the model finds.
    """
    root = _compose(path, _text(path))
    document = Document(path=path)
    if not isinstance(root, yaml.MappingNode):
        raise refusal([Mistake(path=path, text="holds no keys. Write one 'key: value' per line.")])
    document.values.update(_block(document, root, (), set()))
    return document


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise refusal([Mistake(path=path, text=f"cannot be read: {error.strerror or error}.")]) from None
    if size > MOST_BYTES:
        raise refusal([Mistake(path=path, text=f"has {size:,} bytes; the most is {MOST_BYTES:,}. Is it another file?")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        text = "is not UTF-8. Save the file in the encoding UTF-8."
        raise refusal([Mistake(path=path, line=line, column=column, text=text)]) from None


def _compose(path: Path, text: str) -> Node | None:
    # libyaml calls itself for every level, and a file of 100,000 brackets ends the whole process.
    if text.count("[") + text.count("{") > MOST_BRACKETS or max(map(len, text.splitlines()), default=0) > MOST_COLUMNS:
        raise refusal([Mistake(path=path, text="does not look like a job file: endless lines or brackets.")])
    try:
        node: Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        unclosed = "end of stream" in (error.problem or "") and error.context_mark
        mark = unclosed or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise refusal([Mistake(path=path, line=line, column=column, text=_syntax(text, error, line, column))]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise refusal([Mistake(path=path, text=f"is no valid YAML: {str(error).splitlines()[0]}.")]) from None
    return node


def _syntax(text: str, error: yaml.MarkedYAMLError, line: int, column: int) -> str:
    """Return a syntax error in a librarian's words: the usual four, then the parser's own."""
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    problem = error.problem or "it cannot be read"
    if rest.startswith("\t"):
        return "a tab stands here. Indent with spaces."
    if "mapping values are not allowed" in problem:
        return (
            "a second colon, or a line indented too far. Put a value that contains a colon in quotes; "
            "let the keys of one block begin in the same column."
        )
    if "end of stream" in problem:
        return "what is opened here, a quote or a bracket, is never closed."
    if rest[:1] in ("@", "`", "%"):
        return f"a value cannot begin with {rest[0]}. Put the value in quotes."
    if "expected a single document" in (error.context or ""):
        return "a second document begins here ('---'). Keep one job per file."
    return f"is no valid YAML here: {problem}. Look at the indentation and quotes of this line and the one above."


def _value(document: Document, node: Node, key: KeyPath, seen: set[int]) -> Any:  # noqa: ANN401 - whatever the file holds
    document.places[key] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in seen:
        document.mistakes.append(document.mistake(key, "repeats another part with '*'. Write it out.", at_key=True))
        return None
    seen.add(id(node))
    if node.tag not in _KNOWN_TAGS:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        document.mistakes.append(document.mistake(key, f"carries the tag {tag!r}. Leave the tag out."))
    if len(key) > MOST_LEVELS:
        document.mistakes.append(
            document.mistake(key, f"lies deeper than {MOST_LEVELS} levels. Look for stray brackets.")
        )
        return None
    if isinstance(node, yaml.MappingNode):
        return _block(document, node, key, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*key, number), seen) for number, item in enumerate(node.value)]
    if node.tag != _NULL:
        return node.value
    if not node.value:
        text = "has no value. Fill it in, write null when nothing is meant, or leave the key out."
        document.mistakes.append(document.mistake(key, text))
    return None


def _block(document: Document, node: MappingNode, key: KeyPath, seen: set[int]) -> dict[str, Any]:
    document.places.setdefault(key, (node.start_mark.line + 1, node.start_mark.column + 1))
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            text = "a key must be one word, not a list or a block."
            document.mistakes.append(
                Mistake(path=document.path, line=place[0], column=place[1], key=key, text=text),
            )
            continue
        inner = (*key, key_node.value)
        if key_node.value in values:
            first = document.key_places[inner][0]
            text = f"stands twice in {dotted(key) or 'the file'}; first on line {first}. Keep one of the two."
            document.mistakes.append(
                Mistake(path=document.path, line=place[0], column=place[1], key=inner, text=text),
            )
            continue
        document.key_places[inner] = place
        values[key_node.value] = _value(document, value_node, inner, seen)
    return values
