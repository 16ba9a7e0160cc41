# One word a task (docs/operations.md, CONTRIBUTING.md). Each task does its own set-up and is quick the second time.
# Needs Python 3.11 or later, Node.js 20 or later (for tests and checks of the look) and make; nothing else by hand.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
PROCESSES ?= 2

export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport VIRTUAL_ENV PYTHONPATH DJANGO_SETTINGS_MODULE
# A terminal's own VENTANILLA_* settings are for `make run`; tests make theirs.
CLEAN := env -u VENTANILLA_HOME -u VENTANILLA_HOST -u VENTANILLA_PORT -u VENTANILLA_MAIL_PORT

.PHONY: run test lint unit browser bench docs format catalogues clean
.DEFAULT_GOAL := help

help: ## list the tasks
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | sort | expand -t 14

run: $(VENV)/.ready-to-run ## serve everything with the demo body; Ctrl-C stops it
	@exec $(BIN)/ventanilla run --demo

# The browser's driver leaves an event loop running in its process, which other tests cannot bear: two runs.
test: lint browser $(VENV)/.scanner-found ## every check; ends with pytest's closing line
	@echo "→ tests without a browser"
	@$(CLEAN) $(BIN)/pytest -n $(PROCESSES) --dist loadgroup -m "not browser"

lint: $(VENV)/.ready-to-test node_modules/.ready ## format, style, types, walls, catalogues, generated files
	@echo "→ format";            $(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@echo "→ style";             $(BIN)/ruff check --quiet .
	@echo "→ types";             $(CLEAN) $(BIN)/mypy
	@echo "→ walls";             $(BIN)/lint-imports --no-logo
	@echo "→ catalogues";        $(BIN)/python tools/catalogues.py check
	@echo "→ generated pages";   $(BIN)/python tools/rooms.py --check
	@echo "→ look";              npm run --silent look:check

unit: $(VENV)/.ready-to-test node_modules/.ready $(VENV)/.scanner-found ## the tests that need no browser
	@$(CLEAN) $(BIN)/pytest -n $(PROCESSES) --dist loadgroup -m "not browser"

browser: $(VENV)/.ready-to-test node_modules/.ready $(VENV)/.browser-found ## the tests in headless Chromium
	@echo "→ tests in a browser"
	@$(CLEAN) $(BIN)/pytest -n $(PROCESSES) --dist loadgroup -m browser

bench: $(VENV)/.ready-to-test ## benchmarks/results.json and the table in docs/performance.md
	@$(CLEAN) $(BIN)/python -m benchmarks

docs: $(VENV)/.ready-to-test ## write the generated pages and test the documentation
	@$(BIN)/python tools/rooms.py
	@$(CLEAN) $(BIN)/pytest -q tests/architecture tests/channels

format: $(VENV)/.ready-to-test ## format the code
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

catalogues: $(VENV)/.ready-to-test ## collect new texts into the catalogues
	@$(BIN)/python tools/catalogues.py extract

clean: ## remove what set-up made (not var/, which holds data)
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- Set-up; each stamp stands for a step that needs no repeating until what it depends on changes ---

$(VENV)/.uv-$(UV_VERSION):
	@sh tools/python_found.sh $(PYTHON)
	@echo "→ virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@touch $@

$(VENV)/.ready-to-run: $(VENV)/.uv-$(UV_VERSION) pyproject.toml uv.lock
	@echo "→ Python packages"
	@$(BIN)/uv sync --frozen --no-dev --inexact --quiet
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready-to-run
	@echo "→ Python packages for tests"
	@$(BIN)/uv sync --frozen --inexact --quiet
	@touch $@

node_modules/.ready: package.json package-lock.json
	@sh tools/node_found.sh
	@echo "→ Node packages"
	@npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.browser-found: $(VENV)/.uv-$(UV_VERSION)
	@sh tools/package_found.sh chromium chromium
	@touch $@

$(VENV)/.scanner-found: $(VENV)/.uv-$(UV_VERSION)
	@sh tools/package_found.sh clamd clamav-daemon
	@touch $@
