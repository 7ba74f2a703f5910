# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that YAML changed, in every plugin: a country code that became an integer, and values that are not text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader, lookup_loader
from ansible.utils.display import Display
from support import in_json, run_module

from ansible_collections.community.linkengage.plugins.filter.contacts_from_csv import contacts_from_csv
from ansible_collections.community.linkengage.plugins.filter.phone import phone
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.plugin_utils._event_source import _validated
from ansible_collections.community.linkengage.plugins.test.phone_number import phone_number

# Country codes as they are written without quotes, and the error for each.
CODES = {
    "0047": "was read as the number 39",
    "47": "was read as the number 47",
    "046": "was read as the number 38",
    "47.0": "was read as the number 47.0",
    "NO": 'for Norway, write "47" in quotes',
    "yes": "was read as true",
    "[47]": "was read as a list",
    '"NO"': 'write "47"',
    '"SE"': 'write "46"',
    '"dk"': 'write "45"',
    '"Norway"': 'write a code such as "47"',
}
# Options that are text: what is written, and the error for it.
TEXTS = {
    "username": ("0451", "the number 297"),
    "domain": ("NO", "false"),
    "password": ("22:30", "a number"),
    "api_url": ("{a: b}", "a dictionary"),
    "ca_path": ("[a]", "a list"),
}
codes = pytest.mark.parametrize(("written", "words"), CODES.items(), ids=CODES)
texts = pytest.mark.parametrize(
    ("option", "written", "words"), [(name, *pair) for name, pair in TEXTS.items()], ids=TEXTS
)


def read(text: str) -> Any:
    return yaml.safe_load(text)


def lookup(account: Any, name: str, variables: dict[str, Any], **options: Any) -> list[Any]:
    plugin = lookup_loader.get(f"community.linkengage.{name}", loader=DataLoader())
    terms = ["90555817"] if name == "linkengage" else [{"name": "A", "hosts": "all", "numbers_from": "on_call"}]
    hosts = {"localhost": {"on_call": "90555817"}}
    given = {"hostvars": hosts, "groups": {"all": ["localhost"]}, **variables}
    return plugin.run(terms, variables=given, **{**account.connection, **options})


def inventory(account: Any, folder: Path, **options: Any) -> None:
    path = folder / "linkengage.yml"
    config = {"plugin": "community.linkengage.linkengage", **account.connection, **options}
    path.write_text(yaml.safe_dump({**config, "include_contacts": ["90555817"]}), encoding="utf-8")
    inventory_loader.get("community.linkengage.linkengage").parse(InventoryData(), DataLoader(), str(path))


@codes
class TestACountryCode:
    def check(self, words: str, call: Callable[[], Any], kind: type[Exception] = AnsibleError) -> None:
        with pytest.raises(kind) as error:
            call()
        assert "default_country_code: " in str(error.value)
        assert words in str(error.value)

    @pytest.mark.parametrize("name", ["linkengage", "inventory_groups"])
    def test_of_a_lookup_must_be_text(self, json_account, name: str, written: str, words: str) -> None:
        code = read(written)
        self.check(words, lambda: lookup(json_account, name, {}, default_country_code=code))
        self.check(words, lambda: lookup(json_account, name, {"linkengage_default_country_code": code}))
        assert json_account.simulator.log() == []

    def test_of_an_inventory_must_be_text(self, json_account, tmp_path, written: str, words: str) -> None:
        self.check(words, lambda: inventory(json_account, tmp_path, default_country_code=read(written)))
        assert json_account.simulator.log() == []

    def test_of_a_filter_and_a_test_must_be_text(self, written: str, words: str) -> None:
        code = read(written)
        self.check(words, lambda: phone("90555817", code))
        self.check(words, lambda: phone_number("90555817", code))
        self.check(words, lambda: contacts_from_csv("phone_number\n90555817\n", default_country_code=code))

    def test_of_a_module_must_be_text(self, json_account, written: str, words: str) -> None:
        for module, options in (
            ("contact", {"phone_number": "90555817"}),
            ("sms", {"text": "Hello", "numbers": ["90555817"]}),
            ("address_book", {"contacts": [{"phone_number": "90555817"}]}),
            ("user_info", {}),
        ):
            message = json_account.refused(module, default_country_code=read(written), **options)
            assert words in message, message
            assert json_account.requests == []

    def test_of_the_event_source_must_be_text(self, json_account, written: str, words: str) -> None:
        from ansible_collections.community.linkengage.plugins.module_utils._service.connection import connect

        params = _validated({**json_account.connection, "default_country_code": read(written)})
        self.check(words, lambda: connect(params.get), InvalidInput)


