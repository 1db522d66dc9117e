# Everything a fresh machine needs is Python 3.11 or newer and make; the rest comes with `make install`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROVIDERS := $(wildcard providers/*)
LOCKED := requirements/run.txt requirements/dev.txt
STAMP := $(VENV)/.installed
# What is compiled stays for the next run, wherever the environment says not to: pytest rewrites every test it compiles, which takes a while.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are processors: some tests wait for the outside world while others compute.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: install demo test lint torture bench docs pictures catalogues pins clean

install: $(STAMP)

$(STAMP): $(LOCKED) pyproject.toml $(wildcard providers/*/pyproject.toml)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(addprefix -r ,$(LOCKED))
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e . $(addprefix -e ,$(PROVIDERS))
	@touch $@

demo: install
	$(BIN)/despacho demo $(if $(KEEP),--keep-running)

# The everyday tests. DESPACHO_TEST_THOROUGH=1 adds what takes long, and tries more examples: so does CI.
test: install
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

torture: install
	$(BIN)/python -m tests.torture $(TORTURE)

bench: install
	$(BIN)/python -m bench $(BENCH)

# Holds every documented setting, command, route, problem, metric, port and error to the code.
docs: install
	$(BIN)/python -m pytest -q tests/unit -k "documented or documentation or guide"

# Photographs the App for docs/app.md: needs a Chromium on the PATH.
pictures: install
	$(BIN)/python -m tests.pictures

# Looks through the App's templates and code for messages that have no translation yet (see the README beside the catalogues).
catalogues: install
	$(BIN)/python -m despacho_http.desk.extracting

# Repins every dependency, with hashes and without saying where they were downloaded from. Needs `uv` on the PATH.
pins:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate -c requirements/run.txt requirements/dev.in -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate requirements/karrio.in -o requirements/karrio.txt

clean:
	rm -rf $(VENV) demo-output bench-output
