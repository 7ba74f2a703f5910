# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fuzzer itself: it finds what it looks for, and a failure can be repeated."""

from __future__ import annotations

import importlib
import json
import sys
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    InvalidInput,
    LinkEngageError,
    unforeseen,
)


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(CHECKOUT / "tests" / "fuzz"))
    yield importlib.import_module("fuzz")
    for name in ("fuzz", "mutations", "targets"):
        sys.modules.pop(name, None)


def found(fuzz: Any, error: Exception | None) -> str:
    def target(_random: Random) -> None:
        if error:
            raise error

    return fuzz.one(SimpleNamespace(target=target, LinkEngageError=LinkEngageError, json=json), "target", "1/0/0")


def test_a_documented_error_is_not_a_failure(fuzz) -> None:
    assert found(fuzz, None) == ""
    assert found(fuzz, InvalidInput("timeout: no")) == ""


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), OverflowError(), UnicodeError("x")], ids=repr)
def test_every_other_method_is_repeated(fuzz, error: Exception) -> None:
    assert type(error).__name__ in found(fuzz, error)
    assert "unforeseen" in found(fuzz, unforeseen(error, "x"))


def test_the_same_case_is_the_same_input(fuzz) -> None:
    mutations = importlib.import_module("mutations")
    texts = [mutations.text(Random(f"1/0/{number} numbers"), ["+47 905 55 817"]) for number in range(200)]
    again = [mutations.text(Random(f"1/0/{number} numbers"), ["+47 905 55 817"]) for number in range(200)]
    assert texts == again
    assert len(set(texts)) > 100


def test_every_target_has_inputs_that_are_good(fuzz) -> None:
    targets = importlib.import_module("targets")
    for target in (*targets.WEIGHTS, *targets.RARE):
        cases = (Random(f"1/0/{number} {target.__name__}") for number in range(500))
        assert any(passes(target, case) for case in cases), f"{target.__name__} rejects everything, so it tests little"


def passes(target: Any, random: Random) -> bool:
    try:
        target(random)
    except LinkEngageError:
        return False
    return True
