# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``--state FILE`` keeps the account between two starts."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from linkengage_simulator.errors import NonsenseError
from linkengage_simulator.process import SimulatorError, SimulatorProcess
from linkengage_simulator.service import Service, Settings
from linkengage_simulator.state import StateFile

SETTINGS = Settings("kari@acme.example", "secret")
SEED: dict[str, Any] = {
    "contacts": [
        {"Firstname": "Åse", "PhoneNumber": "41234567", "CreatedDate": "2014-01-01T13:00:00"},
        {"Firstname": "Half \ud83d", "PhoneNumber": "+47 905 55 817"},
    ],
    "groups": [{"Name": "On call", "members": ["41234567"]}, {"Name": "Empty"}],
    "folders": [{"Name": "Old", "ParentFolderId": 4}],
    "messages": [{"Receivers": "/groups/101", "Text": "Hi"}, {"Receivers": "/contacts/1001;90011223", "Text": "Both"}],
    "inbound": [{"from": "41234567", "text": "Yes"}],
    "user": {"Settings": {"FREE_SENDER_ID": "False"}, "AllowedSenderIds": ["OPS"], "Organization": {"Name": "Other"}},
    "services": [{"Name": "free", "more": [1, None, {"a": True}]}],
    "owned": ["/contacts/1002"],
}


def start(path: Path, settings: Settings = SETTINGS) -> Service:
    """Return a service with its state in a file, as the command line starts it."""
    return StateFile(path).open(settings)


def known(service: Service) -> dict[str, Any]:
    """Return the whole state, without the time."""
    state = {name: value for name, value in service.store.state().items() if name != "now"}
    mailbox = service.store.mailbox
    return {**state, "deliveries": mailbox.deliveries, "owned": service.store.owned, "log": service.log.entries}


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    first = StateFile(path)
    service = first.open(Settings("kari@acme.example", "secret", seed=SEED))
    service.options.update({"rate": 7, "assume": {"read_lag": "5"}})
    service.clock.shift += timedelta(days=2)
    before = known(service)
    first.save(service)
    del first
    _unlock(path)
    again = start(path)
    assert known(again) == before
    assert len(again.store.mailbox.deliveries) == 3
    assert again.store.account.lists_sender("OPS")
    assert not again.store.account.may_send_as("Other")
    assert (again.options.rate, again.options.assume["read_lag"]) == (7, "5")
    assert again.clock.shift == timedelta(days=2)


def _unlock(path: Path) -> None:
    """Make the lock belong to an old file, as if the process that used the file had ended."""
    text = path.read_text(encoding="utf-8")
    path.unlink()
    path.write_text(text, encoding="utf-8")


def test_new_records_get_new_ids_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    file = StateFile(path)
    service = file.open(SETTINGS)
    last = service.store.book.add_contact({"PhoneNumber": "41234567"})["ContactId"]
    message = service.store.mailbox.post({"Receivers": "41234567", "Text": "Hi"}).record["MessageId"]
    service.store.book.remove_contact(last)
    service.store.mailbox.remove(message)
    file.save(service)
    _unlock(path)
    again = start(path)
    assert again.store.book.add_contact({"PhoneNumber": "41234567"})["ContactId"] == last + 1
    assert again.store.mailbox.post({"Receivers": "41234567", "Text": "Hi"}).record["MessageId"] == "O_5002"


def test_a_scheduled_message_still_waits_and_is_sent_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    file = StateFile(path)
    service = file.open(SETTINGS)
    due = service.clock.now() + timedelta(hours=1)
    mail = service.store.mailbox.post({"Receivers": "41234567", "Text": "Later", "HandledDate": due})
    file.save(service)
    _unlock(path)
    again = start(path)
    assert again.store.mailbox.deliveries == []
    again.clock.shift += timedelta(hours=2)
    again.store.mailbox.settle()
    assert [(one.text, one.at) for one in again.store.mailbox.deliveries] == [("Later", due)]
    assert again.store.mailbox.get(mail.record["MessageId"]).record["MessageStatus"] == "Sent"


