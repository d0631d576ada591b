# make run     start the site with a made-up neighbourhood, on nothing but Python
# make dev     the same while you work on it: what you save is there at once, faults show themselves
# make shell   a Python prompt with the models, on the data of make run
# make t T=…   the tests of one file or folder, or those whose names contain T; DB=postgres for PostgreSQL
# make fast    every check, and a glance at everything on SQLite in a minute and a half: for each commit
# make test    every check and every test
# make release-data  at a release: keep a site of it, made up, for the tests of upgrades
# make upgrade-check  the release before on the tables of today (COMMIT=… for another than the newest tag)
# make lock    write the lists of packages anew, with their hashes (needs uv)
# make chaos   let everything fail while messages go out, and count what arrives (half an hour)
# make lives   200 lives of needs at random, 50 steps each, on both databases (some minutes)
# make partners  1,000 needs between two real sites, with every fault on the way, on both databases (an hour)
# make pgbouncer  needs, messages and races behind PgBouncer, in front of PostgreSQL (a quarter of an hour)
# make properties  ask every property of a thousand examples, on SQLite (an hour)
# make looks    axe on every page and state in three languages, each in light, dark and forced colours (an hour)
# make nonsense  300 inputs that no one means well to each address of the site (half an hour)
# make bench   every goal of the matcher, reached or not and by how much (an hour)
# make shapes  the SQL that is kept beside the ORM's, for 10,000 random needs, on both databases (an hour)
# make guide   follow mutualaid/docs/operate.md word for word on a bare Debian 12 and 13 (root, debootstrap; a quarter of an hour)
# make load    20 requests a second for two minutes on a full site, on both databases; SECONDS=30 for less (ten minutes)
# make load-surge   a thousand needs in a minute beside those who read, on both databases
# make load-claims  sixteen say yes at once over HTTP, on both databases
# make load-soak    an hour of load, and what has grown, on PostgreSQL
# make simulate  ten made-up cities under three ways to invite, with intervals (half an hour on two cores)
# make bench-backlog  measure the whole backlog beside exact flows, up to 100,000 needs, on both databases
# make bench-claims   sixteen processes claim at once, on both databases
# make bench-flood    ten thousand needs in a minute, and one for today that comes last
# make bench-harvest  what someone who only collects gets: names, addresses and phones, by join policy
# make bench-import   measure a whole import with all its matches, a new key, and erasing
# make bench-inbox    send sixty messages a second as neighbouring groups do, on both databases
# make bench-lists    measure the coordinators' list of needs, on both databases
# make bench-mail     measure the time from a need to its message at the mail server
# make bench-need     measure one need against up to 100,000 offers, and a million on PostgreSQL
# make bench-pages    what pages weigh, and when they are there on a slow phone line
# make bench-partners how soon a partner that was away has everything, and whom one that hangs holds up
# make bench-pot      sixteen processes say yes, pay and change at one pot, on both databases
# make bench-quality  measure how good the choices are, need by need, against who knew the week before it began
# make bench-record   seal 100,000 entries of the record and check them, on both databases
# make bench-restore  measure a backup of 50,000 people and the way back, on both databases
# make bench-rest     what a site weighs when nothing happens, one alone and ten at once
# make bench-surge    measure how long people wait who ask while many needs are matched, on both databases
# make bench-timing   measure whether the time of an answer tells known e-mails, or keys of groups, from unknown ones
# Other Python or port: make run PYTHON=python3.12 PORT=8001. A second environment: VENV=.venv-3.12

PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv

PY := $(VENV)/bin/python
# With bytecode, even where the machine wants none: a run starts a hundred processes, and each would
# compile the whole site anew.
ALONE := env -u DATABASE_URL -u REDIS_URL -u SITE_URL -u DEMO -u DEBUG -u PYTHONDONTWRITEBYTECODE \
    DATA_DIR="$(CURDIR)/var/test"
# A site as the example of its settings says, with keys of its own.
DEPLOYED := $(ALONE) sh -c 'set -a; . mutualaid/deploy/mutualaid.env; exec "$$@"' -
SUITES := $(ALONE) $(PY) -m tests.support.suites
ON_POSTGRES := $(if $(filter postgres,$(DB)),$(PY) -m tests.servers.postgres)

