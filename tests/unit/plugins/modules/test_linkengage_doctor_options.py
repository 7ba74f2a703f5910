# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions that the doctor asks only with an option: an SMS to a phone, and a contact of a directory sync."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stopped import Stopped

from ansible_collections.community.linkengage.plugins.module_utils._doctor import left_behind
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received

Json = dict[str, Any]
KARI = "+4790555817"
TO: Json = {"to": "+47 412 34 567", "wait_timeout": 0}
OWNED: Json = {"owned_contact": "90 55 58 17"}
TEST, REMOVAL, WRITTEN = "test message", "sent message", "owned contact"


def run(account: Stopped, **options: Any) -> Json:
    result = account.run("doctor", **options)
    assert not result.get("failed"), result
    return result


def found(result: Json, check: str) -> Json:
    (finding,) = [finding for finding in result["findings"] if finding["check"] == check]
    return finding


def checks(result: Json) -> set[str]:
    return {finding["check"] for finding in result["findings"]}


# The option to: an SMS


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_one_sms_is_sent_and_its_record_is_deleted(new_account: Any, data_format: str) -> None:
    account = new_account({}, data_format)
    before = repr(account.book)
    result = run(account, **TO)
    assert account.deliveries[-1] == ("4741234567", left_behind.SENT_TEXT)
    assert [request.rpartition("/")[0] for request in account.writes] == ["POST ", "DELETE /messages"]
    assert found(result, TEST)["meaning"] == "The service has sent the SMS. The delivery state is: unknown."
    assert found(result, REMOVAL)["status"] == "ok"
    assert (result["changed"], result["problem_count"], repr(account.book)) == (True, 0, before)
    assert "41234567" not in repr(result)


def test_the_delivery_is_followed_until_the_service_reports_it(new_account: Any) -> None:
    account = new_account()
    sleep, mailbox = account.sleep, account.service.store.mailbox

    def wait(seconds: float) -> None:
        sleep(seconds)
        mailbox.report(mailbox.all()[-1].record["MessageId"], {"status": "Delivered"})

    account.sleep = wait
    result = run(account, to=KARI)
    assert found(result, TEST)["meaning"] == "The service has sent the SMS. The delivery state is: delivered."


def test_without_a_report_the_delivery_is_followed_for_the_given_time(new_account: Any) -> None:
    account = new_account()
    before = account.service.clock.shift
    run(account, to=KARI)
    assert 25 < (account.service.clock.shift - before).total_seconds() < 40


def test_a_refused_deletion_is_an_answer_and_a_warning(new_account: Any) -> None:
    account = new_account({"delete_sent": "refused"})
    result = run(account, **TO)
    assert result["answers"]["delete_sent"] == ["refused"]
    assert (found(result, REMOVAL)["status"], result["problem_count"]) == ("warning", 0)
    id = account.state["messages"][-1]["MessageId"]
    assert id in found(result, REMOVAL)["meaning"]
    cleaned = run(account, clean=True)
    assert (cleaned["changed"], id in found(cleaned, REMOVAL)["meaning"]) == (False, True)
    probed = run(account, probe=True)
    assert found(probed, "removal")["status"] == "ok"
    assert [message["MessageId"] for message in account.state["messages"]][-1] == id


@pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("sent", ["deletes", "refused"])
def test_what_a_killed_run_left_behind_is_deleted(new_account: Any, sent: str, step: int, acts: bool) -> None:
    account = new_account({"delete_sent": sent})
    before = repr(account.book)
    account.left, account.acts = step, acts
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", **TO)
    account.left = -1
    result = run(account, clean=True)
    if repr(account.book) != before:  # the SMS was sent, and the service refuses to delete it
        assert (sent, found(result, REMOVAL)["status"]) == ("refused", "warning")
    assert run(account, clean=True)["changed"] is False


