# `make help` lists what there is. Needs make and Python 3.11, 3.12 or 3.13; nothing else to run.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
PACK ?= packs/tongliang
# How many test processes at once: while one waits for a page another one works (decisions/0017).
JOBS ?= 3

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PYTEST := $(BIN)/python -m pytest
# Made-up settings of a real installation, to check what production would say.
AS_PRODUCTION := env PRODUCTION=1 DATA_DIR=/nonexistent ALLOWED_HOSTS=platform.example \
  DATABASE_URL=postgres://nobody@127.0.0.1:9/none REDIS_URL=redis://127.0.0.1:9/0 \
  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
  RECEIPT_KEYS=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))') \
  SEAL_KEY=$$($(BIN)/python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())') \
  FIELD_KEYS=$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')

.PHONY: chaos every-page help run stack restore-drill test test-fast test-servers check types rules format lock messages bench soak screenshots clean packages
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/runs ## Start the demonstration platform at http://127.0.0.1:8000 (PORT=8001 make run)
	@DEMONSTRATION=$${DEMONSTRATION-1} exec $(BIN)/python manage.py run \
	  --host $(HOST) --port $(PORT) --pack $(PACK)

stack: .venv/runs ## Start the production stack without containers, on servers of its own (PORT=8001 make stack)
	@PORT=$(PORT) PACK=$(PACK) exec $(BIN)/python -m deploy.native

restore-drill: .venv/runs ## Dump, restore into a new database, migrate, compare: docs/operations.md
	@exec $(BIN)/python -m deploy.native.drill

test: .venv/tests packages ## All tests on SQLite, then again on their own PostgreSQL and Redis
	$(PYTEST) -n $(JOBS) --dist worksteal
	$(PYTEST) -n $(JOBS) --dist worksteal -p tests.plumbing.servers

test-fast: .venv/tests ## Tests on SQLite without browser and slow ones
	$(PYTEST) -n $(JOBS) -m "not browser and not slow"

test-servers: .venv/tests packages ## All tests on their own PostgreSQL and Redis
	$(PYTEST) -n $(JOBS) --dist worksteal -p tests.plumbing.servers

every-page: .venv/tests packages ## Every page as `make test` looks at it, and axe in every language and mode (long)
	EVERY_PAGE=whole $(PYTEST) -n $(JOBS) --dist worksteal tests/browser/test_every_page.py

# ARGS="--kills 10 --minutes 8 --requests 2000" does less; tests/chaos/results.json says what came of it.
chaos: .venv/tests packages ## Break the stack on purpose, many times, under load (20 minutes; docs/chaos.md)
	$(BIN)/python -m tests.chaos $(ARGS)

check: .venv/tests ## Style, types, floors of the house, migrations, translations, settings
	@$(MAKE) --no-print-directory -j 2 --output-sync=target types rules

types: .venv/tests
	$(BIN)/mypy

rules: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m pip check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PYTEST) -q tests/test_languages.py tests/test_architecture.py

format: .venv/tests ## Put the code into the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: .venv/tests ## Collect texts into locale/*.po and compile them
	$(BIN)/python manage.py messages

lock: .venv/tests ## Resolve requirements*.in into requirements*.txt, hashes included
	$(BIN)/python -m pip install --quiet uv
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --upgrade \
	    --no-emit-index-url --no-header --quiet $$name.in -o $$name.txt || exit 1; done

# ARGS="--tickets 1000000" for a larger database, ARGS="climb lists" for some of it (docs/bench.md).
bench: .venv/tests packages ## Measure every hot path beside its yardstick into docs/bench.md
	$(BIN)/python -m bench $(ARGS)

soak: .venv/tests ## Leave a wall on for 20 minutes of reports: heap, frames, errors (docs/soak.md)
	$(BIN)/python -m bench.soak

# ARGS="--only tickets-console --widths 1366" makes some of them, ARGS=--docs renews docs/screenshots/.
screenshots: .venv/tests ## Picture every page at six widths in both languages into screenshots/
	$(BIN)/python -m bench.screenshots $(ARGS)

clean: ## Remove what was built; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles

packages:
	@sh .ci/packages

.venv/bin/python:
	$(PYTHON) deploy/make_venv.py .venv

.venv/runs: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/tests: requirements-dev.txt .venv/runs
	$(PIP) -r requirements-dev.txt
	@touch $@