.NOTPARALLEL:
.PHONY: help run dev shell t fast test lint types deploy words sqlite postgres browser
.PHONY: bench bench-backlog bench-claims bench-flood bench-harvest bench-import bench-inbox bench-lists bench-mail bench-need bench-pages bench-partners bench-pot bench-quality bench-record bench-rest bench-restore bench-surge bench-timing chaos guide lives load load-claims load-soak load-surge lock looks nonsense partners pgbouncer properties release-data shapes simulate upgrade-check

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

run: $(VENV)/run
	@$(PY) manage.py up --demo --port "$(PORT)"

dev: $(VENV)/test
	@DEBUG=1 $(PY) manage.py up --demo --port "$(PORT)"

shell: $(VENV)/run
	@DEMO=1 $(PY) manage.py shell

t: $(VENV)/test
	@$(ALONE) DJANGO_ALLOW_ASYNC_UNSAFE=true $(ON_POSTGRES) $(PY) -m pytest -q -rs \
	    $$(test -e "$${T%%::*}" || echo -k) "$$T"

fast: lint types deploy words $(VENV)/test
	@$(SUITES) fast

test: lint types deploy words $(VENV)/test
	@$(SUITES) sqlite+postgres browser
	@echo "== everything that was run passed"

lint: $(VENV)/test
	@echo "== ruff: style and common mistakes"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(VENV)/test
	@echo "== mypy: types"
	@$(ALONE) $(PY) -m mypy
	@echo "== import-linter: who may see whom"
	@$(VENV)/bin/lint-imports

deploy: $(VENV)/test
	@echo "== migrations are complete, settings are fit for the open internet"
	@$(ALONE) $(PY) manage.py makemigrations --check --dry-run
	@$(DEPLOYED) $(PY) manage.py collectstatic --noinput --verbosity 0
	@$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING

words: $(VENV)/test
	@echo "== every word is translated"
	@$(ALONE) $(PY) manage.py translations check
	@$(ALONE) $(PY) manage.py translations compile

sqlite postgres browser: words $(VENV)/test
	@$(SUITES) $@

bench: $(VENV)/test
	@$(ALONE) DJANGO_SETTINGS_MODULE=mutualaid.settings $(PY) -m tests.benchmarks.matcher

bench-import: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_import "$(NEEDS_CSV)"
	@$(ALONE) $(PY) -m tests.benchmarks.bench_privacy

lives: export LIVES = 200
lives: export STEPS_EACH = 50
lives: $(VENV)/test
	@$(ALONE) $(PY) -m pytest -q tests/requests_app/test_whole_life.py tests/partners/two_sites/test_any_order.py
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m pytest -q tests/requests_app/test_whole_life.py

properties: export EXAMPLES = 1000
properties: $(VENV)/test
	@$(ALONE) $(PY) -m pytest -q --numprocesses auto -m hypothesis
	@$(ALONE) $(PY) -m pytest -q tests/numbers/test_what_money_tells.py

looks: $(VENV)/test
	@$(ALONE) EVERY_LOOK=1 DJANGO_ALLOW_ASYNC_UNSAFE=true $(PY) -m pytest -q -m browser tests/journeys/test_rare_pages.py

partners: $(VENV)/test
	@$(ALONE) $(PY) -m tests.partners.two_sites.run
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.partners.two_sites.run

pgbouncer: $(VENV)/test
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.servers.pgbouncer $(PY) -m pytest -q -m "not browser" \
	    tests/requests_app tests/notify tests/lending tests/partners/test_delivery_at_once.py tests/partners/test_inbox_at_once.py

nonsense: $(VENV)/test
	@$(ALONE) NONSENSE=300 $(PY) -m pytest -q tests/test_nonsense.py

shapes: export SHAPES = 10000
shapes: $(VENV)/test
	@$(ALONE) $(PY) -m pytest -q --numprocesses auto tests/matching/test_compiled.py
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m pytest -q --numprocesses auto tests/matching/test_compiled.py

guide:
	@for suite in bookworm trixie; do tests/deploy/guide $$suite || exit 1; done

simulate: $(VENV)/run
	@$(ALONE) $(PY) manage.py simulate --seeds 10

release-data: $(VENV)/test
	@$(ALONE) $(PY) -m tests.upgrades.make_data \
	    "$$($(PY) -c "import tomllib; print(tomllib.load(open('pyproject.toml', 'rb'))['project']['version'])")"

