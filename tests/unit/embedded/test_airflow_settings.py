from pathlib import Path

import pytest

from patron_update.embedded.airflow_settings import Installation
from patron_update.embedded.home import Home


@pytest.fixture
def installation(tmp_path) -> Installation:
    home = Home(tmp_path / "var")
    home.prepare()
    return Installation(
        project=Path("/project"),
        include=Path("/project/include"),
        home=home,
        port=8081,
        airflow_database="postgresql://postgres@/airflow?host=/run/it",
        patron_database="postgresql://postgres@/patrons?host=/run/it",
    )


def test_everything_that_listens_is_bound_to_this_machine(installation):
    environment = installation.environment({})

    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8081"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8081/execution/"


def test_both_of_airflows_drivers_reach_the_embedded_server(installation):
    environment = installation.environment({})

    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith(
        "postgresql+psycopg2://postgres@/airflow?host="
    )
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"].startswith("postgresql+asyncpg://postgres@/airflow")


def test_the_callers_own_airflow_settings_do_not_reach_the_embedded_one(installation):
    outer = {"AIRFLOW_HOME": "/theirs", "AIRFLOW__CORE__EXECUTOR": "X", "AIRFLOW__CORE__UNIT_TEST_MODE": "True"}

    environment = installation.environment(outer)

    assert environment["AIRFLOW_HOME"] == str(installation.home.airflow)
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW__CORE__UNIT_TEST_MODE" not in environment


def test_the_callers_connections_do_reach_it(installation):
    assert installation.environment({"AIRFLOW_CONN_MY_SIS": "{}"})["AIRFLOW_CONN_MY_SIS"] == "{}"


def test_a_proxy_of_the_caller_is_not_asked_for_this_machine(installation):
    outer = {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}

    assert installation.environment(outer)["NO_PROXY"] == "example.org,127.0.0.1,localhost"


def test_nobody_is_told_that_it_runs(installation):
    environment = installation.environment({})

    assert environment["GX_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"


def test_the_signing_keys_are_three_and_stay_the_same(installation):
    names = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
    first, second = installation.environment({}), installation.environment({})

    assert len({first[name] for name in names}) == 3
    assert [first[name] for name in names] == [second[name] for name in names]