def test_the_seed_is_for_a_new_account_only(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    settings = Settings("kari@acme.example", "secret", seed={"contacts": [{"PhoneNumber": "41234567"}]})
    assert len(start(path, settings).store.book.contacts) == 1
    _unlock(path)
    assert len(start(path, settings).store.book.contacts) == 1


def test_the_command_line_decides_over_the_kept_options(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    file = StateFile(path)
    service = file.open(SETTINGS)
    service.options.update({"rate": 7, "latency": 3, "assume": {"missing_number": "null"}})
    file.save(service)
    _unlock(path)
    options = start(path, Settings("k", "p", chosen={"rate": 9})).options
    assert (options.rate, options.latency, options.assume["missing_number"]) == (9, 3.0, "null")


def test_an_answer_of_another_version_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    start(path)
    state = json.loads(path.read_text(encoding="utf-8"))
    state["options"]["assume"] = {"a_former_question": "yes", "missing_number": "null"}
    path.unlink()
    path.write_text(json.dumps(state), encoding="utf-8")
    assert start(path).options.assume["missing_number"] == "null"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 2}', '{"format": 1}', "null", "contacts: []"])
def test_another_file_is_an_error_and_is_not_changed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "account.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        NonsenseError, match=r"account[.]json is not a state file of the simulator .*[.] Delete the file"
    ):
        start(path)
    assert path.read_text(encoding="utf-8") == text


def test_an_empty_file_is_a_new_account(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.touch()
    assert len(start(path).store.book.contacts) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1


def test_the_file_is_private_and_complete_and_nothing_else_is_left(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    file = StateFile(link)
    service = file.open(SETTINGS)
    service.store.book.add_contact({"PhoneNumber": "41234567"})
    file.save(service)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]


def test_a_failed_save_keeps_the_former_state(tmp_path: Path, monkeypatch, capsys) -> None:
    path = tmp_path / "account.json"
    file = StateFile(path)
    service = file.open(SETTINGS)
    before = path.read_text(encoding="utf-8")
    service.store.book.add_contact({"PhoneNumber": "41234567"})

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        file.save_if_possible(service)
    assert capsys.readouterr().err == f"The state file {path} cannot be written: No space left on device\n"
    assert path.read_text(encoding="utf-8") == before
    assert [one.name for one in tmp_path.iterdir()] == ["account.json"]
    file.save_if_possible(service)
    assert "41234567" in path.read_text(encoding="utf-8")


def test_a_second_simulator_does_not_use_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    file = StateFile(path)
    service = file.open(SETTINGS)
    for _save in range(2):
        with pytest.raises(
            NonsenseError, match=r"account[.]json is used by another simulator[.] Stop the other simulator"
        ):
            start(path)
        file.save(service)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(NonsenseError, match="cannot be used: No such file or directory"):
        start(tmp_path / "nowhere" / "account.json")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_start_after_the_end_has_the_same_account(tmp_path: Path, number: int) -> None:
    path = tmp_path / "account.json"
    with SimulatorProcess("--state", str(path)) as simulator:
        with pytest.raises(SimulatorError, match="is used by another simulator"):
            SimulatorProcess("--state", str(path)).start()
        simulator.seed(**SEED)
        credentials = (simulator.login.encode("utf-8"), simulator.password.encode("utf-8"))
        requests.post(f"{simulator.api()}/contacts", json={"PhoneNumber": "90011223"}, auth=credentials, timeout=60)
        if number == signal.SIGKILL:
            _wait_for(path, "/contacts", "90011223")
        before = ({**simulator.state(), "now": None}, simulator.log())
        os.kill(simulator.pid, number)
        simulator._running().wait(timeout=60)
    with SimulatorProcess("--state", str(path)) as simulator:
        assert ({**simulator.state(), "now": None}, simulator.log()) == before


def _wait_for(path: Path, *texts: str) -> None:
    """Wait until the state file has the answered request with these texts."""
    while True:
        entries = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
        if any(entry["status"] and all(text in json.dumps(entry) for text in texts) for entry in entries):
            return
        time.sleep(0.05)


@pytest.mark.slow
def test_an_unusable_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text("contacts: []", encoding="utf-8")
    with pytest.raises(SimulatorError) as caught:
        SimulatorProcess("--state", str(path)).start()
    _start, *lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{path} is not a state file of the simulator")
