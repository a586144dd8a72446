"""What a person reads who made a mistake in a job file: file, line, column, key, what was found, what to write."""

from __future__ import annotations

import pytest

from patron_update.errors import JobFileError
from patron_update.jobs.load import load_job
from patron_update.jobs.mistakes import SHOWN_LENGTH, closest, shown

SFTP = "sftp: { connection: springfield_sis, path: /patrons, file: Student Patrons.csv }"


def mistakes(include, *changes, more=""):
    path = include.job("students", *changes, more=more)
    with pytest.raises(JobFileError) as caught:
        load_job(include.path, "students")
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(str(path)).removeprefix(", ") for line in lines]


def test_an_unknown_key_is_one_mistake_with_the_key_that_was_meant(include):
    (text,) = mistakes(include, ("connection:", "conection:"))

    assert text == (
        "line 3, column 11: source.sftp.conection: is no key here. Did you mean 'connection'? "
        "Allowed here: connection, path, file."
    )


def test_a_key_in_the_wrong_block_is_sent_to_its_own(include):
    (text,) = mistakes(include, more="deadline_minutes: 10\n")

    assert "line 6, column 1: deadline_minutes: is no key here. It belongs under 'wait'." in text


@pytest.mark.parametrize("key", ["password", "username", "host", "private_key"])
def test_a_secret_in_a_job_file_is_sent_to_the_connection_and_not_repeated(include, key):
    (text,) = mistakes(include, ("path: /patrons", f"path: /patrons, {key}: hunter2"))

    assert "belong in the Airflow connection, never in a job file" in text
    assert "hunter2" not in text


def test_a_missing_key_is_told_with_its_meaning_and_an_example(include):
    (text,) = mistakes(include, ("properties: students.properties\n", ""))

    assert text == (
        "line 1, column 1: properties: is missing. The properties file that tells which column becomes which field; "
        "it lies in `include/properties`. null: the file is patron XML, whose elements are the fields. "
        "Example: 'properties: students.properties'."
    )


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines(include):
    found = mistakes(include, ("name:", "nam:"), ("saturday: full", "saturday: ful"), more="tags: one\n")

    assert [line.split(":")[0] for line in found] == ["line 1, column 1", "line 5, column 65", "line 6, column 7"]


def test_a_job_that_names_its_own_id_hears_that_the_file_does(include):
    (text,) = mistakes(include, more="id: pupils\n")

    assert "id: is no key here. The id of a job is the name of its file." in text


def test_a_key_that_stands_twice_is_refused_with_both_lines(include):
    (text,) = mistakes(include, more="name: Pupils\n")

    assert text == "line 6, column 1: name: stands twice in the file; first on line 1. Keep one of the two."


def test_a_key_without_a_value_is_refused_so_that_no_limit_vanishes(include):
    (text,) = mistakes(include, more="limits:\n  updated:\n")

    assert "limits.updated: has no value" in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("02:15", "2:15"), "line 5, column 19: schedule.time: found '2:15'. Did you mean '02:15'?"),
        (("02:15", "24:00"), "schedule.time: found '24:00'. Write hours and minutes"),
        (("02:15", "02:60"), "schedule.time: found '02:60'"),
        (("02:15", "8 pm"), "schedule.time: found '8 pm'"),
        (("America/Chicago", "America/Chigaco"), "Did you mean 'America/Chicago'?"),
        (("America/Chicago", "chicago"), "Did you mean 'America/Chicago'?"),
        (("America/Chicago", "CST"), "Did you mean 'America/Chicago'?"),
        (("America/Chicago", "Pacific Time"), "Did you mean 'America/Los_Angeles'?"),
        (("America/Chicago", "America"), "schedule.timezone: 'America' is no known time zone."),
        (("America/Chicago", "../../etc/passwd"), "is no known time zone."),
        (("saturday: full", "saturday: Full"), "allowed are full, incremental, none. Did you mean 'full'?"),
        (("saturday: full", "saturday: null"), "schedule.saturday: found null; allowed are full, incremental, none."),
        (("Student Patrons.csv", "in/a.csv"), "source.sftp.file: found 'in/a.csv'. Write the file's name only"),
        (("Student Patrons.csv", "in\\a.csv"), "Write the file's name only"),
        (("Student Patrons.csv", ".."), "which is a folder"),
        (("springfield_sis", "sftp://sis.example.org"), "Write the id of the Airflow connection"),
        (("students.properties", "../students.properties"), "properties: found '../students.properties'."),
        (("students.properties", "/etc/passwd"), "properties: found '/etc/passwd'."),
        (("students.properties", "a/../../b"), "properties: found 'a/../../b'."),
        (("students.properties", "[a, b]"), "properties: found a list where a text belongs."),
        (("name: Students", 'name: ""'), "name: is empty. Example: 'name: Students'."),
        (("name: Students", 'name: "a\\nBcc: b"'), "with a line break or a control character in it"),
        (("name: Students", f"name: {'x' * 101}"), "name: is 101 characters long; the most is 100."),
        ((SFTP, "{}"), "line 2, column 9: source: names neither of sftp and directory."),
        (
            (f"\n  {SFTP}", " here"),
            "source: found 'here' where a block of keys belongs. Its keys are: sftp, directory.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(include, change, expected):
    if change[1] == "{}":  # the whole block goes
        change = (f"\n  {SFTP}", " {}")

    (text,) = mistakes(include, change)

    assert expected in text


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("encoding: utf9", "encoding: 'utf9' is no known encoding. Did you mean 'UTF-8'?"),
        ("encoding: rot13", "is no known encoding"),
        ("limits: { updated: 0.75 }", "limits.updated: found '0.75'. Did you mean '75%'?"),
        ("limits: { updated: 150% }", "the most is 100%"),
        ("limits: { updated: -5 }", "Write a share such as 25%, a whole number such as 50, or null for no limit."),
        ("limits: { updated: many }", "Write a share such as 25%"),
        ("limits: { updated: [5] }", "limits.updated: found a list."),
        ("wait: { deadline_minutes: 0 }", "wait.deadline_minutes: found '0'; the least is 1."),
        ("wait: { deadline_minutes: 9999 }", "found '9999'; the most is 1,380."),
        ("wait: { poll_seconds: soon }", "found 'soon', which is no whole number. Example: 'poll_seconds: 30'."),
        ("notify: { on_failure: [a@example.org] }", "notify.on_failure[1]: found 'a@example.org'. Did you mean"),
        ("notify: { on_failure: ['mailto:a@b.c, d@e.f'] }", "Write mailto: and one address"),
        ("notify: { on_failure: mailto:a@example.org }", "where a list belongs. Example: 'on_failure: [mailto:"),
        ("expectations: ../x.yaml", "expectations: found '../x.yaml'."),
        ("tags: &t [a]\nowner: *t", "line 7, column 1: owner: repeats another part with '*'. Write it out."),
        ("owner: !!binary aGk=", "carries the tag '!!binary'. Leave the tag out."),
        ("[a, b]: 3", "a key must be one word"),
    ],
)
def test_a_wrong_option_is_told_with_what_is_allowed(include, more, expected):
    (text,) = mistakes(include, more=f"{more}\n")

    assert expected in text


