# The two commands are `make run` (a demo village) and `make setup` with `make serve` (a real one).
# The tests: `make test`, `make test-long`, `make check`; `make bench` and `make pictures`
# write docs/performance.md and docs/pictures. Settings come from the environment: PORT=8001 make run

PYTHON ?= python3
PIP = .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check --only-binary :all: --require-hashes
FLASK = .venv/bin/python -m flask --app app
TEST = .venv/bin/python -m pytest
# A worker for each core, four at most; each has its own database server, and its own browser when it needs one.
AT_ONCE = -n auto --maxprocesses 4 --dist worksteal
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard neighbours/translations/*/LC_MESSAGES/*.po))

.PHONY: run demo-day setup serve test test-long check bench pictures ready tools no-database-url
.DEFAULT_GOAL := run

run: no-database-url ready
	@DEMO=1 $(FLASK) demo --first-start
	@DEMO=1 exec $(FLASK) serve --with-parent

# A day passes in the demo, also while `make run` runs: people act, mails are written.
demo-day: no-database-url ready
	@DEMO=1 $(FLASK) demo --play

setup: ready
	@$(FLASK) setup

serve: ready
	@$(FLASK) db upgrade
	@exec $(FLASK) serve --with-parent

test: ready tools
	@$(TEST) $(AT_ONCE)

test-long: ready tools
	@$(TEST) -m "long or not long"

# What things cost, each beside something measured in the same run, into docs/performance.md. ONLY=acts: these rows.
bench: ready tools
	@.venv/bin/python -m tests.bench $(ONLY)

# The pictures of docs/pictures, taken anew from the demo. Needs Chromium.
pictures: ready tools
	@.venv/bin/python -m tests.pictures

# Every check runs, whatever the ones before it said; the last line is the answer.
check: ready tools
	@failed=""; \
	try() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed, $$name"; }; \
	try format .venv/bin/ruff format --quiet --check .; \
	try lint .venv/bin/ruff check --quiet .; \
	try types .venv/bin/mypy --no-error-summary; \
	try templates .venv/bin/djlint --quiet --lint templates; \
	try "layout, doors, migrations, translations" $(TEST) -q $(GUARDS); \
	try tests $(TEST) -q $(AT_ONCE) $(addprefix --ignore=,$(GUARDS)); \
	if [ -n "$$failed" ]; then echo "No: $${failed#, }."; exit 1; fi; echo "Yes: everything holds."

GUARDS = tests/test_layout.py tests/test_doors.py tests/test_migrations.py tests/test_translations.py

no-database-url:
	@if [ -n "$$DATABASE_URL" ]; then \
	echo "DATABASE_URL is set: that is a real installation, and the demo stays out of it. Use make serve, or unset it."; exit 1; fi

ready: .venv/installed $(if $(DATABASE_URL),.venv/postgres) $(CATALOGUES)

tools: .venv/tools .venv/lighthouse

# What is missing is named in one line, before anything is made.
.venv/installed: requirements.txt
	@missing=""; \
	command -v git >/dev/null || missing="$$missing git"; \
	if ! command -v $(PYTHON) >/dev/null; then missing="$$missing python3"; \
	elif ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then missing="$$missing python3 (3.11 or newer)"; \
	elif ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null && ! command -v uv >/dev/null; then missing="$$missing python3-venv (or uv)"; fi; \
	if [ -n "$$missing" ]; then echo "Missing on this machine:$$missing. On Debian: apt-get install git python3 python3-venv"; exit 1; fi
	@echo "Installing what the house needs into .venv (once) …"
	@if $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; else uv venv --quiet --seed --python $(PYTHON) .venv; fi
	@$(PIP) -r requirements.txt
	@touch $@

.venv/postgres: requirements-postgres.txt .venv/installed
	@$(PIP) -r requirements-postgres.txt
	@touch $@

.venv/tools: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need into .venv (once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Lighthouse comes by npm; where there is none its tests are skipped by name.
.venv/lighthouse: tests/lighthouse/package.json .venv/installed
	@if command -v npm >/dev/null; then \
	npm install --prefix tests/lighthouse --ignore-scripts --no-audit --no-fund --no-save --silent >/dev/null 2>&1 \
	|| echo "Lighthouse could not be installed; its tests are skipped."; fi
	@touch $@

%.mo: %.po .venv/installed
	@.venv/bin/python -m babel.messages.frontend -q compile -i $< -o $@
