"""The sample district's files: two nights of three exports, made from a seed, every exception among them.

What the library's own people do between the nights is made with them: conflicts and edits need two sides.

A row follows from the seed and its index alone, so a night is written as a stream: a million students need no memory.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.embedded.sample_cases import STAFF_CASES, STUDENT_CASES, SUBSTITUTE_CASES, Case
from patron_update.embedded.sample_edits import Edit, Lines, Place
from patron_update.embedded.sample_rows import (
    OFFICE,
    SCHOOLS,
    SHORT_NAMES,
    STAFF_COLUMNS,
    STUDENT_COLUMNS,
    SUBSTITUTE_COLUMNS,
    SUMMIT,
    Row,
    staff,
    student,
    substitute,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20260112
NIGHTS = (1, 2)
SAMPLES = Path("include/samples")
LIBRARY = "library.jsonl"
"""Beside the nights: what the library's own people do, one `Deed` a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """One of the files: how it is written, its rows, its cases, and how far apart these sit."""

    name: str
    columns: tuple[str, ...]
    encoding: str
    line_end: str
    row: Callable[[int, int], Row]
    cases: tuple[Case, ...]
    spacing: int
    site: str
    changes: tuple[Callable[[Row], Row | None] | None, ...]
    """What the second night does to the rows midway between two cases, by turns; None as a result: has left."""
    spoilt: Callable[[Row], Row] = dict
    """What the second night does to each row on top of all that."""
    footer: str = ""
    """Last line of the file; ``{}`` is the number of rows."""


def _changed(**values: str) -> Callable[[Row], Row]:
    changes = {column.replace("_", " "): value for column, value in values.items()}
    return lambda row: row | changes


def _transferred(row: Row, site: str) -> Row:
    """Move the row to the district's next school; the office is another kind of site and nobody leaves it."""
    if row[site] == OFFICE:
        return row
    return row | {site: SCHOOLS[(SCHOOLS.index(row[site]) + 1) % len(SCHOOLS)]}


def _joined(row: Row) -> Row:
    """Have a student of one school take lessons at the next one, too."""
    return row | {"Also At": _transferred(row, "School Number")["School Number"]}


def _left(_row: Row) -> None:
    """Leave the row out: the SIS sends no more of somebody who has left."""


def _without_birth_date(row: Row) -> Row:
    """Lose the birth dates of one school, as happens when a column is typed anew."""
    return row | {"Born": "1900-01-01"} if row["Site"] == SHORT_NAMES[SUMMIT] else row


FILES: tuple[SampleFile, ...] = (
    SampleFile(
        name="Student Patrons.csv",
        columns=STUDENT_COLUMNS,
        encoding="utf-8",
        line_end="\r\n",
        row=student,
        cases=STUDENT_CASES,
        spacing=20,
        site="School Number",
        changes=(
            _changed(Homeroom="31, East"),
            _changed(Goes_By="Robin"),
            _left,
            partial(_transferred, site="School Number"),
            _changed(Enroll_Status="WD"),
            _changed(Enroll_Status="LEFT"),
            _joined,
            *[None] * 3,
        ),
    ),
    SampleFile(
        name="Staff Patrons.csv",
        columns=STAFF_COLUMNS,
        encoding="windows-1252",
        line_end="\n",
        row=staff,
        cases=STAFF_CASES,
        spacing=5,
        site="Location",
        changes=(
            _changed(Last_Name="Ashgrove-Bexley"),
            partial(_transferred, site="Location"),
            _left,
            _changed(Status="2"),
            *[None] * 6,
        ),
        footer="Total: {} records",
    ),
    SampleFile(
        name="Substitutes and Volunteers.csv",
        columns=SUBSTITUTE_COLUMNS,
        encoding="utf-8",
        line_end="\n",
        row=substitute,
        cases=SUBSTITUTE_CASES,
        spacing=3,
        site="Site",
        changes=(_left, _changed(Kind="Tutor"), *[None] * 3),
        spoilt=_without_birth_date,
    ),
)


def generate(folder: Path, *, seed: int = SEED, students: int = 1500, staff: int = 120, substitutes: int = 48) -> None:
    """Write night1/ and night2/ below ``folder``, each with all files, and beside them what the library does.

    The same arguments give the same bytes.
    """
    for night in NIGHTS:
        below = folder / f"night{night}"
        below.mkdir(parents=True, exist_ok=True)
        for file, count in zip(FILES, (students, staff, substitutes), strict=True):
            _write(below / file.name, file, _lines(file, seed, night, count))
    with (folder / LIBRARY).open("w", encoding="utf-8", newline="\n") as out:
        for file in FILES:
            for case, place in _places(file, seed, NIGHTS[0]):
                for deed in case.library(place):
                    out.write(json.dumps(asdict(deed), ensure_ascii=False) + "\n")


def _write(path: Path, file: SampleFile, lines: Iterator[Lines]) -> None:
    with path.open("w", encoding=file.encoding, newline="") as out:
        rows = csv.writer(out, lineterminator=file.line_end)
        rows.writerow(file.columns)
        count = 0
        for written in lines:
            for line in written:
                count += 1
                if isinstance(line, str):
                    out.write(line + file.line_end)
                else:
                    rows.writerow(line)
        if file.footer:
            out.write(file.footer.format(count) + file.line_end)


def _lines(file: SampleFile, seed: int, night: int, count: int) -> Iterator[Lines]:
    needed = file.spacing * (len(file.cases) + 1)
    if count < needed:
        raise ValueError(f"{file.name} needs at least {needed} rows to hold all its cases, not {count}")
    edits = _edits(file, seed, night)
    newcomers = count // 100 if night > 1 else 0
    for index in range(count + newcomers):
        row: Row | None = file.row(seed, index)
        change = _change(file, index) if night > 1 and index < count else None
        if change is not None and row is not None:
            row = change(row)
        if row is not None:
            row = file.spoilt(row) if night > 1 else row
            yield edits[index](row) if index in edits else [list(row.values())]


def _edits(file: SampleFile, seed: int, night: int) -> dict[int, Edit]:
    edits: dict[int, Edit] = {}
    for case, place in _places(file, seed, night):
        if night in case.nights:
            edits |= case.edits(place)
    return edits


def _places(file: SampleFile, seed: int, night: int) -> Iterator[tuple[Case, Place]]:
    for number, case in enumerate(file.cases, start=1):
        yield case, Place(number * file.spacing, night, file.spacing, partial(file.row, seed))


def _change(file: SampleFile, index: int) -> Callable[[Row], Row | None] | None:
    turn, offset = divmod(index, file.spacing)
    return file.changes[turn % len(file.changes)] if offset == file.spacing // 2 else None


def main() -> None:
    """Write the sample district again."""
    parser = argparse.ArgumentParser(prog="python -m patron_update.embedded.samples", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES, help="where to (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--students", type=int, default=1500, help="default: %(default)s")
    parser.add_argument("--staff", type=int, default=120, help="default: %(default)s")
    parser.add_argument("--substitutes", type=int, default=48, help="default: %(default)s")
    options = parser.parse_args()
    generate(
        options.folder,
        seed=options.seed,
        students=options.students,
        staff=options.staff,
        substitutes=options.substitutes,
    )
    print(f"Wrote night1, night2 and {LIBRARY} to {options.folder}.")


if __name__ == "__main__":
    main()
