# A fresh machine needs make and Python 3.11 or newer with its venv module; nothing else. `make help` lists the targets.
#   make PYTHON=python3.12     another interpreter        make test ARGS="-k names"     arguments for pytest

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=

PY      := $(VENV)/bin/python
READY   := $(VENV)/.ready
PEERS   := .venv-bench
# Pinned: a benchmark names what it measured.
PYTHON_PEERS := citerra==0.4.0 pybtex==0.26.1 pynakes==0.6.5 refkit==0.4.0
NODE_PEERS   := @citation-js/core@0.8.2 @citation-js/plugin-bibtex@0.8.2

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all setup test test-slow lint docs bench clean help

all: setup  ## set up, then write every export of refs.bib into build/
	$(PY) -m llminfer_bib export --all -o build

setup: $(READY)  ## make .venv with the package (editable) and the development tools

# The stamp is touched last: a set-up that was interrupted has none and starts again over what is there.
# `--clear` is used only where the old .venv cannot run (half made, or its interpreter is gone).
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: Python 3.11 or newer is needed; '$(PYTHON)' says: $$($(PYTHON) --version 2>&1 | tail -n 1)" >&2; \
	  echo "make: name another one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "make: '$(PYTHON)' has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@rm -f $@
	@$(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Compiled once, here, for the few hundred times that tests start `bib`, whatever the environment says of that.
test: setup  ## set up, then run the tests (no network, seconds)
	@$(PY) -m compileall -q src
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n auto -m 'not slow' $(ARGS)

test-slow: setup  ## set up, then run the slow tests (minutes)
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -m slow $(ARGS)

lint: setup  ## ruff (rules and layout) and mypy strict
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

docs: setup  ## write docs/commands.md again from --help
	$(PY) docs/make_commands.py

$(PEERS)/.ready: Makefile
	$(PYTHON) -m venv $(PEERS)
	@echo '*' > $(PEERS)/.gitignore
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(PYTHON_PEERS)
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(PEERS) $(NODE_PEERS); \
	else echo "make: no npm: citation-js is left out" >&2; fi
	@touch $@

bench: setup $(PEERS)/.ready  ## measure against the peers (network for their packages once, minutes)
	$(PY) bench/run.py --peers $(PEERS) --node-modules $(PEERS)/node_modules $(ARGS)

clean:  ## remove everything that is made here
	rm -rf $(VENV) $(PEERS) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
