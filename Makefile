# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# make uses the newest Python that works on this machine. nox creates all other environments.

.DEFAULT_GOAL := help
.PHONY: help demo sandbox test test-all check bench build docs format clean

NOX := .venv/bin/nox --noxfile noxfile.py

# Run two sessions in parallel, and print the output of each session in one piece. After a failure, the other sessions
# still run.
SIDE_BY_SIDE = $(MAKE) --no-print-directory --jobs=2 --keep-going $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
SESSIONS = $(shell $(NOX) --list | sed -n 's/^\* \([^ ]*\) .*/\1/p')

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 17

demo: .venv-demo/.stamp  ## run a demo against the simulator
	.venv-demo/bin/python demo/demo.py

sandbox: .venv-demo/.stamp  ## open a shell to try the collection; seed=FOLDER fills the account, state=FILE keeps it
	.venv-demo/bin/python demo/sandbox.py $(if $(seed),--seed '$(seed)') $(if $(state),--state '$(state)')

test: .venv/.stamp  ## run all tests on the newest and the oldest ansible-core: lint, unit, sanity, integration, roles
	@rm -rf .nox/failed
	@$(SIDE_BY_SIDE) $(addprefix session-,$(SESSIONS)) || { sh tests/failures.sh .nox/failed/*; exit 1; }

test-all: .venv/.stamp  ## run all tests on every supported ansible-core and Python; takes more than an hour
	@$(SIDE_BY_SIDE) rest-unit rest-ansible-test

# The output of a failed session is kept in .nox/failed.
session-%: .venv/.stamp
	@mkdir -p .nox/failed
	@if $(NOX) --sessions $* >.nox/failed/$* 2>&1; then cat .nox/failed/$*; rm .nox/failed/$*; \
	 else cat .nox/failed/$*; exit 1; fi

rest-unit: .venv/.stamp
	@$(NOX) --keywords 'not (sanity or integration or bench or format or build or picture or screenshots or matrix or release or contributor_pages)'

rest-ansible-test: .venv/.stamp
	@$(NOX) --keywords 'sanity or integration'

check: .venv/.stamp  ## run the fast lint and unit tests; takes about four minutes
	@$(SIDE_BY_SIDE) session-lint check-unit

# There are fewer workers than in make test, because each worker must first import all tests.
check-unit: .venv/.stamp
	@$(NOX) --sessions unit -- -m 'not slow and not exhaustive and not browser' --hypothesis-profile=quick -n 3

build: .venv/.stamp  ## build the tarball in dist, and test it with Galaxy and on the oldest and newest ansible-core
	$(NOX) --keywords build

bench: .venv/.stamp  ## run the benchmarks; takes less than half an hour
	$(NOX) --sessions bench

docs: .venv/.stamp  ## build the documentation site and check its links
	$(NOX) --sessions docs

format: .venv/.stamp  ## format the Python code in place
	$(NOX) --sessions format

clean:  ## delete everything that the other commands created
	rm -rf .nox .venv .venv-demo .ansible dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

NOX_FILES := tests/requirements/nox.txt
DEMO_FILES := tests/requirements/core.txt tests/requirements/demo.txt meta/ee-requirements.txt

.venv/.stamp: tests/bootstrap.sh $(NOX_FILES)
	sh tests/bootstrap.sh .venv $(NOX_FILES)

.venv-demo/.stamp: tests/bootstrap.sh $(DEMO_FILES)
	sh tests/bootstrap.sh .venv-demo $(DEMO_FILES)
