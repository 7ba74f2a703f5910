# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The doctor: what it finds in an account, which open questions it answers, and that it only reads."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._doctor.probed import BY_PROBE
from ansible_collections.community.linkengage.plugins.module_utils._doctor.recognised import RECOGNISERS
from ansible_collections.community.linkengage.plugins.module_utils._doctor.unanswered import reason
from ansible_collections.community.linkengage.plugins.module_utils._model.assumptions import TABLE
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service import reach as reaching
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.reach import Reach, reach
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received

Json = dict[str, Any]
Doctor = Callable[..., Json]
PEOPLE: Json = {
    "contacts": [
        {"ContactId": 1, "PhoneNumber": "4790555817", "Firstname": "Kari", "Lastname": "Nordmann"},
        {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "Ola", "Email": "ola@example.com"},
        *({"ContactId": id, "PhoneNumber": f"47930{id:05}", "Firstname": f"Person{id}"} for id in range(3, 13)),
    ],
    "groups": [{"GroupId": 12, "Name": "Vaktlaget", "members": [1, 2]}],
    "messages": [
        {
            "Receivers": "/contacts/1;/contacts/2",
            "Text": "Veldig hemmelig",
            "HandledDate": f"2026-01-0{day}T08:00:07",
            "MessageStatus": "Delivered",
        }
        for day in (1, 2, 3)
    ],
}
PERSONAL = ("90555817", "41234567", "Kari", "Nordmann", "Ola", "example.com", "Vaktlaget", "hemmelig", "Person7")
# Answers to open questions that look the same in the requests of a client that only reads.
ALIKE = {
    ("field_names", "documented"): {"documented", "any_case"},
    ("field_names", "any_case"): {"documented", "any_case"},
    ("field_names", "camel_case"): {"camel_case", "camel_case_only"},
    ("field_names", "camel_case_only"): {"camel_case", "camel_case_only"},
    ("list_limit", "none"): {"none", "100"},
    ("list_limit", "100"): {"none", "100"},
    ("row_receiver", "number"): {"name", "number", "reference", "id"},
    ("message_times", "exact"): {"exact", "utc"},
    ("message_times", "utc"): {"exact", "utc"},
}
# These questions need other records or another request, so other tests cover them below. The tests of the probe cover
# each answer to each question.
OTHERWISE = {"numbers", "duplicate_numbers", "group_names", "login_refused", "throttle_status", "retry_after"}
EACH = [
    (row["name"], value)
    for row in TABLE
    if row["name"] in RECOGNISERS and row["name"] not in OTHERWISE
    for value in row["values"]
]
# Questions that the doctor answers only with an option.
BY_OPTION = {"delete_sent": ("to",), "owned_records": ("owned_contact",)}


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """``doctor(assume, data_format, seed, **options)``: return the result for an account that is reached over TLS."""
    monkeypatch.setattr(reaching, "reach", lambda *_address: Reach(True, False, issuer="Example CA", days=90))

    def run(
        assume: Json | None = None, data_format: str = "json", seed: Json | None = None, budget: int = 0, **options: Any
    ) -> Json:
        account = Account(assume or {}, data_format, **(PEOPLE if seed is None else seed))
        if budget:
            account.service.options.update({"rate": budget, "window": 60})
        monkeypatch.setattr(client, "time", account)
        before = repr(account.book)
        result = account.run("doctor", **options)
        assert not result.get("failed"), result
        assert (account.writes, repr(account.book)) == ([], before)
        return result

    return run


def found(result: Json, check: str) -> Json:
    (finding,) = [finding for finding in result["findings"] if finding["check"] == check]
    return finding


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_a_healthy_account_has_no_problems(doctor: Doctor, data_format: str) -> None:
    result = doctor(data_format=data_format)
    assert (result["problem_count"], result["warning_count"]) == (0, 0), result["table"]
    assert {finding["status"] for finding in result["findings"]} == {"ok"}
    assert not any(finding["remedy"] for finding in result["findings"])
    assert result["settings"] == ({"data_format": "json"} if data_format == "xml" else {})
    assert not result["changed"]


@pytest.mark.parametrize("name", [row["name"] for row in TABLE])
def test_each_open_question_is_recognised_and_a_missing_answer_says_how_to_ask(name: str) -> None:
    assert name in {*RECOGNISERS, *BY_PROBE, *BY_OPTION}
    assert re.search("; (use|run|name) .+", reason(name))
    assert name in RECOGNISERS or "-e " in reason(name)
    for option in BY_OPTION.get(name, ()):
        assert f"-e {option}=" in reason(name)


def test_the_table_names_the_questions_without_an_answer(doctor: Doctor) -> None:
    result = doctor()
    reasons = dict(line.strip().split(": ", 1)[::-1] for line in result["table"] if line.startswith("  "))
    named = {name for names in reasons.values() for name in names.split(", ")} & {row["name"] for row in TABLE}
    assert named == {name for name, values in result["answers"].items() if not values} > set(BY_OPTION)
    count = len(TABLE) - len(named)
    assert f"The doctor has answered {count} of {len(TABLE)} open questions about the service." in result["table"]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["08:00:00"] * 5, []),
        (["08:00:00", "08:01:00"], []),
        (["08:00:00", "08:01:00", "09:00:00"], ["minutes"]),
        (["08:00:00", "08:01:00", "09:00:07"], ["exact", "utc"]),
    ],
)
def test_several_messages_of_one_moment_are_one_time(doctor: Doctor, times: list[str], expected: list[str]) -> None:
    messages = [{"Receivers": "4790555817", "Text": "Hei", "HandledDate": f"2026-01-02T{time}"} for time in times]
    assert doctor(seed={**PEOPLE, "messages": messages})["answers"]["message_times"] == expected


@pytest.mark.parametrize("probe", [False, True])
def test_a_report_that_cannot_be_written_is_an_error_before_the_first_request(
    account: Any, tmp_path: Path, probe: bool
) -> None:
    (tmp_path / "file").touch()
    result = account.run("doctor", dest=str(tmp_path / "file" / "report"), probe=probe)
    assert f"{tmp_path}/file is not a folder. Use another path." in result["msg"]
    assert account.requests == []


SHOWN_SENT = {"Receivers": "4790555817", "Text": "Hei", "HandledDate": "2026-01-02T08:00:00"}


@pytest.mark.parametrize(
    ("seed", "answer"),
    [
        ({"contacts": [{"PhoneNumber": f"47930{number:05}"} for number in range(101)]}, ["none"]),
        ({"contacts": [{"PhoneNumber": f"47930{number:05}"} for number in range(100)]}, ["none", "100"]),
        ({**PEOPLE, "groups": [{"Name": f"G{number}"} for number in range(101)]}, ["none"]),
        ({**PEOPLE, "messages": [SHOWN_SENT] * 101}, ["none"]),
        ({**PEOPLE, "messages": [SHOWN_SENT] * 99}, ["none", "100"]),
    ],
    ids=["contacts", "few contacts", "groups", "messages", "few messages"],
)
def test_a_list_that_is_longer_than_a_limit_shows_that_lists_are_complete(
    doctor: Doctor, seed: Json, answer: list[str]
) -> None:
    result = doctor(seed=seed)
    assert result["answers"]["list_limit"] == answer
    lists = found(result, "list against count")
    assert lists["status"] == "ok"
    assert ("has more than 100 contacts" in lists["meaning"]) == (len(answer) > 1)


def test_a_single_record_is_not_in_the_plural(doctor: Doctor) -> None:
    seed = {"contacts": [{"ContactId": 1, "PhoneNumber": "reception"}], "groups": [{"GroupId": 12, "Name": "Night"}]}
    result = doctor(seed=seed)
    assert (
        "The doctor has read the whole address book: 1 contact and 1 group."
        in found(result, "list against count")["meaning"]
    )
    assert found(result, "phone numbers")["meaning"].startswith("1 contact has")
    assert "0 problems, 1 warning." in result["table"]


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize(("name", "value"), EACH)
def test_each_answer_is_recognised(doctor: Doctor, name: str, value: str, data_format: str) -> None:
    minute = [{**message, "HandledDate": message["HandledDate"][:-2] + "00"} for message in PEOPLE["messages"]]
    seed = {**PEOPLE, "messages": minute} if (name, value) == ("message_times", "minutes") else PEOPLE
    answers = doctor({name: value}, data_format, seed)["answers"]
    assert value in answers[name]
    assert set(answers[name]) <= ALIKE.get((name, value), {value})


