# Two commands are the front door: `make demo` and `make test`. Both can be run again and again.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
ORACLE := .venv-oracle
DEMO := ENGAGE_ENV=development DATABASE_URL=sqlite:///$(CURDIR)/var/demo.db BASE_URL=http://localhost:$(PORT)

.DEFAULT_GOAL := help
.PHONY: help install demo oracle packages test test-sqlite test-postgresql pages-on-postgresql test-journeys lint bench chaos campaign rounds translations catalogue static clean

help: ## Show what can be done here
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Set up the virtual environment from the hashed lock file

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Engage needs Python 3.11 or newer: set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh .ci/packages python3-venv
	@echo "Making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml translations/gd/LC_MESSAGES/messages.po | $(VENV)/bin/python
	@echo "Installing what Engage runs on (a minute or so the first time)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(MAKE) -s translations
	@touch $@

$(VENV)/.installed-for-tests: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need"
	@$(BIN)/pip install -q --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

oracle: $(ORACLE)/.installed ## Set up pabutools and Pabulib's checker, which the count is compared with, on their own

$(ORACLE)/.installed: requirements-oracle.lock | $(VENV)/bin/python
	@echo "Installing pabutools and Pabulib's checker in $(ORACLE), to compare with"
	@$(PYTHON) -m venv $(ORACLE)
	@$(ORACLE)/bin/pip install -q --disable-pip-version-check --no-compile --require-hashes -r requirements-oracle.lock
	@touch $@

translations: ## Compile the Gaelic catalogue
	@$(BIN)/pybabel -q compile -d translations

catalogue: $(VENV)/.installed ## Bring the Gaelic catalogue up to date with the words in use
	@$(BIN)/pybabel -q extract -F translations/babel.cfg -k _l -k lazy_gettext --no-location --omit-header -o translations/messages.pot .
	@$(BIN)/pybabel -q update -l gd -d translations -i translations/messages.pot --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@rm translations/messages.pot
	@$(MAKE) -s translations

demo: install ## Fill an invented partnership and serve it on http://localhost:5000 (PORT=...)
	@mkdir -p var
	@echo "Bringing the demo's database up to date"
	@$(DEMO) $(BIN)/engage db upgrade
	@$(DEMO) $(BIN)/engage demo
	@echo "Serving on http://localhost:$(PORT) (stop with Ctrl+C)"
	@$(DEMO) $(BIN)/gunicorn --log-level warning --worker-class gthread --threads 8 --bind 127.0.0.1:$(PORT) 'engage.app:create_app()'

packages: | $(VENV)/bin/python
	@sh .ci/packages chromium postgresql fonts-liberation libatomic1

test: ## Run every test: rules, SQLite, PostgreSQL, browser, and the checks of lint
	@$(MAKE) -s -j 3 $(VENV)/.installed-for-tests $(ORACLE)/.installed packages
	@echo "Journeys in the browser, beside the other tests: they mostly wait for votes to close"
	@mkdir -p var; $(MAKE) -s test-journeys > var/journeys.log 2>&1 & journeys=$$!; \
	$(MAKE) -s lint && $(MAKE) -s test-sqlite && $(MAKE) -s test-postgresql; others=$$?; \
	wait $$journeys; told=$$?; cat var/journeys.log; exit $$((others + told))

test-sqlite: $(VENV)/.installed-for-tests ## Run the tests on SQLite
	@echo "Tests on SQLite"
	@ENGAGE_ENV=testing $(BIN)/python -m pytest -q -n 2 --dist loadfile --durations=5 -m "not journey"

test-postgresql: $(VENV)/.installed-for-tests ## Run the tests on a PostgreSQL server of their own
	@echo "Tests on PostgreSQL"
	@ENGAGE_ENV=testing $(BIN)/python -m tests.postgresql $(BIN)/python -m pytest -q -n 2 --dist loadfile --durations=5 -m "not journey"

pages-on-postgresql: $(VENV)/.installed-for-tests ## Run the tests on PostgreSQL with every page, of which `make test` takes the first of each file
	@ENGAGE_TEST_EVERY_PAGE=yes $(MAKE) -s test-postgresql

test-journeys: $(VENV)/.installed-for-tests ## Run the stories in headless Chromium, with script and without, and five real rounds
	@echo "Journeys in the browser"
	@ENGAGE_ENV=testing $(BIN)/python -m pytest -q -n 2 --durations=2 tests/journeys
	@echo "Five real rounds, from set-up to the result"
	@ENGAGE_ENV=testing $(BIN)/python -m pytest -q -n 0 -m journey tests/campaigns

lint: $(VENV)/.installed-for-tests ## Check style, types and who imports whom
	@echo "Style, types and import order"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-cache >/tmp/engage-imports.$$$$ 2>&1 || { cat /tmp/engage-imports.$$$$; rm -f /tmp/engage-imports.$$$$; exit 1; }; rm -f /tmp/engage-imports.$$$$
	@$(BIN)/mypy --strict --no-error-summary $$(find engage -path engage/web -prune -o \( -name rules.py -o -name actions.py -o -name queries.py -o -path '*/rules/*.py' -o -path '*/actions/*.py' -o -path '*/queries/*.py' -o -path 'engage/tally/*.py' -o -path engage/permissions.py -o -path engage/clock.py \) -print)

bench: $(VENV)/.installed-for-tests ## Measure speed beside named references, as ratios
	@ENGAGE_ENV=testing $(BIN)/python -m tests.benchmarks

chaos: $(VENV)/.installed-for-tests ## Kill workers, send bursts, race the close of a vote: in full, on both databases (an hour)
	@ENGAGE_ENV=testing $(BIN)/python -m tests.chaos
	@ENGAGE_ENV=testing $(BIN)/python -m tests.postgresql $(BIN)/python -m tests.chaos

campaign: $(VENV)/.installed-for-tests ## Cast a real election of 6,586 ballots through the pages, on both databases (half an hour)
	@ENGAGE_ENV=testing $(BIN)/python -m tests.campaigns.wieliczka
	@ENGAGE_ENV=testing $(BIN)/python -m tests.postgresql $(BIN)/python -m tests.campaigns.wieliczka

rounds: $(VENV)/.installed-for-tests ## Hold five real rounds in full, with 17,000 voting codes (an hour)
	@ENGAGE_ENV=testing $(BIN)/python -m tests.campaigns.rounds --full

static: ## Renew static/dist and tests/vendor from the npm registry (needs Node)
	npm ci --ignore-scripts
	npm run build

clean: ## Remove the virtual environment, the demo's data and caches
	rm -rf $(VENV) $(ORACLE) var node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
