# make run: build the sample dataset from nothing.  make test: the tests.  Both install what they need first.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE ?= 10%
INSTALLED := .venv/.installed

.PHONY: install run run-whole test soak check
install: $(INSTALLED)

$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[run,units,remote,dask,microcalibrate,l0,dev]'
	touch $@

run: $(INSTALLED)
	$(BIN)/specc run specs/us_open --sample $(SAMPLE) --out build/us_open

run-whole: $(INSTALLED)
	$(BIN)/specc run specs/us_open --out build/us_open_whole

test: $(INSTALLED)
	$(BIN)/python -m pytest -m "not soak" -n 3 --dist loadfile --no-loadscope-reorder

soak: $(INSTALLED)
	$(BIN)/python -m pytest -m soak

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
