# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The written YAML: every reader reads the same texts, and Ansible never evaluates a text as a template."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book.yaml import dump, scalar

# The texts that the XML of the service can contain.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"))
HARD = [
    "",
    " ",
    "Ærlig Øystein Åse",
    "\N{FIRE}\N{FAMILY}",
    "a\x85b",
    "a\u2028b\u2029c",
    "a\xa0b\ufeffc\xadd",
    'she said "no"',
    "it's",
    "C:\\temp\\new",
    "key: value",
    "- dash",
    "--- # document",
    "...",
    "? question",
    "# comment",
    "a # comment",
    "&anchor *alias !tag %TAG @at `tick`",
    "trailing  ",
    "  leading",
    "line\nbreak\r\nand\rmore\n\n",
    "tab\tstop",
    "{a: 1}",
    "[1, 2]",
    "yes",
    "no",
    "null",
    "~",
    "0012",
    "0x1F",
    "1e3",
    "12:30:45",
    "2026-01-31",
    "<<",
    "=",
    "\U0001f1f3\U0001f1f4",
    "e\u0301",
    "\u202eabc",
]
TEMPLATES = ["{{ 7 * 7 }}", "{% if true %}x{% endif %}", "{# gone #}", "a {{ b", "#jinja2: x:'[['\n{{ 1 }}"]


class Loader(yaml.SafeLoader):
    """PyYAML that reads Ansible's tag !unsafe as a text."""


class FastLoader(yaml.CSafeLoader):
    """The same loader, written in C."""


for loader in (Loader, FastLoader):
    loader.add_constructor("!unsafe", lambda reader, node: reader.construct_scalar(node))


def load_as_variables(file: Path) -> dict[str, Any]:
    """Return the variables in a file, read as vars_files and include_vars read it."""
    # This parameter exists since ansible-core 2.19.
    if "trusted_as_template" in signature(DataLoader.load_from_file).parameters:
        return DataLoader().load_from_file(str(file), trusted_as_template=True)
    return DataLoader().load_from_file(str(file))


def read(text: str, loader: Any = Loader) -> Any:
    return yaml.load(text, Loader=loader)


@pytest.mark.parametrize("text", HARD, ids=ascii)
def test_difficult_texts_are_read_back_by_pyyaml(text: str) -> None:
    written = dump("contacts", [{"description": text}], "Heading.")
    assert yaml.safe_load(written) == {"contacts": [{"description": text}]}
    assert yaml.load(written, Loader=yaml.CSafeLoader) == {"contacts": [{"description": text}]}


@pytest.mark.parametrize("text", HARD, ids=ascii)
def test_a_text_is_one_line_of_visible_characters(text: str) -> None:
    assert len(scalar(text).splitlines()) == 1
    assert scalar(text).startswith('"')


@given(st.lists(st.fixed_dictionaries({"a": TEXTS, "b": st.lists(TEXTS, max_size=3)}), max_size=3))
def test_any_text_is_read_back_by_both_yaml_loaders(entries: list[dict[str, Any]]) -> None:
    written = dump("contacts", entries, "Heading.")
    assert read(written) == read(written, FastLoader) == {"contacts": entries}


@pytest.mark.parametrize("number", ["90555817", "+4790555817", "004790555817", "0012", "110", "1_000", "12:30:45"])
def test_every_number_is_quoted(number: str) -> None:
    written = dump("groups", [{"phone_number": number, "members": [number]}], "Heading.")
    assert written.count(f'"{number}"') == 2
    assert yaml.safe_load(written) == {"groups": [{"phone_number": number, "members": [number]}]}


def test_it_is_readable() -> None:
    entries = [
        {"phone_number": "4790555817", "first_name": "Åse", "private": True},
        {"group_id": 12, "members": ["41234567", {"contact_id": 4711}], "empty": []},
    ]
    assert dump("contacts", entries, "The heading.") == (
        "---\n"
        "# The heading.\n"
        "contacts:\n"
        '  - phone_number: "4790555817"\n'
        '    first_name: "Åse"\n'
        "    private: true\n"
        "  - group_id: 12\n"
        "    members:\n"
        '      - "41234567"\n'
        "      - {contact_id: 4711}\n"
        "    empty: []\n"
    )


def test_no_entries_give_an_empty_list() -> None:
    assert yaml.safe_load(dump("contacts", [], "Heading.")) == {"contacts": []}


@pytest.mark.parametrize("text", TEMPLATES, ids=ascii)
def test_a_text_like_a_template_is_marked_as_data(text: str) -> None:
    assert scalar(text) == f"!unsafe {json.dumps(text)}"
    assert read(dump("contacts", [{"description": text}], "Heading.")) == {"contacts": [{"description": text}]}


@pytest.mark.parametrize("text", TEMPLATES, ids=ascii)
def test_ansible_evaluates_nothing_in_a_loaded_file(text: str, tmp_path) -> None:
    file = tmp_path / "contacts.yml"
    file.write_text(dump("contacts", [{"description": text}], "Heading."), encoding="utf-8")
    variables = load_as_variables(file)
    assert variables == {"contacts": [{"description": text}]}
    assert Templar(DataLoader(), variables=variables).template(variables["contacts"]) == [{"description": text}]


def test_the_previous_test_would_notice_an_evaluation(tmp_path) -> None:
    file = tmp_path / "contacts.yml"
    file.write_text('"contacts": "{{ 7 * 7 }}"', encoding="utf-8")
    variables = load_as_variables(file)
    # Before ansible-core 2.19, the result is a text.
    assert str(Templar(DataLoader(), variables=variables).template(variables["contacts"])) == "49"


@pytest.mark.parametrize("text", ["{", "}}", "a {b} c", "100 %}", "#jinja", "see #jinja2: there"])
def test_other_braces_are_not_marked(text: str) -> None:
    assert yaml.safe_load(scalar(text)) == text
