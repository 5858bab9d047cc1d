# qhgrid: `make run` and `make test` set everything up by themselves; `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SCENARIO ?= 2030-plan
BENCH  ?= quick

# Exact versions for the project and for the tools that build it.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check format lint types layers notebooks bench wheel clean setup setup-dev

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "qhgrid needs Python 3.11 or newer; name one with: make PYTHON=python3.11 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "qhgrid: setting up $(VENV) (once, a minute or two)"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready
	@echo "qhgrid: adding the test tools to $(VENV) (once)"
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

setup: $(VENV)/.run-ready ## Build .venv for running
setup-dev: $(VENV)/.dev-ready ## Build .venv for developing

run: $(VENV)/.run-ready ## Run a scenario: make run [SCENARIO=2030-plan]
	$(BIN)/qhgrid run $(SCENARIO)

test: $(VENV)/.dev-ready ## Run the tests with coverage
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov=qhgrid --cov-report=term --cov-fail-under=90

check: lint types layers test ## All that CI runs

format: $(VENV)/.dev-ready ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev-ready ## Look for slips of style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev-ready ## Check types, strictly
	$(BIN)/mypy

layers: $(VENV)/.dev-ready ## Check that the rooms import one way
	$(BIN)/lint-imports

notebooks: $(VENV)/.dev-ready ## Execute the notebooks
	$(BIN)/python -m pytest tests/test_notebooks.py

bench: $(VENV)/.run-ready ## Measure dispatch beside PyPSA with HiGHS: make bench [BENCH=full]
	$(BIN)/python -m benchmarks run --set $(BENCH)

wheel: $(VENV)/.dev-ready ## Build a wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## Remove .venv and all caches (runs/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
