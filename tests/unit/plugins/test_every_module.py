# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules for all modules, including new modules: check mode, and errors that say what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils import _module
from ansible_collections.community.linkengage.plugins.module_utils._model.fields import Resource
from ansible_collections.community.linkengage.plugins.module_utils._model.plan import Plan
from linkengage_simulator.process import SimulatorProcess

MODULES = sorted(path.stem.removeprefix("linkengage_") for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))
SEED = {
    "contacts": [
        {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari"},
        {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "Ola"},
        {"ContactId": 3, "PhoneNumber": "92000003"},
    ],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1, 2]}, {"GroupId": 13, "Name": "Empty"}],
    "messages": [{"Receivers": "90000001", "Text": "Later", "HandledDate": "2099-01-01T12:00:00"}],
}
# Situations in which a module writes. For a module that never writes, it is a situation in which it reads.
WRITES: dict[str, list[dict[str, Any]]] = {
    "address_book": [
        {"contacts": [{"phone_number": "99000001"}], "groups": [{"name": "New", "members": ["99000001", "90555817"]}]},
        {"contacts": [{"phone_number": "90555817", "first_name": "Changed"}]},
        {"groups": [{"name": "On call", "members": ["92000003"]}]},
        {"absent": {"contacts": ["92000003"], "groups": ["Empty"]}},
    ],
    "api": [
        {"method": "POST", "path": "/contacts", "body": {"PhoneNumber": "1"}, "root": "Contact"},
        {"method": "PUT", "path": "/groups/13/contacts/1"},
        {"method": "DELETE", "path": "/contacts/3"},
    ],
    "contact": [
        {"phone_number": "99000001", "first_name": "New"},
        {"phone_number": "90555817", "first_name": "Changed"},
        {"phone_number": "99000001", "previous_phone_number": "90555817"},
        {"phone_number": "90555817", "state": "absent"},
        {"contact_id": 1, "email": "changed@example.com"},
    ],
    "group": [
        {"name": "New", "members": {"set": ["90555817"]}},
        {"name": "On call", "description": "Changed"},
        {"name": "On call", "members": {"add": ["92000003"], "remove": ["90555817"]}},
        {"name": "On call", "members": {"add": ["99000001"]}, "unknown_members": "create"},
        {"name": "Renamed", "previous_names": ["On call"]},
        {"name": "On call", "state": "absent", "force": True},
        {"group_id": 13, "state": "absent"},
    ],
    "sms": [
        {"text": "Hi", "numbers": ["90000001"]},
        {"text": "Hi", "contacts": ["90555817"], "groups": ["On call"]},
        {"message_id": "O_5001", "state": "absent"},
    ],
}
READS: dict[str, dict[str, Any]] = {
    "address_book_info": {},
    "contact_info": {},
    "doctor": {},
    "folder_info": {"messages": True},
    "group_info": {"members": True},
    "message_info": {"text": "Later"},
    "user_info": {},
}
# Modules for resources that only version 2 has.
ONLY_VERSION_2: set[str] = set()
EVERY_WRITE = [
    pytest.param(module, options, id=f"{module} {options}") for module, cases in WRITES.items() for options in cases
]
EVERY_MODULE = [*((module, cases[0]) for module, cases in WRITES.items()), *READS.items()]
EACH = pytest.mark.parametrize(("module", "options"), EVERY_MODULE, ids=[module for module, _options in EVERY_MODULE])
# The doctor is left out, because it reports an error as a finding. Its own tests check this.
FAILING = [(module, options) for module, options in EVERY_MODULE if module != "doctor"]
EACH_FAILING = pytest.mark.parametrize(("module", "options"), FAILING, ids=[module for module, _options in FAILING])
# A write that needs a read first, so that the read can fail.
A_WRITE = {"phone_number": "99000001", "first_name": "New"}