upgrade-check: $(VENV)/test
	@$(ALONE) $(PY) -m tests.upgrades.previous_release $(COMMIT)

bench-claims: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_claims
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_claims

bench-flood: $(VENV)/test
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_flood $(NEEDS)

bench-harvest: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_harvest

bench-inbox: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_inbox sqlite
	@$(ALONE) $(PY) -m tests.benchmarks.bench_inbox postgres

bench-lists: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_lists
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_lists

bench-backlog: $(VENV)/test
	@for seed in 1 2 3 4 5; do for offers in 600 1000 1500; do \
	    $(ALONE) $(PY) -m tests.benchmarks.bench_backlog --needs 1000 --offers $$offers --seed $$seed || exit 1; \
	done; done
	@for n in 1000 10000 100000; do for server in "" "$(PY) -m tests.servers.postgres"; do \
	    $(ALONE) $$server $(PY) -m tests.benchmarks.bench_backlog --needs $$n || exit 1; \
	done; done
	@$(ALONE) $(PY) -m tests.benchmarks.bench_backlog --needs 5000 --a-week 1

bench-need: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_one_need
	@$(ALONE) SIZES="1000 10000 100000 1000000" \
	    $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_one_need

bench-pages: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_pages

bench-mail: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_post_to_mail sqlite
	@$(ALONE) $(PY) -m tests.benchmarks.bench_post_to_mail postgres

bench-pot: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_pot
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_pot

bench-quality: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_quality

bench-partners: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_partners
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_partners

bench-record: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_record
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_record

bench-restore: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_restore
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_restore

bench-rest: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_at_rest 1
	@$(ALONE) $(PY) -m tests.benchmarks.bench_at_rest 10

bench-surge: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_surge
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_surge

bench-timing: $(VENV)/test
	@$(ALONE) $(PY) -m tests.benchmarks.bench_timing
	@$(ALONE) $(PY) -m tests.servers.postgres $(PY) -m tests.benchmarks.bench_timing

chaos: $(VENV)/test
	@$(ALONE) $(PY) -m tests.chaos.run storm postgres
	@$(ALONE) $(PY) -m tests.chaos.run ways postgres
	@$(ALONE) $(PY) -m tests.chaos.run visits sqlite
	@$(ALONE) $(PY) -m tests.chaos.run visits postgres
	@$(ALONE) $(PY) -m tests.chaos.run bad-addresses postgres
	@$(ALONE) $(PY) -m tests.chaos.run calm postgres

LOAD = $(ALONE) $(PY) -m tests.load.run $(1) $(2) $(if $(SECONDS),--seconds $(SECONDS))

load: $(VENV)/test
	@$(call LOAD,steady,sqlite)
	@$(call LOAD,steady,postgres)

load-surge: $(VENV)/test
	@$(call LOAD,surge,sqlite)
	@$(call LOAD,surge,postgres)

load-claims: $(VENV)/test
	@$(call LOAD,claims,sqlite)
	@$(call LOAD,claims,postgres)

load-soak: $(VENV)/test
	@$(call LOAD,soak,postgres)

# Locked by hashes; uv.lock names the places packages came from and stays at home.
lock:
	@command -v uv >/dev/null || { echo "uv is missing: pip install uv"; exit 1; }
	@uv lock --quiet
	@uv export --quiet --frozen --no-emit-project --no-header --no-annotate --no-dev -o requirements.txt
	@uv export --quiet --frozen --no-emit-project --no-header --no-annotate -o requirements-dev.txt

# An environment is as new as the list it was installed from.
$(VENV)/run: requirements.txt | $(VENV)/bin/python
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/test: requirements-dev.txt | $(VENV)/bin/python
	@$(call install,requirements-dev.txt)
	@touch $(VENV)/run $@

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || \
	    { echo "Python 3.11 or newer is needed, and $(PYTHON) is not here."; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	    { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) -V). Another: make PYTHON=python3.12"; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $(PYTHON) $(VENV); \
	else \
	    $(PYTHON) -c "import ensurepip" 2>/dev/null || \
	        { echo "Python's venv is missing (Debian: sudo apt install python3-venv)."; exit 1; }; \
	    $(PYTHON) -m venv $(VENV); \
	fi

define install
echo "Installing $(1)…"; \
if command -v uv >/dev/null; then uv pip install --quiet --require-hashes --python $(PY) -r $(1); \
else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef
