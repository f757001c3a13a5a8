# One word for each task; `make help` lists them.
# Needs Python 3.11 or later with pip, and git. PYTHON names another interpreter: `make test PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDY := $(BIN)/lewisham-study
READY := $(VENV)/.ready
# Tests run in two processes, on one core in one: each computes what its tests share.
CORES := -n logical --maxprocesses 2
# By default no test needs a browser, documents from outside the project, or more than 5 seconds.
QUICK := not slow and not browser and not shared
SHA256 := $(shell command -v sha256sum || echo shasum -a 256)

export PYTHONDONTWRITEBYTECODE :=
export JUPYTER_PLATFORM_DIRS := 1

.DEFAULT_GOAL := help
.PHONY: help setup data check report teaching explore notebooks lab docs site pictures crate dist release reproduce hashes test test-all test-pythons test-resolutions lint bench audit lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

setup: $(READY) ## make .venv with every package in requirements.lock

$(READY): requirements.lock pyproject.toml .ci/tools/uv.txt
	@echo "installing requirements.lock into $(VENV): takes a minute or more, once"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/tools/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -c "from lewisham_study.cli.reports import prepare_first; prepare_first()"
	@touch $@

data: setup ## make data/processed from data/raw and data/coding
	@$(STUDY) build

check: setup ## check every schema, key, checksum and locator, and recompute the published headlines
	@$(STUDY) check

report: setup ## make Lewisham's report in reports/lewisham (AUTHORITY="Leeds" FROM=2015 TO=2025 COMPARATORS="core cities" REPLACE=1)
	@$(STUDY) report $(if $(AUTHORITY),--authority "$(AUTHORITY)",) $(if $(FROM),--from $(FROM),) $(if $(TO),--to $(TO),) \
		$(if $(COMPARATORS),--comparators "$(COMPARATORS)",) $(if $(REPLACE),--replace,)

teaching: setup ## make the teaching case in reports/teaching (AUTHORITY="Leeds": exercises about another council)
	@$(STUDY) teaching $(if $(AUTHORITY),--authority "$(AUTHORITY)",)

explore: setup ## open a web page to explore the grades, offline (Ctrl-C stops it)
	@$(STUDY) explore

notebooks: setup ## run the committed notebooks again and save their outputs
	@$(STUDY) notebooks

lab: setup ## open the notebooks in JupyterLab (LAB="--no-browser" for options, NOTEBOOKS=FOLDER for another folder)
	@JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
		$(BIN)/jupyter lab $(LAB) $(or $(NOTEBOOKS),notebooks)

docs: setup ## build the documentation site in docs/_build/html
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -b html docs docs/_build/html
	@echo docs/_build/html/index.html

site: docs ## make one static site of every council, data and documentation in site/ (half an hour; AUTHORITY="Leeds" for one)
	@$(STUDY) site $(if $(AUTHORITY),--authority "$(AUTHORITY)",)

pictures: teaching ## draw the pictures of README and guides (needs Chromium and poppler-utils)
	@$(STUDY) report --authority Lewisham --authority Leeds
	@$(BIN)/python docs/pictures.py

crate: report ## pack Lewisham's report as an RO-Crate in dist/ (AUTHORITY="Leeds" for another)
	@$(STUDY) crate $(if $(AUTHORITY),--authority "$(AUTHORITY)",)

dist: crate ## build wheel and source distribution, and pack the crate, in dist/ with their checksums
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@cd dist && $(CURDIR)/$(BIN)/python -m zipfile -c lewisham-crate.zip lewisham-crate
	@cd dist && $(SHA256) *.whl *.tar.gz *.zip >SHA256SUMS

release: ## prepare a release (VERSION=1.0.0 DATA=2026.1.0; DRY=1: in a new clone; STEPS="data check dist": only these)
	@$(PYTHON) .ci/release.py $(VERSION) $(DATA) $(if $(DRY),--dry,) $(if $(STEPS),--steps $(STEPS),)

reproduce: setup ## make tables and Lewisham's report again, and compare them with reports/lewisham.sha256
	@$(STUDY) build
	@$(STUDY) report --force --replace --quiet
	@$(SHA256) --check --quiet reports/lewisham.sha256 && echo "every byte is as expected"

hashes: setup ## write reports/lewisham.sha256 after data, words or figures were changed on purpose
	@$(STUDY) report --force --replace --quiet
	@{ echo "# $$($(STUDY) --version)"; $(SHA256) data/processed/* $(addprefix reports/lewisham/,*.html *.ipynb *.pdf tables/*.csv); } \
		>reports/lewisham.sha256

test: setup ## run the quick tests of every part (some 200 seconds of processor time)
	@$(BIN)/python -m pytest $(CORES) --dist loadfile -m "$(QUICK)" --doctest-modules $(PYTEST)

test-all: setup ## run all tests, the slow ones too, and the notebooks (nbval); PYTEST=--cov measures coverage
	@$(BIN)/python -m pytest $(CORES) --dist loadfile --doctest-modules $(PYTEST)
	@$(STUDY) validate notebooks

test-pythons: setup ## set up, make the report and run the fast tests on every supported Python of this machine
	@$(BIN)/python .ci/fast.py --every

test-resolutions: setup ## the same with the lowest versions that pyproject.toml allows, then with the newest
	@$(BIN)/python .ci/fast.py --resolution lowest-direct
	@$(BIN)/python .ci/fast.py --resolution highest

lint: setup ## check style, types, import directions and workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/zizmor --offline --quiet --no-progress --persona=pedantic .github

bench: setup ## compare the time of reports with papermill and nbconvert (70 minutes; BENCH="--minutes 27" stops earlier)
	@$(BIN)/python benchmarks/run.py $(BENCH)
	@$(BIN)/python benchmarks/draw.py
	@$(BIN)/python benchmarks/stages.py

audit: ## compare every locked package with the advisories of the package index (needs the network)
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; $(PYTHON) -m venv "$$scratch" \
		&& "$$scratch/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r .ci/tools/pip-audit.txt \
		&& "$$scratch/bin/pip-audit" --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock

lock: ## resolve the requirements of pyproject.toml into requirements.lock
	@test -x $(BIN)/uv || (test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); $(BIN)/python -m pip install --quiet --require-hashes -r .ci/tools/uv.txt)
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		--all-extras pyproject.toml --output-file requirements.lock
	@for tool in .ci/tools/*.in; do \
		$(BIN)/uv pip compile --quiet --no-config --universal --generate-hashes --no-header --python-version 3.11 \
			"$$tool" --output-file "$${tool%.in}.txt"; \
	done
	@$(BIN)/python .ci/licences.py

clean: ## delete .venv, caches and reports
	rm -rf $(VENV) dist docs/_build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find reports -mindepth 1 -maxdepth 1 ! -name references.json ! -name lewisham.sha256 -exec rm -rf {} +
	find . -name __pycache__ -prune -exec rm -rf {} +
