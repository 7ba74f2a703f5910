# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment variables in plugins: an empty variable counts as not set, and an error names the wrong variable."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import callback_loader, inventory_loader, lookup_loader
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC

BROKEN_TEXT = b"s\xe9cret".decode("utf-8", "surrogateescape")  # the form in which Python reads it from the environment


@pytest.fixture
def in_environment(simulator, monkeypatch) -> None:
    for name in CONNECTION_SPEC:
        monkeypatch.setenv(f"LINKENGAGE_{name.upper()}", "")
    for name, value in (("API_URL", simulator.api(2)), ("USERNAME", simulator.login), ("PASSWORD", simulator.password)):
        monkeypatch.setenv(f"LINKENGAGE_{name}", value)
    simulator.seed(contacts=[{"PhoneNumber": "90555817", "Firstname": "Kari"}])


def look_up(_folder: Path) -> Any:
    return lookup_loader.get("community.linkengage.linkengage").run(["+4790555817"], variables={})


def read_inventory(folder: Path) -> Any:
    file = folder / "book.linkengage.yml"
    file.write_text("plugin: community.linkengage.linkengage\nungrouped: true\n", encoding="utf-8")
    inventory = InventoryData()
    inventory_loader.get("community.linkengage.linkengage").parse(inventory, DataLoader(), str(file))
    return inventory.hosts


def load_callback(_folder: Path) -> Any:
    plugin = callback_loader.get("community.linkengage.linkengage_sms")
    plugin.set_options()
    return plugin


PLUGINS = pytest.mark.parametrize("use", [look_up, read_inventory, load_callback])


@PLUGINS
def test_an_empty_variable_is_not_set(in_environment, tmp_path, use: Callable[[Path], Any]) -> None:
    assert use(tmp_path)


VARIABLE = re.compile(r"E\((LINKENGAGE_\w+)\)|env: \[\{name: (LINKENGAGE_\w+)\}\]")
SOURCES = [path.read_text(encoding="utf-8") for path in CHECKOUT.glob("plugins/**/*.py")]
DOCUMENTED = sorted({found[1] or found[2] for source in SOURCES for found in VARIABLE.finditer(source)})
LOGIN = ("API_URL", "USERNAME", "PASSWORD")
MODULES: dict[str, dict[str, Any]] = {
    "address_book": {"contacts": [{"phone_number": "+4790555817"}]},
    "address_book_info": {},
    "api": {"path": "/contacts", "method": "GET"},
    "contact": {"phone_number": "+4790555817"},
    "contact_info": {},
    "doctor": {},
    "folder_info": {},
    "group": {"name": "On call"},
    "group_info": {},
    "message_info": {},
    "sms": {"text": "Hi", "numbers": ["+4790555817"]},
    "user_info": {},
}


@pytest.fixture(params=["", " ", "\t \n"], ids=repr)
def blank(request, in_environment, monkeypatch) -> None:
    """Make all documented variables except those of the login empty or blank."""
    for name in DOCUMENTED:
        if name.removeprefix("LINKENGAGE_") not in LOGIN:
            monkeypatch.setenv(name, request.param)


def test_the_documented_variables_are_complete() -> None:
    assert {f"LINKENGAGE_{name.upper()}" for name in CONNECTION_SPEC} < set(DOCUMENTED)
    assert {"LINKENGAGE_STORE", "LINKENGAGE_REDIRECT_TO", "LINKENGAGE_SMS_NUMBERS"} < set(DOCUMENTED)


@PLUGINS
def test_all_variables_can_be_blank_for_a_plugin(blank, tmp_path, use: Callable[[Path], Any]) -> None:
    assert use(tmp_path)


@pytest.mark.parametrize("module", MODULES)
def test_all_variables_can_be_blank_for_a_module(blank, simulator, monkeypatch, tmp_path, module: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = support.run_module(f"linkengage_{module}", **MODULES[module])
    assert "failed" not in result, result
    assert not result.get("warnings")
    if module == "sms":
        assert [delivery["phone"] for delivery in simulator.deliveries()] == ["4790555817"]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REDIRECT_TO", "nobody", "LINKENGAGE_REDIRECT_TO: "),
        ("RECEIVER_ALLOWLIST", "+4790555817, ,nobody,", "LINKENGAGE_RECEIVER_ALLOWLIST[2]: "),
        ("DEFAULT_COUNTRY_CODE", "Norway", "LINKENGAGE_DEFAULT_COUNTRY_CODE: "),
        ("API_URL", "intouch", "LINKENGAGE_API_URL: "),
        ("CA_PATH", "/nope.pem", "LINKENGAGE_CA_PATH: /nope.pem does not exist."),
        ("VALIDATE_CERTS", "perhaps", "LINKENGAGE_VALIDATE_CERTS: 'perhaps' is not true or false."),
        ("METHOD_OVERRIDE", "sometimes", "LINKENGAGE_METHOD_OVERRIDE: 'sometimes' is not one of auto, always, never."),
        ("RETRIES", "-1", "LINKENGAGE_RETRIES: "),
        ("TIMEOUT", "0", "LINKENGAGE_TIMEOUT: "),
        ("LOCK_TIMEOUT", "soon", "LINKENGAGE_LOCK_TIMEOUT: 'soon' is not a number of seconds."),
    ],
)
def test_a_wrong_variable_is_named_by_a_module(in_environment, simulator, monkeypatch, variable, value, said) -> None:
    monkeypatch.setenv(f"LINKENGAGE_{variable}", value)
    result = support.run_module("linkengage_sms", **MODULES["sms"])
    assert result["msg"].startswith(said)
    assert simulator.deliveries() == []