@pytest.fixture(autouse=True)
def no_leftovers(simulator: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restore the settings, and write nothing to the home folder of the user."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    switches = simulator.options()
    yield
    simulator.options(**switches)


@pytest.fixture
def book(account) -> Any:
    account.simulator.seed(**SEED)
    return account


@pytest.fixture
def one_book(json_account) -> Any:
    json_account.simulator.seed(**SEED)
    return json_account


def state(account) -> Any:
    """Return all stored records without their times."""
    return {name: value for name, value in account.simulator.state().items() if name != "now"}


# Check mode


def test_every_module_is_in_the_tables() -> None:
    assert sorted([*WRITES, *READS]) == MODULES


@pytest.mark.parametrize(("module", "options"), EVERY_WRITE)
def test_check_mode_predicts_a_write_and_only_reads(
    book, api_version: int, module: str, options: dict[str, Any]
) -> None:
    before = state(book)
    if module in ONLY_VERSION_2 and api_version == 1:
        assert book.run(module, **options)["failure"]["kind"] == "not_found"
        return
    predicted = book.done(module, check=True, **options)
    assert predicted["changed"] is True
    assert {entry["wire_method"] for entry in book.requests} <= {"GET"}
    assert state(book) == before
    done = book.done(module, **options)
    assert done["changed"] is True
    assert book.writes != []
    assert predicted.get("diff") == done.get("diff")


@pytest.mark.parametrize(("module", "options"), READS.items(), ids=READS)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_module_that_reads_only_reads(
    book, api_version: int, module: str, options: dict[str, Any], check: bool
) -> None:
    before = state(book)
    if module in ONLY_VERSION_2 and api_version == 1:
        assert book.run(module, check=check, **options)["failure"]["kind"] == "not_found"
        return
    result = book.done(module, check=check, **options)
    assert result["changed"] is False
    assert book.requests != []
    assert {entry["wire_method"] for entry in book.requests} == {"GET"}
    assert state(book) == before


@pytest.mark.parametrize(("module", "options"), [*EVERY_WRITE, *READS.items()])
def test_the_options_of_a_module_cannot_be_changed(one_book, monkeypatch, module: str, options: dict[str, Any]) -> None:
    """The entries of an address book stay as they were given: thousands of them are read, and not copied."""
    found: list[Any] = []
    run = _module._run

    def noted(task: Any, params: Any, *others: Any) -> Any:
        found.append(task.options(params))
        return run(task, params, *others)

    monkeypatch.setattr(_module, "_run", noted)
    one_book.done(module, **options)
    (read,) = found
    assert {place for place in changeable(read, "") if not place.startswith((".contacts.", ".groups."))} == set()


@pytest.mark.parametrize(("module", "options"), [*EVERY_WRITE, *READS.items()])
def test_nothing_in_a_plan_can_be_changed(one_book, monkeypatch, module: str, options: dict[str, Any]) -> None:
    plans: list[Plan] = []
    freeze = Plan.__post_init__
    monkeypatch.setattr(Plan, "__post_init__", lambda plan: plans.append(plan) or freeze(plan))
    one_book.done(module, **options)
    assert plans
    assert {place for plan in plans for place in changeable(plan, type(plan).__name__)} == set()


def changeable(value: Any, place: str) -> Iterator[str]:
    """The places of lists, dictionaries, sets, and other values that can be changed."""
    if isinstance(value, (list, dict, set)) or (is_dataclass(value) and not value.__dataclass_params__.frozen):
        yield place
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, (list, tuple)):
        inner = enumerate(value)
    elif is_dataclass(value) and not isinstance(value, Resource):  # a table is the same for all plans
        inner = ((item.name, getattr(value, item.name)) for item in fields(value))
    else:
        return
    for name, held in inner:
        yield from changeable(held, f"{place}.{name}")


# Login


@EACH_FAILING
@pytest.mark.parametrize("wrong", [{"password": "wr0ng"}, {"username": "nobody"}], ids=["password", "user"])
def test_a_wrong_login_is_one_request_and_one_clear_error(one_book, module, options, wrong: dict[str, str]) -> None:
    result = one_book.run(module, **{**options, **wrong})
    assert result["failed"] is True
    assert result["failure"]["status"] == 406
    login = f"{wrong.get('username', 'kari')}@acme.example"
    assert login in result["msg"]
    assert "API feature" in result["msg"]
    assert "wr0ng" not in str(result)
    assert len(one_book.requests) == 1
    assert one_book.requests[0]["authorised"] is False


@EACH
def test_a_missing_password_is_an_error_without_a_request(one_book, monkeypatch, module, options) -> None:
    monkeypatch.delenv("LINKENGAGE_PASSWORD", raising=False)
    assert one_book.refused(module, **{**options, "password": None}).startswith("password: ")
    assert one_book.requests == []


# A service that does not answer


@EACH_FAILING
def test_a_server_that_is_down_is_named_with_its_port(one_book, module, options) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    message = one_book.refused(module, **{**options, "api_url": f"http://127.0.0.1:{port}/2"}, retries=1)
    assert f"127.0.0.1:{port}" in message
    assert "refused" in message
    assert "Nothing was sent" in message
    assert "api_url" in message


