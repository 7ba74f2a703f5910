# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stories of the collection, run with each answer to each open question about the service, in both formats.

A story succeeds, or it ends with a clear error before its first write. REFUSED lists these errors. The summary prints
each answer with its stories and results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allpairspy import AllPairs
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._book import converge
from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor
from ansible_collections.community.linkengage.plugins.module_utils._inbox.messages import Inbox, InboxOptions
from ansible_collections.community.linkengage.plugins.module_utils._model.assumptions import PROFILES, TABLE
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._sms import at_most_once, delivery
from ansible_collections.community.linkengage.plugins.plugin_utils import _inventory

Json = dict[str, Any]
KARI, OLA, NEW = "4790555817", "4741234567", "4792000001"
LONG = "Æ" * 48 + "a\N{GRINNING FACE}" + " b" * 150
GROUP_NAME = "Everybody who is on call in the north this year " + "x" * 210
ROWS = {row["name"]: row for row in TABLE}


class Refused(Exception):
    """A story ended with an error before its first write."""


def new_account(assume: dict[str, str], data_format: str) -> Account:
    """Return an account with contacts and groups: more than a service shows that limits its lists."""
    limit = assume.get("list_limit", "none")
    count = 12 if limit == "none" else int(limit) + 5
    contacts = [
        {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Nordmann"},
        {"ContactId": 2, "PhoneNumber": "+4741234567", "Firstname": "Ola", "Description3": "[synced]"},
        *({"ContactId": id, "PhoneNumber": f"47930{id:05}", "Firstname": f"P{id}"} for id in range(3, count + 1)),
    ]
    groups = [{"GroupId": 12, "Name": "On call", "members": [1, 2, 3]}]
    return Account(assume, data_format, contacts=contacts, groups=groups, owned=["/contacts/3"])


def done(account: Account, module: str, /, **params: Any) -> Json:
    """Make a run. It must succeed, or it must fail and change nothing."""
    before = repr(account.book)
    result = account.run(module, **params)
    if result.get("failed"):
        assert repr(account.book) == before, (result["msg"], account.requests)
        assert result["failure"]["kind"] != "unforeseen", result
        raise Refused(result["msg"])
    return result


def twice(account: Account, module: str, /, **params: Any) -> Json:
    """Make a run that must succeed or change nothing. A second run must write nothing."""
    first = done(account, module, **params)
    again = account.run(module, **params)
    assert not again.get("failed"), again
    assert (account.writes, again["changed"]) == ([], False), (account.requests, again)
    return {**first, "again": again}


def contact(account: Account) -> None:
    fields = {"phone_number": f"+{NEW}", "first_name": "Åse", "last_name": " Berg ", "description": LONG}
    result = twice(account, "contact", **fields, description2="a\nb")
    stored = account.contacts[NEW]
    assert stored["Firstname"] == "Åse"
    assert LONG.startswith(stored["Description"].rstrip("\ud83d"))
    assert stored["Description2"].replace("\r", "") == "a\nb"
    shorter = len(stored["Description"]) < len(LONG) or stored["Lastname"] == "Berg"
    assert sum("in a shorter form" in warning for warning in result["again"]["warnings"]) == shorter
    twice(account, "contact", phone_number="92000001", last_name="Vik")
    assert account.contacts[NEW]["Lastname"] == "Vik"
    assert len(account.contacts) == len(account.state["contacts"])
    twice(account, "contact", phone_number=NEW, state="absent")
    assert NEW not in account.contacts


def members_of(account: Account, name: str) -> set[str]:
    phones = {record["ContactId"]: phone for phone, record in account.contacts.items()}
    (group,) = [group for group in account.state["groups"] if name.startswith(group["Name"])]
    return {phones[id] for id in group["members"]}


def group(account: Account) -> None:
    twice(account, "group", name="On call", members={"set": ["90555817"]}, description="Woken at night", force=True)
    assert members_of(account, "On call") == {KARI}
    twice(account, "group", name=GROUP_NAME, members={"set": [KARI, f"+{OLA}"]})
    assert members_of(account, GROUP_NAME) == {KARI, OLA}
    twice(account, "group", name=GROUP_NAME, state="absent", force=True)
    assert len(account.state["groups"]) == 1


def big_group(account: Account) -> None:
    """Use a group that has more members than a service shows that limits its lists."""
    store = account.service.store
    for record in store.book.contacts.all():
        store.book.join(12, record["ContactId"])
    twice(account, "group", name="On call", members={"remove": [KARI]})
    assert len(members_of(account, "On call")) == len(account.state["contacts"]) - 1


BOOK: Json = {
    "purge": ["contacts"],
    "marker": "[synced]",
    "contacts": [
        {"phone_number": KARI, "first_name": "Kari", "email": "kari@example.com"},
        {"phone_number": NEW, "first_name": "Åse"},
    ],
    "groups": [{"name": "Night", "members": [KARI, NEW]}],
}


def address_book(account: Account) -> None:
    twice(account, "address_book", **BOOK)
    assert account.contacts[KARI]["Email"] == "kari@example.com"
    assert members_of(account, "Night") == {KARI, NEW}
    assert OLA not in account.contacts
    smaller = {**BOOK, "contacts": BOOK["contacts"][:1], "groups": [{"name": "Night", "members": [KARI]}]}
    twice(account, "address_book", **smaller, max_delete_percent=100)
    assert NEW not in account.contacts
    assert members_of(account, "Night") == {KARI}
    assert len(account.contacts) == len(account.state["contacts"])


def owned(account: Account) -> None:
    """A record of the directory sync refuses changes. All other changes are made."""
    entries = [{"phone_number": "4793000003", "first_name": "Changed"}, {"phone_number": NEW, "first_name": "Åse"}]
    result = account.run("address_book", contacts=entries)
    if result.get("failed") and not account.writes:
        raise Refused(result["msg"])
    assert account.contacts[NEW]["Firstname"] == "Åse"
    if result.get("failed"):
        assert "contact 3" in result["msg"] or "/contacts/3" in result["msg"]
        assert "Syncopy" in result["msg"]
        assert account.contacts["4793000003"]["Firstname"] == "P3"
        assert len(account.contacts) == len(account.state["contacts"])
        account.run("address_book", contacts=entries)
        assert set(account.writes) <= {"PUT /contacts/3"}
    else:
        assert account.contacts["4793000003"]["Firstname"] == "Changed"


def sms(account: Account) -> None:
    """The answer to the POST is lost. Nobody gets the message twice, whatever the next runs do."""
    message = {"text": "Hi", "numbers": [f"+{NEW}"], "contacts": [KARI, OLA], "idempotency_key": "deploy-1"}
    account.lose = "POST"
    first = account.run("sms", **message)
    account.lose = ""
    if first.get("failed") and not account.writes:
        raise Refused(first["msg"])
    everybody = sorted([NEW, KARI, OLA])
    phones = sorted(phone for phone, _text in account.deliveries)
    assert phones in ([], everybody), first
    again = account.run("sms", **message)
    assert sorted(phone for phone, _text in account.deliveries) in (phones, everybody), again
    if again.get("failed"):
        assert "not known" in again["msg"], again
        raise Refused(again["msg"])
    assert sorted(phone for phone, _text in account.deliveries) == everybody
    assert again["outcome"] == ("already_sent" if phones else "sent")


def plain_sms(account: Account) -> None:
    result = done(account, "sms", text="Hi\nthere", numbers=[f"+{NEW}", KARI])
    assert sorted(account.deliveries) == [(phone, account.deliveries[0][1]) for phone in sorted((NEW, KARI))]
    assert result["message"]["message_id"]
    assert result["outcome"] == "sent"


def cancel(account: Account) -> None:
    message = {"text": "Later", "numbers": [KARI], "idempotency_key": "later"}
    twice(account, "sms", **message, send_at="+2d")
    twice(account, "sms", state="absent", idempotency_key="later")
    account.sleep(3 * 86400)
    assert account.deliveries == []


def inbox(account: Account) -> None:
    reader = account.client()
    options = InboxOptions.read(
        {"folders": None, "start": "oldest", "interval": 30.0, "overlap": 7200, "cursor": "c", "consume": False}
    )
    store = account.service.store
    for number in range(int(account.service.options.assume.number("list_limit") or 3)):
        store.mailbox.receive("41234567", f"ACK {number}", None, "26112")
    try:
        first = Inbox(reader, options).read(Cursor())
        cursor = first.cursor
        for message in first.messages:
            cursor = cursor.after(message.id, message.time)
        store.mailbox.receive("41234567", "last", None, "26112")
        then = Inbox(reader, options).read(cursor)
    except LinkEngageError as error:
        raise Refused(str(error)) from error
    assert [message.event["linkengage"]["text"] for message in then.messages] == ["last"]
    assert {message.event["linkengage"]["sender"] for message in first.messages} == {f"+{OLA}"}


def inventory(account: Account) -> None:
    warnings: list[str] = []
    filters = dict.fromkeys(_inventory.FILTERS)
    try:
        book = _inventory.read_book(filters, True, account.client(), warnings.append)
    except LinkEngageError as error:
        raise Refused(str(error)) from error
    assert len(book["contacts"]) == len(account.contacts)
    assert [len(host["group_ids"]) for host in book["contacts"]][:4] == [1, 1, 1, 0]


def export(account: Account) -> None:
    """Loading an exported address book changes nothing. After later changes, it restores the exported values."""
    account.service.store.book.contacts.get(1)["Description"] = "two\nlines"
    exported = done(account, "address_book_info")
    entries = {"contacts": exported["contacts"], "groups": exported["groups"]}
    twice(account, "address_book", **entries)
    account.service.store.book.contacts.get(1)["Firstname"] = "Changed"
    twice(account, "address_book", **entries)
    assert account.contacts[KARI]["Firstname"] == "Kari"


def after_login(account: Account) -> None:
    """A wrong password gives an error that names the login."""
    account.service.api._credentials = ("somebody", "else")
    result = account.run("contact", phone_number=NEW)
    assert result["failed"]
    assert "user name" in result["msg"]


def throttled(account: Account) -> None:
    """The service throttles requests. The run waits, and makes its changes."""
    account.service.options.update({"rate": 4, "window": 60})
    twice(account, "contact", phone_number=NEW, first_name="Åse")
    assert account.contacts[NEW]["Firstname"] == "Åse"


STORIES: dict[str, Callable[[Account], None]] = {
    story.__name__: story
    for story in (
        *(contact, group, big_group, address_book, owned, sms, plain_sms, cancel, inbox, inventory, export),
        *(after_login, throttled),
    )
}
# The stories that must end with an error before the first write, by name or name=value of the answer, and a part of the
# error.
NO_COUNTRY = "A phone number has no country code, and the service has no resource /user"
CONTACTS_CUT = "GET /contacts: the list has"
IN_DOUBT = "idempotency_key: an earlier attempt to send the message with the key 'deploy-1' began at"
REFUSED: dict[str, dict[str, str]] = {
    "user=none": dict.fromkeys(set(STORIES) - {"inventory", "after_login"}, NO_COUNTRY),
    "folders=none": {"sms": "The search in the message folders failed", "inbox": "GET /folders"},
    "list_limit": {
        "big_group": "GET /groups/12/contacts: the list has",
        "inbox": "GET /folders/1/messages: the list has",
        **dict.fromkeys(("address_book", "owned", "inventory", "export"), CONTACTS_CUT),
    },
    "json_dates=iso_local": {"sms": "The message folders contain a message"},
    "message_times=minutes": {"sms": "The message folders contain a message"},
    "long_texts=refused_50": {"contact": "POST /contacts: the service answered 400", "group": "POST /groups"},
    "max_receivers=2": {"sms": IN_DOUBT},
}


@pytest.fixture(autouse=True)
def instead_of_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[Account], None]:
    """Let the code under test use the clock of an account."""

    def use(account: Account) -> None:
        for module in (client, at_most_once, delivery, converge):
            monkeypatch.setattr(module, "time", account)

    return use


def outcome(
    assume: dict[str, str],
    data_format: str,
    story: str,
    use: Callable[[Account], None],
    country_code: str | None = None,
) -> str:
    """Return ``done``, or the error with which the story ended before its first write."""
    account = new_account(assume, data_format)
    account.country_code = country_code
    use(account)
    try:
        STORIES[story](account)
    except Refused as error:
        return str(error)
    except AssertionError as error:
        return f"WRONG: {error}"
    return "done"


def alternatives() -> Iterator[Any]:
    """Yield the assumed answers once, and each other answer."""
    yield pytest.param("", "", id="as assumed")
    for name, row in ROWS.items():
        yield from (pytest.param(name, value, id=f"{name}={value}") for value in list(row["values"])[1:])


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize(("name", "value"), list(alternatives()))
def test_the_stories_work_with_each_alternative(
    name: str, value: str, data_format: str, instead_of_time: Any, record_property: Callable[[str, Any], None]
) -> None:
    expected = {**REFUSED.get(name, {}), **REFUSED.get(f"{name}={value}", {})}
    assume = {name: value} if name else {}
    results = {story: outcome(assume, data_format, story, instead_of_time) for story in STORIES}
    record_property("assumption", [f"{name}={value}" if name else "as assumed", data_format, results])
    wrong = {story: result for story, result in results.items() if not result.startswith(expected.get(story, "done"))}
    assert not wrong


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_without_the_resource_user_the_country_code_is_enough(data_format: str, instead_of_time: Any) -> None:
    results = {story: outcome({"user": "none"}, data_format, story, instead_of_time, "47") for story in STORIES}
    assert set(results.values()) == {"done"}


