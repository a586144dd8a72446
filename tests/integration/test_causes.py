"""Whole runs of a file with a fault that is known in the field: the summary names the cause; clean nights have none."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import uuid
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from patron_update.cli import main
from patron_update.embedded.sample_rows import GRADES, SUMMIT
from patron_update.embedded.samples import generate

PROJECT = Path(__file__).parents[2]
ID, SCHOOL, GRADE, YEAR, BIRTH, HOMEROOM = 0, 1, 7, 8, 9, 10


def cells_changed(text, change, header=lambda names: names):
    """Return the file with ``change`` made to every row of full width; a row that becomes None is left out."""
    names, *rows = csv.reader(io.StringIO(text))
    changed = (change([*row]) if len(row) == len(names) else row for row in rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header(names), *(row for row in changed if row is not None)])
    return out.getvalue()


def put(place, value):
    """Return a change of the cell at ``place``; ``value`` makes the new one of the old one."""
    return lambda row: [*row[:place], value(row[place]), *row[place + 1 :]]


def graded(by, row):
    """Return the row of a student ``by`` grades further, None beyond the last grade."""
    if row[GRADE] not in GRADES:
        return row
    level = max(GRADES.index(row[GRADE]) + by, 0)
    return put(GRADE, lambda _: GRADES[level])(row) if level < len(GRADES) else None


def by_advisor(row):
    return put(HOMEROOM, lambda room: f"Ms. {chr(65 + len(room))}lexander {'Jones' * len(room)}")(row)


def put_in(row):
    return [*row[:2], "Bus", *row[2:]]


def first_rows(text):
    lines = text.splitlines(keepends=True)
    return "".join(lines[: len(lines) * 6 // 10])


FAULTS = {
    "a site absent": (lambda t: cells_changed(t, lambda row: None if row[SCHOOL] == SUMMIT else row), "site_absent"),
    "cut in the middle of a row": (lambda t: t[: len(t) * 6 // 10].rstrip("\n"), "truncated"),
    "cut after a row": (first_rows, "truncated"),
    "shifted right": (lambda t: cells_changed(t, lambda row: [*row[:5], "", *row[5:-1]]), "columns_shifted"),
    "shifted left": (lambda t: cells_changed(t, lambda row: [*row[:7], *row[8:], ""]), "columns_shifted"),
    "zeros lost": (lambda t: cells_changed(t, lambda row: [cell.lstrip("0") for cell in row]), "leading_zeros"),
    "header renamed": (lambda t: cells_changed(t, by_advisor, put(HOMEROOM, lambda _: "Advisor")), "header"),
    "a column put in": (lambda t: cells_changed(t, put_in, put_in), "header"),
    "decoded wrongly": (lambda t: t.encode().decode("cp1252", "replace"), "encoding"),
    "a letter before the keys": (lambda t: cells_changed(t, put(ID, lambda key: f"S{key}")), "key_format"),
    "keys of the same form": (lambda t: cells_changed(t, put(ID, lambda key: f"97{key[2:]}")), "key_format"),
    "last year's": (lambda t: cells_changed(t, lambda row: graded(-1, row)), "school_year"),
    "last year's without years": (
        lambda t: cells_changed(t, lambda row: put(YEAR, lambda _: "")(graded(-1, row))),
        "school_year",
    ),
    "without a header": (lambda t: t.partition("\n")[2], "header_missing"),
    "question marks": (lambda t: t.encode("ascii", "replace").decode(), "encoding"),
    "two columns swapped": (
        lambda t: cells_changed(t, lambda row: [*row[:GRADE], row[BIRTH], row[YEAR], row[GRADE], *row[BIRTH + 1 :]]),
        "columns_shifted",
    ),
    "other keys at one school": (
        lambda t: cells_changed(
            t, lambda row: put(ID, lambda key: f"97{key[2:]}")(row) if row[SCHOOL] == SUMMIT else row
        ),
        "key_format",
    ),
    "a new school year at one school": (
        lambda t: cells_changed(t, lambda row: graded(1, row) if row[SCHOOL] == SUMMIT else row),
        "rollover",
    ),
    "a new school year": (lambda t: cells_changed(t, lambda row: graded(1, row)), "rollover"),
}


@dataclass(frozen=True)
class Students:
    """The sample district's students, brought by a file in a folder."""

    drop: Path
    nights: tuple[str, str]

    def run(self, text, *arguments):
        (self.drop / "Student Patrons.csv").write_bytes(text.encode())
        printed = io.StringIO()
        with redirect_stdout(printed):
            main(["run", "students", "--json", *arguments])
        return json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def students(postgres, tmp_path_factory):
    """Return the students after the files of both nights were applied."""
    folder = tmp_path_factory.mktemp("causes")
    generate(folder / "samples", seed=7, students=1200)
    shutil.copytree(PROJECT / "include", folder / "include")
    job = folder / "include" / "jobs" / "students.yaml"
    lines = job.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip().startswith("sftp:"))
    lines[place] = f"  directory: {{ path: {folder / 'drop'}, file: Student Patrons.csv }}"
    job.write_text("\n".join(lines))
    (folder / "drop").mkdir()
    nights = tuple((folder / f"samples/night{n}/Student Patrons.csv").read_text("utf-8") for n in (1, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATRON_UPDATE_INCLUDE", str(folder / "include"))
        patch.setenv("PATRON_UPDATE_HOME", str(folder / "home"))
        patch.setenv("PATRON_UPDATE_DATABASE_URL", postgres.database(f"test_{uuid.uuid4().hex[:12]}"))
        made = Students(folder / "drop", nights)
        for night, at in zip(nights, ("2026-08-29T02:15", "2026-09-05T02:15"), strict=True):
            summary = made.run(night, "--at", at)
            assert (summary["outcome"], summary["causes"]) == ("completed", [])
        yield made


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_field_is_named_as_the_cause(fault, students):
    make, code = FAULTS[fault]

    summary = students.run(make(students.nights[1]), "--preview", "--update", "full")

    assert [cause["code"] for cause in summary["causes"]] == [code]


def test_yesterdays_file_again_is_named_as_the_cause(students):
    summary = students.run(students.nights[0], "--preview", "--update", "full")

    assert [cause["code"] for cause in summary["causes"]] == ["sent_before"]


def test_all_new_keys_are_told_by_what_they_begin_with(students):
    make, _ = FAULTS["keys of the same form"]

    (cause,) = students.run(make(students.nights[1]), "--preview", "--update", "full")["causes"]

    assert cause["text"].endswith("The new District IDs all begin with '97'; those before all begin with '0'.")


def test_a_site_of_which_a_few_are_left_is_not_called_absent(students):
    left = iter([True] * 9)
    few = cells_changed(students.nights[1], lambda row: row if row[SCHOOL] != SUMMIT or next(left, False) else None)

    summary = students.run(few, "--preview", "--update", "full")

    assert "site_absent" not in [cause["code"] for cause in summary["causes"]]
    assert "No row names" not in json.dumps(summary)


def test_the_cause_stands_in_every_form_of_the_summary_and_on_the_page_of_the_changes(students, capsys):
    make, _ = FAULTS["a site absent"]
    (students.drop / "Student Patrons.csv").write_bytes(make(students.nights[1]).encode())
    capsys.readouterr()

    main(["run", "students", "--preview", "--update", "full"])

    printed, where = capsys.readouterr()
    folder = Path(where.split(": ", 1)[1].strip())
    assert "Why so many changes:\n- A site is absent, or has another code. No row names SUMMIT-HS" in printed
    for page in ("summary.html", "changes.html"):
        assert "<dt>A site is absent, or has another code</dt><dd>No row names SUMMIT-HS" in (folder / page).read_text()


def normal_day(text, draw):
    """Return the file after a day as any: some move, some leave, some come, many change their room."""
    names, *rows = csv.reader(io.StringIO(text))
    kept = [row for row in rows if len(row) != len(names) or draw.random() > 0.01]
    for row in kept:
        if len(row) == len(names) and row[ID].isdigit():
            if draw.random() < 0.06:
                row[HOMEROOM] = str(draw.randint(1, 30))
            if draw.random() < 0.01:
                row[SCHOOL] = SUMMIT
            if draw.random() < 0.02:
                row[2] = draw.choice(("Ames", "Bell", "Cruz", "Dürer"))
    for number in range(draw.randint(0, 12)):
        new = [*draw.choice([row for row in rows if len(row) == len(names)])]
        new[ID], new[-1] = f"00{draw.randint(60_000, 99_000)}", f"2179{number}{draw.randint(10**8, 10**9)}"
        kept.append(new)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *kept])
    return out.getvalue()


def test_many_who_leave_from_everywhere_are_no_cut_file(students):
    draw = random.Random(5)  # noqa: S311 - nothing secret
    left = cells_changed(students.nights[1], lambda row: row if draw.random() > 0.15 else None)

    assert students.run(left, "--preview", "--update", "full")["causes"] == []


def test_clean_nights_have_no_cause(students):
    draw, text = random.Random(3), students.nights[1]  # noqa: S311 - nothing secret
    for _ in range(4):
        text = normal_day(text, draw)

        summary = students.run(text, "--update", draw.choice(("full", "incremental")))

        assert (summary["outcome"], summary["causes"]) == ("completed", [])
