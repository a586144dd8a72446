"""The schemas and the documentation are what the models say, and the sample files agree with all of them."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from patron_update.jobs import keys
from patron_update.jobs.district import District
from patron_update.jobs.load import load_jobs
from patron_update.jobs.models import JobFile
from patron_update.jobs.schema import generated, main, schema_of

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", sorted(generated()))
def test_the_committed_file_is_what_the_generator_writes(name):
    written = (PROJECT / name).read_text(encoding="utf-8")

    assert written == generated()[name], "run: python -m patron_update.jobs.schema"


def test_the_generator_writes_below_the_folder_it_is_given(tmp_path, capsys):
    assert main([str(tmp_path)]) == 0

    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*") if path.is_file()} == set(generated())
    assert capsys.readouterr().out.count("wrote ") == len(generated())


@pytest.mark.parametrize("model", [JobFile, District])
def test_every_key_tells_its_meaning(model):
    silent = [
        f"{block.path}.{name}"
        for block in keys.blocks(model)
        for name, info in block.model.model_fields.items()
        if not info.description
    ]

    assert silent == []


@pytest.mark.parametrize("model", [JobFile, District])
def test_every_required_key_that_is_no_block_has_an_example(model):
    silent = [
        f"{block.path}.{name}"
        for block in keys.blocks(model)
        for name, info in block.model.model_fields.items()
        if info.is_required() and not keys.inner_model(info) and keys.example(info) is None
    ]

    assert silent == []


@pytest.mark.parametrize("model", [JobFile, District])
def test_every_key_stands_in_the_documentation(model):
    guide = generated()["docs/job-files.md"]

    missing = [
        name for block in keys.blocks(model) for name in block.model.model_fields if f"| `{name}` |" not in guide
    ]

    assert missing == []


def test_the_sample_jobs_are_sound_and_start_on_their_days():
    jobs, broken = load_jobs(PROJECT / "include")

    assert broken == ()
    assert [(job.id, job.name, job.schedule.week.cron) for job in jobs] == [
        ("staff", "Staff", "45 2 * * 1,2,3,4,5,6"),
        ("students", "Students", "15 2 * * 1,2,3,4,5,6"),
        ("substitutes", "Substitutes and Volunteers", "45 2 * * 1,2,3,4,5,6"),
    ]
    assert jobs[1].notify.failure_addresses == ("library-data@example.org",)


@pytest.mark.parametrize("path", sorted((PROJECT / "include" / "jobs").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_editor_finds_the_sample_jobs_sound(path):
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema_of(JobFile, "job"))


def test_an_editor_finds_the_sample_district_sound():
    text = (PROJECT / "include" / "district.yaml").read_text(encoding="utf-8")

    jsonschema.validate(yaml.safe_load(text), schema_of(District, "district"))


@pytest.mark.parametrize(
    "change",
    [
        {"nam": "x"},
        {"source": {}},
        {"limits": {"updated": "lots"}},
        {"limits": {"updated": -1}},
        {"notify": {"on_failure": ["a@example.org"]}},
        {"schedule": {"time": "2:15", "timezone": "UTC"}},
    ],
)
def test_an_editor_underlines_what_the_loader_refuses(change):
    sound = yaml.safe_load((PROJECT / "include" / "jobs" / "students.yaml").read_text(encoding="utf-8"))

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sound, **change}, schema_of(JobFile, "job"))
