# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible import context
from ansible.errors import AnsibleError
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.utils.vars import load_extra_vars

NAMES = ("text", "to", "groups")


@pytest.fixture
def given(monkeypatch):
    """``given(*arguments)``: return the result of the lookup if ansible-playbook has these arguments of -e."""

    def run(*arguments: str) -> dict[str, Any]:
        monkeypatch.setattr(context, "CLIARGS", ImmutableDict(extra_vars=arguments))
        monkeypatch.setattr(load_extra_vars, "extra_vars", None, raising=False)
        plugin = lookup_loader.get("community.linkengage.extra_vars", loader=DataLoader())
        (found,) = plugin.run(list(NAMES), variables={})
        return found

    return run


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], {}),
        (["other=1 2"], {}),
        (["text=Deploy done"], {"text": "Deploy done"}),
        (["text=Deploy  done, twice"], {"text": "Deploy  done, twice"}),
        (["text='Deploy done'"], {"text": "Deploy done"}),
        (["text='Deploy done' to=+4790555817"], {"text": "Deploy done", "to": "+4790555817"}),
        (["text='rc=0'"], {"text": "rc=0"}),
        (["to=+47 905 55 817", "text=a b"], {"to": "+47 905 55 817", "text": "a b"}),
        (['{"groups": ["On call"], "text": "x=1"}'], {"groups": ["On call"], "text": "x=1"}),
        (["text=Deploy done", '{"text": "Another"}'], {"text": "Another"}),
        (["text=Deploy done", "text=Deploy"], {"text": "Deploy"}),
        (["text=Deploy done", "text=Deploy again"], {"text": "Deploy again"}),
        (["groups=On call"], {"groups": "On call"}),
        (["text="], {"text": ""}),
        (["text={{ 1 }} done"], {"text": "{{ 1 }} done"}),
    ],
)
def test_a_variable_has_the_typed_value(given, arguments: list[str], found: dict[str, Any]) -> None:
    assert given(*arguments) == found


def test_a_file_takes_precedence_by_its_position(given, tmp_path) -> None:
    file = tmp_path / "vars.yml"
    file.write_text("text: From a file\ngroups: [On call]\n", encoding="utf-8")
    assert given("text=Deploy done", f"@{file}") == {"text": "From a file", "groups": ["On call"]}
    assert given(f"@{file}", "text=Deploy done") == {"text": "Deploy done", "groups": ["On call"]}


@pytest.mark.parametrize("argument", ["text=Deploy rc=0", "text=Deploy done to=+4790555817", "region=eu text=Deploy"])
def test_an_ambiguous_argument_is_rejected(given, argument: str) -> None:
    with pytest.raises(AnsibleError, match=r"can be read in several ways\. Use one -e for each variable"):
        given(argument)
