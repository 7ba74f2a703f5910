# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything starts from the newest Python that works here; nox makes all other environments.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench format clean

NOX := .venv/bin/nox --noxfile noxfile.py

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 15

demo: .venv-demo/.stamp  ## see the main job at work, against the simulator
	.venv-demo/bin/python demo/demo.py

test: .venv/.stamp  ## run everything: lint, sanity, unit and integration tests
	$(NOX)

check: .venv/.stamp  ## run what takes about a minute: fast lint and unit tests
	$(NOX) --sessions lint unit -- -m 'not slow' --no-cov

bench: .venv/.stamp  ## measure the ways to keep an address book, in less than half an hour
	$(NOX) --sessions bench

format: .venv/.stamp  ## format the Python code in place
	$(NOX) --sessions format

clean:  ## remove what the other targets made
	rm -rf .nox .venv .venv-demo .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

NOX_FILES := tests/requirements/nox.txt
DEMO_FILES := tests/requirements/core.txt tests/requirements/demo.txt meta/ee-requirements.txt

.venv/.stamp: tests/bootstrap.sh $(NOX_FILES)
	sh tests/bootstrap.sh .venv $(NOX_FILES)

.venv-demo/.stamp: tests/bootstrap.sh $(DEMO_FILES)
	sh tests/bootstrap.sh .venv-demo $(DEMO_FILES)