@texts
class TestAText:
    @pytest.mark.parametrize("name", ["linkengage", "inventory_groups"])
    def test_of_a_lookup_must_be_text(self, json_account, name: str, option: str, written: str, words: str) -> None:
        value = read(written)
        for variables, options in (({}, {option: value}), ({f"linkengage_{option}": value}, {})):
            account = json_account.connection
            kept = {key: account[key] for key in account if key != option}
            json_account.connection = kept
            with pytest.raises(
                AnsibleError,
                match=rf"{option}: the value was read as {words}, and not as text; (write one text and )?quote it",
            ):
                lookup(json_account, name, variables, **options)
            json_account.connection = account
        assert json_account.simulator.log() == []

    def test_of_an_inventory_must_be_text(self, json_account, tmp_path, option: str, written: str, words: str) -> None:
        ours = rf"{option}: the value was read as {words}, and not as text; (write one text and )?quote it"
        # Ansible itself rejects a dictionary and a list.
        with pytest.raises(AnsibleError, match=rf"{ours}|{option}.* (has an invalid value|Invalid type)"):
            inventory(json_account, tmp_path, **{option: read(written)})
        assert json_account.simulator.log() == []

    def test_of_the_event_source_must_be_text(self, json_account, option: str, written: str, words: str) -> None:
        with pytest.raises(
            InvalidInput,
            match=rf"{option}: the value was read as {words}, and not as text; (write one text and )?quote it",
        ):
            _validated({**json_account.connection, option: read(written)})


@pytest.mark.parametrize("option", ["group_prefix", "cache_plugin"])
def test_other_options_of_an_inventory_are_texts_too(json_account, tmp_path, option: str) -> None:
    with pytest.raises(AnsibleError, match=rf"{option}: the value was read as the number 297"):
        inventory(json_account, tmp_path, **{option: 297})


@pytest.mark.parametrize("option", ["folders", "cursor", "interval"])
def test_null_is_an_error_of_the_event_source(json_account, option: str) -> None:
    with pytest.raises(InvalidInput, match=rf"{option}: the value is null"):
        _validated({**json_account.connection, option: None})


@pytest.mark.parametrize("option", ["name", "delimiter", "encoding"])
def test_options_of_the_filter_are_texts(option: str) -> None:
    with pytest.raises(
        AnsibleError, match=rf"contacts_from_csv: {option}: the value was read as the number 297.*quote it"
    ):
        contacts_from_csv("phone_number\n+4790555817\n", **{option: 297})


@pytest.mark.parametrize(
    ("module", "options", "place"),
    [
        ("contact", {"phone_number": "+4790555817", "first_name": None}, "first_name: the value is null"),
        ("group", {"name": "A", "description": None}, "description: the value is null"),
        ("group", {"name": "A", "members": {"set": None}}, "members.set: the value is null"),
        ("group", {"name": "A", "members": None}, "members: the value is null"),
        ("sms", {"text": "Hello", "numbers": None, "groups": ["A"]}, "numbers: the value is null"),
        ("sms", {"text": None, "numbers": ["+4790555817"]}, "text"),
        ("address_book", {"contacts": None, "groups": []}, "contacts: the value is null"),
        ("address_book", {"contacts": [], "marker": None}, "marker: the value is null"),
        ("group_info", {"name": None}, "name: the value is null"),
    ],
    ids=str,
)
def test_a_module_alone_rejects_null(json_account, module: str, options: dict[str, Any], place: str) -> None:
    """The module runs without the action plugin, as with ``ansible -m`` and a copy of the module."""
    result = run_module(f"linkengage_{module}", **json_account.connection, **options)
    assert result.get("failed")
    assert place in result["msg"]
    assert json_account.simulator.log() == []


def test_a_connection_option_of_a_module_can_be_null(json_account) -> None:
    options = {**json_account.connection, "default_country_code": None, "requests_per_minute": None}
    assert not run_module("linkengage_user_info", **options).get("failed")


@in_json
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("linkengage_username", 297, "username: the value was read as the number 297"),
        ("linkengage_default_country_code", 39, "default_country_code: the value was read as the number 39"),
        ("linkengage_default_country_code", False, 'write "47"'),
        ("linkengage_sms_title", 297, "title: the value was read as the number 297"),
        ("linkengage_sms_title", False, "title: the value was read as false"),
        ("linkengage_sms_idempotency_window", 1350, "idempotency_window: the value was read as the number 1350"),
        ("linkengage_sms_idempotency_key", 297, "idempotency_key: the value was read as the number 297"),
        ("linkengage_sms_sender", ["a"], "sender"),
        ("linkengage_store", False, "store: the value was read as false"),
    ],
)
def test_the_callback_warns_and_sends_nothing(
    run_playbook, connection_env, simulator, tmp_path, name: str, value: Any, words: str
) -> None:
    task = {"name": "Fail", "ansible.builtin.fail": {"msg": "no"}}
    variables = {"linkengage_sms_numbers": ["90000001"], name: value}
    play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [task]}
    environment = {**connection_env, "ANSIBLE_CALLBACKS_ENABLED": "community.linkengage.linkengage_sms"}
    environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    for variable in ("LINKENGAGE_USERNAME", "LINKENGAGE_DEFAULT_COUNTRY_CODE"):
        if variable == name.upper():
            environment.pop(variable, None)
    ran = run_playbook(json.dumps([play]), env=environment)
    output = " ".join(ran.stdout.split())
    assert words in output, ran.stdout
    assert simulator.deliveries() == []


def test_a_callback_without_variables_is_not_affected(monkeypatch) -> None:
    """Options from the environment and from ansible.cfg are always text."""
    from ansible.plugins.loader import callback_loader

    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: said.append(str(text)))
    monkeypatch.setenv("LINKENGAGE_SMS_NUMBERS", "0451")
    callback = callback_loader.get("community.linkengage.linkengage_sms")
    callback.set_options()
    assert callback._arguments(text="-")["numbers"] == ["0451"]
    assert said == []
