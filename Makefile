# `make` alone lists the targets. Everything runs from .venv, which is made when it is first needed
# and brought up to date only when pyproject.toml or requirements.txt change.

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check -c requirements.txt
CODE := twin simulator apps tests benchmarks docs
# A recorded ride for the tests, carried by a package whose code we do not use.
RIDES := sweat==0.25.0
# Half of a test's time is waiting for processes and clocks, so one more than there are cores.
PROCESSES := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.DEFAULT_GOAL := help
.PHONY: help demo test lint serve notebooks bench radio contract faults picture clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

demo: $(VENV)/.installed ## watch twelve simulated athletes in the browser
	@$(BIN)/twin serve --source simulator:12

test: lint ## every check and every test, on real parts where they can be had
	@sh tests/real_parts.sh
	@$(BIN)/python -m pytest --numprocesses $(PROCESSES) --maxprocesses 4 --dist loadfile

lint: $(VENV)/.tools ## style, types and spelling
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/codespell $(CODE) *.md

serve: $(VENV)/.installed ## the dashboard, set up by config.yaml, .env and the environment
	@$(BIN)/twin serve

notebooks: $(VENV)/.notebooks ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab notebooks

bench: $(VENV)/.tools ## measure pipeline and screens beside their peers
	@$(BIN)/python -m benchmarks

radio: $(VENV)/.tools ## Bluetooth over the virtual air for 25 minutes: losses, delays, straps that come and go
	@$(BIN)/python -m pytest -m slow -rA -s tests/sources tests/e2e/test_sensor_screens.py

contract: $(VENV)/.tools ## hold a server of yours to what we need: INFLUXDB_URL=http://host:port INFLUXDB_TOKEN=.. INFLUXDB_BUCKET=..
	@[ -n "$(INFLUXDB_URL)" ] || { echo "say which server: make contract INFLUXDB_URL=http://host:port INFLUXDB_TOKEN=.. INFLUXDB_BUCKET=.." >&2; exit 1; }
	@TWIN_CONTRACT=1 INFLUXDB_URL="$(INFLUXDB_URL)" INFLUXDB_TOKEN="$(INFLUXDB_TOKEN)" \
	  INFLUXDB_ORG="$(INFLUXDB_ORG)" INFLUXDB_BUCKET="$(or $(INFLUXDB_BUCKET),twin)" \
	  $(BIN)/python -m pytest tests/contract

faults: $(VENV)/.tools ## kill, cut off and fill up at full size: 600,000 points, ten minutes, 1,000 athletes (half an hour)
	@TWIN_FAULTS=20 TWIN_FAULTS_ATHLETES=800 TWIN_FAULTS_POINTS=600000 TWIN_OUTAGE_S=600 TWIN_FAULTS_SQUAD=1000 \
	  $(BIN)/python -m pytest -s tests/faults tests/hub/test_remote_processes.py tests/store/test_durability.py

picture: $(VENV)/.tools ## take the picture of the README from the running app
	@$(BIN)/python docs/make_picture.py

clean: ## remove what make made
	rm -rf $(VENV) artefacts build *.egg-info .mypy_cache .pytest_cache .ruff_cache

# A half-made environment would pass for a whole one the next time, so it is removed.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$python could not make $(VENV); on Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "Python 3.11, 3.12 or 3.13 is needed and none was found; with one elsewhere: make PYTHON=/path/to/python" >&2; \
	exit 1

$(VENV)/.installed: pyproject.toml requirements.txt | $(BIN)/python
	@echo "installing what the app needs"
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.tools: pyproject.toml requirements.txt | $(BIN)/python
	@echo "installing what the app, its tests and its checks need"
	@$(INSTALL) -e '.[lint,test]'
	@$(INSTALL) --no-deps $(RIDES)
	@touch $(VENV)/.installed $@

$(VENV)/.notebooks: pyproject.toml requirements.txt | $(BIN)/python
	@echo "installing what the app and its notebooks need"
	@$(INSTALL) -e '.[notebook]'
	@touch $(VENV)/.installed $@