def test_empty_entries_of_a_list_are_dropped(in_environment, simulator, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LINKENGAGE_RECEIVER_ALLOWLIST", " ,, +4790555817 , ")
    result = support.run_module("linkengage_sms", text="Hi", numbers=["+4790555817", "+4790000001"])
    assert [row["phone_number"] for row in result["receivers"]] == ["4790555817"]


def test_a_list_of_nothing_but_commas_reaches_nobody_and_says_so(in_environment, simulator, monkeypatch) -> None:
    monkeypatch.setenv("LINKENGAGE_RECEIVER_ALLOWLIST", ",")
    result = support.run_module("linkengage_sms", **MODULES["sms"])
    assert "LINKENGAGE_RECEIVER_ALLOWLIST: nobody gets the message" in str(result["warnings"])
    assert simulator.deliveries() == []


@pytest.mark.parametrize(
    ("variable", "value"), [("SMS_SEND_ON", "never"), ("SMS_MAX_SEGMENTS", "abc"), ("SMS_MAX_WAIT", "soon")]
)
def test_a_wrong_variable_of_the_callback_is_named(in_environment, monkeypatch, tmp_path, variable, value) -> None:
    monkeypatch.setenv(f"LINKENGAGE_{variable}", value)
    with pytest.raises(AnsibleError) as caught:
        load_callback(tmp_path)
    assert f"LINKENGAGE_{variable}" in str(caught.value)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1e300"])
def test_the_callback_needs_a_time_that_it_can_wait(in_environment, monkeypatch, tmp_path, value: str) -> None:
    monkeypatch.setenv("LINKENGAGE_SMS_MAX_WAIT", value)
    with pytest.raises(LinkEngageError, match="max_wait: a number of seconds above 0 is expected"):
        load_callback(tmp_path)._max_wait()


def test_the_callback_sends_nothing_if_the_name_of_a_limit_is_wrong(in_environment, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("LINKENGAGE_SMS_NUMBERS", "+4790000001")
    monkeypatch.setenv("LINKENGAGE_RECEIVER_ALLOW_LIST", "+4790555817")
    with pytest.raises(LinkEngageError, match="did you mean LINKENGAGE_RECEIVER_ALLOWLIST"):
        load_callback(tmp_path)._arguments(text="Hi")


@PLUGINS
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LINKENGAGE_VALIDATE_CERTS", "perhaps", "LINKENGAGE_VALIDATE_CERTS: 'perhaps' is not true or false."),
        ("LINKENGAGE_DATA_FORMAT", "yaml", "LINKENGAGE_DATA_FORMAT: 'yaml' is not one of json, xml."),
        ("LINKENGAGE_TIMEOUT", "30s", "LINKENGAGE_TIMEOUT: '30s' is not a number of seconds."),
        ("LINKENGAGE_RETRIES", "few", "LINKENGAGE_RETRIES: 'few' is not a whole number."),
    ],
)
def test_a_wrong_variable_is_named(in_environment, monkeypatch, tmp_path, use, variable, value, said) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(AnsibleError) as caught:
        use(tmp_path)
    assert said in str(caught.value)


@pytest.mark.parametrize("use", [look_up, read_inventory])
def test_a_password_that_is_not_utf_8_is_named(in_environment, monkeypatch, tmp_path, use) -> None:
    monkeypatch.setenv("LINKENGAGE_PASSWORD", BROKEN_TEXT)
    with pytest.raises(AnsibleError) as caught:
        use(tmp_path)
    assert "LINKENGAGE_PASSWORD: the value is not UTF-8 text" in str(caught.value)
    assert "cret" not in str(caught.value)


def test_a_callback_with_a_password_that_is_not_utf_8_gives_a_warning(in_environment, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("LINKENGAGE_PASSWORD", BROKEN_TEXT)
    said: list[str] = []
    plugin = load_callback(tmp_path)
    monkeypatch.setattr(plugin._display, "warning", said.append)
    plugin.warn(f"It failed: {BROKEN_TEXT}")
    assert said
    assert "cret" not in said[0]
