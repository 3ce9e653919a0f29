# Every target sets up what it needs; nothing is wanted but Python 3.11 or newer and make.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

.PHONY: help bootstrap demo fuzz conformance test check format docs bench bench-local proof lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## Set up .venv from requirements.lock (every other target does it)
	@scripts/bootstrap

demo: bootstrap ## See the server at work on the local upstream: no key, no network
	@$(BIN)/tokmetrics demo

test: bootstrap ## Run the tests with branch coverage (some need redis-server)
	@$(BIN)/pytest --cov -n auto $$(scripts/redis) $(ARGS)

fuzz: bootstrap ## Call every tool with thousands of valid and mutated arguments
	@TOKMETRICS_FUZZ_EXAMPLES=200 $(BIN)/pytest -n auto tests/fuzz $(ARGS)

conformance: bootstrap ## Run the official suite, the Inspector and public clients (needs npm)
	@scripts/conformance $(ARGS)

check: bootstrap ## Check format, lint, lock file, docs, import contracts and types
	@scripts/check

format: bootstrap ## Format the code and apply the safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: bootstrap ## Write the generated parts of the documentation anew
	@$(BIN)/python scripts/docs.py

bench: bootstrap ## Measure the local upstream's operations: p50 and p95
	@for file in benchmarks/*.py; do $(BIN)/python -m "benchmarks.$$(basename "$$file" .py)"; done

SIZE ?= small
bench-local: bootstrap ## Build a world of SIZE=small or large and hold it to its goals
	@$(BIN)/python -m benchmarks.scale --size $(SIZE)

proof: bootstrap ## Several servers behind nginx on one Redis, killed in turn (needs both)
	@$(BIN)/python -m benchmarks.replicas $(ARGS)

lock: bootstrap ## Pin every dependency anew (needs uv)
	@scripts/lock

clean: ## Remove the environment, caches and build results
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@rm -rf build dist htmlcov .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
