# `make` prints the targets. Everything is set up under .venv and .triplewire; nothing outside this folder is touched.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml topology/requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Triplewire needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV)…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -r topology/requirements/bootstrap.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q -r topology/requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: install
install: $(STAMP) ## Set up the environment (.venv)

.PHONY: lock
lock: ## Pin the dependencies anew (topology/requirements/*.txt)
	@for e in core local dev; do \
	  extras=$$([ $$e = core ] || echo "--extra local"); [ $$e = dev ] && extras="$$extras --extra dev"; \
	  $(BIN)/uv pip compile -q --no-header --no-annotate --no-emit-index-url $$extras pyproject.toml -o topology/requirements/$$e.txt; done
