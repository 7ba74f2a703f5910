# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The staging campaign: with any limit, a phone outside the limits never gets a message.

Each run is a random combination of options, variables, ways to run a module, receivers, times, faults and later changes
of the address book. The deliveries in the simulator show who got a message. The counts are printed at the end of the
test run.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import support
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from controller import Machine

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.plugin_utils import _action, _run_message

Json = dict[str, Any]

pytestmark = pytest.mark.slow

SEEDS, RUNS = 10, 50  # number of random generators, and number of runs for each
FEW_SEEDS = 3  # number of random generators in make test
FEW, REAL = 12, 30  # number of tasks in real playbooks, in make test and in make test-all
TESTERS = ["4792000001", "4792000002", "4792000003"]
STRANGERS = ["4790000001", "4790000002", "4790000003"]
CONTACTS = [
    *({"ContactId": id, "PhoneNumber": number, "Description": "IT"} for id, number in enumerate(TESTERS, 1)),
    *({"ContactId": id, "PhoneNumber": number, "Description": "IT"} for id, number in enumerate(STRANGERS, 11)),
    {"ContactId": 20, "PhoneNumber": "90 00 00 0x"},
]
GROUPS = [
    {"GroupId": 31, "Name": "Testers", "members": [1, 2]},
    {"GroupId": 32, "Name": "Strangers", "members": [11, 12]},
    {"GroupId": 33, "Name": "Mixed", "members": [1, 11]},
]
NAMES = ["Testers", "Strangers", "Mixed"]
SPELLINGS = ("+{0}", "00{0}", "{1}", "+47 {1}")
WAYS = ("here", "shipped", "become", "remote", "async", "module")
PATHS = ("/messages", "/Messages/", "/%6Dessages", "/messages;x", "/message", "/messages.json")
NOTHING = ("", " ", ",")


class Case:
    """One random combination."""

    def __init__(self, pick: random.Random, folder: Path) -> None:
        self.pick, self.folder = pick, folder
        self.variables = self.limits(variables=True)
        self.environment = self.limits(variables=True, empty=True) if pick.random() < 0.3 else {}
        self.defaults = self.limits() if pick.random() < 0.2 else {}
        # At least one limit is set. An empty variable of the task does not hide the variable of the controller.
        self.module = "api" if pick.random() < 0.2 else "sms"
        self.options = self.request() if self.module == "api" else self.message()
        self.way = pick.choice(WAYS)
        if self.way == "module":  # the module runs without the action plugin
            self.environment = {}

    def spelt(self, number: str) -> str:
        return self.pick.choice(SPELLINGS).format(number, number[2:])

    def limits(self, variables: bool = False, empty: bool = False) -> Json:
        """Return a limit to some of the testers, as options or as variables."""
        testers = self.pick.sample(TESTERS, self.pick.randint(1, 3))
        allowlist: Any = [self.spelt(number) for number in testers]
        redirect: Any = self.spelt(self.pick.choice(TESTERS))
        if empty and self.pick.random() < 0.5:
            allowlist, redirect = [self.pick.choice(NOTHING[:2])], self.pick.choice(NOTHING[:2])
        if variables:
            found = {
                "LINKENGAGE_RECEIVER_ALLOWLIST": ",".join([*allowlist, *([""] if allowlist[0].strip() else [])]),
                "LINKENGAGE_REDIRECT_TO": redirect,
            }
        else:
            found = {"receiver_allowlist": allowlist, "redirect_to": redirect}
        return dict(self.pick.sample([*found.items()], self.pick.randint(1, 2)))

    def message(self) -> Json:
        pick = self.pick
        options: Json = {
            "text": pick.choice(["Hi", "Hi Department", "a" * 200, "\tHi \x1b[31mred"]),
            "numbers": [self.spelt(number) for number in pick.sample([*TESTERS, *STRANGERS], pick.randint(0, 3))],
            "contacts": pick.sample([1, 2, 11, 12, 13, *([20] if pick.random() < 0.1 else [])], pick.randint(0, 3)),
            "groups": pick.sample(NAMES, pick.randint(0, 2)),
            "skip_invalid": pick.random() < 0.3,
        }
        if not any(options[name] for name in ("numbers", "contacts", "groups")):
            options["groups"] = ["Mixed"]
        extras: list[tuple[float, Json]] = [
            (0.3, {"merge": True}),
            (0.4, {"send_at": pick.choice(["+1h", "+3m"])}),
            (0.1, {"quiet_hours": {"from": "00:00", "to": "23:59", "zone": "Etc/UTC", "action": "postpone"}}),
            (0.4, {"idempotency_key": "campaign", "store": str(self.folder / "store")}),
            (0.1, {"max_receivers": pick.randint(1, 4), "max_total_segments": pick.randint(1, 9)}),
            (0.2, self.limits()),
            (0.1, {pick.choice(["redirect_to", "receiver_allowlist"]): pick.choice([None, "", []])}),
        ]
        for chance, extra in extras:
            options.update(extra if pick.random() < chance else {})
        return options

    def request(self) -> Json:
        pick = self.pick
        everybody = [*map(self.spelt, [*TESTERS, *STRANGERS]), "/contacts/1", "/contacts/11", "/groups/33"]
        receivers = ";".join(pick.sample(everybody if pick.random() < 0.7 else everybody[:3], pick.randint(1, 3)))
        body = {"Text": "Hi", pick.choice(["Receivers"] * 5 + ["receivers"]): receivers}
        options: Json = {"path": pick.choice(PATHS[:1] * 5 + PATHS[1:]), "method": "POST", "body": body}
        options["root"] = "Message"
        options["method_override"] = pick.choice(["auto", "always", "never"])
        return {**options, **(self.limits() if pick.random() < 0.2 else {})}