def pairs() -> list[dict[str, str]]:
    """Return sets of answers. Each pair of answers to two questions is in at least one of the sets."""
    return [dict(zip(ROWS, values)) for values in AllPairs([list(row["values"]) for row in ROWS.values()])]


@pytest.mark.exhaustive
@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("number", range(len(pairs())))
def test_the_stories_work_with_pairs_of_alternatives(number: int, data_format: str, instead_of_time: Any) -> None:
    """With each pair of answers, a story succeeds or ends with an error and without a change."""
    assume = pairs()[number]
    results = {story: outcome(assume, data_format, story, instead_of_time) for story in STORIES}
    assert not {story: result for story, result in results.items() if result.startswith("WRONG")}, assume


# The questions in the section "What the vendor leaves open, and what we assume" of the contract, each with the rows
# of the table that answer the question.
OF_THE_CONTRACT = {
    "Are version 2's field names those of version 1?": ("field_names",),
    "Does version 2 have `/user` and `/folders`?": ("user", "folders"),
    "Version 2's XML namespace": ("xml_namespace",),
    "Version 2's errors": ("errors",),
    "Slashes in JSON dates": ("date_slashes",),
    "Must numbers in `/contacts/phonenumber/{number}` match the stored text?": ("number_lookup",),
    "May two contacts hold one number?": ("duplicate_numbers",),
    "Answer when `phonenumber` finds nothing": ("missing_number",),
    "Is a group's name unique?": ("group_names",),
    "Paging": ("list_limit",),
    "Does POST dedupe?": ("repeated_post",),
    "`Retry-After` on 503": ("retry_after",),
    (
        "XML element names of the user's `Settings` entries, of the array of folder messages, and of a bare number "
        "(`count`, a new id)"
    ): ("xml_elements",),
    "What DELETE does to a message that was sent": ("delete_sent",),
    "Where a sent message's row shows its receivers (`To`)": ("row_receiver",),
    "Form-encoded bodies": ("form_bodies",),
}


