"""docker-compose.yaml, resolved as compose would: anchors, merges and variables."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
COMPOSE = PROJECT / "docker-compose.yaml"
EXAMPLE = PROJECT / ".env.example"
COMPONENTS = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<mark>:?[-?])(?P<rest>[^}]*))?\}")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|_KEY|_CONN$|BROKER_URL|RESULT_BACKEND|DATABASE_URL")


def required(text: str) -> set[str]:
    return {found["name"] for found in VARIABLE.finditer(text) if found["mark"] == ":?"}


def resolved(node, values):
    """Fill in variables as compose does; a required one that is missing is an error."""
    if isinstance(node, dict):
        return {key: resolved(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [resolved(value, values) for value in node]
    return VARIABLE.sub(lambda found: value_of(found, values), node) if isinstance(node, str) else node


def value_of(found, values) -> str:
    if found[0] == "$$":
        return "$"
    value = values.get(found["name"], "")
    if found["mark"] == ":?" and not value:
        raise KeyError(found["name"])
    return value or (found["rest"] or "" if found["mark"] in {":-", "-"} else "")


@pytest.fixture(scope="module")
def text() -> str:
    return COMPOSE.read_text("utf-8")


@pytest.fixture(scope="module")
def compose(text) -> dict:
    return resolved(yaml.safe_load(text), {name: f"value-of-{name}" for name in required(text)})


def airflow_services(compose) -> dict:
    return {name: service for name, service in compose["services"].items() if "AIRFLOW__CORE__EXECUTOR" in env(service)}


def env(service) -> dict:
    return service.get("environment", {})


def test_it_is_valid_by_the_compose_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_part_of_airflow_is_there(compose):
    assert set(airflow_services(compose)) == COMPONENTS | {"init", "sample-connection"}


@pytest.mark.parametrize(
    "name",
    [
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__API_AUTH__JWT_SECRET",
        "AIRFLOW__API__SECRET_KEY",
        "AIRFLOW__CELERY__BROKER_URL",
        "AIRFLOW__CELERY__RESULT_BACKEND",
        "AIRFLOW__CORE__EXECUTOR",
        "PATRON_UPDATE_DATABASE_URL",
        "PATRON_UPDATE_INCLUDE",
        "PATRON_UPDATE_HOME",
    ],
)
def test_every_airflow_service_has_the_same(compose, name):
    assert len({env(service)[name] for service in airflow_services(compose).values()}) == 1


def test_every_service_of_ours_runs_the_same_image(compose):
    ours = [*airflow_services(compose).values(), compose["services"]["sample-sftp"]]

    assert len({service["image"] for service in ours}) == 1


def test_the_execution_api_is_where_the_api_server_listens(compose):
    address = env(compose["services"]["scheduler"])["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]

    assert address == "http://api-server:8080/execution/"
    assert compose["services"]["api-server"]["ports"][0].endswith(":8080")


def test_jobs_are_mounted_read_only_wherever_they_are_read_and_the_workspace_is_shared(compose):
    for name in COMPONENTS:
        volumes = compose["services"][name]["volumes"]
        assert "./include:/opt/airflow/include:ro" in volumes, name
        assert "workspace:/var/lib/patron-update/workspace" in volumes, name


def test_workers_can_be_many(compose):
    worker = compose["services"]["worker"]

    assert "container_name" not in worker
    assert "ports" not in worker


def test_only_the_pages_are_published_and_only_to_this_machine(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"api-server": ["127.0.0.1:8080:8080"]}


def test_no_secret_stands_in_the_file(compose, text):
    for name, service in yaml.safe_load(text)["services"].items():
        for key, value in env(service).items():
            if SECRET_NAME.search(key) and not key.endswith("_FILE"):
                assert VARIABLE.search(value), f"{name}: {key}"


def test_a_missing_secret_stops_with_its_name(text):
    document = yaml.safe_load(text)
    for name in required(text):
        others = dict.fromkeys(required(text) - {name}, "x")
        with pytest.raises(KeyError, match=name):
            resolved(document, others)


def test_the_example_explains_every_variable_and_holds_no_secret(text):
    used = {found["name"] for found in VARIABLE.finditer(text) if found["name"]}
    lines = EXAMPLE.read_text("utf-8").splitlines()
    explained = {line.lstrip("#").split("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)}

    assert explained == used
    assert {f"{name}=" for name in required(text)} <= set(lines)


def test_every_lasting_service_is_watched_and_started_again(compose):
    for name, service in compose["services"].items():
        if service.get("restart") != "no":
            assert "healthcheck" in service, name
            assert service["restart"] == "unless-stopped", name


def test_nothing_of_airflow_starts_before_both_databases_are_set_up(compose):
    assert compose["services"]["init"]["command"][-1] == "airflow db migrate && patron-update migrate"
    for name in COMPONENTS:
        assert compose["services"][name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}, name


def test_volumes_and_configs_that_are_named_exist(compose):
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith(("./", "/")) or source in compose["volumes"], name
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"], name
