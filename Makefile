# From a bare checkout to a cited answer: `make ask`. From a bare checkout to passing tests: `make test`.
# Needs Python 3.11 or newer, make, a C toolchain and a package registry (pip's and uv's own settings decide which).

PYTHON ?= python3
QUESTION ?= How many prisoners have been exchanged so far?
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made.stamp
SYNCED := $(VENV)/synced.stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check
SEEDS := $(wildcard seeds/2*.md)

export QUESTION
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help ask chat test check index models evaluate teach lock clean setup weights ollama browser screenshots

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

ask: weights index ## set everything up and answer a question: make ask QUESTION="Who ...?"
	@$(BIN)/assistant ask "$$QUESTION" $(ARGS)

chat: weights index ## set everything up and open the page on the loopback address
	@$(BIN)/assistant chat $(ARGS)

test: setup ## set up and run the tests; those that need the model run where `make models` was run
	@$(BIN)/python -m pytest $(ARGS)

check: setup ## set up, then lint, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

index: setup ## index the seed articles into .index
	@$(BIN)/assistant index $(SEEDS)

models: setup ## fetch the model files, about 1.2 GB, into the user's cache folder
	@$(BIN)/assistant models fetch

ollama: weights ## build an Ollama server for the tests marked `ollama` (needs Go, gcc, cmake; about 12 minutes, once)
	@PYTHONPATH=. $(BIN)/python tests/ollama_server.py

browser: ## install Chromium for the tests marked `browser` (Debian and Ubuntu; elsewhere install it by hand)
	@command -v chromium chromium-browser google-chrome > /dev/null || \
		{ sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null; }

screenshots: setup browser ## take the pictures of the page that the README shows
	@$(BIN)/python tests/screenshots.py docs/screenshots

weights: setup
	@$(BIN)/assistant models fetch > /dev/null

evaluate: weights index ## ask every question of seeds/questions.jsonl and score the answers
	@$(BIN)/assistant evaluate seeds/questions.jsonl $(ARGS)

teach: weights ## learn the ranking and the judge of sentences again (installs JAX; three to four hours, at least 8 GB of memory)
	@$(BIN)/uv pip install --quiet --link-mode=copy --python $(BIN)/python --require-hashes --requirement benchmarks/adapter.lock
	@$(BIN)/python -m benchmarks.sentence_ranking --write
	@$(BIN)/python -m benchmarks.adapter --work .teach --write assistant --passes 2
	@$(BIN)/python -m benchmarks.judge --write

lock: setup ## pin the newest fitting versions into requirements.lock: make lock ARGS=--upgrade
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-emit-index-url --no-header \
		--python-version 3.11 --quiet $(ARGS) --output-file requirements.lock
	@$(BIN)/uv pip compile --group teach --constraint requirements.lock --generate-hashes --universal --no-emit-index-url \
		--no-header --python-version 3.11 --quiet $(ARGS) --output-file benchmarks/adapter.lock

clean: ## remove the environment and the tools' caches; .index and the model files stay
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(SYNCED)
	@:

# The environment, and uv in it, at the version and hashes the lock file pins.
$(MADE):
	@command -v "$(PYTHON)" >/dev/null || \
		{ echo "there is no '$(PYTHON)': install Python 3.11 or newer, or name it: make PYTHON=/path" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "'$(PYTHON)' is $$("$(PYTHON)" -V 2>&1): name Python 3.11 or newer: make PYTHON=/path" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "'$(PYTHON)' has no venv module: install it (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" -V)"
	@"$(PYTHON)" -m venv $(VENV)
	@awk '/^[^ ]/ {on = /^uv==/} on' requirements.lock > $(VENV)/uv.txt
	@$(PIP) install --quiet --require-hashes --no-deps --requirement $(VENV)/uv.txt 2> $(VENV)/setup.log || \
		echo "uv cannot be had from here; pip will do, more slowly"
	@touch $@

# The locked packages, then this project, editable. uv copies: hard links break a check in nltk.
$(SYNCED): $(MADE) requirements.lock pyproject.toml
	@echo "Installing the packages of requirements.lock"
	@rm -f $(VENV)/uv.done
	@if [ -x $(BIN)/uv ]; then \
		url=$${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$${PIP_INDEX_URL:-$$($(PIP) config get global.index-url 2>/dev/null)}}}; \
		if [ -n "$$url" ]; then export UV_DEFAULT_INDEX="$$url"; fi; \
		{ VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip sync --require-hashes --link-mode=copy requirements.lock 2>&1 && \
			touch $(VENV)/uv.done; } | grep -v '^ [-+] ' || true; \
	fi
	@[ -e $(VENV)/uv.done ] || { \
		echo "Installing with pip, which takes a few minutes"; \
		awk '/^[^ ]/ {on = !/^uv==/} on' requirements.lock > $(VENV)/pip.txt; \
		$(PIP) install --require-hashes --requirement $(VENV)/pip.txt 2> $(VENV)/setup.log; } || { \
		why=$$(grep '^ERROR' $(VENV)/setup.log | tail -n 1 | cut -c 8-200); \
		echo "set-up failed: $$why (check the network and pip's settings, then run make again)" >&2; exit 1; }
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable . 2> $(VENV)/setup.log || \
		{ cat $(VENV)/setup.log >&2; exit 1; }
	@touch $@