def test_an_interrupted_wait_deletes_the_record(new_account: Any) -> None:
    account = new_account()
    before = repr(account.book)
    sleep = account.sleep
    interrupts = iter([KeyboardInterrupt()])

    def interrupt(seconds: float) -> None:
        for error in interrupts:
            raise error
        sleep(seconds)

    account.sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", to=KARI)
    assert repr(account.book) == before


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_lost_answer_is_never_a_second_sms(new_account: Any, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SETTLE", 1.0)  # the pauses pass on the clock of the account
    account = new_account({"read_lag": "5"})
    before, sent = repr(account.book), len(account.deliveries)
    account.lose = method
    result = run(account, **TO)
    assert (len(account.deliveries), repr(account.book)) == (sent + 1, before)
    assert [request for request in account.writes if request.startswith("POST")] == ["POST /messages"]
    assert (found(result, TEST)["status"] == "warning") == (method == "POST")


def test_a_message_that_the_service_does_not_send_is_kept(new_account: Any) -> None:
    account = new_account()
    before = repr(account.book)
    account.service.store.mailbox.settle = lambda: None
    result = run(account, **TO)
    assert found(result, TEST)["status"] == "warning"
    assert result["answers"]["delete_sent"] == []
    assert account.writes == ["POST /messages"]
    assert run(account, clean=True)["changed"]
    assert repr(account.book) == before


def test_an_id_of_another_message_deletes_only_our_own_message(
    new_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = new_account()
    before = repr(account.book)
    id = account.state["messages"][0]["MessageId"]
    post = client.Client.post
    monkeypatch.setattr(client.Client, "post", lambda *given: post(*given) and id)
    assert run(account, **TO)["answers"]["delete_sent"] == []
    assert repr(account.book) == before


@pytest.mark.parametrize(
    ("seed", "options", "reason"),
    [
        ({"user": {"AllowedFunctions": ["ALLOW_API", "READ_SMS"]}}, {}, "SEND_SMS"),
        ({}, {"receiver_allowlist": [KARI]}, "receiver_allowlist"),
        ({}, {"receiver_allowlist": []}, "receiver_allowlist"),
    ],
)
def test_without_a_permitted_receiver_nothing_is_sent(new_account: Any, seed: Json, options: Json, reason: str) -> None:
    account = new_account(seed=seed)
    result = run(account, **TO, **options)
    assert (found(result, TEST)["status"], reason in found(result, TEST)["meaning"]) == ("warning", True)
    assert (account.writes, result["changed"]) == ([], False)


def test_with_redirect_to_another_phone_gets_the_sms(new_account: Any) -> None:
    account = new_account()
    run(account, **TO, redirect_to=KARI)
    assert account.deliveries[-1][0] == KARI.lstrip("+")


def test_with_problems_nothing_is_sent(new_account: Any) -> None:
    account = new_account({"user": "none"})
    result = run(account, **TO)
    assert "problems" in found(result, TEST)["meaning"]
    assert account.writes == []


def test_without_folders_the_sms_is_sent_and_its_record_is_deleted(new_account: Any) -> None:
    account = new_account({"folders": "none"})
    before, sent = repr(account.book), len(account.deliveries)
    result = run(account, **TO)
    assert (len(account.deliveries), repr(account.book)) == (sent + 1, before)
    assert found(result, TEST)["meaning"] == "The service has sent the SMS. The delivery state is: not reported."
    assert result["answers"]["delete_sent"] == ["deletes"]


# The option owned_contact: a contact of a directory sync

TEXTS: Json = {"Lastname": " Nordmann ", "Description": "a\nb \N{GRINNING FACE}", "Description2": None, "Email": ""}


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("refused", ["none", "refused_403"])
def test_every_field_is_written_back_as_it_was_read(new_account: Any, data_format: str, refused: str) -> None:
    contact = {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "CPAAccepted": True, **TEXTS}
    account = new_account({"owned_records": refused}, data_format, {"contacts": [contact], "owned": ["/contacts/1"]})
    before = repr(account.book)
    bodies: list[tuple[str, bytes]] = []
    exchange = account.exchange

    def record(method: str, path: str, headers: Any, body: Any, *more: Any) -> Any:
        bodies.extend([(f"{method} {path}", body)] if body else [])
        return exchange(method, path, headers, body, *more)

    account.exchange = record
    result = run(account, **OWNED)
    assert (result["answers"]["owned_records"], result["changed"]) == ([refused], False)
    assert found(result, WRITTEN)["status"] == "ok"
    assert repr(account.book) == before
    ((request, body),) = bodies
    assert request == "PUT /contacts/1"
    for name in account.state["contacts"][0]:
        assert name.encode() in body


def test_a_service_that_stores_the_same_values_in_another_way_is_a_problem(new_account: Any) -> None:
    contact = {"ContactId": 1, "PhoneNumber": "4790555817", "Lastname": " Nordmann "}
    account = new_account({"outer_blanks": "trimmed"}, seed={"contacts": [contact]})
    account.service.store.book.contacts.get(1)["Lastname"] = " Nordmann "
    result = run(account, **OWNED)
    assert (found(result, WRITTEN)["status"], result["answers"]["owned_records"]) == ("problem", ["none"])
    assert "last_name" in found(result, WRITTEN)["meaning"]
    assert "Nordmann" not in repr(result)


def test_another_refusal_is_a_warning_without_an_answer(new_account: Any) -> None:
    account = new_account()
    exchange = account.exchange

    def refuse(method: str, *given: Any) -> Any:
        return Received(422, {}, Body(b"no")) if method == "PUT" else exchange(method, *given)

    account.exchange = refuse
    result = run(account, **OWNED)
    assert (found(result, WRITTEN)["status"], "422" in found(result, WRITTEN)["meaning"]) == ("warning", True)
    assert result["answers"]["owned_records"] == []


@pytest.mark.parametrize("contacts", [[], ["4790555817", "+4790555817"]])
def test_the_number_must_be_that_of_one_contact(new_account: Any, contacts: list[str]) -> None:
    account = new_account(
        seed={"contacts": [{"PhoneNumber": number} for number in contacts], "groups": [], "messages": []}
    )
    result = run(account, **OWNED)
    assert found(result, WRITTEN)["meaning"].endswith(f"belongs to {len(contacts)} contacts.")
    assert account.writes == []


@pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("end", [KeyboardInterrupt, Lost("the connection broke", passing=True)], ids=["killed", "lost"])
def test_a_killed_or_lost_write_changes_nothing(new_account: Any, end: Any, acts: bool) -> None:
    account = new_account()
    before = repr(account.book)
    account.left, account.acts, account.ends = 1, acts, end
    if end is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            account.run("doctor", **OWNED)
    else:
        assert found(run(account, **OWNED), WRITTEN)["status"] == "warning"
    account.left = -1
    assert repr(account.book) == before
    assert run(account, clean=True)["changed"] is False


# Both options


@pytest.mark.parametrize("options", [{}, {**TO, **OWNED, "probe": True, "check": True}], ids=["read", "check mode"])
def test_without_the_options_and_in_check_mode_nothing_is_asked(
    new_account: Any, options: Json, tmp_path: Path
) -> None:
    account = new_account()
    result = run(account, **options, dest=str(tmp_path / "report"))
    assert account.writes == []
    assert result["answers"]["owned_records"] == result["answers"]["delete_sent"] == []
    planned = {f"{check} (planned)" for check in (TEST, WRITTEN, "probe")} if options else set()
    assert {check for check in checks(result) if "planned" in check} == planned
    assert (tmp_path / "report").exists() == (not options)
    table = "\n".join(result["table"])
    assert "owned_records: " in table
    assert "-e owned_contact=" in table
    assert "-e to=" in table


@pytest.mark.parametrize("option", ["to", "owned_contact"])
@pytest.mark.parametrize("check", [False, True])
def test_an_invalid_number_is_an_error_before_the_first_write(new_account: Any, option: str, check: bool) -> None:
    account = new_account()
    result = account.run("doctor", probe=True, **{option: "LINK"}, check=check)
    assert (result["failed"], option in result["msg"], account.writes) == (True, True, [])


def test_the_report_has_the_answers_of_all_options_together(new_account: Any, tmp_path: Path) -> None:
    account = new_account(seed={"owned": ["/contacts/1"]})
    before = repr(account.book)
    result = run(account, probe=True, **TO, **OWNED, dest=str(tmp_path))
    assert repr(account.book) == before
    open_questions = {name for name, values in result["answers"].items() if len(values) != 1}
    assert open_questions <= {"login_refused", "retry_after", "throttle_status"}
    report = (tmp_path / "linkengage-doctor.md").read_text(encoding="utf-8")
    question = "What does DELETE do with a message that the service has already sent?"
    assert f"| {question} | deletes | DELETE deletes the sent message from its message folder. |" in report
    assert (
        "| none | A message can have any number of receivers. The service accepted a message that lists the same "
        "contact 101 times as a receiver. " in report
    )
    assert "planned" not in report
    assert len(account.requests) < 100, account.requests
