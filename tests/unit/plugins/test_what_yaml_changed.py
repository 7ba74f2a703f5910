# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that YAML changed: a value that is not text is rejected.

The error says how YAML read it, and nothing is sent.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.release import __version__ as core_version
from collections_tree import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st
from plugins.test_every_module import WRITES
from support import COLLECTION

from ansible_collections.community.linkengage.plugins.module_utils._model.arguments import (
    TIMES,
    lost_values,
    not_texts,
    nulls,
    with_moments,
)
from ansible_collections.community.linkengage.plugins.plugin_utils._plugin import plain

# Since this release, the result of a template keeps its type.
TYPED_TEMPLATES = tuple(map(int, core_version.split(".")[:2])) >= (2, 19)

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("linkengage_*.py"))
# Options with which each module runs.
LEAST = {f"linkengage_{module}": cases[0] for module, cases in WRITES.items()}
# What is written without quotes, the value that YAML reads, and the words for this value.
UNQUOTED = {
    "0451": "the number 297",
    "22:30": "the number 1350",
    "1.0": "the number 1.0",
    "4790555817": "a number (10 digits, ending in 17)",
    "NO": "false",
    "yes": "true",
    "[a, b]": "a list",
    "{a: b}": "a dictionary",
}
ONE_ACCOUNT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
DATE = date(2024, 5, 1)
READ = [pytest.param(yaml.safe_load(text), words, id=text) for text, words in UNQUOTED.items()]


def spec(module: str) -> dict[str, Any]:
    return importlib.import_module(f"{COLLECTION}.plugins.modules.{module}").TASK.argument_spec


