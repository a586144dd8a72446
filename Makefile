# What one does with this project. `make` alone lists it.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python

.PHONY: help setup demo up test fuzz chaos bench check lint lock format generate clean

help: ## list the commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with everything in it (the commands below do so themselves)
	@$(PYTHON) .ci/environment.py

demo: setup ## the nights of the sample district through a real Airflow; prints the Job Summaries
	@exec $(PY) -P -m patron_update.embedded demo --with-parent

up: setup ## the same, and stays: Airflow's pages until Ctrl-C
	@exec $(PY) -P -m patron_update.embedded up --with-parent

test: setup ## all tests, a whole run through Airflow included (ARGS="-k name" picks some)
	@echo "== pytest"
	@exec $(PY) -m pytest -n 2 --dist loadfile --hypothesis-profile thorough $(ARGS)

fuzz: setup ## random properties files and CSVs for long (ARGS="-k regex" picks some)
	@exec $(PY) -m pytest -n 2 --hypothesis-profile long -m hypothesis tests/unit/properties tests/unit/files $(ARGS)

chaos: setup ## kill a run, crash its database and fill its disk at every point there is (hours; `make test` tries some)
	@exec $(PY) -m pytest -n 2 -m every_point tests/integration/test_crashes.py $(ARGS)

bench: setup ## whole updates of large files, as multiples of COPY (ARGS="--rows 1000000" picks the size)
	@exec $(PY) -m bench $(ARGS)

check: lint test ## the static checks, then all tests

lint: setup ## the static checks: format, lint, types, arrows between the rooms, SQL
	@echo "== ruff format"
	@$(PY) -m ruff format --check .
	@echo "== ruff check"
	@$(PY) -m ruff check .
	@echo "== mypy"
	@$(PY) -m mypy
	@echo "== import-linter"
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@echo "== sqlfluff"
	@$(PY) -m sqlfluff lint src/patron_update/store/sql

lock: setup ## resolve requirements*.in anew into requirements*.txt, with hashes
	@echo "== uv pip compile"
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -c requirements.txt requirements-dev.in -o requirements-dev.txt
	@echo "requirements.txt and requirements-dev.txt are up to date; \`make setup\` installs them"

generate: setup ## write anew what the code generates: schemas, docs/job-files.md, docs/messages.md
	@$(PY) -m patron_update.jobs.schema
	@$(PY) -m patron_update.validation.schema
	@$(PY) -m patron_update.summary.schema
	@$(PY) -m patron_update.summary.messages_page
	@$(PY) -m patron_update.files.patron_xml

format: setup ## format the code and mend what ruff can mend
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

clean: ## throw away what demo, up and the checks left: databases, logs, secrets, caches (not .venv)
	@if [ -x $(PY) ]; then $(PY) -P -m patron_update.embedded clean; fi
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests dags plugins bench -name __pycache__ -type d -prune -exec rm -rf {} +