@pytest.mark.parametrize(
    ("written", "fit"),
    [
        (["4790555817"], {"as_entered", "msisdn"}),
        (["+4790555817"], {"as_entered", "plus"}),
        (["90555817"], {"as_entered", "national"}),
        (["90555817", "+4741234567"], {"as_entered"}),
        (["905 55 817"], {"as_entered"}),
        ([], set()),
    ],
)
def test_the_stored_numbers_show_how_numbers_are_stored(doctor: Doctor, written: list[str], fit: set[str]) -> None:
    assert set(doctor(seed={"contacts": [{"PhoneNumber": number} for number in written]})["answers"]["numbers"]) == fit


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("retry_after", ["absent", "seconds", "date"])
@pytest.mark.parametrize("status", ["503", "429"])
def test_the_throttle_is_recognised_and_an_option_to_set(
    doctor: Doctor, status: str, retry_after: str, data_format: str
) -> None:
    result = doctor({"throttle_status": status, "retry_after": retry_after}, data_format, budget=10)
    assert found(result, "throttle")["status"] == "warning"
    assert (result["answers"]["throttle_status"], result["answers"]["retry_after"]) == ([status], [retry_after])
    assert "requests_per_minute" in result["settings"]


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("status", ["401", "403", "406"])
def test_a_refused_login_is_a_problem(
    doctor: Doctor, status: str, data_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assumed.TOKEN", "d3Jvbmc6bG9naW4=")
    result = doctor({"login_refused": status}, data_format)
    assert "1 problem, 0 warnings." in result["table"]
    assert result["answers"]["login_refused"] == [status]
    assert found(result, "login")["status"] == "problem"
    assert result["problem_count"] == 1
    assert result["settings"] == {}
    assert (
        result["table"][-1]
        == "The login failed, so the doctor did not check the account. Solve this problem, and run the doctor again."
    )
    assert not [line for line in result["table"] if "open questions" in line or "No option" in line]


def test_duplicates_invisible_characters_and_unreadable_numbers_are_warnings(doctor: Doctor) -> None:
    seed = {
        "contacts": [
            {"ContactId": 1, "PhoneNumber": "4790555817"},
            {"ContactId": 2, "PhoneNumber": "+47 905 55 817"},
            {"ContactId": 3, "PhoneNumber": "reception"},
            {"ContactId": 4, "PhoneNumber": "4741234567", "Firstname": "Ol\u200ba"},
            {"ContactId": 5, "PhoneNumber": "4741234567"},
        ],
        "groups": [{"GroupId": id, "Name": name} for id, name in enumerate(["Night", "Night", "night "], start=12)],
    }
    result = doctor(seed=seed)
    assert "contact_id 3" in found(result, "phone numbers")["meaning"]
    assert "contact_id 1, 2, 4, 5." in found(result, "duplicate numbers")["meaning"]
    assert "group_id 12, 13." in found(result, "duplicate groups")["meaning"]
    assert "group_id 14." in found(result, "similar groups")["meaning"]
    assert "contact_id 4." in found(result, "invisible characters")["meaning"]
    assert (result["problem_count"], result["warning_count"]) == (0, 5)
    assert (result["answers"]["duplicate_numbers"], result["answers"]["group_names"]) == (["allowed"], ["not_unique"])


def test_an_incomplete_list_is_a_problem(doctor: Doctor) -> None:
    result = doctor({"list_limit": "10"})
    assert found(result, "list against count")["status"] == "problem"
    assert result["answers"]["list_limit"] == ["10"]


def test_without_a_user_the_country_is_a_problem_and_an_option_to_set(doctor: Doctor) -> None:
    result = doctor({"user": "none"})
    assert found(result, "default country")["status"] == "problem"
    assert "default_country_code" in result["settings"]
    assert any("default_country_code" in line for line in result["table"])


def test_missing_rights_are_a_warning(doctor: Doctor) -> None:
    result = doctor(seed={**PEOPLE, "user": {"AllowedFunctions": ["ALLOW_API", "EDIT_CONTACT", "READ_SMS"]}})
    assert "EDIT_GROUP" in found(result, "rights")["meaning"]
    assert "SEND_SMS" in found(result, "rights")["meaning"]


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_the_report_contains_no_people_and_no_secrets(doctor: Doctor, data_format: str, tmp_path: Path) -> None:
    result = doctor({"list_limit": "10"}, data_format, dest=str(tmp_path))
    report = {path.suffix: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert set(report) == {".md", ".json"}
    assert sorted(result["files"]) == sorted(map(str, tmp_path.iterdir()))
    for text in (*report.values(), repr(result)):
        assert not [secret for secret in PERSONAL if secret in text]
        assert "secret" not in text.replace("no secrets", "")
    assert "| not shown | not answered yet; use -e probe=true" in report[".md"]
    assert json.loads(report[".json"])["problem_count"] == result["problem_count"] > 0
    assert all(row["question"] in report[".md"] for row in TABLE)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


HTML = {"Content-Type": "text/html"}
FAULTS: list[tuple[str, Any]] = [
    ("error", Received(500, {}, Body(b"broken"))),
    ("refusal", Received(406, {}, Body(b"no"))),
    ("page", Received(200, HTML, Body(b"<html>Sign in</html>"))),
    ("lost", Lost("the connection broke", passing=True)),
]
STEPS = ("/contacts/count", "/contacts", "/groups", "/user", "/folders", "/folders/3/messages", "/messages", "/senders")


@pytest.mark.parametrize("fault", [fault for _name, fault in FAULTS], ids=[name for name, _fault in FAULTS])
def test_no_fault_of_one_resource_stops_the_other_checks(
    doctor: Doctor, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = Account.exchange
    for step in STEPS:

        def broken(
            self: Any, method: str, path: str, *given: Any, _step: str = step, _fault: Any = fault, **more: Any
        ) -> Any:
            if path != _step and not (path.startswith("/messages/") and _step == "/messages"):
                return exchange(self, method, path, *given, **more)
            if isinstance(_fault, Exception):
                raise _fault
            return _fault

        monkeypatch.setattr(Account, "exchange", broken)
        result = doctor()
        shown = {finding["check"]: finding for finding in result["findings"]}
        assert {"login", "throttle", "store", "certificate"} <= set(shown), step
        assert (shown["login"]["status"] == "problem") == (step == "/contacts/count"), step
        bad = [finding for finding in result["findings"] if finding["status"] != "ok"]
        assert bad or step == "/senders", step
        assert all(finding["remedy"] for finding in bad)
        assert all(line for line in result["table"])


@pytest.mark.parametrize(("status", "remedy"), [(406, "password"), (404, "api_url"), (500, "later")])
def test_the_remedy_for_the_first_request_depends_on_its_status(
    doctor: Doctor, status: int, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "exchange", lambda *_given, **_more: Received(status, {}, Body(b"?")))
    assert remedy in found(doctor(), "login")["remedy"]


def test_check_mode_writes_no_file(doctor: Doctor, tmp_path: Path) -> None:
    assert doctor(dest=str(tmp_path / "report"), check=True)["changed"]
    assert not (tmp_path / "report").exists()


def test_a_service_that_cannot_be_reached_is_a_problem(json_account: Any) -> None:
    json_account.connection = {**json_account.connection, "api_url": "http://localhost:1/2", "retries": 0}
    result = json_account.run("doctor")
    assert (found(result, "login")["status"], result["answers"]["user"]) == ("problem", [])


def test_an_account_is_checked_in_both_formats_and_versions(account: Any) -> None:
    account.simulator.seed(**PEOPLE)
    result = account.done("doctor")
    assert result["problem_count"] == 0, result["table"]
    assert not [request for request in account.requests if request["method"] != "GET"]


def test_the_certificate_is_read_and_must_be_trusted(tmp_path: Path) -> None:
    authority = trustme.CA()
    pair = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pair.configure_cert(context)

        def answer() -> None:
            for _handshake in range(2):
                line, _address = server.accept()
                with line, suppress(OSError):
                    context.wrap_socket(line, server_side=True).close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"https://localhost:{server.getsockname()[1]}/2"
        trusted = reach(url, str(tmp_path / "ca.pem"), 30)
        untrusted = reach(url, True, 30)
        thread.join(30)
    assert (trusted.untrusted, trusted.unresolved) == ("", "")
    assert trusted.issuer
    assert trusted.days is not None
    assert trusted.days > 0
    assert untrusted.untrusted
    assert untrusted.days is None


def test_a_host_without_an_address_is_named_as_unresolved() -> None:
    assert reach("https://nowhere.invalid/2", True, 5).unresolved
