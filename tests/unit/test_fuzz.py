# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fuzzer itself: it finds undocumented errors, and a failure can be repeated."""

from __future__ import annotations

import importlib
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, unforeseen

FUZZ = CHECKOUT / "tests" / "fuzz"
NAMES = ("fuzz", "one_target", "mutations", "targets")


def load(name: str) -> Any:
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def fuzzer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(FUZZ))
    yield
    for name in NAMES:
        sys.modules.pop(name, None)


def raising(error: Exception | None) -> Callable[[Random], None]:
    def target(_choices: Random) -> None:
        if error:
            raise error

    return target


def test_a_documented_error_is_not_a_failure() -> None:
    problem = load("one_target").problem
    assert problem(raising(None), Random(1)) == ""
    assert problem(raising(InvalidInput("timeout: no")), Random(1)) == ""


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), OverflowError(), UnicodeError("x")], ids=repr)
def test_all_other_errors_are_failures(error: Exception) -> None:
    problem = load("one_target").problem
    assert type(error).__name__ in problem(raising(error), Random(1))
    assert "unforeseen" in problem(raising(unforeseen(error, "x")), Random(1))


def test_each_target_has_its_share() -> None:
    shares, targets = load("fuzz").SHARES, load("targets")
    functions = {name for name, item in vars(targets).items() if getattr(item, "__module__", "") == targets.__name__}
    assert set(shares) == {name for name in functions if name.islower() and name[0] != "_"}
    assert sum(share.inputs for share in shares.values()) == 1000
    assert sum(share.seconds for share in shares.values()) == 100


def test_every_target_has_inputs_that_are_good() -> None:
    targets = load("targets")
    for name in load("fuzz").SHARES:
        cases = (Random(f"{number} {name}") for number in range(500))
        assert any(passes(getattr(targets, name), case) for case in cases), f"{name} rejects everything"


def passes(target: Any, random: Random) -> bool:
    from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError

    try:
        target(random)
    except LinkEngageError:
        return False
    return True


# Programs that run the fuzzer on another target

TARGETS = """
def numbers(random):
    found = [random.randrange(10) for _number in range(8)]
    with open({log!r}, "a") as log:
        print(found, file=log)
    if {fails} and found[0] == 7 and found[1] > 4:
        raise KeyError("found")
"""


def engines() -> list[Any]:
    installed = importlib.util.find_spec("atheris")
    reason = "atheris has no wheel for this Python or machine"
    return ["hypothesis", pytest.param("atheris", marks=pytest.mark.skipif(not installed, reason=reason))]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[Any, list[str]]]:
    """Run the fuzzer on a target that logs its inputs."""
    fuzz = load("fuzz")
    copy = tmp_path / "tests" / "fuzz"
    shutil.copytree(FUZZ, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "tests" / "collections_tree.py", copy.parent)
    (tmp_path / "plugins").symlink_to(CHECKOUT / "plugins", target_is_directory=True)
    monkeypatch.setattr(fuzz, "ONE_TARGET", copy / "one_target.py")
    log = tmp_path / "inputs.log"

    def run(engine: str, fails: bool, **arguments: object) -> tuple[Any, list[str]]:
        log.write_text("", encoding="utf-8")
        (copy / "targets.py").write_text(TARGETS.format(log=str(log), fails=fails), encoding="utf-8")
        listed = [text for name, value in arguments.items() for text in (f"--{name}", value)]
        return fuzz.run("numbers", engine, *listed), log.read_text(encoding="utf-8").splitlines()

    return run


@pytest.mark.parametrize("engine", engines())
def test_the_same_seed_makes_the_same_inputs(run, engine: str) -> None:
    found, inputs = run(engine, False, seed=7, inputs=150)
    assert found.failure == ""
    assert 150 <= found.inputs <= len(inputs)
    assert len(set(inputs)) > 50
    assert run(engine, False, seed=7, inputs=150) == (found, inputs)
    _other, others = run(engine, False, seed=8, inputs=150)
    assert others != inputs


@pytest.mark.parametrize("engine", engines())
def test_a_failure_is_found_and_repeated(run, engine: str) -> None:
    found, _inputs = run(engine, True, inputs=50_000)
    assert "KeyError: 'found'" in found.failure
    (command,) = {line for line in found.failure.splitlines() if line.startswith("repeat: ")}
    if engine == "atheris":
        _python, _script, _option, target, given = command.removeprefix("repeat: ").split()
        assert target == "numbers"
        again, inputs = run(engine, True, given=given)
        assert "KeyError: 'found'" in again.failure
        assert len(inputs) == 1
        calm, _inputs = run(engine, True, given="00" * 400)
        assert "no failure" in calm.failure


def test_the_report_counts_inputs_and_prints_failures(capsys) -> None:
    fuzz = load("fuzz")
    good, bad = fuzz.Found("dates", 5, ""), fuzz.Found("numbers", 7, "KeyError")
    given = Namespace(seed=3, engine="atheris")
    assert fuzz.report(given, [good], 1.2) == 0
    assert "seed 3, atheris: 5 inputs in 1 s, 0 failures" in capsys.readouterr().out
    assert fuzz.report(given, [good, bad], 1.2) == 1
    printed = capsys.readouterr().out
    assert "numbers:\nKeyError" in printed
    assert "12 inputs in 1 s, 1 failures" in printed
