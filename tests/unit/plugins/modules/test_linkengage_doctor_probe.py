# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of the doctor: what it recognises, and that it leaves nothing behind, however it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._doctor import left_behind, message, probe
from ansible_collections.community.linkengage.plugins.module_utils._doctor.probed import BY_PROBE
from ansible_collections.community.linkengage.plugins.module_utils._errors import ApiError
from ansible_collections.community.linkengage.plugins.module_utils._model.assumptions import TABLE
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.reach import Reach
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received

Json = dict[str, Any]
SEED: Json = {
    "contacts": [{"ContactId": 1, "PhoneNumber": "4790555817", "Firstname": "Kari"}],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1]}],
    "messages": [{"Receivers": "/contacts/1", "Text": "Hi", "HandledDate": "2026-01-01T08:00:07"}],
    "user": {"Settings": {"SENDER_ID": "4790000001"}},
}
OWN = "4790000001"
# Values that a message to three receivers does not distinguish.
ALIKE = {("max_receivers", value): ["none", "100"] for value in ("none", "100")}
EACH = [(row["name"], value) for row in TABLE if row["name"] in BY_PROBE for value in row["values"]]
WRITES = 17  # of a probe and its removal


class Stopped(Account):
    """An account whose nth write ends the process, before or after the service has acted."""

    def __init__(self, *arguments: Any, **seed: Any) -> None:
        super().__init__(*arguments, **seed)
        self.left, self.acts, self.ends = -1, False, KeyboardInterrupt

    def exchange(self, method: str, *arguments: Any, **more: Any) -> Any:
        if method != "GET" and self.left > 0:
            self.left -= 1
        if self.left == 0:  # also each later request, as a process that is gone makes none
            if self.acts:
                self.acts = False
                super().exchange(method, *arguments, **more)
            raise self.ends
        return super().exchange(method, *arguments, **more)


@pytest.fixture
def new_account(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stopped]:
    monkeypatch.setattr(client, "reach", lambda *_address: Reach(True, False, issuer="Example CA", days=90))

    def create(assume: Json | None = None, data_format: str = "json", seed: Json | None = None) -> Stopped:
        account = Stopped(assume or {}, data_format, **{**SEED, **(seed or {})})
        for module in (client, left_behind, message, probe):
            monkeypatch.setattr(module, "time", account)
        return account

    return create


def probed(account: Account, **options: Any) -> Json:
    result = account.run("doctor", probe=True, **options)
    assert not result.get("failed"), result
    return result


def statuses(result: Json) -> dict[str, str]:
    return {finding["check"]: finding["status"] for finding in result["findings"]}


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize(("name", "value"), EACH)
def test_the_probe_recognises_each_answer_and_leaves_nothing(
    new_account: Any, name: str, value: str, data_format: str
) -> None:
    account = new_account({name: value}, data_format)
    before = repr(account.book)
    result = probed(account)
    assert result["answers"][name] == ALIKE.get((name, value), [value])
    assert repr(account.book) == before
    assert statuses(result)["removal"] == "ok"
    account.sleep(2 * 366 * 86400)
    assert [text for _phone, text in account.deliveries if "probe" in text] == []


@pytest.mark.parametrize("name", [row["name"] for row in TABLE if row["name"] not in BY_PROBE])
def test_the_probe_leaves_nothing_under_any_other_answer(new_account: Any, name: str) -> None:
    for value in next(row["values"] for row in TABLE if row["name"] == name):
        account = new_account({name: value})
        before = repr(account.book)
        assert "removal" in statuses(probed(account))
        assert repr(account.book) == before, value


def test_each_write_of_a_probe_is_a_step_of_the_next_test(new_account: Any) -> None:
    account = new_account()
    probed(account)
    assert len(account.writes) == WRITES, account.writes


@pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, WRITES + 1))
def test_what_a_killed_probe_left_behind_is_deleted(new_account: Any, step: int, acts: bool) -> None:
    account = new_account()
    before = repr(account.book)
    account.left, account.acts = step, acts
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", probe=True)
    account.left = -1
    planned = account.run("doctor", clean=True, check=True)
    assert account.writes == []
    cleaned = account.run("doctor", clean=True)
    assert repr(account.book) == before
    assert cleaned["changed"] == planned["changed"] == bool(account.writes)
    assert account.run("doctor", clean=True)["changed"] is False
    assert account.writes == []


@pytest.mark.parametrize("step", [2, 11, 12, 14])
def test_an_interrupted_probe_deletes_what_it_made_before_it_ends(new_account: Any, step: int) -> None:
    account = new_account()
    before = repr(account.book)
    exchange = account.exchange
    interrupts = iter([KeyboardInterrupt()])

    def interrupt(method: str, path: str, *arguments: Any, **more: Any) -> Any:
        answer = exchange(method, path, *arguments, **more)
        if len(account.writes) == step:
            for error in interrupts:
                raise error
        return answer

    account.exchange = interrupt
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", probe=True)
    assert repr(account.book) == before


