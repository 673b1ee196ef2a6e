# The two commands a newcomer needs are `make demo` and `make test`; both install first.

VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin

.PHONY: demo test check bench oracle install clean

# Installs, then runs the main job on the sample book of this repository.
demo: install
	@sh docs/demo.sh $(BIN)/salescli

# Installs, checks style, types and floors, then passes all tests.
test: install check
	$(BIN)/python -m pytest -n auto

# Style (ruff), types (mypy strict), floors (import-linter).
check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Speed and memory as ratios against other tools in the same run, on generated books.
bench: install
	$(BIN)/python -m bench $(BENCH)

# Random books paid by salescli and by the second implementation in tests/oracle: no difference allowed.
ORACLE_RUNS ?= 10000
oracle: install
	cd tests && $(abspath $(BIN))/python -m oracle.compare $(ORACLE_RUNS)

# A virtual environment with the project and what its tests need.
install: $(VENV)/.done
$(VENV)/.done: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