@contextlib.contextmanager
def variables(values: Json) -> Iterator[None]:
    """Let the environment contain only these variables of the collection."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("LINKENGAGE_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_task(case: Case) -> Json:
    """Run the module through its action plugin.

    A shipped module has an environment without variables of the collection.
    """
    name = f"linkengage_{case.module}"
    if case.way == "module":
        return support.run_module(name, **{**case.defaults, **case.options})
    task = SimpleNamespace(
        action=f"community.linkengage.{name}",
        args={**case.defaults, **case.options},
        async_val=30 if case.way == "async" else 0,
        environment=[case.environment] if case.environment else [],
        check_mode=False,
        diff=False,
        _role=None,
    )
    shell = SimpleNamespace(tmpdir="/tmp", env_prefix=lambda **values: json.dumps(values))
    transport = "ssh" if case.way == "remote" else "local"
    connection = SimpleNamespace(transport=transport, become=case.way == "become", _shell=shell)
    loader = DataLoader()
    plugin = _action.ActionModule(task, connection, SimpleNamespace(), loader, Templar(loader=loader), None)

    def shipped(module_name: str, module_args: Json, **_keywords: Any) -> Json:
        assert "LINKENGAGE_R" not in plugin._compute_environment_string()
        with variables({}):
            return support.run_module(module_name.rpartition(".")[2], **module_args)

    plugin._execute_module = shipped
    return plugin.run(None, {"linkengage_in_process": case.way == "here"})


def run_callback(case: Case) -> Json:
    """Send as the callback plugin does."""
    options = {"skip_invalid": True, "max_segments": 2, **{name: case.options[name] for name in _run_message.RECEIVERS}}
    try:
        result, warnings = _run_message.send_message({"text": "FAILED", **options})
    except LinkEngageError as error:
        return {"failed": True, "msg": str(error)}
    return {**result, "warnings": warnings}


def intrude(simulator, pick: random.Random) -> None:
    """Strangers join all groups, and testers change their numbers, before a scheduled message is sent."""
    login = {"api_url": simulator.api(2), "username": simulator.login, "password": simulator.password}
    for group in (31, 33):
        support.run_module("linkengage_api", path=f"/groups/{group}/contacts/13", method="PUT", **login)
    if pick.random() < 0.5:
        body = {"PhoneNumber": STRANGERS[0]}
        support.run_module("linkengage_api", path="/contacts/1", method="PUT", body=body, **login)


FAULTS: list[Json] = [
    {"action": "drop_before"},
    {"action": "drop_after"},
    {"action": "status", "status": 500},
    {"action": "status_after", "status": 500},
    {"action": "truncate"},
]


def run_case(simulator, pick: random.Random, folder: Path) -> str:
    """Run one combination, run it again, and let time pass. Returns the outcome."""
    folder.mkdir()
    simulator.reset(contacts=CONTACTS, groups=GROUPS)
    case = Case(pick, folder)
    login = {"API_URL": simulator.api(pick.choice([1, 2])), "USERNAME": simulator.login}
    login.update(PASSWORD=simulator.password, DATA_FORMAT=pick.choice(["json", "xml"]), RETRIES="1")
    if pick.random() < 0.2:
        simulator.faults([{"match": {"method": "POST"}, **pick.choice(FAULTS)}])
    callback = case.module == "sms" and pick.random() < 0.1
    with variables({**{f"LINKENGAGE_{name}": value for name, value in login.items()}, **case.variables}):
        result = run_callback(case) if callback else run_task(case)
        with variables({}):
            intrude(simulator, pick)
        if pick.random() < 0.3 and not callback:
            run_task(case)
    simulator.clock(2 * 86400)
    phones = {delivery["phone"] for delivery in simulator.deliveries()}
    assert phones <= set(TESTERS), (vars(case), result)
    outcome = "an error" if result.get("failed") else result.get("outcome", "a request")
    return f"{'the callback' if callback else case.way}: {outcome}{', delivered' if phones else ''}"


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.exhaustive] * (seed >= FEW_SEEDS)) for seed in range(SEEDS)]
)
def test_no_stranger_gets_a_message(simulator, tmp_path, record_property, seed: int) -> None:
    pick, counts = random.Random(seed), Counter[str]()
    for run in range(RUNS):
        counts[run_case(simulator, pick, tmp_path / str(run))] += 1
    record_property("staging", dict(counts))
    delivered = sum(count for outcome, count in counts.items() if outcome.endswith("delivered"))
    assert delivered > RUNS / 10, "the campaign must send messages"


def test_without_a_limit_strangers_get_the_messages(simulator, tmp_path) -> None:
    """This shows that the campaign would notice a missing limit."""
    pick, strangers = random.Random(1), 0
    for run in range(20):
        (tmp_path / str(run)).mkdir()
        simulator.reset(contacts=CONTACTS, groups=GROUPS)
        case = Case(pick, tmp_path / str(run))
        case.environment = case.defaults = {}
        options = {
            name: value for name, value in case.options.items() if name not in ("redirect_to", "receiver_allowlist")
        }
        case.options = options
        login = {"API_URL": simulator.api(2), "USERNAME": simulator.login, "PASSWORD": simulator.password}
        with variables({f"LINKENGAGE_{name}": value for name, value in login.items()}):
            run_task(case)
        simulator.clock(2 * 86400)
        strangers += any(delivery["phone"] in STRANGERS for delivery in simulator.deliveries())
    assert strangers > 5


KEYWORDS: dict[str, Json] = {
    "here": {},
    "shipped": {"vars": {"linkengage_in_process": False}},
    "become": {"become": True},
    "remote": {"delegate_to": "far"},
    "async": {"async": 60, "poll": 1},
    "module": {"delegate_to": "far", "become": True},
}


@pytest.mark.parametrize("count", [FEW, pytest.param(REAL, marks=pytest.mark.exhaustive)])
def test_no_stranger_gets_a_message_from_a_playbook(
    simulator, run_playbook, tmp_path, record_property, count: int
) -> None:
    """Real runs of ansible-playbook with a sudo and an ssh that remove the environment."""
    machine = Machine(simulator, run_playbook, tmp_path)
    machine.seed = {"contacts": CONTACTS, "groups": GROUPS}
    pick = random.Random(17)
    tasks = []
    for number in range(count):
        case = Case(pick, tmp_path)
        options = {**case.defaults, **case.options}
        options.pop("store", None)
        if "idempotency_key" in options:
            options["idempotency_key"] = f"campaign {number}"
        tasks.append(
            {
                "name": f"{number} {case.way}",
                f"community.linkengage.linkengage_{case.module}": options,
                "environment": case.environment,
                "ignore_errors": True,
                **KEYWORDS[case.way],
            }
        )
    done = machine(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]),
        LINKENGAGE_RECEIVER_ALLOWLIST=",".join(f"+{number}" for number in TESTERS),
        LINKENGAGE_REDIRECT_TO="",
        LINKENGAGE_METHOD_OVERRIDE="auto",
        LINKENGAGE_FOREIGN_NUMBERS="any",
        LINKENGAGE_STORE="",
    )
    assert len(done.results) == count, done.stdout
    simulator.clock(2 * 86400)
    phones = {delivery["phone"] for delivery in simulator.deliveries()}
    assert phones
    assert phones <= set(TESTERS), done.stdout
    counts = Counter(
        f"playbook, {outcome['task'].split()[1]}: {outcome['result'].get('outcome', outcome['status'])}"
        for outcome in done.results
    )
    record_property("staging", dict(counts))
