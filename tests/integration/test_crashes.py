"""Whatever ends a run, all of its change set is in the store or nothing, and the next run succeeds without a hand."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from psycopg import sql

from patron_update.cli import main
from patron_update.embedded import library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.embedded.postgres import EmbeddedPostgres

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "include" / "samples"
VICTIM = Path(__file__).with_name("victim.py")
FIRST, SECOND = "2026-08-29T02:15", "2026-09-05T02:15"
KILLS = 32
UNDO_DEEDS = {"kill": 8, "crash": 3, "fill": 3}
APPROVAL_DEEDS = {"kill": 8, "crash": 2, "fill": 2}
RUNS_OWN = ("alembic_version", "store_version", "run", "run_file")
PASSING = {"id", "run_id", "applied_run_id", "created_at", "updated_at", "made_at", "applied_at", "decided_at", "since"}
"""What differs from one run to the same run once more: numbers that are given, times, and salted hashes."""

MESSAGES = {"message", "question"}
"""What two runs at once may tell otherwise: the second was planned before the first was applied."""

State = dict[str, list[str]]


@dataclass
class Night:
    """The sample district before its second night: its first is applied, and the library's people have worked."""

    folder: Path
    server: EmbeddedPostgres
    process: subprocess.Popen[str]
    template: str

    def begin(self) -> Begun:
        """Return the district once more, as it is before the second night."""
        name = f"night_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, self.template)))
            connection.execute(made)
        shutil.copytree(self.folder / "home", self.folder / name)
        return Begun(self, self.server.url(name), self.folder / name)

    def wait_for_server(self) -> None:
        """Wait until the server takes connections: after a crash it looks through its log first."""
        deadline = time.monotonic() + 300
        while True:
            try:
                psycopg.connect(self.server.url("postgres")).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return


@dataclass
class Begun:
    """One district whose second night is about to begin."""

    night: Night
    url: str
    home: Path

    def run(self, key: str, **worst: Any) -> dict[str, Any]:
        """Run the job in a process of its own; ``at`` and ``deed`` say at which point which worst happens to it."""
        return self.run_together({"key": key, **worst})[0]

    def run_together(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Run jobs at the same time, each in a process of its own."""
        places = {"include": str(self.night.folder / "include"), "home": str(self.home), "url": self.url}
        usual = {"job": "students", "update": "full", "due": SECOND, **places}
        assert self.night.process.stdin
        assert self.night.process.stdout
        self.night.process.stdin.write(json.dumps([usual | order for order in orders]) + "\n")
        self.night.process.stdin.flush()
        return list(json.loads(self.night.process.stdout.readline()))

    def applied(self, key: str) -> bool:
        """Tell whether the change set of the run was committed."""
        with self._connection() as connection:
            found = connection.execute("SELECT applied_at FROM run WHERE key = %s", [key]).fetchone()
        return bool(found and found[0])

    def number(self, key: str) -> int:
        """Return the number of the students' run with this key."""
        with self._connection() as connection:
            found = connection.execute("SELECT id FROM run WHERE job = 'students' AND key = %s", [key]).fetchone()
        assert found
        return int(found[0])

    def undoes(self, number: int) -> bool:
        """Tell whether a run took back this one."""
        with self._connection() as connection:
            return bool(connection.execute("SELECT 1 FROM run WHERE undoes = %s", [number]).fetchone())

    def shorten_recovery(self) -> None:
        """Have the server write down all that it holds: only what the run does is left to be recovered."""
        with self._connection() as connection:
            connection.autocommit = True
            connection.execute("CHECKPOINT")

    def state(self) -> State:
        """Return everything that the store holds but the runs' own records, in a form that runs can be compared by."""
        with self._connection() as connection:
            connection.execute("DELETE FROM message USING run WHERE run.id = run_id AND applied_at IS NULL")
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'patron_update'").fetchall()
            rows = {table: _rows(connection, table) for (table,) in sorted(found) if table not in RUNS_OWN}
            staged = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'run\\_%'").fetchall()
            connection.rollback()
        numbers = sorted({row["id"] for row in rows["patron"]} | {row["patron_id"] for row in rows["change"]})
        ranks = {number: rank for rank, number in enumerate(numbers)}
        lasting = {
            table: sorted(json.dumps(_lasting(row, ranks), sort_keys=True) for row in rows[table]) for table in rows
        }
        return lasting | {"staged": [name for (name,) in staged]}

    def _connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, options="-c search_path=patron_update")


def _rows(connection: psycopg.Connection[Any], table: str) -> list[dict[str, Any]]:
    query = sql.SQL("SELECT to_jsonb(one) FROM {} AS one").format(sql.Identifier(table))
    return [row for (row,) in connection.execute(query)]