def test_the_names_of_answers_are_written(new_account: Any) -> None:
    account = new_account({"field_names": "camel_case_only"})
    service = account.client()
    service.get(client.CONTACT, 1)
    id = service.post(client.CONTACT, {"phone_number": "4792000001", "cpa_accepted": True})
    assert account.service.store.book.contacts.get(id)["CPAAccepted"] is True


def test_without_an_answer_refused_names_are_an_error_after_one_request(new_account: Any) -> None:
    account = new_account({"field_names": "camel_case_only"})
    with pytest.raises(ApiError, match="400"):
        account.client().post(client.CONTACT, {"phone_number": "4792000001"})
    assert account.requests == account.writes == ["POST /contacts"]
    assert not [contact for contact in account.state["contacts"] if contact["PhoneNumber"] == "4792000001"]


def test_a_service_that_refuses_the_documented_names_is_a_problem(new_account: Any) -> None:
    account = new_account()
    exchange = account.exchange

    def refuse(method: str, path: str, headers: Any, body: Any, *more: Any) -> Any:
        refused = method == "POST" and b'"' in body
        return Received(400, {}, Body(b"?")) if refused else exchange(method, path, headers, body, *more)

    account.exchange = refuse
    result = probed(account)
    (names,) = [finding for finding in result["findings"] if finding["check"] == "field names"]
    assert (names["status"], "data_format" in names["remedy"]) == ("problem", True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_leaves_nothing(new_account: Any, method: str) -> None:
    account = new_account()
    before = repr(account.book)
    account.lose = method
    probed(account)
    assert repr(account.book) == before


def test_what_cannot_be_deleted_is_a_problem_that_names_it(new_account: Any) -> None:
    account = new_account()
    account.left, account.ends = WRITES - 3, Lost("the connection broke", passing=True)
    result = probed(account)
    assert statuses(result)["removal"] == "problem"
    assert result["problem_count"] > 0
    assert "clean=true" in str(result["findings"])


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_long_lists_are_read_once_and_the_number_of_requests_is_small(new_account: Any, data_format: str) -> None:
    """So the doctor takes seconds, however large the account is."""
    contacts = [{"ContactId": id, "PhoneNumber": f"47930{id:05}", "Firstname": "P"} for id in range(1, 301)]
    account = new_account({}, data_format, {"contacts": contacts, "groups": [{"Name": f"G{id}"} for id in range(200)]})
    account.run("doctor")
    assert account.requests.count("GET /contacts") == 1
    assert account.requests.count("GET /groups") == 2  # in both formats
    assert len(account.requests) <= 25, account.requests
    probed(account)
    assert account.requests.count("GET /contacts") == 1
    assert account.requests.count("GET /groups") == 3
    assert len(account.requests) <= 70, account.requests


def message_of(result: Json) -> Json:
    (finding,) = [finding for finding in result["findings"] if finding["check"] == "message"]
    return finding


def posted(account: Account) -> list[str]:
    return [request for request in account.writes if request.endswith("/messages")]


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_the_message_is_found_in_the_folders_and_cancelled(new_account: Any, data_format: str) -> None:
    account = new_account({}, data_format)
    result = probed(account)
    meaning = "A message for next year was written, found in the folders, and cancelled."
    assert (message_of(result)["status"], message_of(result)["meaning"]) == ("ok", meaning)
    assert len(posted(account)) == 1
    assert len([request for request in account.writes if request.startswith("DELETE /messages/")]) == 1
    assert OWN not in repr(result)


@pytest.mark.parametrize(
    ("seed", "options", "reason"),
    [
        ({"user": {"Settings": {"SENDER_ID": "LINK"}}}, {}, "names no phone number"),
        ({"user": {"Settings": {"SENDER_ID": "26112"}}}, {}, "names no phone number"),
        ({"user": {"AllowedFunctions": ["ALLOW_API", "READ_SMS"]}}, {}, "SEND_SMS"),
        ({}, {"receiver_allowlist": ["+4790555817"]}, "receiver_allowlist"),
        ({}, {"receiver_allowlist": []}, "receiver_allowlist"),
        ({}, {"redirect_to": "+4790555817", "receiver_allowlist": [f"+{OWN}"]}, "receiver_allowlist"),
    ],
)
def test_without_a_receiver_no_message_is_written(new_account: Any, seed: Json, options: Json, reason: str) -> None:
    account = new_account(seed=seed)
    result = probed(account, **options)
    assert (message_of(result)["status"], reason in message_of(result)["meaning"]) == ("ok", True)
    assert posted(account) == []
    planned = probed(account, **options, check=True)
    assert reason in str([finding for finding in planned["findings"] if "planned" in finding["check"]])


def test_without_folders_no_message_is_written(new_account: Any) -> None:
    account = new_account({"folders": "none"})
    assert "folders" in message_of(probed(account))["meaning"]
    assert posted(account) == []
    assert statuses(account.run("doctor", clean=True))["clean"] == "ok"


@pytest.mark.parametrize("options", [{"redirect_to": f"+{OWN}"}, {"receiver_allowlist": [f"+{OWN}"]}])
def test_with_a_guard_only_the_permitted_number_gets_the_message(
    new_account: Any, options: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Json] = []
    post = client.Client.post
    monkeypatch.setattr(client.Client, "post", lambda *given: sent.append(given[2]) or post(*given))
    account = new_account(seed={"user": {"Settings": {"SENDER_ID": "LINK" if "redirect_to" in options else OWN}}})
    assert message_of(probed(account, **options))["status"] == "ok"
    assert [record["receivers"] for record in sent if "receivers" in record] == [OWN]


def test_own_number_gets_the_message(new_account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Json] = []
    post = client.Client.post
    monkeypatch.setattr(client.Client, "post", lambda *given: sent.append(given[2]) or post(*given))
    probed(new_account(), own_number="90 55 58 17")
    assert [record["receivers"].split(";")[0] for record in sent if "receivers" in record] == ["4790555817"]


@pytest.mark.parametrize("options", [{"own_number": "LINK"}, {"redirect_to": "nobody"}, {"own_number": 4790555817}])
def test_an_invalid_number_is_an_error_before_the_first_write(new_account: Any, options: Json) -> None:
    account = new_account()
    result = account.run("doctor", probe=True, **options)
    assert result["failed"]
    assert next(iter(options)) in result["msg"]
    assert account.writes == []


def test_a_message_that_is_not_postponed_is_a_problem(new_account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "AHEAD", message.timedelta(hours=1))
    result = probed(new_account())
    assert message_of(result)["status"] == "problem"
    assert "send_at" in message_of(result)["remedy"]


def test_a_lost_answer_to_the_message_leaves_nothing(new_account: Any) -> None:
    account = new_account({"read_lag": "5"})
    before = repr(account.book)
    exchange = account.exchange

    def lose(method: str, path: str, *arguments: Any, **more: Any) -> Any:
        account.lose = method if (method, path) == ("POST", "/messages") else ""
        return exchange(method, path, *arguments, **more)

    account.exchange = lose
    result = probed(account)
    assert (statuses(result)["probe"], statuses(result)["removal"]) == ("warning", "ok")
    assert repr(account.book) == before


def test_messages_of_other_people_are_never_deleted(new_account: Any) -> None:
    account = new_account()
    text = f"{left_behind.TEXT}, I read"
    account.service.store.mailbox.receive("90555817", left_behind.TEXT, None, "26112")
    account.service.store.mailbox.post({"Receivers": "90555817", "Text": text, "Tariff": 0})
    before = repr(account.book)
    assert account.run("doctor", clean=True)["changed"] is False
    probed(account)
    assert repr(account.book) == before


def test_check_mode_only_plans_the_probe(new_account: Any, tmp_path: Path) -> None:
    account = new_account()
    result = probed(account, check=True, dest=str(tmp_path / "report"))
    assert account.writes == []
    assert "probe (planned)" in statuses(result)
    assert not (tmp_path / "report").exists()


def test_the_report_has_the_answers_of_the_probe(new_account: Any, tmp_path: Path) -> None:
    result = probed(new_account({"put_answer": "record"}), dest=str(tmp_path))
    report = (tmp_path / "linkengage-doctor.md").read_text(encoding="utf-8")
    assert "| What does PUT answer? | record |" in report
    assert "planned" not in report
    assert len(result["files"]) == 2
    assert "90555817" not in report


def test_records_of_other_people_are_never_deleted(new_account: Any) -> None:
    account = new_account()
    account.service.store.book.contacts.get(1).update({"Description": left_behind.MARKER})
    before = repr(account.book)
    assert account.run("doctor", clean=True)["changed"] is False
    assert repr(account.book) == before


def test_an_answer_with_the_id_of_another_contact_changes_nothing(
    new_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = new_account()
    before = repr(account.book)
    post = client.Client.post
    monkeypatch.setattr(client.Client, "post", lambda *arguments: post(*arguments) and 1)
    result = probed(account)
    assert statuses(result)["probe"] == "warning"
    assert repr(account.book) == before