def test_a_silent_server_is_waited_for_until_timeout(one_book) -> None:
    one_book.simulator.faults([{"match": {"method": "GET"}, "action": "delay", "seconds": 3, "times": None}])
    message = one_book.refused("contact", **A_WRITE, timeout=0.2, retries=0)
    one_book.simulator.clear_faults()
    assert "timed out" in message.lower()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two certificates, each with its own authority: for this machine and for another host."""
    folder = tmp_path_factory.mktemp("certificates")
    for name, subject in (("here", "127.0.0.1"), ("elsewhere", "elsewhere.example")):
        authority = trustme.CA()
        pair = authority.issue_cert(subject)
        pair.private_key_pem.write_to_path(folder / f"{name}.key")
        authority.cert_pem.write_to_path(folder / f"{name}.ca.pem")
        for part in pair.cert_chain_pems:
            part.write_to_path(folder / f"{name}.pem", append=True)
    return folder


@pytest.fixture(scope="module", params=["here", "elsewhere"])
def https(request: pytest.FixtureRequest, certificates: Path) -> Iterator[SimulatorProcess]:
    """A simulator with TLS. Its certificate is for this machine, or for another host."""
    pair = certificates / f"{request.param}.pem", certificates / f"{request.param}.key"
    with SimulatorProcess("--tls", *map(str, pair)) as process:
        process.certificate = request.param  # type: ignore[attr-defined]
        yield process


def over_tls(account, https: SimulatorProcess, **options: Any) -> dict[str, Any]:
    https.reset()
    account.simulator, account.connection = https, {**account.connection, "api_url": https.api(2), **options}
    return account.run("contact", phone_number="90555817")


def test_an_untrusted_certificate_is_rejected(json_account, https) -> None:
    result = over_tls(json_account, https, retries=3)
    assert result["failed"] is True
    assert "no trusted TLS connection" in result["msg"]
    assert "ca_path" in result["msg"]
    assert "Nothing was sent" in result["msg"]
    assert json_account.requests == []


def test_a_trusted_certificate_must_be_for_this_host(json_account, https, certificates: Path) -> None:
    result = over_tls(json_account, https, ca_path=str(certificates / f"{https.certificate}.ca.pem"))
    if https.certificate == "here":
        assert not result.get("failed"), result
        assert json_account.numbers() == ["4790555817"]
    else:
        assert "127.0.0.1" in result["msg"]
        assert "not valid for" in result["msg"]
        assert json_account.requests == []


@pytest.mark.filterwarnings("error::urllib3.exceptions.InsecureRequestWarning")
def test_without_validation_any_certificate_is_accepted_with_one_warning(json_account, https) -> None:
    result = over_tls(json_account, https, validate_certs=False)
    assert not result.get("failed"), result
    (warning,) = result["warnings"]
    assert "validate_certs is false, so the certificate of 127.0.0.1 is not checked" in str(warning)
    assert json_account.numbers() == ["4790555817"]


def test_plain_http_to_a_tls_port_is_a_clear_error(json_account, https) -> None:
    url = https.api(2).replace("https:", "http:")
    result = json_account.run("contact", phone_number="90555817", api_url=url, retries=0)
    assert result["failed"] is True
    assert "Traceback" not in result["msg"]


# Invalid answers

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Please<br>log in</body></html>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE User [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><User><Settings>&c;</Settings></User>'
)
NO_ANSWERS = {
    "html": {"action": "body", "body": LOGIN_PAGE},
    "bomb": {"action": "body", "body": BOMB, "content_type": "application/xml"},
    "text": {"action": "body", "body": "It works!", "content_type": "text/plain"},
    "truncated": {"action": "truncate"},
    "cut json": {"action": "body", "body": '[{"ContactId": 1, "Fir', "content_type": "application/json"},
    "cut xml": {"action": "body", "body": "<ArrayOfContact><Contact><Firstna", "content_type": "application/xml"},
    "another shape": {"action": "body", "body": "[[1]]", "content_type": "application/json"},
    "a wrong type": {
        "action": "body",
        "body": '[{"ContactId": "x", "GroupId": "x"}]',
        "content_type": "application/json",
    },
    "deep": {"action": "body", "body": "[" * 50_000, "content_type": "application/json"},
    "deep xml": {"action": "body", "body": "<a>" * 5_000 + "</a>" * 5_000, "content_type": "application/xml"},
}


@pytest.mark.parametrize("fault", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("contact", A_WRITE),
        ("group", {"name": "New"}),
        ("sms", {"text": "Hi", "groups": ["On call"]}),
        ("contact_info", {}),
    ],
    ids=["contact", "group", "sms", "contact_info"],
)
@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
def test_an_invalid_answer_is_a_clear_error_and_nothing_is_written(book, module, options, fault) -> None:
    before = state(book)
    book.simulator.faults([{"match": {"method": "GET"}, "times": None, **fault}])
    message = book.refused(module, **options, retries=1)
    book.simulator.clear_faults()
    assert message.startswith("GET /")
    assert "cannot be read" in message or "cut off" in message or "connection broke" in message or "its type" in message
    assert len(message) < 600
    assert state(book) == before


def test_an_entity_bomb_is_not_expanded(book) -> None:
    book.simulator.faults([{"match": {"method": "GET"}, "times": None, **NO_ANSWERS["bomb"]}])
    message = book.refused("user_info")
    book.simulator.clear_faults()
    assert "aaaa" not in message
    assert message.startswith("GET /user: the answer cannot be read")


# Redirects


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_not_followed(one_book, method: str, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.05)
        port = other.getsockname()[1]
        location = f"http://127.0.0.1:{port}/2/contacts"
        fault = {
            "match": {"method": method},
            "action": "redirect",
            "location": location,
            "status": status,
            "body": "Moved",
            "content_type": "text/plain",
            "times": None,
        }
        one_book.simulator.faults([fault])
        result = one_book.run("contact", **A_WRITE)
        one_book.simulator.clear_faults()
        with pytest.raises(TimeoutError):
            other.accept()
    assert result["failed"] is True
    assert f': the service answered {status} ("Moved"). The server redirects the request' in result["msg"]
    assert "to http://127.0.0.1. " in result["msg"]
    assert "99000001" not in str(one_book.numbers())


# The throttle


def test_waits_for_the_throttle_and_gives_a_warning(book) -> None:
    book.simulator.options(rate=2, window=1, retry_after=True)
    result = book.done("contact", phone_number="90555817", first_name="Changed")
    book.simulator.options(rate=0)
    assert result["changed"] is True
    assert book.writes == ["PUT /contacts/1"] or book.writes == ["PUT /contacts/1"] * 2
    assert any(entry["throttled"] for entry in book.requests)
    (warning,) = result["warnings"]
    assert "throttled" in str(warning)
    assert "requests_per_minute" in str(warning)


@EACH_FAILING
@pytest.mark.parametrize(("bound", "retry_after"), [(0, True), (30, False)], ids=["at once", "past the bound"])
def test_beyond_throttle_timeout_the_error_is_throttled(
    one_book, module, options, bound: int, retry_after: bool
) -> None:
    throttled = {"action": "status", "status": 503, "body": "Number of allowed API requests per minute exceeded"}
    headers = {"Retry-After": "1"} if retry_after else {}
    one_book.simulator.faults([{"match": {}, "times": None, "headers": headers, **throttled}])
    result = one_book.run(module, **options, throttle_timeout=bound)
    one_book.simulator.clear_faults()
    assert result["failed"] is True
    assert result["failure"]["kind"] == "throttled"
    assert "throttle_timeout" in result["msg"]
    assert len(one_book.requests) == 1


def test_a_known_budget_gets_no_rejected_request(one_book, monkeypatch) -> None:
    monkeypatch.setattr("ansible_collections.community.linkengage.plugins.module_utils._service.pace.WINDOW", 0.5)
    monkeypatch.setattr("ansible_collections.community.linkengage.plugins.module_utils._service.pace.MARGIN", 0.1)
    one_book.simulator.options(rate=2, window=0.5)
    result = one_book.done("contact", **A_WRITE, requests_per_minute=2)
    one_book.simulator.options(rate=0)
    assert not any(entry["throttled"] for entry in one_book.requests)
    assert len(one_book.requests) > 2
    assert "warnings" not in result


# Methods that a proxy blocks

BLOCKED = [
    ("contact", {"phone_number": "90555817", "first_name": "Changed"}, "PUT /contacts/1"),
    ("contact", {"phone_number": "90555817", "state": "absent"}, "DELETE /contacts/1"),
    ("group", {"name": "On call", "members": {"remove": ["90555817"]}}, "DELETE /groups/12/contacts/1"),
    ("group", {"name": "Empty", "members": {"add": [1, 2, 3]}}, "PUT /groups/13/contacts/3"),
]


@pytest.mark.parametrize(("module", "options", "last"), BLOCKED)
@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
def test_a_blocked_method_is_sent_as_post_with_the_header(book, module, options, last: str) -> None:
    book.simulator.options(block_methods=True)
    result = book.done(module, **options)
    assert result["changed"] is True
    assert book.writes[-1] == last
    assert [entry["status"] for entry in book.requests].count(405) == 1
    written = [entry["wire_method"] for entry in book.requests if entry["method"] != "GET"]
    assert written == [last.split()[0], *["POST"] * (len(written) - 1)]
    assert book.done(module, **options)["changed"] is False


def test_always_does_not_try_the_method_itself(book) -> None:
    book.simulator.options(block_methods=True)
    book.done("contact", phone_number="90555817", first_name="Changed", method_override="always")
    assert [entry["status"] for entry in book.requests].count(405) == 0
    assert book.writes == ["PUT /contacts/1"]


def test_never_gives_up_at_once(book) -> None:
    book.simulator.options(block_methods=True)
    result = book.run("contact", phone_number="90555817", first_name="Changed", method_override="never")
    assert result["failed"] is True
    assert "method_override" in result["msg"]
    assert [entry["wire_method"] for entry in book.requests if entry["status"] == 405] == ["PUT"]
    assert book.contacts()[1]["Firstname"] == "Kari"
