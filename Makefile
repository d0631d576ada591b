# make run    start the site with a made-up neighbourhood, on nothing but Python
# make test   run every check and every test
# make chaos  let everything fail while mail goes out, and count what arrives (ten minutes)
# make bench-mail  measure the time from a need to its message at the mail server
# make bench-claims  sixteen processes claim at once, on both databases
# make lives  200 lives of needs at random, 50 steps each, on both databases (some minutes)
# make bench  measure a whole import with all its matches, a new key, erasing, and the next two (an hour)
# make bench-backlog  measure the whole backlog beside exact flows, up to 100,000 needs, on both databases
# make bench-need  measure one need against up to 100,000 offers, and a million on PostgreSQL
# Other Python or port: make run PYTHON=python3.12 PORT=8001

PYTHON ?= python3
PORT ?= 8000
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

PY := .venv/bin/python
PYTEST := $(PY) -m pytest -rs --numprocesses 2 -m "not browser"
ALONE := env -u DATABASE_URL -u REDIS_URL -u SITE_URL -u DEMO DATA_DIR="$(CURDIR)/var/test"
DEPLOYED := SITE_URL=https://mutualaid.example SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_hex(50))")

IN_BROWSER := $(ALONE) CHROMIUM="$(CHROMIUM)" DJANGO_ALLOW_ASYNC_UNSAFE=true $(PY) -m pytest -m browser

# Real servers on a busy machine may be late: what failed is run once more, alone. Twice is a failure.
ONCE_MORE := echo "== once more, what failed, one after the other"
WHAT_FAILED := --numprocesses 0 --last-failed --last-failed-no-failures none

.NOTPARALLEL:
.PHONY: help run test lint types deploy words sqlite postgres browser
.PHONY: bench bench-backlog bench-claims bench-mail bench-need chaos lives lock

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

run: .venv/run
	@$(PY) manage.py up --demo --port "$(PORT)"

test: lint types deploy words sqlite postgres browser
	@echo "== everything that was run passed"

lint: .venv/test
	@echo "== ruff: style and common mistakes"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: .venv/test
	@echo "== mypy: types"
	@$(ALONE) $(PY) -m mypy
	@echo "== import-linter: who may see whom"
	@.venv/bin/lint-imports

deploy: .venv/test
	@echo "== migrations are complete, settings are fit for the open internet"
	@$(ALONE) $(PY) manage.py makemigrations --check --dry-run
	@$(ALONE) $(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING

words: .venv/test
	@echo "== every word is translated"
	@$(ALONE) $(PY) manage.py translations check
	@$(ALONE) $(PY) manage.py translations compile

sqlite: .venv/test
	@echo "== tests on SQLite"
	@$(ALONE) $(PYTEST) || { $(ONCE_MORE); $(ALONE) $(PYTEST) $(WHAT_FAILED); }

postgres: .venv/test
	@echo "== tests on PostgreSQL"
	@$(ALONE) $(PY) -m tests.servers.postgres $(PYTEST) || \
	    { $(ONCE_MORE); $(ALONE) $(PY) -m tests.servers.postgres $(PYTEST) $(WHAT_FAILED); }

browser: .venv/test
	@echo "== journeys in a browser"
	@if test -n "$(CHROMIUM)"; then \
	    $(IN_BROWSER) || { $(ONCE_MORE); $(IN_BROWSER) $(WHAT_FAILED); }; \
	else \
	    echo "Not run, for chromium is missing (Debian: sudo apt install chromium): make browser"; \
	    test "$$CI" != true; \
	fi

bench: .venv/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_import "$(NEEDS_CSV)"
	@$(ALONE) $(PY) -m tests.benchmarks.bench_privacy
	@$(MAKE) --no-print-directory bench-backlog bench-need

lives: export LIVES = 200
lives: export STEPS_EACH = 50
lives: .venv/test
	@$(ALONE) $(PY) -m pytest -q tests/requests_app/test_whole_life.py
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m pytest -q tests/requests_app/test_whole_life.py

bench-claims: .venv/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_claims
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_claims

bench-backlog: .venv/test
	@for seed in 1 2 3 4 5; do for offers in 600 1000 1500; do \
	    $(ALONE) $(PY) -m tests.benchmarks.bench_backlog --needs 1000 --offers $$offers --seed $$seed || exit 1; \
	done; done
	@for n in 1000 10000 100000; do for server in "" "$(PY) -m tests.servers.postgres"; do \
	    $(ALONE) $$server $(PY) -m tests.benchmarks.bench_backlog --needs $$n || exit 1; \
	done; done
	@$(ALONE) $(PY) -m tests.benchmarks.bench_backlog --needs 5000 --a-week 1
	@$(ALONE) $(PY) -m tests.benchmarks.bench_arrivals

bench-need: .venv/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_one_need
	@$(ALONE) SIZES="1000 10000 100000 1000000" \
	    $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_one_need

bench-mail: .venv/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_post_to_mail sqlite
	@$(ALONE) $(PY) -m tests.benchmarks.bench_post_to_mail postgres

chaos: .venv/test
	@$(ALONE) $(PY) -m tests.chaos.run storm postgres
	@$(ALONE) $(PY) -m tests.chaos.run bad-addresses postgres
	@$(ALONE) $(PY) -m tests.chaos.run calm postgres

# Locked by hashes; uv.lock names the places packages came from and stays at home.
lock:
	@uv lock --quiet
	@uv export --quiet --frozen --no-emit-project --no-header --no-annotate --no-dev -o requirements.txt
	@uv export --quiet --frozen --no-emit-project --no-header --no-annotate -o requirements-dev.txt

# An environment is as new as the list it was installed from.
.venv/run: requirements.txt | .venv/bin/python
	@$(call install,requirements.txt)
	@touch $@

.venv/test: requirements-dev.txt | .venv/bin/python
	@$(call install,requirements-dev.txt)
	@touch .venv/run $@

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || \
	    { echo "Python 3.11 or newer is needed, and $(PYTHON) is not here."; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	    { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) -V). Another: make PYTHON=python3.12"; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $(PYTHON) .venv; \
	else \
	    $(PYTHON) -c "import ensurepip" 2>/dev/null || \
	        { echo "Python's venv is missing (Debian: sudo apt install python3-venv)."; exit 1; }; \
	    $(PYTHON) -m venv .venv; \
	fi

define install
echo "Installing $(1)…"; \
if command -v uv >/dev/null; then uv pip install --quiet --require-hashes --python $(PY) -r $(1); \
else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef
