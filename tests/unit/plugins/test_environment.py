# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the environment in plugins: an empty variable is not set, and an error names the wrong variable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import callback_loader, inventory_loader, lookup_loader

from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC

BROKEN_TEXT = b"s\xe9cret".decode("utf-8", "surrogateescape")  # as Python reads it from the environment


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


@PLUGINS
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
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
    assert "LINKENGAGE_PASSWORD: it is not UTF-8 text" in str(caught.value)
    assert "cret" not in str(caught.value)


def test_a_callback_with_a_password_that_is_not_utf_8_gives_a_warning(in_environment, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("LINKENGAGE_PASSWORD", BROKEN_TEXT)
    said: list[str] = []
    plugin = load_callback(tmp_path)
    monkeypatch.setattr(plugin._display, "warning", said.append)
    plugin.warn(f"It failed: {BROKEN_TEXT}")
    assert said
    assert "cret" not in said[0]
