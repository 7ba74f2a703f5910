# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for all unit tests. This file also makes the collection importable."""

from __future__ import annotations

import atexit
import gc
import itertools
import shutil
import signal
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import support
from ansible.plugins.loader import init_plugin_loader
from collections_tree import make_tree
from postgres import Postgres
from warm import Warm

from linkengage_simulator.process import SimulatorProcess

TREE = make_tree(Path(tempfile.mkdtemp(prefix="linkengage-tests-")))
atexit.register(shutil.rmtree, TREE, ignore_errors=True)
# This must happen before any test file is imported, because test files import the collection.
init_plugin_loader([str(TREE)])


from ansible_collections.community.linkengage.plugins.module_utils._sms.forgetful import SYSTEMS  # noqa: E402

# Programs that the tests start must be able to get SIGINT. If the tests run in the background, SIGINT is ignored.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests do not check speed, because the machine can be busy. The benchmarks check speed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# ``make check`` uses this profile. ``make test`` tries four times as many examples.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)

# Fixtures that start Ansible, modules or many processes.
PROGRAMS = {"run_playbook", "warm", "postgres", "export", "together", "nursery", "child"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that start programs as slow, so that ``make check`` can skip them."""
    for item in items:
        if PROGRAMS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def collections_path() -> Path:
    """A collections path that contains this checkout."""
    return TREE


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorProcess]:
    """One simulator for all tests of a worker of pytest."""
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(simulator_process: SimulatorProcess) -> SimulatorProcess:
    """The simulator with an empty account."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture(scope="session")
def state_homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths of new folders. The folders do not exist yet, because only a few tests write to them."""
    parent = tmp_path_factory.mktemp("state")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def state_home(state_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own default store, and remove the variables of the CI that runs the tests."""
    folder = next(state_homes)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    for variables in SYSTEMS.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests of a worker of pytest. Where it cannot run, the tests that need it are skipped."""
    server = None
    try:
        try:
            server = Postgres()
            server.start()
        except (OSError, KeyError) as error:
            pytest.skip(f"without the store on PostgreSQL, because it cannot run here: {error}")
        yield server
    finally:
        if server:
            server.remove()


@pytest.fixture
def postgres(postgres_server: Postgres) -> Postgres:
    """A running PostgreSQL."""
    return postgres_server


@pytest.fixture
def postgres_store(postgres: Postgres) -> dict[str, Any]:
    """The options of a new store on PostgreSQL."""
    return {"store": postgres.url(), "store_schema": f"test_{uuid.uuid4().hex}"}


@pytest.fixture(params=["folder", "postgresql"])
def store_options(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The options of a new store. A test with this fixture runs once for each kind of store."""
    if request.param == "folder":
        return {"store": str(tmp_path / "state" / "store")}
    options: dict[str, Any] = request.getfixturevalue("postgres_store")
    return options


@pytest.fixture(params=["json", "xml"])
def data_format(request: pytest.FixtureRequest) -> str:
    """A test with this fixture runs in JSON and in XML."""
    return request.param


@pytest.fixture(params=[1, 2], ids=["v1", "v2"])
def api_version(request: pytest.FixtureRequest) -> int:
    """A test with this fixture runs with both versions of the service."""
    return request.param


@pytest.fixture
def connection(simulator: SimulatorProcess, data_format: str, api_version: int) -> dict[str, Any]:
    """The connection options, in both formats and for both versions."""
    return {
        "api_url": simulator.api(api_version),
        "username": simulator.username,
        "domain": simulator.domain,
        "password": simulator.password,
        "data_format": data_format,
    }


@pytest.fixture
def run_module(connection: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """``run_module(name, check=False, diff=True, **params)``: run a module with the options of the connection."""
    return lambda name, /, **params: support.run_module(name, **{**connection, **params})


@pytest.fixture
def connection_env(connection: dict[str, Any]) -> dict[str, str]:
    """The connection options as environment variables."""
    return {f"LINKENGAGE_{option.upper()}": str(value) for option, value in connection.items()}


@pytest.fixture
def run_playbook(warm: Warm, collections_path: Path, tmp_path: Path) -> Callable[..., support.PlaybookRun]:
    """``run_playbook(text, *arguments, env=None)``: run a playbook with its own home folder."""
    return partial(support.run_playbook, run=warm.run, collections_path=collections_path, folder=tmp_path)


@pytest.fixture(scope="session")
def warm(collections_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """Starts ansible-playbook without the time that its imports take."""
    started = Warm(collections_path, tmp_path_factory.mktemp("warm"))
    yield started
    started.close()


def pytest_collection_finish() -> None:
    """Exclude the collected tests from the search of the garbage collector, because the search takes time."""
    gc.collect()
    gc.freeze()
    gc.collect()  # so that the next full search does not wait for as many new objects as were frozen


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the counts of the campaigns. They are properties of the test reports, which come from all workers."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    called = [report for report in reports if getattr(report, "when", "") == "call"]
    properties = [(name, value) for report in called for name, value in report.user_properties]
    shows = {
        "campaign": show_faults,
        "staging": show_staging,
        "runners": show_runners,
        "inbox": show_inbox,
        "assumption": show_assumptions,
        "notify": show_notify,
        "endings": show_endings,
    }
    for campaign, show in shows.items():
        found = [value for name, value in properties if name == campaign]
        if found:
            show(terminalreporter, found)


def show_assumptions(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Stories under each answer to the open questions about the service")
    for alternative, data_format, results in sorted(found):
        refused = sorted(story for story, result in results.items() if result != "done")
        ended = f", ended with a clear error: {', '.join(refused)}" if refused else ""
        terminalreporter.write_line(f"{alternative:<30} {data_format:<5} {len(results) - len(refused)} done{ended}")


def show_faults(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("SMS fault campaign: outcomes of a send and its reruns")
    for kind, counts in sorted(found):
        listed = "; ".join(f"{count} x {outcomes}" for outcomes, count in sorted(counts.items()))
        terminalreporter.write_line(f"{kind:<45} {sum(counts.values()):>3} runs: {listed}")
    runs = sum(sum(counts.values()) for _kind, counts in found)
    terminalreporter.write_line(f"{len(found)} kinds of trouble, {runs} runs, nobody got a message twice")


def show_runners(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Campaign of runners on PostgreSQL: 50 runners, 20 keys, a restart of the database")
    for kind, counts in sorted(found):
        listed = "; ".join(f"{count} x {outcome}" for outcome, count in sorted(counts.items()))
        terminalreporter.write_line(f"{kind:<20} {listed}")
    terminalreporter.write_line("one message for each key")


def show_inbox(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Campaign of the event source on PostgreSQL: killed, and restarted on another machine")
    for kind, counts in sorted(found):
        terminalreporter.write_line(f"{kind:<20} {'; '.join(f'{count} {name}' for name, count in counts.items())}")
    terminalreporter.write_line("no event lost, each repeated event flagged")


def show_staging(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Staging campaign: who got a message")
    counts: Counter[str] = sum(map(Counter, found), Counter())
    for outcome, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:>4} x {outcome}")
    terminalreporter.write_line(f"{sum(counts.values())} combinations, no stranger got a message")


def show_notify(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Campaign of the role notify: how its first run ended, and what became of the message")
    counts: Counter[str] = sum(map(Counter, found), Counter())
    for ending, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:>4} x {ending}")
    terminalreporter.write_line(f"{sum(counts.values())} endings, no message twice and none lost without an error")


def show_endings(terminalreporter: Any, found: list[Any]) -> None:
    terminalreporter.section("Campaign of endings: how a run with the callback ended")
    counts: Counter[str] = sum(map(Counter, found), Counter())
    for ending, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:>4} x {ending}")
    terminalreporter.write_line(
        f"{sum(counts.values())} endings, each with the message that was due and its exit status"
    )