def test_a_source_names_one_place_and_not_two(include):
    (text,) = mistakes(include, (SFTP, f"{SFTP}\n  directory: {{ path: /srv, file: a.csv }}"))

    assert "source: names both of sftp and directory. Keep exactly one of them." in text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name: a\nsource:\n\tsftp: 1\n", "line 3, column 1: a tab stands here. Indent with spaces."),
        ("name: Students: all\n", "line 1, column 15: a second colon, or a line indented too far."),
        ('name: a\nowner: "b\n', "line 2, column 8: what is opened here, a quote or a bracket, is never closed."),
        ("name: @home\n", "line 1, column 7: a value cannot begin with @. Put the value in quotes."),
        ("name: a\n---\nname: b\n", "line 2, column 1: a second document begins here"),
        ("name: a\n b: c\n d\n", "line 2, column 3: a second colon, or a line indented too far."),
        ("", ": holds no keys. Write one 'key: value' per line."),
        ("Students\n", ": holds no keys."),
        ("# nothing yet\n", ": holds no keys."),
        (b"name: Andr\xe9\n", "line 1, column 11: is not UTF-8. Save the file in the encoding UTF-8."),
        ("x" * 1_100_000, ": has 1,100,000 bytes; the most is 1,048,576."),
    ],
)
def test_a_file_that_is_no_yaml_says_where_and_what_to_do(include, content, expected):
    path = include.write("jobs/students.yaml", content)

    with pytest.raises(JobFileError) as caught:
        load_job(include.path, "students")

    assert str(caught.value).removeprefix(str(path)).removeprefix(", ").startswith(expected)
    assert len(str(caught.value).splitlines()) == 1


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(include):
    path = include.job("students")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_job(include.path, "students").name == "Students"


def test_a_long_value_is_repeated_short_and_on_one_line():
    assert len(shown("x\n" * 500)) <= 2 * SHOWN_LENGTH + 2
    assert "\n" not in shown("x\n" * 500)


def test_nothing_is_suggested_when_nothing_is_near():
    assert closest("zebra", ["name", "source"]) is None


def test_an_owner_that_is_none_is_told_with_those_there_are(include):
    (text,) = mistakes(include, more="options: { ownership: { homeroom: librarian } }\n")

    assert "options.ownership.homeroom: found 'librarian'; allowed are source, staff, fill_blank." in text


def test_a_misspelt_field_is_told_with_the_one_that_was_meant(include):
    (text,) = mistakes(include, more="options: { ownership: { nickName: staff } }\n")

    assert "'nickName' is no field that staff may own. Did you mean 'nickname'?" in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            "after_days: 3, minimum_records: 1000000",
            "inactivate_missing.minimum_records: found '1000000'; the most is 999,999.",
        ),
        ("after_days: 1000, minimum_records: 1", "inactivate_missing.after_days: found '1000'; the most is 999."),
        ("after_days: -1, minimum_records: 1", "inactivate_missing.after_days: found '-1'; the least is 0."),
    ],
)
def test_a_number_out_of_the_originals_range_is_told(include, options, told):
    (text,) = mistakes(include, more=f"options: {{ inactivate_missing: {{ {options} }} }}\n")

    assert told in text


def test_a_homeroom_for_missing_patrons_needs_the_option_that_inactivates_them(include):
    (text,) = mistakes(include, more="options: { homeroom: WITHDRAWN }\n")

    assert "options.homeroom: is no key here. It belongs under 'options.inactivate_missing'." in text