def _lasting(value: Any, ranks: dict[int, int]) -> Any:
    if isinstance(value, list):
        return [_lasting(one, ranks) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _lasting(one, ranks) for name, one in value.items() if name not in PASSING}
    for name in ("patron_id", "other_id"):
        if name in kept:
            kept[name] = ranks.get(kept[name], kept[name])
    if "password_hash" in kept:
        kept["password_hash"] = kept["password_hash"] is not None
    return kept


@pytest.fixture(scope="module")
def night(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("crashes")
    drop = folder / "drop"
    shutil.copytree(PROJECT / "include", folder / "include", ignore=shutil.ignore_patterns("samples"))
    shutil.copytree(SAMPLES / "night1", drop)
    jobs = sorted((folder / "include" / "jobs").glob("*.yaml"))
    for job_file in jobs:
        job = yaml.safe_load(job_file.read_text("utf-8"))
        job["source"] = {"directory": {"path": str(drop), "file": job["source"]["sftp"]["file"]}}
        job_file.write_text(yaml.safe_dump(job), "utf-8")
    shutil.copy(folder / "include" / "jobs" / "students.yaml", folder / "include" / "jobs" / "pupils.yaml")
    strict = folder / "strict"
    shutil.copytree(folder / "include", strict)
    job = yaml.safe_load((strict / "jobs" / "students.yaml").read_text("utf-8"))
    (strict / "jobs" / "students.yaml").write_text(yaml.safe_dump(job | {"limits": {"updated": 0}}), "utf-8")
    template = f"night_{uuid.uuid4().hex[:12]}"
    url = postgres.database(template)
    with (
        subprocess.Popen(
            [sys.executable, str(VICTIM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
        pytest.MonkeyPatch.context() as patch,
    ):
        night = Night(folder, postgres, process, template)
        begun = Begun(night, url, folder / "home")
        for job_file in jobs:
            assert begun.run("first night", job=job_file.stem, due=FIRST)["outcome"] == "completed"
        for name, value in (("INCLUDE", folder / "include"), ("HOME", folder / "home"), ("DATABASE_URL", url)):
            patch.setenv(f"PATRON_UPDATE_{name}", str(value))
        library.work(SAMPLES, 2, url, lambda *arguments: main(list(arguments)))
        shutil.copytree(SAMPLES / "night2", drop, dirs_exist_ok=True)
        yield night
        assert process.stdin
        process.stdin.close()


@dataclass(frozen=True)
class Clean:
    """What undisturbed runs leave: before any, after the night's run, after one more of the same file."""

    before: State
    after: State
    after_next: State
    points: int


@pytest.fixture(scope="module")
def clean(night: Night) -> Clean:
    begun = night.begin()
    before = begun.state()
    told = begun.run("tonight")
    after = begun.state()
    assert begun.run("tomorrow")["outcome"] == told["outcome"] == "completed"
    return Clean(before, after, begun.state(), told["points"])


def check(night: Night, clean: Clean, deed: str, at: int, *, again: str) -> dict[str, Any]:
    """Have the worst happen at a point; all or nothing must be there, and the run ``again`` must put all right."""
    begun = night.begin()
    if deed != "kill":
        begun.shorten_recovery()
    told = begun.run("tonight", at=at, deed=deed)
    night.wait_for_server()
    applied = begun.applied("tonight")
    assert differing(begun.state(), clean.after if applied else clean.before) == [], told

    ended = begun.run(again)

    assert ended.get("outcome") == "completed", (told, ended)
    # A run by hand that had been applied is, tried again, one run more.
    found, either = begun.state(), (clean.after, clean.after_next) if applied else (clean.after,)
    assert [] in [differing(found, wanted, staged=True) for wanted in either], told
    return told | {"applied": applied}


def differing(found: State, wanted: State, *, staged: bool = False) -> list[str]:
    """Return the tables that differ. ``staged``: what was staged for a run must be gone, too."""
    return [table for table in wanted if found[table] != wanted[table] and (staged or table != "staged")]


def spread(points: int, number: int) -> list[int]:
    return [1 + index * (points - 1) // (number - 1) for index in range(number)]


@pytest.mark.parametrize("turn", range(KILLS))
def test_a_killed_run_left_all_or_nothing_and_the_next_one_succeeds(night, clean, turn):
    at = spread(clean.points, KILLS)[turn]

    told = check(night, clean, "kill", at, again="tonight" if turn % 4 < 2 else "tomorrow")

    assert told["status"] == -9


@pytest.mark.parametrize("turn", range(6))
def test_a_server_that_crashes_meanwhile_left_all_or_nothing(night, clean, turn):
    check(night, clean, "crash", spread(clean.points, 8)[turn + 1], again="tonight")


@pytest.mark.parametrize("turn", range(6))
def test_a_disk_that_is_full_left_all_or_nothing(night, clean, turn):
    check(night, clean, "fill", spread(clean.points, 8)[turn + 1], again="tonight")


@pytest.fixture(scope="module")
def undone(night: Night) -> Clean:
    """Return what an undisturbed undo of the first night leaves; it can be done once."""
    begun = night.begin()
    before = begun.state()
    told = begun.run("undo", undo=begun.number("first night"))
    assert told["outcome"] == "completed"
    after = begun.state()
    return Clean(before, after, after, told["points"])


@pytest.mark.parametrize(
    ("deed", "turn", "turns"), [(deed, turn, turns) for deed, turns in UNDO_DEEDS.items() for turn in range(turns)]
)
def test_an_undo_that_ends_by_force_has_taken_back_all_or_nothing(night, undone, deed, turn, turns):
    begun = night.begin()
    begun.shorten_recovery()
    number = begun.number("first night")

    told = begun.run("undo", undo=number, at=spread(undone.points, turns + 2)[turn + 1], deed=deed)
    night.wait_for_server()

    assert told.get("outcome") != "completed"
    applied = begun.undoes(number)
    assert differing(begun.state(), undone.after if applied else undone.before) == []
    if not applied:
        assert begun.run("undo", undo=number)["outcome"] == "completed"
        assert differing(begun.state(), undone.after) == []


def held(night: Night) -> tuple[Begun, dict[str, Any]]:
    """Return the district whose second night waits for approval, and the order that approves it."""
    begun, include = night.begin(), str(night.folder / "strict")
    assert begun.run("tonight", include=include)["outcome"] == "held"
    return begun, {"key": "tonight", "include": include, "approve": True}


@pytest.fixture(scope="module")
def approved(night: Night) -> Clean:
    """Return what an undisturbed approval leaves."""
    begun, approve = held(night)
    before = begun.state()
    told = begun.run(**approve)
    assert told["outcome"] == "completed"
    return Clean(before, begun.state(), {}, told["points"])


def test_an_approved_run_leaves_what_a_run_within_the_limits_does(clean, approved):
    assert differing(approved.after, clean.after) == []
    assert differing(approved.before, clean.before) == []


@pytest.mark.parametrize(
    ("deed", "turn", "turns"), [(deed, turn, turns) for deed, turns in APPROVAL_DEEDS.items() for turn in range(turns)]
)
def test_an_approval_that_ends_by_force_has_applied_all_or_nothing_and_may_be_given_again(
    night, approved, deed, turn, turns
):
    begun, approve = held(night)
    begun.shorten_recovery()

    told = begun.run(**approve, at=spread(approved.points, turns + 2)[turn + 1], deed=deed)
    night.wait_for_server()

    applied = begun.applied("tonight")
    assert differing(begun.state(), approved.after if applied else approved.before) == [], told
    ended = begun.run(**approve)
    assert ended.get("outcome") == "completed", (told, ended)
    assert differing(begun.state(), approved.after, staged=True) == []


def test_the_same_approval_given_twice_at_once_applies_the_change_set_once(night, approved):
    begun, approve = held(night)

    told = begun.run_together(approve, approve)

    assert [one.get("outcome") for one in told] == ["completed", "completed"], told
    assert differing(begun.state(), approved.after, staged=True) == []


def test_two_runs_of_one_job_at_once_apply_the_file_as_one_after_the_other_would(night, clean):
    begun = night.begin()

    told = begun.run_together({"key": "tonight"}, {"key": "tonight, too"})

    assert "completed" in {one["outcome"] for one in told}
    for one, key in zip(told, ("tonight", "tonight, too"), strict=True):
        assert one["outcome"] == "completed" or begun.run(key)["outcome"] == "completed", told
    assert set(differing(begun.state(), clean.after_next, staged=True)) <= MESSAGES


def test_two_jobs_that_touch_the_same_patrons_at_once_leave_what_one_after_the_other_would(night):
    orders = [{"key": "tonight", "job": job} for job in ("students", "pupils")]
    one_by_one = []
    for order in (orders, orders[::-1]):
        begun = night.begin()
        assert [begun.run(**one)["outcome"] for one in order] == ["completed", "completed"]
        one_by_one.append(begun.state())
    begun = night.begin()

    told = begun.run_together(*orders)

    assert [one["outcome"] for one in told] == ["completed", "completed"]
    found = begun.state()
    assert any(set(differing(found, wanted, staged=True)) <= MESSAGES for wanted in one_by_one)


@pytest.mark.every_point
@pytest.mark.parametrize("deed", ["kill", "crash", "fill"])
def test_whatever_happens_at_any_point_left_all_or_nothing(night, clean, deed):
    for at in range(1, clean.points + 1):
        check(night, clean, deed, at, again="tonight" if at % 4 < 2 else "tomorrow")
