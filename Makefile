# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything starts from the newest Python that works here; nox makes all other environments.

.DEFAULT_GOAL := help
.PHONY: help demo sandbox test test-all check bench build docs format clean

NOX := .venv/bin/nox --noxfile noxfile.py

# Two sessions at a time, each with its output in one piece; one that fails does not keep the others from running.
SIDE_BY_SIDE = $(MAKE) --no-print-directory --jobs=2 --keep-going $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
SESSIONS = $(shell $(NOX) --list | sed -n 's/^\* \([^ ]*\) .*/\1/p')

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 17

demo: .venv-demo/.stamp  ## see the main job at work, against the simulator
	.venv-demo/bin/python demo/demo.py

sandbox: .venv-demo/.stamp  ## open a shell in which to try the collection, against the simulator
	.venv-demo/bin/python demo/sandbox.py

test: .venv/.stamp  ## run everything, on the newest and the oldest ansible-core: lint, unit, sanity, integration, roles
	@$(SIDE_BY_SIDE) $(addprefix session-,$(SESSIONS))

test-all: .venv/.stamp  ## run everything on every ansible-core and Python that is supported; takes about an hour
	@$(SIDE_BY_SIDE) rest-unit rest-ansible-test

session-%: .venv/.stamp
	@$(NOX) --sessions $*

rest-unit: .venv/.stamp
	@$(NOX) --keywords 'not (sanity or integration or bench or format or build or picture or matrix or release)'

rest-ansible-test: .venv/.stamp
	@$(NOX) --keywords 'sanity or integration'

check: .venv/.stamp  ## run what takes about a minute: fast lint and unit tests
	$(NOX) --sessions lint unit -- -m 'not slow'

build: .venv/.stamp  ## build the tarball into dist, and try it as Galaxy and as a user on old and new ansible-core
	$(NOX) --keywords build

bench: .venv/.stamp  ## measure the ways to keep an address book, in less than half an hour
	$(NOX) --sessions bench

docs: .venv/.stamp  ## build the documentation site, and follow its links
	$(NOX) --sessions docs

format: .venv/.stamp  ## format the Python code in place
	$(NOX) --sessions format

clean:  ## remove what the other targets made
	rm -rf .nox .venv .venv-demo .ansible dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

NOX_FILES := tests/requirements/nox.txt
DEMO_FILES := tests/requirements/core.txt tests/requirements/demo.txt meta/ee-requirements.txt

.venv/.stamp: tests/bootstrap.sh $(NOX_FILES)
	sh tests/bootstrap.sh .venv $(NOX_FILES)

.venv-demo/.stamp: tests/bootstrap.sh $(DEMO_FILES)
	sh tests/bootstrap.sh .venv-demo $(DEMO_FILES)
