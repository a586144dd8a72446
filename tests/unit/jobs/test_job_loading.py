"""What the loader makes of a folder of job files, sound and broken."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.domain.limits import Limit
from patron_update.domain.schedule import UpdateType
from patron_update.errors import JobFileError, SettingsError
from patron_update.jobs.load import load_job, load_jobs, missing_files
from patron_update.jobs.models import Job

JOB = """\
name: Students
source:
  sftp: { connection: springfield_sis, path: /patrons, file: Student Patrons.csv }
properties: students.properties
encoding: UTF-8
schedule: { time: "02:15", timezone: America/Chicago, saturday: full }
tags: [one, two]
"""
FRAGMENTS = (
    "\t",
    "- ",
    "? ",
    ": ",
    "&a ",
    "*a",
    "!!x ",
    "<<: ",
    "|\n",
    "'",
    '"',
    "{",
    "]",
    "---\n",
    "%YAML 1.1\n",
    '"\\ud800"',
    '"\\0"',
)


def reason(include, job_id="students"):
    with pytest.raises(JobFileError) as caught:
        load_job(include.path, job_id)
    return str(caught.value)


def test_a_job_is_named_by_its_file_and_has_defaults_for_what_it_leaves_out(include):
    include.job("students")

    job = load_job(include.path, "students")

    assert (job.id, job.name, job.owner, job.tags) == ("students", "Students", "library", ())
    assert job.source.place.file == "Student Patrons.csv"
    assert (job.wait.deadline_minutes, job.wait.poll_seconds, job.wait.quiet_looks, job.wait.fresh_hours) == (
        60,
        30,
        2,
        None,
    )
    assert (job.encoding, job.expectations, job.notify.on_failure) == (None, None, ())


def test_limits_left_out_are_those_of_the_house(include):
    include.job("students")

    limits = load_job(include.path, "students").limits

    assert {limits.inactivated, limits.deleted} == {Limit(share=0.1)}
    assert {limits.added, limits.updated, limits.transferred, limits.rejected} == {Limit(share=0.75)}


def test_a_limit_is_a_share_a_count_or_none(include):
    include.job("students", more="limits: { added: 33.3%, updated: null, deleted: 50 }\n")

    limits = load_job(include.path, "students").limits

    assert (limits.added, limits.updated, limits.deleted) == (Limit(share=0.333), None, Limit(count=50))


def test_the_week_is_read_from_the_weekdays(include):
    include.job("students", ("saturday: full", "monday: incremental, saturday: full"))

    week = load_job(include.path, "students").schedule.week

    full, incremental = UpdateType.FULL, UpdateType.INCREMENTAL
    assert week.days == (incremental, None, None, None, None, full, None)
    assert (str(week.time), week.timezone.key) == ("02:15:00", "America/Chicago")


def test_a_time_without_quotes_is_a_time_and_not_a_number_of_base_sixty(include):
    include.job("students", ('"02:15"', "02:15"))

    assert load_job(include.path, "students").schedule.time == "02:15"


def test_words_that_yaml_takes_for_booleans_stay_words(include):
    include.job("students", ("name: Students", "name: Yes"), more="tags: [on, NO, 1.10, 0410]\n")

    job = load_job(include.path, "students")

    assert (job.name, job.tags) == ("Yes", ("on", "NO", "1.10", "0410"))


def test_a_relative_directory_is_looked_for_in_the_include_folder(include):
    sftp = "sftp: { connection: springfield_sis, path: /patrons, file: Student Patrons.csv }"
    include.job("near", (sftp, "directory: { path: samples/drop, file: a.csv }"))
    include.job("far", (sftp, "directory: { path: /srv/sis, file: a.csv }"))

    assert load_job(include.path, "near").source.place.path == str(include.path / "samples" / "drop")
    assert load_job(include.path, "far").source.place.path == "/srv/sis"


def test_a_job_comes_back_whole_from_its_json(include):
    include.job("students", more="limits: { added: 25%, deleted: 1500 }\n")
    job = load_job(include.path, "students")

    assert Job.model_validate_json(job.model_dump_json()) == job


def test_a_broken_job_file_takes_no_other_down(include):
    include.job("alpha", ("Students", "Alpha"))
    include.job("middle", ("name:", "nam:"))
    include.job("omega", ("Students", "Omega"))

    jobs, broken = load_jobs(include.path)

    assert [job.id for job in jobs] == ["alpha", "omega"]
    assert [(one.id, one.path.name) for one in broken] == [("middle", "middle.yaml")]
    assert "Did you mean 'name'?" in broken[0].reason


def test_of_two_jobs_with_one_name_the_later_file_is_broken_and_names_the_other(include):
    include.job("a_students")
    include.job("b_students", ("Students\n", "students\n"))

    jobs, broken = load_jobs(include.path)

    assert [job.id for job in jobs] == ["a_students"]
    assert "line 1, column 7: name: found 'students', which job 'a_students' (a_students.yaml) is named too" in (
        broken[0].reason
    )


@pytest.mark.parametrize(
    ("name", "job_id"),
    [("Staff.yaml", "staff_2"), ("2024.yaml", "job_2024"), ("Néw jobs.yml", "n_w_jobs"), ("---.yaml", "job")],
)
def test_a_misnamed_job_file_is_broken_under_an_id_of_its_own(include, name, job_id):
    include.job("staff")
    include.write(f"jobs/{name}", "x: 1\n")

    _, broken = load_jobs(include.path)

    assert [one.id for one in broken] == [job_id]
    assert "is no name for a job file" in broken[0].reason


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\x00", b"[" * 100_000, b"- " * 100_000, b"a: " * 3_000])
def test_no_content_of_a_job_file_ends_the_loading(include, content):
    include.job("sound")
    include.write("jobs/strange.yaml", content)

    jobs, broken = load_jobs(include.path)

    assert ([job.id for job in jobs], [one.id for one in broken]) == (["sound"], ["strange"])
    assert str(include.path / "jobs" / "strange.yaml") in broken[0].reason


@given(at=st.integers(0, len(JOB)), length=st.integers(0, 40), text=st.text(max_size=12) | st.sampled_from(FRAGMENTS))
def test_a_slip_of_the_hand_anywhere_leaves_a_job_or_a_broken_job_with_a_reason(include, at, length, text):
    slipped = (JOB[:at] + text + JOB[at + length :]).encode("utf-8", "surrogatepass")
    path = include.write("jobs/students.yaml", slipped)

    jobs, broken = load_jobs(include.path)

    assert len(jobs) + len(broken) == 1
    assert all(line.startswith(str(path)) for one in broken for line in one.reason.split("\n"))


def test_a_folder_named_like_a_job_file_is_a_broken_job(include):
    (include.path / "jobs" / "odd.yaml").mkdir()

    _, broken = load_jobs(include.path)

    assert [one.id for one in broken] == ["odd"]


def test_an_include_folder_without_jobs_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(SettingsError, match="PATRON_UPDATE_INCLUDE") as caught:
        load_jobs(tmp_path / "nowhere")

    assert str(tmp_path / "nowhere" / "jobs") in str(caught.value)


def test_one_job_is_loaded_without_reading_any_other(include):
    include.job("students")
    include.write("jobs/broken.yaml", "[")

    assert load_job(include.path, "students").name == "Students"


@pytest.mark.parametrize("job_id", ["studnets", "../jobs/students", "Students", ""])
def test_an_unknown_job_is_answered_with_the_known_ones(include, job_id):
    include.job("students")
    include.job("staff")

    text = reason(include, job_id)

    assert "Known jobs: staff, students." in text


def test_a_misspelt_job_is_answered_with_the_one_that_was_meant(include):
    include.job("students")

    assert "Did you mean 'students'?" in reason(include, "studnets")


def test_files_that_a_job_names_and_that_are_not_there_are_told_with_their_neighbours(include):
    include.job("students", more="expectations: students.yaml\n")
    include.write("properties/student.properties", "")
    include.write("expectations/students.yaml", "")

    missing = missing_files(include.path, load_job(include.path, "students"))

    assert len(missing) == 1
    assert "properties: there is no file 'students.properties'" in missing[0]
    assert "Did you mean 'student.properties'?" in missing[0]


def test_two_hundred_jobs_load_in_well_under_a_second(include):
    for number in range(200):
        include.job(f"job_{number}", ("name: Students", f"name: Students {number}"))

    begin = time.perf_counter()
    jobs, broken = load_jobs(include.path)

    assert (len(jobs), broken) == (200, ())
    assert time.perf_counter() - begin < 1


def test_loading_jobs_imports_nothing_heavy():
    code = "import sys, patron_update.jobs.load, patron_update.jobs.district; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())

    assert not loaded & {"airflow", "pandas", "duckdb", "great_expectations", "psycopg", "sqlalchemy", "jinja2"}