# The rows with questions that the contract does not ask.
NOT_OF_THE_CONTRACT = (
    "json_dates",
    "xml_dates",
    "message_times",
    "login_refused",
    "put_answer",
    "delete_answer",
    "post_answer",
    "ids",
    "outer_blanks",
    "long_texts",
    "line_ends",
    "numbers",
    "read_lag",
    "folder_rows",
    "states",
    "message_ids",
    "throttle_status",
    "max_receivers",
    "owned_records",
    "number_length",
)


@pytest.mark.parametrize("question", OF_THE_CONTRACT)
def test_the_table_answers_each_question_of_the_contract(question: str) -> None:
    assert OF_THE_CONTRACT[question]
    assert set(OF_THE_CONTRACT[question]) <= set(ROWS)


def test_each_row_of_the_table_is_assigned_to_a_question_of_the_contract_or_to_none() -> None:
    assigned = [name for names in OF_THE_CONTRACT.values() for name in names] + list(NOT_OF_THE_CONTRACT)
    assert sorted(assigned) == sorted(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_each_row_of_the_table_is_complete(name: str) -> None:
    row = ROWS[name]
    assert set(row) - {"number"} == {"name", "question", "values", "does"}
    assert len(row["values"]) > 1
    assert row["question"].endswith("?")
    assert row["does"].endswith(".")
    assert all(set(answer) == {"means", "seen"} for answer in row["values"].values())
    assert len({answer["means"] for answer in row["values"].values()}) == len(row["values"])


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_answers_of_the_table(profile: str) -> None:
    assert all(value in ROWS[name]["values"] for name, value in PROFILES[profile].items())


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_stories_work_under_each_profile(profile: str, data_format: str, instead_of_time: Any) -> None:
    results = {story: outcome(PROFILES[profile], data_format, story, instead_of_time) for story in STORIES}
    refused = {story: result for story, result in results.items() if result != "done"}
    # In XML, the zone of the times of messages stays unknown, so a message with a lost answer is in doubt.
    assert set(refused) == ({"sms"} if data_format == "xml" else set()), refused
    assert all(result.startswith("The message folders contain a message") for result in refused.values())
