# Two commands do everything on a fresh machine: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# where a machine forbids compiled files, every process that a test starts would compile everything anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak lock clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/.run ## start the site with its scheduler; demonstration data when the database is empty
	@$(BIN)/python app.py

test: .venv/.dev ## install what the tests need, then run all of them on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.run $(ARGS)

check: .venv/.dev ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev .venv/.bench ## measure against peers and floors; ONLY=main|planner|sms|… for one group
	@$(BIN)/python -m benchmarks $(ONLY)

soak: .venv/.dev ## longer random and fault runs than `make test` has time for
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m tests.run --soak $(ARGS)

lock: .venv/.dev ## resolve requirements*.in into hashed pins again
	rm -f requirements.txt requirements-dev.txt requirements-bench.txt requirements-uv.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-uv.in -o requirements-uv.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-bench.in -o requirements-bench.txt

clean: ## remove the environment, not the data
	rm -rf .venv

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv .venv

# uv installs several times faster; pip does the same where uv cannot be had
.venv/.run: requirements.txt .venv/pyvenv.cfg
	@echo "Installing what the site needs (once) …"
	@$(BIN)/pip install -q --require-hashes -r requirements-uv.txt 2>/dev/null || true
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.txt; \
	else $(BIN)/pip install -q --require-hashes -r requirements.txt; fi
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing what the tests need (once) …"
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt; \
	else $(BIN)/pip install -q --require-hashes -r requirements-dev.txt; fi
	@touch $@

# peers that only the benchmark compares with: where one cannot be had, its published figures stand in
.venv/.bench: requirements-bench.txt .venv/.dev
	@echo "Installing the peers to compare with (once) …"
	@$(BIN)/pip install -q --require-hashes -r requirements-bench.txt || echo "Not to be had here; going on without them."
	@touch $@
