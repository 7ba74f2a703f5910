# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of the doctor: which answers it recognises, and that it always deletes everything that it made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._doctor import left_behind, message
from ansible_collections.community.linkengage.plugins.module_utils._errors import ApiError
from ansible_collections.community.linkengage.plugins.module_utils._model.assumptions import TABLE
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received
from linkengage_simulator.errors import NonsenseError

Json = dict[str, Any]
OWN = "4790000001"
EACH = [(row["name"], value) for row in TABLE for value in row["values"]]
# The options that answer a question. A probe answers the other questions. Without options, the account of the next
# table is read.
OPTIONS: dict[str, Json] = {
    "delete_sent": {"to": "+4790555817", "wait_timeout": 0},
    "owned_records": {"owned_contact": "+4790555817"},
    "throttle_status": {},
    "retry_after": {},
    "login_refused": {},
}
WRITES = 19  # number of writes of a probe and of the deletion of its records


def probed(account: Account, **options: Any) -> Json:
    result = account.run("doctor", probe=True, **options)
    assert not result.get("failed"), result
    return result


def statuses(result: Json) -> dict[str, str]:
    return {finding["check"]: finding["status"] for finding in result["findings"]}


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize(("name", "value"), EACH)
def test_the_doctor_recognises_each_value_of_each_row_and_leaves_nothing(
    new_account: Any, name: str, value: str, data_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new row of the table needs a recogniser.

    If a probe does not show its answer, it also needs a place in OPTIONS.
    """
    account = new_account({name: value}, data_format, {"owned": ["/contacts/1"]})
    if name in ("throttle_status", "retry_after"):
        account.service.options.update({"rate": 10, "window": 60})
    if name == "login_refused":
        monkeypatch.setattr("assumed.TOKEN", "d3Jvbmc6bG9naW4=")
    before = repr(account.book)
    options = OPTIONS.get(name, {"probe": True})
    result = account.run("doctor", **options)
    assert not result.get("failed"), result
    assert result["answers"][name] == [value]
    if (name, value) != ("delete_sent", "refused"):  # with this answer, the message stays in the account
        assert repr(account.book) == before
    assert statuses(result).get("removal", "ok") == "ok"
    account.sleep(2 * 366 * 86400)
    texts = [text for _phone, text in account.deliveries if "probe" in text]
    assert texts == ([left_behind.SENT_TEXT] if "to" in options else [])


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


def test_a_service_that_cuts_long_texts_hides_no_other_answer(new_account: Any) -> None:
    account = new_account({"field_names": "any_case", "form_bodies": "accepted", "long_texts": "cut_50"})
    answers = probed(account)["answers"]
    assert (answers["field_names"], answers["form_bodies"]) == (["any_case"], ["accepted"])


def test_the_names_of_answers_are_written(new_account: Any) -> None:
    account = new_account({"field_names": "camel_case_only"})
    service = account.client()
    service.get(client.CONTACT, 1)
    id = service.post(client.CONTACT, {"phone_number": "4792000001", "cpa_accepted": True})
    assert account.service.store.book.contacts.get(id)["CPAAccepted"] is True


@pytest.mark.parametrize(("user", "country_code"), [("version_2", "47"), ("version_1", None), ("none", "47")])
def test_the_probe_writes_the_names_that_the_other_checks_have_read(
    new_account: Any, user: str, country_code: str | None
) -> None:
    account = new_account({"field_names": "camel_case_only", "user": user})
    account.country_code = country_code
    result = account.run("doctor", probe=True)
    assert result["answers"]["field_names"] == ["camel_case_only"]
    assert statuses(result)["probe"] == "ok"


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
    """So the doctor takes only seconds, even for a large account."""
    contacts = [{"ContactId": id, "PhoneNumber": f"47930{id:05}", "Firstname": "P"} for id in range(1, 301)]
    account = new_account({}, data_format, {"contacts": contacts, "groups": [{"Name": f"G{id}"} for id in range(200)]})
    account.run("doctor")
    assert account.requests.count("GET /contacts") == 1
    assert account.requests.count("GET /groups") == 2  # once in each format
    assert len(account.requests) <= 25, account.requests
    probed(account)
    assert account.requests.count("GET /contacts") == 1
    assert account.requests.count("GET /groups") == 3
    assert len(account.requests) <= 70, account.requests


def message_of(result: Json) -> Json:
    return finding_of(result, "message")


def posted(account: Account) -> list[str]:
    return [request for request in account.writes if request.endswith("/messages")]


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_the_message_is_found_in_the_folders_and_cancelled(new_account: Any, data_format: str) -> None:
    account = new_account({}, data_format)
    result = probed(account)
    meaning = (
        "The doctor has scheduled a message that is due in one year, found this message in the message folders, and "
        "cancelled it."
    )
    assert (message_of(result)["status"], message_of(result)["meaning"]) == ("ok", meaning)
    assert len(posted(account)) == len(cancelled(account)) == 2  # the second message has many receivers
    assert OWN not in repr(result)


def finding_of(result: Json, check: str) -> Json:
    (finding,) = [finding for finding in result["findings"] if finding["check"] == check]
    return finding


def cancelled(account: Account) -> list[str]:
    return [request for request in account.writes if request.startswith("DELETE /messages/")]


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The receivers of each message that is posted."""
    found: list[list[str]] = []
    post = client.Client.post

    def recording(self: client.Client, resource: Any, record: Json) -> Any:
        if "receivers" in record:
            found.append(record["receivers"].split(";"))
        return post(self, resource, record)

    monkeypatch.setattr(client.Client, "post", recording)
    return found


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_nobody_but_the_contact_of_the_probe_is_one_of_many_receivers(
    new_account: Any, data_format: str, receivers: list[list[str]]
) -> None:
    account = new_account({"max_receivers": "100"}, data_format)
    result = probed(account)
    assert [len(some) for some in receivers] == [3, 101, 100]
    for many in receivers[1:]:
        assert set(many) == {receivers[0][1]}
    assert (
        "accepts a message to 100 receivers, and refuses a message to 101" in finding_of(result, "receivers")["meaning"]
    )


@pytest.mark.parametrize(
    ("receive", "answer", "meaning"),
    [
        (lambda parts: ";".join(dict.fromkeys(parts)), ["none", "100"], "counted this contact only once"),
        (
            lambda parts: None if len(parts) > len(set(parts)) else ";".join(parts),
            [],
            "refuses a message that lists a receiver several",
        ),
        (";".join, ["none"], "counted this contact only once"),
    ],
    ids=["counted once", "refused", "kept"],
)
def test_a_repeated_receiver_that_is_not_counted_is_in_the_report(
    new_account: Any, receive: Any, answer: list[str], meaning: str
) -> None:
    account = new_account()
    before = repr(account.book)
    mailbox = account.service.store.mailbox
    post = mailbox.post

    def receiving(values: Json, *more: Any) -> Any:
        receivers = receive(values["Receivers"].split(";"))
        if receivers is None:
            raise NonsenseError("A receiver is repeated")
        return post({**values, "Receivers": receivers}, *more)

    mailbox.post = receiving
    result = probed(account)
    assert result["answers"]["max_receivers"] == answer
    assert meaning in finding_of(result, "receivers")["meaning"]
    assert repr(account.book) == before


def test_many_receivers_show_whether_lists_are_cut_in_a_small_account(new_account: Any) -> None:
    account = new_account({"list_limit": "100"})
    result = probed(account)
    assert (result["answers"]["list_limit"], statuses(result)["long lists"]) == (["100"], "warning")
    whole = probed(new_account())
    assert "100" not in finding_of(whole, "list against count")["meaning"]
    unknown = probed(new_account({"folder_rows": "per_message"}))
    assert unknown["answers"]["list_limit"] == ["none", "10", "100"]
    assert "more than 100 contacts" in finding_of(unknown, "list against count")["meaning"]


@pytest.mark.parametrize("limit", ["10", "100"])
def test_a_killed_message_to_many_receivers_is_found_in_a_list_that_is_cut(new_account: Any, limit: str) -> None:
    account = new_account({"list_limit": limit})
    before = repr(account.book)
    stored = account.service.store.mailbox.post

    def post(*given: Any) -> Any:
        mail = stored(*given)
        account.left = 0 if len(mail.rows) > 100 else -1  # the process ends after this write
        return mail

    account.service.store.mailbox.post = post
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", probe=True)
    account.left = -1
    assert account.run("doctor", clean=True)["changed"]
    assert repr(account.book) == before


@pytest.mark.parametrize(
    ("seed", "options", "reason"),
    [
        ({"user": {"Settings": {"SENDER_ID": "LINK"}}}, {}, "no sender of the account is a phone number"),
        ({"user": {"Settings": {"SENDER_ID": "26112"}}}, {}, "no sender of the account is a phone number"),
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
    new_account: Any, options: Json, receivers: list[list[str]]
) -> None:
    account = new_account(seed={"user": {"Settings": {"SENDER_ID": "LINK" if "redirect_to" in options else OWN}}})
    assert message_of(probed(account, **options))["status"] == "ok"
    assert receivers == [[OWN]]


def test_own_number_gets_the_message(new_account: Any, receivers: list[list[str]]) -> None:
    probed(new_account(), own_number="90 55 58 17")
    few, many = receivers
    assert few[0] == "4790555817"
    assert "4790555817" not in many


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
    assert "| What does the service return after a successful PUT? | record |" in report
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