def texts(options: Mapping[str, Any], inside: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path of each option that is text. The second value is ``list`` for an option with several texts."""
    for name, option in options.items():
        if "choices" in option:
            continue
        if option.get("type", "str") in ("str", "path"):
            yield (*inside, name), "text"
        elif option.get("elements") == "str":
            yield (*inside, name), "list"
        yield from texts(option.get("options", {}), (*inside, name))


TEXTS = [(module, path, kind) for module in MODULES for path, kind in texts(spec(module))]


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value


@pytest.mark.parametrize(("module", "path", "kind"), TEXTS, ids=str)
def test_every_option_that_is_text_takes_only_text(json_account, module: str, path: tuple[str, ...], kind: str) -> None:
    for read, words in [(yaml.safe_load(text), words) for text, words in UNQUOTED.items()]:
        given = nested(path, [read] if kind == "list" else read)
        (sentence,) = not_texts(given, spec(module))
        place = ".".join(path) + ("[0]" if kind == "list" else "")
        shown = "a number" if path == ("password",) and "number" in words else words
        remedy = "write one text and quote it" if words in ("a list", "a dictionary") else "quote it"
        assert sentence.startswith(f"{place}: the value was read as {shown}, and not as text; {remedy}")
    (null,) = nulls(nested(path, None), spec(module))
    assert null.startswith(".".join(path) + ": the value is null. Omit the option")
    assert not list(not_texts(nested(path, ["0451"] if kind == "list" else "0451"), spec(module)))
    if len(path) == 1 and kind == "text":
        least = {} if path[0] in ("src", "restore", "message_id") else LEAST.get(module, {})
        arguments = {**least, path[0]: 297, **({"state": "absent"} if path == ("message_id",) else {})}
        if module == "linkengage_message_info":
            arguments.pop("state", None)
        message = json_account.refused(module.removeprefix("linkengage_"), **arguments)
        assert "quote it" in message
        assert json_account.requests == []


# Values that JSON has no form for: what is written, the value that YAML reads, and the words for this value.
LOST = {
    "2024-05-01": "the date 2024-05-01",
    "2024-05-01 22:30:00": "the time 2024-05-01 22:30:00",
    "2001-12-14t21:59:43.10-05:00": "the time 2001-12-14 21:59:43.100000-05:00",
    "!!binary aGVp": "binary data",
    "!!set {a, b}": "a set",
}


@pytest.mark.parametrize("text", LOST)
@pytest.mark.parametrize(("module", "path", "kind"), TEXTS, ids=str)
def test_every_option_rejects_a_date_a_time_and_binary_data(
    module: str, path: tuple[str, ...], kind: str, text: str
) -> None:
    read, words = plain(yaml.safe_load(text)), LOST[text]
    given = with_moments(nested(path, [read] if kind == "list" else read))
    place = ".".join(path) + ("[0]" if kind == "list" else "")
    if path[-1] in TIMES and "-05:00" in text:
        assert given[path[-1]] == "2001-12-14T21:59:43.100000-05:00"
        assert not [*not_texts(given, spec(module)), *lost_values(given, spec(module))]
        return
    for found in (not_texts(given, spec(module)), lost_values(given, spec(module))):
        (sentence,) = found
        shown = {"the date": "a date", "the time": "a time"}.get(words[:8], words) if path == ("password",) else words
        assert sentence.startswith(f"{place}: the value was read as {shown}")
        assert "quote it" in sentence


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"contacts": [{"phone_number": "+4790555817", "first_name": ...}]}, "contacts[0]: first_name"),
        ({"groups": [{"name": "A", "members": ["+4790555817", ...]}]}, "groups[0]: members[1]"),
        ({"absent": {"groups": ["A", ...]}}, "absent.groups[1]"),
        ({"columns": {"Mobil": ...}}, "columns.Mobil"),
        ({"body": {"HandledDate": ...}}, "body.HandledDate"),
        ({"members": {"add": [{"phone_number": ...}]}}, "members.add[0]: phone_number"),
    ],
    ids=str,
)
def test_values_inside_others_are_rejected_by_place(given: dict[str, Any], place: str) -> None:
    for text, words in LOST.items():
        (sentence,) = lost_values(_filled(given, yaml.safe_load(text)), {})
        assert sentence.startswith(f"{place}: the value was read as {words}, and not as text; quote it")
    for kept in ("x", "2024-05-01", 1, 1.5, True, None, [], {}, ["a", 1]):
        assert not list(lost_values(_filled(given, kept), {}))


@pytest.mark.parametrize("text", ["2024-05-01", "2024-05-01 22:30:00"])
@pytest.mark.parametrize("option", TIMES)
def test_a_time_needs_its_zone(option: str, text: str) -> None:
    (sentence,) = lost_values(with_moments({option: yaml.safe_load(text)}), {})
    assert sentence.startswith(f"{option}: the value was read as {LOST[text]}")
    assert 'quote it and add its time zone, as in "2026-01-31T08:00:00+01:00"' in sentence


def test_files_reject_dates_by_line(json_account, tmp_path: Path) -> None:
    lines = [
        'contacts: [{phone_number: "+4790555817", first_name: Kari}]',
        "groups:",
        "  - {name: 2024-05-01}",
        '  - {name: A, description: 2024-05-01, members: ["+4790555817"]}',
        "  - {name: B, members: [2024-05-01]}",
        "  - {name: C, previous_names: [2024-05-01]}",
        "  - {name: D, description: !!binary aGVp}",
        "  - {name: E, group_id: 2024-05-01}",
        "  - {name: F, private: 2024-05-01}",
    ]
    (tmp_path / "a.yml").write_text("\n".join(lines), encoding="utf-8")
    result = json_account.run("address_book", src=str(tmp_path), on_invalid="refuse")
    assert result["failed"]
    problems = "\n".join(result["failure"]["problems"])
    for line in range(3, 10):
        kind = "binary data" if line == 7 else "the date 2024-05-01"
        found = [text for text in problems.splitlines() if f"a.yml line {line}" in text]
        assert any(kind in text for text in found), (line, problems)
    assert json_account.writes == []


@pytest.mark.parametrize(
    ("plugin", "arguments", "words"),
    [
        (
            "phone",
            [DATE],
            "number: a phone number in quotes is expected, but the value was read as the date 2024-05-01",
        ),
        ("phone", ["90555817", DATE], "default_country_code: the value was read as the date 2024-05-01; write one"),
        ("sms_segments", [DATE], "a text is expected; this is a date. Quote the text"),
        ("sms_segments", [b"hei"], "a text is expected; this is binary data"),
        ("contacts_from_csv", [DATE], "this is a date"),
        ("contacts_from_csv", ["Mobil\n90555817\n", {"Mobil": DATE}], "the key 'Mobil' has the wrong value"),
    ],
    ids=str,
)
def test_filters_reject_dates(plugin: str, arguments: list[Any], words: str) -> None:
    filters = importlib.import_module(f"{COLLECTION}.plugins.filter.{plugin}").FilterModule().filters()
    with pytest.raises(AnsibleFilterError, match=re.escape(words)):
        filters[plugin](*arguments)


def test_the_rule_covers_the_options_that_people_get_wrong() -> None:
    found = {(module.removeprefix("linkengage_"), ".".join(path)) for module, path, _kind in TEXTS}
    assert found >= {
        ("sms", "text"),
        ("sms", "idempotency_key"),
        ("sms", "send_at"),
        ("sms", "quiet_hours.zone"),
        ("contact", "first_name"),
        ("contact", "last_name"),
        ("contact", "email"),
        ("contact", "description"),
        ("group", "name"),
        ("group", "previous_names"),
        ("address_book", "marker"),
        ("address_book", "absent.groups"),
        ("message_info", "text"),
        ("user_info", "password"),
    }


@pytest.mark.parametrize(("read", "words"), READ)
@pytest.mark.parametrize(
    ("module", "options", "place"),
    [
        ("sms", {"text": ...}, "text: the value"),
        ("sms", {"text": "Hello", "sender": ...}, "sender:"),
        ("sms", {"text": "Hello", "idempotency_key": ...}, "idempotency_key: the value"),
        ("sms", {"text": "Hello", "send_at": ...}, "send_at: the value"),
        ("sms", {"text": "Hello", "quiet_hours": {"from": ..., "to": "07:00", "zone": "UTC"}}, "quiet_hours.from:"),
        ("contact", {"first_name": ...}, "first_name: the value"),
        ("contact", {"email": ...}, "email: the value"),
        ("group", {"name": ...}, "name: the value"),
        ("group", {"name": "A", "description": ...}, "description: the value"),
        ("group", {"name": "A", "previous_names": ["B", ...]}, "previous_names[1]: the value"),
        (
            "address_book",
            {"contacts": [{"phone_number": "+4790555817", "first_name": ...}]},
            "contacts[0]: `first_name`",
        ),
        ("address_book", {"groups": [{"name": ...}]}, "groups[0]: `name`"),
        ("address_book", {"groups": [{"name": "A", "description": ...}]}, "groups[0]: `description`"),
        ("address_book", {"absent": {"groups": ["A", ...]}}, "absent.groups[1]: the value"),
        ("address_book", {"contacts": [], "marker": ...}, "marker: the value"),
        ("group_info", {"name": ...}, "name: the value"),
        ("contact_info", {"search": ...}, "search: the value"),
        ("message_info", {"text": ...}, "text: the value"),
    ],
    ids=str,
)
def test_it_is_rejected_before_any_request(
    json_account, module: str, options: dict[str, Any], place: str, read: Any, words: str
) -> None:
    given = _filled(options, read)
    if module == "sms":
        given["numbers"] = ["+4790555817"]
    elif module == "contact":
        given["phone_number"] = "+4790555817"
    message = json_account.refused(module, **given)
    assert place in message
    assert "quote it" in message
    if place == "sender:" and "number" in words:  # a sender can be a number, so here the error says what was lost
        words = f"the number was read as {'a decimal number' if isinstance(read, float) else 'an integer'}"
    assert words in message
    assert json_account.requests == []
    assert json_account.simulator.deliveries() == []


def _filled(options: Any, value: Any) -> Any:
    if options is ...:
        return value
    if isinstance(options, dict):
        return {name: _filled(option, value) for name, option in options.items()}
    return [_filled(option, value) for option in options] if isinstance(options, list) else options


@pytest.mark.parametrize(
    ("module", "options", "place"),
    [
        ("sms", {"text": "Hello", "numbers": 4790555817}, "numbers: the value was read as a number"),
        ("sms", {"text": "Hello", "groups": 297}, "groups: the value was read as the number 297"),
        ("sms", {"text": "Hello", "numbers": ["+4790555817"], "receiver_allowlist": 4790555817}, "receiver_allowlist:"),
        ("group", {"name": "A", "members": {"add": 4790555817}}, "members.add: the value was read as a number"),
        ("address_book", {"contacts": [], "ignore": 4790555817}, "ignore: the value was read as a number"),
        ("group", {"name": "A", "previous_names": 297}, "previous_names: the value was read as the number 297"),
    ],
)
def test_a_number_is_not_a_list_of_texts(json_account, module: str, options: dict[str, Any], place: str) -> None:
    message = json_account.refused(module, **options)
    assert place in message
    assert "quote it" in message
    assert json_account.requests == []


@ONE_ACCOUNT
@pytest.mark.parametrize("in_process", [True, False], ids=["in the controller", "as a module"])
def test_null_is_an_error(run_playbook, connection_env, simulator, in_process: bool) -> None:
    tasks = [
        (
            "contact",
            {"phone_number": "+4790555817", "first_name": None},
            "first_name: the value is null. Omit the option",
        ),
        ("group", {"name": "A", "description": None}, "description: the value is null. Omit the option"),
        ("group", {"name": "A", "members": {"set": None}}, "members.set: the value is null. Omit the option"),
        ("sms", {"text": "Hello", "numbers": None, "groups": ["A"]}, "numbers: the value is null. Omit the option"),
        (
            "sms",
            {"text": "Hello", "numbers": ["+4790555817"], "idempotency_key": None},
            "idempotency_key: the value is null",
        ),
        (
            "address_book",
            {"contacts": [{"phone_number": "+4790555817", "email": None}]},
            "contacts[0]: `email` is null",
        ),
    ]
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"linkengage_in_process": in_process},
        "tasks": [
            {"name": words, f"community.linkengage.linkengage_{module}": options, "ignore_errors": True}
            for module, options, words in tasks
        ],
    }
    ran = run_playbook(json.dumps([play]), env=connection_env)
    for _module, _options, words in tasks:
        assert words in ran.result(words)["msg"]
    assert simulator.log(writes_only=True) == []


@ONE_ACCOUNT
def test_a_null_connection_option_uses_the_default(run_playbook, connection_env) -> None:
    play = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Read
      community.linkengage.linkengage_user_info: {default_country_code: null, requests_per_minute: null}
    - name: Omit
      community.linkengage.linkengage_contact: {phone_number: "+4790555817", email: "{{ omit }}"}
"""
    ran = run_playbook(play, env=connection_env)
    assert ran.rc == 0, ran.stdout


@given(st.text())
def test_any_text_is_accepted_as_a_text(text: str) -> None:
    for module in MODULES:
        options = spec(module)
        given_texts = {path[0]: text for path, kind in texts(options) if len(path) == 1 and kind == "text"}
        assert not list(not_texts(given_texts, options))


@ONE_ACCOUNT
@pytest.mark.parametrize("in_process", [True, False], ids=["in the controller", "as a module"])
def test_the_error_is_the_same_wherever_the_module_runs(
    run_playbook, connection_env, simulator, in_process: bool
) -> None:
    tasks = """
    - name: Octal
      community.linkengage.linkengage_sms: {text: 0451, numbers: ["+4790555817"]}
      ignore_errors: true
    - name: A flag
      community.linkengage.linkengage_contact: {phone_number: "+4790555817", first_name: NO}
      ignore_errors: true
    - name: Sixty
      community.linkengage.linkengage_group: {name: 22:30}
      ignore_errors: true
    - name: Nothing
      community.linkengage.linkengage_contact: {phone_number: "+4790555817", email: }
      ignore_errors: true
    - name: Octal code
      community.linkengage.linkengage_contact: {phone_number: "90555817", default_country_code: 0047}
      ignore_errors: true
    - name: A date
      community.linkengage.linkengage_sms: {text: 2024-05-01, numbers: ["+4790555817"]}
      ignore_errors: true
    - name: Binary data
      community.linkengage.linkengage_contact: {phone_number: "+4790555817", first_name: !!binary aGVp}
      ignore_errors: true
    - name: A date in an entry
      community.linkengage.linkengage_address_book:
        contacts: [{phone_number: "+4790555817", first_name: 2024-05-01}]
      ignore_errors: true
    - name: A variable that is a date
      community.linkengage.linkengage_sms: {text: "{{ day }}", numbers: ["+4790555817"]}
      vars: {day: 2024-05-01}
      ignore_errors: true
    - name: A time without a zone
      community.linkengage.linkengage_sms: {text: "Hello", numbers: ["+4790555817"], send_at: 2099-05-01 10:00:00}
      ignore_errors: true
    - name: A time with a zone
      community.linkengage.linkengage_sms: {text: "Later", numbers: ["+4790555817"], send_at: 2099-05-01T10:00:00+02:00}
    - name: A number in the environment
      community.linkengage.linkengage_contact: {phone_number: "90555817"}
      environment: {LINKENGAGE_DEFAULT_COUNTRY_CODE: 0047}
      ignore_errors: true
    - name: Quoted
      community.linkengage.linkengage_sms: {text: "0451", numbers: ["+4790555817"], idempotency_key: "{{ '22:30' }}"}
    - name: From the command line
      community.linkengage.linkengage_sms: {text: "{{ text }}", numbers: ["{{ to }}"]}
"""
    play = (
        "- hosts: localhost\n  gather_facts: false\n"
        f"  vars: {{linkengage_in_process: {json.dumps(in_process)}}}\n  tasks:{tasks}"
    )
    ran = run_playbook(play, "-e", "text=NO", "-e", "to=90555817", env=connection_env)
    assert ran.rc == 0, ran.stdout
    assert "text: the value was read as the number 297, and not as text; quote it" in ran.result("Octal")["msg"]
    assert "first_name: the value was read as false" in ran.result("A flag")["msg"]
    assert "name: the value was read as the number 1350" in ran.result("Sixty")["msg"]
    assert "email: the value is null" in ran.result("Nothing")["msg"]
    assert "default_country_code: the value was read as the number 39; quote it" in ran.result("Octal code")["msg"]
    assert "text: the value was read as the date 2024-05-01, and not as text; quote it" in ran.result("A date")["msg"]
    assert "first_name: the value was read as binary data" in ran.result("Binary data")["msg"]
    assert (
        "contacts[0]: first_name: the value was read as the date 2024-05-01" in ran.result("A date in an entry")["msg"]
    )
    # Before ansible-core 2.19, the result of a template is a text, and it is the text that was written.
    if TYPED_TEMPLATES:
        assert "text: the value was read as the date 2024-05-01" in ran.result("A variable that is a date")["msg"]
    zone = "send_at: the value was read as the time 2099-05-01 10:00:00 without a time zone; quote it"
    assert zone in ran.result("A time without a zone")["msg"]
    assert ran.result("A time with a zone")["send_at"] == "2099-05-01T08:00:00Z"
    number = ran.result("A number in the environment")["msg"]
    assert "LINKENGAGE_DEFAULT_COUNTRY_CODE: the value was read as the number 39" in number
    as_text = [] if TYPED_TEMPLATES else ["2024-05-01"]
    assert [row["text"] for row in simulator.deliveries()] == [*as_text, "0451", "NO"]
    assert simulator.state()["contacts"] == simulator.state()["groups"] == []


@ONE_ACCOUNT
def test_a_value_from_module_defaults_is_rejected_too(run_playbook, connection_env, simulator) -> None:
    play = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/community.linkengage.linkengage: {default_country_code: 0047}
  tasks:
    - name: Create
      community.linkengage.linkengage_contact: {phone_number: "90555817"}
"""
    ran = run_playbook(play, env=connection_env)
    assert ran.rc != 0
    reason = 'the value was read as the number 39; quote it, as in default_country_code: "47"'
    assert f"default_country_code: {reason}" in ran.result("Create")["msg"]
    assert simulator.state()["contacts"] == []


@ONE_ACCOUNT
@pytest.mark.parametrize(
    ("role", "variables", "words"),
    [
        ("notify", {"notify_text": 297, "notify_numbers": ["+4790555817"]}, "notify_text was read as 297"),
        ("notify", {"notify_text": False, "notify_numbers": ["+4790555817"]}, "notify_text was read as false"),
        ("notify", {"notify_text": ["a"], "notify_numbers": ["+4790555817"]}, "notify_text was read as"),
        (
            "notify",
            {"notify_text": "Hello", "notify_numbers": ["+4790555817"], "notify_sender": 2000},
            "notify_sender was read as 2000",
        ),
        ("address_book", {"address_book_default_country_code": 39}, "address_book_default_country_code was read as 39"),
        ("address_book", {"address_book_default_country_code": False}, "code was read as false, and not as text"),
        ("address_book", {"address_book_marker": 297}, "address_book_marker was read as 297"),
        (
            "group_membership",
            {"group_membership_groups": [{"name": 297, "hosts": "all", "numbers_from": "on_call"}]},
            "`name` was read as the number 297, and not as text; quote it",
        ),
    ],
    ids=str,
)
def test_roles_reject_it(
    run_playbook, connection_env, simulator, tmp_path: Path, role: str, variables: dict[str, Any], words: str
) -> None:
    (tmp_path / "book.yml").write_text("contacts: []\n", encoding="utf-8")
    given = {"address_book_src": "book.yml", "on_call": "+4790555817", **variables}
    roles = [{"role": f"community.linkengage.{role}"}]
    play = {"hosts": "localhost", "gather_facts": False, "vars": given, "roles": roles}
    ran = run_playbook(json.dumps([play]), env=connection_env)
    assert ran.rc != 0
    assert any(words in str(entry["result"]) for entry in ran.results), ran.stdout
    assert "quote it" in ran.stdout
    assert simulator.log(writes_only=True) == []
