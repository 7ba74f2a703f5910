# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All examples in the documentation run with the simulator: guides, READMEs, and the examples of plugins.

A block with a caption is written to a file. A list of tasks or plays is run. In a console block, each command after
``$`` is run, and must print the lines below it in this order. A block of the class ``fails`` shows a mistake and must
fail. A ``shell`` block is only parsed, because it installs something or needs a real account.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import support
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from collections_tree import CHECKOUT
from docs.blocks import EXAMPLE_PAGES, GUIDES, READMES, Block, Reader, Shell, blocks, play, run_plays, write
from warm import Warm

from ansible_collections.community.linkengage.plugins.module_utils._inbox.messages import INBOX_SPEC
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC
from linkengage_simulator.process import SimulatorError, SimulatorProcess

pytestmark = pytest.mark.slow
# The records of the account that the examples use.
SEED: dict[str, Any] = {
    "user": {"AllowedSenderIds": ["ACME", "LINK"], "Settings": {"NUMBER_PREFIX": "47", "SENDER_ID": "LINK"}},
    "contacts": [
        {
            "ContactId": 4711,
            "PhoneNumber": "4790555817",
            "Firstname": "Kari",
            "Lastname": "Nordmann",
            "Email": "k@b.no",
        },
        {"ContactId": 4712, "PhoneNumber": "41234567", "Firstname": "Ola", "Lastname": "Nordmann"},
        {"ContactId": 4713, "PhoneNumber": "+46 70 174 06 05", "Firstname": "Astrid", "Lastname": "Lind"},
        {
            "ContactId": 4714,
            "PhoneNumber": "+4520123456",
            "Firstname": "Mette",
            "Lastname": "Friis",
            "Description3": "Aarhus",
        },
    ],
    "groups": [
        {"GroupId": 12, "Name": "On call", "Description": "Woken at night", "members": [4711, 4712]},
        {"GroupId": 13, "Name": "Managers", "members": [4714]},
        {"GroupId": 14, "Name": "Everybody in Norway", "members": [4711, 4712]},
    ],
    "messages": [{"Receivers": "/groups/12", "Text": "The backup is done"}],
    "services": [{"Name": "free-form"}],
    "inbound": [{"from": "4790555817", "text": "ACK 4711"}],
}
SOURCE = CHECKOUT / "extensions/eda/plugins/event_source/linkengage_inbox.py"
EVENTS = CHECKOUT / "docs/docsite/rst/events.rst"
KINDS = {"modules": ("modules",), "plugins": ("filter", "lookup", "test")}


def name_of(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.fixture(scope="module")
def service() -> Iterator[SimulatorProcess]:
    """The service with the login that the examples use."""
    with SimulatorProcess(username="MrJohnson", domain="acme.com", password="abc123") as process:
        yield process


@pytest.fixture
def simulator(service: SimulatorProcess) -> SimulatorProcess:
    """The service with an empty account."""
    service.reset()
    return service


@pytest.fixture
def phones(simulator: SimulatorProcess) -> Iterator[None]:
    """Let phones receive all messages during the test."""
    over = threading.Event()

    def deliver() -> None:
        while not over.wait(0.2):
            for message in simulator.state()["messages"]:
                try:
                    simulator.delivery_status(message["MessageId"], "Delivered")
                except SimulatorError:  # the message is scheduled, or was just cancelled
                    continue

    thread = threading.Thread(target=deliver)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def environment(
    simulator: SimulatorProcess, phones: None, warm: Warm, collections_path: Path, tmp_path: Path, book: Path
) -> dict[str, str]:
    """The environment of a reader: the collection, a login, and the files that the examples use."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".ansible.cfg").write_text("[inventory]\ninventory_unparsed_warning = false\n", encoding="utf-8")
    environment = support.ansible_environment(collections_path, home)
    # Ansible reads the ansible.cfg of a page, or .ansible.cfg if the page has none.
    for name in ("ANSIBLE_CONFIG", "ANSIBLE_CALLBACKS_ENABLED"):
        del environment[name]
    return {
        **environment,
        "PATH": warm.path(),
        "LINKENGAGE_API_URL": simulator.api(2),
        "LINKENGAGE_USERNAME": simulator.login,
        "LINKENGAGE_PASSWORD": simulator.password,
        "LINKENGAGE_STORE": str(home / "store"),
        "SIMULATOR": simulator.url,
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with the files that the examples read but do not show."""
    folder = tmp_path / "work"
    write(folder, "address-book/contacts.yml", 'contacts:\n  - {phone_number: "+4790555817", first_name: Kari}\n')
    write(folder, "address-book/groups.yml", 'groups:\n  - {name: On call, members: ["+4790555817"]}\n')
    write(folder, "staff.csv", "Mobile;Given name;Surname;email;Desk\n905 55 817;Kari;Nordmann;kari@example.com;12\n")
    write(
        folder, "hosts.yml", "web:\n  hosts:\n    web1: {on_call: '+4790555817'}\n    web2: {on_call: '+4741234567'}\n"
    )
    # The value that a reader would keep in a vault.
    write(folder, "group_vars/all.yml", "vaulted_password: \"{{ lookup('env', 'LINKENGAGE_PASSWORD') }}\"\n")
    return folder


@pytest.mark.parametrize("path", [path for path in (*EXAMPLE_PAGES, *READMES) if blocks(path)], ids=name_of)
def test_the_examples_of_a_page_run(
    path: Path, simulator: SimulatorProcess, environment: dict[str, str], book: Path
) -> None:
    if path.stem == "getting_started":  # the reader of this page starts with an empty account
        shutil.rmtree(book)
        book.mkdir()
    else:
        simulator.reset(**SEED)
    reader = Reader(name_of(path), Shell(book, environment))
    for block in blocks(path):
        reader.read(block)
    reader.finish()
    assert not reader.shell.failures, "\n".join(reader.shell.failures)


def examples(kind: str) -> list[tuple[str, str]]:
    """Return the plugins of a kind, each with its EXAMPLES."""
    found = []
    for path in sorted((CHECKOUT / "plugins" / kind).glob("*.py")):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "EXAMPLES":
                found.append((f"{kind}/{path.stem}", ast.literal_eval(statement.value)))
    return found


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_the_examples_of_plugins_run(
    kinds: tuple[str, ...], simulator: SimulatorProcess, environment: dict[str, str], book: Path
) -> None:
    reset = {
        "name": "Reset the simulator",
        "ansible.builtin.uri": {
            "url": f"{simulator.url}/_control/reset",
            "method": "POST",
            "body_format": "json",
            "body": SEED,
        },
    }
    plays = [
        {**play(name, [Block("yaml", text, 0)]), "pre_tasks": [reset]}
        for kind in kinds
        for name, text in examples(kind)
    ]
    assert len(plays) > 3
    done = run_plays(plays, Shell(book, environment))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*EXAMPLE_PAGES, *READMES], ids=name_of)
def test_every_file_of_a_page_is_used_on_the_page(path: Path) -> None:
    every = blocks(path)
    # Ansible itself finds ansible.cfg.
    for block in (block for block in every if block.caption and block.caption != "ansible.cfg"):
        name = block.caption.split("/")[0]
        assert any(name in other.text for other in every if other is not block), f"{block.caption}: nothing uses it"


@pytest.mark.parametrize("path", [*GUIDES, *READMES], ids=name_of)
def test_shell_commands_are_valid_and_name_existing_files(path: Path) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    playbooks = {path.stem for path in (CHECKOUT / "playbooks").glob("*.yml")}
    rulebooks = {path.stem for path in (CHECKOUT / "extensions/eda/rulebooks").glob("*.yml")}
    for block in blocks(path):
        if block.language not in ("console", "shell"):
            continue
        text = block.text if block.language == "shell" else "\n".join(command for command, _shown in block.commands)
        done = subprocess.run(["sh", "-n", "-c", text], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block.line}: {done.stderr}"
        assert set(re.findall(r"\bmake ([a-z]+)\b", text)) <= verbs
        # A console block is really run. It must not stop a process that happens to have the process id on the page.
        assert block.language == "shell" or not re.search(r"\bkill\b", text), f"{block.line}: use a shell block"
        named = set(re.findall(r"ansible-playbook (?:-\S+ )*community\.linkengage\.(\w+)", text))
        assert named <= playbooks
        assert set(re.findall(r"ansible-rulebook .*community\.linkengage\.(\w+)", text)) <= rulebooks
        for file in re.findall(r"(?:^|\s)((?:tests|demo|docs|examples)/\S+\.\w+)", text):
            assert file.startswith("tests/output") or (CHECKOUT / file).exists(), file


def rulebooks() -> list[Any]:
    """Return the rulebooks on the pages. Ansible itself cannot run them."""
    every = [block for path in (*GUIDES, *READMES) for block in blocks(path)]
    return [entry for block in every if "sources:" in block.text for entry in block.data]


@pytest.mark.parametrize("rulebook", rulebooks(), ids=lambda rulebook: rulebook["name"])
def test_the_arguments_of_a_source_in_a_rulebook_are_valid(rulebook: dict[str, Any]) -> None:
    for source in rulebook["sources"]:
        arguments = dict(source["community.linkengage.linkengage_inbox"])
        arguments.pop("feedback", None)  # this is an option of ansible-rulebook, not of the event source
        validation = ArgumentSpecValidator({**CONNECTION_SPEC, **INBOX_SPEC}).validate(arguments)
        assert validation.error_messages == []
    assert all({"name", "condition", "action"} == set(rule) for rule in rulebook["rules"])


def documented_fields() -> set[str]:
    """Return the fields of an event that the event source documents."""
    for statement in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "RETURN":
            return set(yaml.safe_load(ast.literal_eval(statement.value))["linkengage"]["contains"])
    raise AssertionError("the source does not document its events")


def test_pages_and_rulebooks_name_the_fields_of_an_event() -> None:
    files = [*GUIDES, *READMES, SOURCE, *(CHECKOUT / "extensions/eda/rulebooks").glob("*.yml")]
    used = {
        name for path in files for name in re.findall(r"event\.linkengage\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= documented_fields()
    listed = re.search(
        r"^An event has these fields in ``event\.linkengage``: .*?\n\n", EVENTS.read_text(encoding="utf-8"), re.M | re.S
    )
    assert listed
    assert set(re.findall(r"``(\w+)``", listed[0])) == documented_fields()
