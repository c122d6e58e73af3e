# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types imports check clean lock

help:
	@echo "make demo   install, then run the sample company from pull to push"
	@echo "make test   install, then every check: lint, types, import rules, tests"
	@echo "make clean  remove what these made"

install: $(VENV)/installed

# The interpreter: 3.11 by name where it is, else whatever python3 is, as long as it is new enough.
$(VENV)/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 && python=$(PYTHON) || python=python3; \
	$$python -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)' && \
	{ test -x $(BIN)/python || $$python -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Compiling what makes large files fast ..."
	@$(BIN)/python -m matching.kernels
	@touch $@

demo: install
	@$(BIN)/hub demo

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

# Compiled modules are kept, whatever is usual here: every process that a test starts would compile the hub anew,
# and every worker the tests.
test: export PYTHONDONTWRITEBYTECODE =
test: lint types imports
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# A new lock after a change of dependencies; needs uv. It names neither a host nor a path.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock

clean:
	rm -rf $(VENV) .servers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache hub-demo *.egg-info build
