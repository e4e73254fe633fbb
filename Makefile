# Everything a person or CI types. `make help` prints this page.
# Another stack than the default: make up STACK=enterprise-local

.DEFAULT_GOAL := help
.PHONY: help setup up down status logs demo destroy-data doctor test test-unit test-platform check format bench-local clean

STACK ?= minimum-local
PYTHON ?= python3
BIN := .venv/bin
export STACK

help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what the project needs into .venv (part of every target below)
	@$(PYTHON) toolchain/bootstrap.py

up: setup ## Bring the platform up on this machine and print where everything is
	@$(BIN)/andamio up

down: setup ## Stop it; data and secrets stay
	@$(BIN)/andamio destroy

status: setup ## Show whether every process is up and ready
	@$(BIN)/andamio status

logs: setup ## Show the end of every log
	@$(BIN)/andamio logs

demo: setup ## Ingest the guide and the project's own documents, ask questions, print answers with citations
	@$(BIN)/andamio demo

destroy-data: setup ## Stop it and delete its data, secrets and state (asks first; YES=1 does not ask)
	@$(BIN)/andamio destroy --data $(if $(YES),--yes)

doctor: setup ## Say what this machine has and lacks
	@$(BIN)/andamio doctor

test: setup test-unit test-platform ## Run every test that a contributor must pass

test-unit: setup ## Only the unit tests: no engine, no servers
	@$(BIN)/python -m pytest -n auto tests/unit

test-platform: setup ## Only the tests on the real engine, real servers and a real browser
	@$(BIN)/python -m pytest tests/engine tests/conformance tests/local tests/studio

check: setup ## Lint, formatting, types, import contracts, generated pages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m stacks.reference --check

format: setup ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench-local: setup ## Measure up, no-change up and idle memory (5 runs each); results to docs/benchmarks/
	@$(BIN)/python -m tests.load.bench_local

clean: ## Remove caches of tools (not data: see destroy-data)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
