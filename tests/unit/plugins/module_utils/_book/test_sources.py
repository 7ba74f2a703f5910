# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Address books in files: which entries are read, and which errors name the file and the line."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book import sources as _sources
from ansible_collections.community.linkengage.plugins.module_utils._book.documents import read_json
from ansible_collections.community.linkengage.plugins.module_utils._book.sources import Reading, read_source
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, MissingLibrary

KARI = {"phone_number": "+4790555817", "first_name": "Kari"}


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def refused(path: str | Path) -> str:
    with pytest.raises(InvalidInput) as error:
        read_source(str(path))
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("book.yml", 'contacts:\n  - phone_number: "+4790555817"\n    first_name: Kari\n'),
        ("book.YAML", '---\ncontacts: [{phone_number: "+4790555817", first_name: !unsafe "Kari"}]\n'),
        ("book.json", json.dumps({"contacts": [KARI]})),
        ("book.json", "\ufeff" + json.dumps({"contacts": [KARI], "groups": []})),
        ("book.csv", "phone_number,first_name\r\n+4790555817,Kari\r\n"),
        ("book.csv", "\ufefffirst_name;phone_number\n\nKari;+4790555817\n\n"),
        ("book.csv", '"phone_number"\t"first_name"\n"+4790555817"\t"Kari"'),
        ("book.csv", " phone_number , first_name \n+4790555817,Kari\n"),
    ],
)
def test_every_format_gives_the_same_entries(tmp_path, name: str, text: str) -> None:
    entries = read_source(write(tmp_path, name, text)).entries
    assert [entry for _where, entry in entries["contacts"]] == [KARI]
    assert entries["groups"] == []


def test_a_folder_is_read_in_the_order_of_file_names(tmp_path) -> None:
    write(tmp_path, "b.json", '{"contacts": [{"phone_number": "2"}], "groups": [{"name": "B"}]}')
    write(tmp_path, "a.csv", "phone_number\n1\n")
    write(tmp_path, "c.yml", "groups: [{name: C}]\n")
    write(tmp_path, "README.md", "no address book")
    write(tmp_path, ".hidden.yml", "nonsense: 1")
    assert read_source(str(tmp_path)).entries == {
        "contacts": [("a.csv line 2", {"phone_number": "1"}), ("b.json line 1", {"phone_number": "2"})],
        "groups": [("b.json line 1", {"name": "B"}), ("c.yml line 1", {"name": "C"})],
    }


class TestCsv:
    def test_with_headers_in_columns(self, tmp_path) -> None:
        write(tmp_path, "a.csv", "Mobil;Fornavn;x\n+4790555817;Kari;y\n")
        write(tmp_path, "b.yml", "contacts: []")
        columns = Reading({"mobil": "phone_number", "fornavn": "first_name"}, "ignore")
        assert read_source(str(tmp_path), columns).entries["contacts"] == [("a.csv line 2", KARI)]

    def test_columns_apply_to_all_files(self, tmp_path) -> None:
        write(tmp_path, "a.csv", "Mobil\n1\n")
        write(tmp_path, "b.csv", "Telefon\n2\n")
        mapping = {"Mobil": "phone_number", "Telefon": "phone_number"}
        assert len(read_source(str(tmp_path), Reading(mapping)).entries["contacts"]) == 2
        with pytest.raises(InvalidInput, match="columns: no file has a column 'Mobl'"):
            read_source(str(tmp_path), Reading({**mapping, "Mobl": "email"}))

    def test_columns_are_not_checked_without_csv(self, tmp_path) -> None:
        path = write(tmp_path, "a.yml", "contacts: []")
        assert read_source(path, Reading({"Mobil": "phone_number"})).entries["contacts"] == []

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("\n90555817,2\n", "line 1: no column has a header for phone numbers"),
            ("\nphone_number,email\n1,2\n", "line 1 is empty, and the header is in line 2; delete the lines above"),
            (
                "phone_number,phone_number\n1,2\n",
                "line 1: the columns 'phone_number' and 'phone_number' both belong to the field phone_number",
            ),
            ("phone_number,fist_name\n1,2\n", "line 1: these headers are not known: 'fist_name' (nearest field: firs"),
            ("first_name\nx\n", "line 1: no column has a header for phone numbers"),
            ("+4790555817;Kari\n", "line 1 contains a phone number (\u202617), so the headers are missing; write"),
            ('"phone_number\n1\n', "line 1: the closing quotation mark of a cell is missing"),
        ],
    )
    def test_an_invalid_table_is_rejected(self, tmp_path, text: str, complaint: str) -> None:
        message = refused(write(tmp_path, "a.csv", text))
        assert message.startswith(f"src: {tmp_path / 'a.csv'} cannot be read: {complaint}")
        assert message.endswith(". Nothing was written.")

    def test_with_another_encoding_is_rejected(self, tmp_path) -> None:
        message = refused(write(tmp_path, "a.csv", "phone_number,first_name\n1,Åse\n", "cp1252"))
        assert message.startswith(
            f"src: {tmp_path / 'a.csv'} cannot be read: line 2 is not UTF-8; the file is probably"
        )
        assert message.endswith(
            "(in a spreadsheet: CSV UTF-8), or set `encoding` to windows-1252. Nothing was written."
        )

    def test_invalid_rows_keep_their_place_among_the_others(self, tmp_path) -> None:
        path = write(tmp_path, "a.csv", "phone_number,first_name\n1,a\n2,b,c\n3,c\n")
        (_first, (where, problem), _third) = read_source(path).entries["contacts"]
        assert (where, str(problem)[:26]) == ("a.csv line 3", "a.csv line 3: the row has ")


class TestDocuments:
    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("[]", "the file must contain a dictionary with `contacts` or `groups`, not a list"),
            ("contacts:\n", "`contacts` must be a list, not null. For an empty list, write []"),
            ("groups: {}\n", "`groups` must be a list, not a dictionary. For an empty list, write []"),
            ("groups: {name: A}\n", "`groups` must be a list, not a dictionary. Nothing was written."),
            (
                "contacts: []\npeople: []\n",
                "the file has unknown keys: people; the only keys of an address book are `contacts` and `groups`",
            ),
            ("contacts:\n\t- {phone_number: '1'}\n", "a.yml line 2 begins with a tab; YAML is indented with spaces"),
            ("contacts:\n  - {email: 2026-02-30}\n", "line 2: 2026-02-30 is not a date"),
            (
                "contacts: []\ngroups: []\ncontacts: []\n",
                "line 1: the key 'contacts' is written twice; delete one of the two keys",
            ),
            (
                "contacts:\n  - {phone_number: '1', phone_number: '2'}\n",
                "line 2: the key 'phone_number' is written twice",
            ),
            ("contacts: [\n", "line 2, column 1: the YAML is not valid (while parsing"),
            ('contacts: ["\x9f"]\n', "characters are not allowed (position 12)"),
            ("contacts: []\n---\ncontacts: []\n", "expected a single document"),
            (
                "\ncontacts: [!vault x]\n",
                "line 2: this content is encrypted with ansible-vault, and this task has no vault secrets",
            ),
            (
                "$ANSIBLE_VAULT;1.1;AES256\n62",
                "cannot be read: this content is encrypted with ansible-vault, and this task has no vault secrets",
            ),
            (
                "contacts: [!!python/object/apply:os.system ['true']]\n",
                "line 1, column 12: the YAML is not valid (could not determine a constructor",
            ),
        ],
    )
    def test_in_yaml_are_rejected(self, tmp_path, text: str, complaint: str) -> None:
        assert complaint in refused(write(tmp_path, "a.yml", text))

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("{", "line 1, column 2: the JSON is not valid (Expecting property name"),
            ("[]", "the file must contain a dictionary with `contacts` or `groups`, not a list"),
            ('{"contacts": null}', "`contacts` must be a list, not null"),
            ('{"contacts": [], "contacts": []}', "the key 'contacts' is written twice in one object"),
            ('{"contacts": [{"a": 1, "a": 2}]}', "the key 'a' is written twice in one object"),
            ("[" * 100_000, "the lists and dictionaries are nested too deeply"),
        ],
    )
    def test_in_json_are_rejected(self, tmp_path, text: str, complaint: str) -> None:
        assert complaint in refused(write(tmp_path, "a.json", text))

    @pytest.mark.parametrize(
        ("name", "text", "places"),
        [
            (
                "a.yml",
                "# people\ncontacts:\n\n- {email: '1'}\n- phone_number: '2'\n  first_name: B\n- &c {email: '3'}\n",
                ["a.yml line 4", "a.yml line 5", "a.yml line 7"],
            ),
            (
                "a.yml",
                "contacts: [{phone_number: '1'}, {phone_number: '2'},\n  {phone_number: '3'}]\ngroups: [{name: A}]\n",
                ["a.yml line 1: contacts[0]", "a.yml line 1: contacts[1]", "a.yml line 2", "a.yml line 3"],
            ),
            (
                "a.json",
                '\ufeff{\n "groups": [\n  {"a": "\\n]",\n "b": []}\n ],\n\n "contacts": [\n  1, {"a": [{}]},\n  2\n ]}',
                ["a.json line 8: contacts[0]", "a.json line 8: contacts[1]", "a.json line 9", "a.json line 3"],
            ),
            ("a.json", '{"contacts":[],"groups":[{}]}', ["a.json line 1"]),
            ("a.json", " {} ", []),
        ],
    )
    def test_have_entries_by_line(self, tmp_path, name: str, text: str, places: list[str]) -> None:
        entries = read_source(write(tmp_path, name, text)).entries
        assert [where for part in ("contacts", "groups") for where, _value in entries[part]] == places

    def test_in_yaml_have_members_by_line(self, tmp_path) -> None:
        text = "groups:\n- name: A\n  members:\n  - '1'\n  - '2'\n- {name: B, members: ['1', '2']}\n- name: C\n"
        source = read_source(write(tmp_path, "a.yml", text))
        assert source.members == {
            "a.yml line 2": ["a.yml line 4", "a.yml line 5"],
            "a.yml line 6": ["a.yml line 6: members[0]", "a.yml line 6: members[1]"],
        }

    @pytest.mark.parametrize("name", ["a.yml", "a.json", "a.csv", "a.vcf"])
    @pytest.mark.parametrize("text", ["", "\n \n"])
    def test_without_bytes_have_no_entries(self, tmp_path, name: str, text: str) -> None:
        assert read_source(write(tmp_path, name, text)).entries == {"contacts": [], "groups": []}

    def test_with_only_comments_have_no_entries(self, tmp_path) -> None:
        assert read_source(write(tmp_path, "a.yml", "# contacts:\n")).entries == {"contacts": [], "groups": []}

    def test_are_decrypted_where_there_are_secrets(self, tmp_path) -> None:
        reading = Reading(decrypt=lambda data: data.partition(b"\n")[2][::-1])
        write(tmp_path, "a.csv", "$ANSIBLE_VAULT;1.1\n" + "phone_number\n1\n"[::-1])
        text = "contacts:\n- phone_number: !vault |\n    $ANSIBLE_VAULT;1.1\n    2\n"
        write(tmp_path, "b.yml", text)
        contacts = read_source(str(tmp_path), reading).entries["contacts"]
        assert [(where, entry["phone_number"].strip()) for where, entry in contacts] == [
            ("a.csv line 2", "1"),
            ("b.yml line 2", "2"),
        ]

    def test_of_a_workbook_are_decrypted_too(self, tmp_path) -> None:
        book = openpyxl.Workbook()
        for row in (["Mobil", "Fornavn"], ["90555817", "Åse"]):
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        plain = (tmp_path / "a.xlsx").read_bytes()
        (tmp_path / "a.xlsx").write_bytes(b"$ANSIBLE_VAULT;1.1\n" + plain[::-1])
        reading = Reading(decrypt=lambda data: data.partition(b"\n")[2][::-1])
        assert read_source(str(tmp_path), reading).entries["contacts"] == [
            ("a.xlsx line 2", {"phone_number": "90555817", "first_name": "Åse"})
        ]

    def test_in_yaml_can_use_anchors(self, tmp_path) -> None:
        text = "contacts:\n  - &a {phone_number: '1', email: x}\n  - {<<: *a, phone_number: '2'}\n"
        entries = read_source(write(tmp_path, "a.yml", text)).entries["contacts"]
        assert [entry for _where, entry in entries] == [
            {"phone_number": "1", "email": "x"},
            {"phone_number": "2", "email": "x"},
        ]

    @pytest.mark.parametrize("library", ["C", "Python"])
    def test_in_yaml_have_the_types_of_yaml(self, tmp_path, monkeypatch, library: str) -> None:
        values = ["no", "'no'", "90555817", '"90555817"', "1.5", "1e3", "22:30", "0451", "0x1F", "~", "", "''", "true"]
        values += ["2026-01-31", "!!str 5", "! 5", "!!int '7'", "!!float 1", "a", "[1, 'b', ~]", "{c: 2}", "|\n   d\n"]
        text = "contacts:\n" + "".join(f"- last_name: {value}\n" for value in values)
        expected = yaml.safe_load(text)["contacts"]
        if library == "Python":
            monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
        entries = read_source(write(tmp_path, "a.yml", text)).entries["contacts"]
        assert repr([entry for _where, entry in entries]) == repr(expected)


class TestPaths:
    def test_that_do_not_exist_are_rejected(self, tmp_path) -> None:
        for path in (tmp_path / "a.yml", tmp_path / "folder"):
            assert refused(path) == f"src: {path} does not exist."
        assert refused("address-book") == (
            "src: address-book does not exist (the module looked in the folder where ansible-playbook was started). "
            "Write {{ playbook_dir }}/address-book."
        )
        assert "is not a folder, and its name does not end in" in refused(write(tmp_path, "a.txt", ""))

    @pytest.mark.parametrize("inside", [True, False])
    def test_of_a_pipe_are_rejected_at_once(self, tmp_path, inside: bool) -> None:
        os.mkfifo(tmp_path / "a.csv")
        message = refused(tmp_path if inside else tmp_path / "a.csv")
        assert (
            message == f"src: {tmp_path / 'a.csv'} is not a regular file. Nothing was written. Use a file or a folder."
        )

    def test_of_a_folder_include_its_subfolders(self, tmp_path) -> None:
        for folder in ("oslo/vakt", ".git", "bergen"):
            (tmp_path / folder).mkdir(parents=True)
            write(tmp_path / folder, "a.csv", f"phone_number,last_name\n1,{folder}\n")
        (tmp_path / "oslo" / "back").symlink_to(tmp_path, target_is_directory=True)
        assert read_source(str(tmp_path)).entries["contacts"] == [
            ("bergen/a.csv line 2", {"phone_number": "1", "last_name": "bergen"}),
            ("oslo/vakt/a.csv line 2", {"phone_number": "1", "last_name": "oslo/vakt"}),
        ]

    def test_without_a_file_are_rejected(self, tmp_path) -> None:
        write(tmp_path, "a.txt", "")
        assert "has no file with a name that ends in .csv, .json, .ods, .tsv, .vcf, .xlsx, .yaml, .yml" in refused(
            tmp_path
        )

    def test_of_an_unreadable_folder_are_rejected(self, tmp_path, monkeypatch) -> None:
        def listdir(path: str) -> list[str]:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(_sources.os, "listdir", listdir)
        remedy = "give your user the right to read this path"
        assert refused(tmp_path) == f"src: {tmp_path} cannot be read: Permission denied; {remedy}. Nothing was written."

    def test_of_a_folder_with_a_bad_file_are_rejected(self, tmp_path) -> None:
        write(tmp_path, "a.json", '{"contacts": []}')
        write(tmp_path, "b.csv", "first_name\n")
        assert "b.csv" in refused(tmp_path)


@pytest.mark.parametrize(
    ("library", "reader", "name"),
    [("yaml", "documents", "a.yml"), ("python_calamine", "workbook", "a.xlsx"), ("vobject.base", "vcard", "a.vcf")],
)
def test_without_a_library_the_other_formats_are_read(
    tmp_path, monkeypatch, library: str, reader: str, name: str
) -> None:
    module = importlib.import_module(f"{_sources.__package__}.{reader}")
    path = write(tmp_path, name, "contacts: []")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, library, None)
        importlib.reload(module)
        importlib.reload(_sources)
        try:
            with pytest.raises(MissingLibrary) as error:
                _sources.read_source(path)
            assert error.value.facts["library"] in ("PyYAML", "python-calamine", "vobject")
            assert _sources.read_source(write(tmp_path, "a.json", '{"contacts": []}')).entries["contacts"] == []
        finally:
            patch.undo()
            importlib.reload(module)
            importlib.reload(_sources)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["contacts", "groups"]), st.lists(TREES, max_size=4)),
    st.sampled_from([None, 0, 1, 3]),
)
def test_json_has_the_same_entries_in_every_layout(tree: dict[str, list[Any]], indent: int | None) -> None:
    text = json.dumps(tree, indent=indent)
    found = read_json(text.encode(), "a.json").entries
    assert {part: [value for _where, value in entries] for part, entries in found.items()} == tree
    for entries in found.values():
        places = [where for where, _value in entries]
        assert len(set(places)) == len(places)


SIGNS = st.text(alphabet='{}[],:"\\n a', max_size=4)
ENTRIES = st.dictionaries(SIGNS, SIGNS | st.integers() | st.lists(SIGNS, max_size=2), max_size=3)


@given(st.lists(ENTRIES | ENTRIES.map(lambda inner: {"inner": inner}) | SIGNS, max_size=5), st.sampled_from([None, 1]))
def test_each_entry_of_json_has_the_line_where_it_begins(entries: list[Any], indent: int | None) -> None:
    lines, text = [], '{"groups": [],\n\n"contacts": ['
    for index, entry in enumerate(entries):
        text += "," * (index > 0) + "\n" * (index % 3 + 1)
        lines.append(text.count("\n") + 1)
        text += json.dumps(entry, indent=indent)
    found = read_json(f"{text}]}}".encode(), "a.json").entries["contacts"]
    assert found == [(f"a.json line {line}", entry) for line, entry in zip(lines, entries)]


@pytest.mark.parametrize("other", ["", "see https://example.com", "{", ":}"])
def test_a_name_that_is_twice_in_one_object_of_json_is_an_error(other: str) -> None:
    text = '{"contacts": [{"first_name": "Kari", "first_name": "Ola"}, {"description": %s}]}'
    with pytest.raises(ValueError, match="the key 'first_name' is written twice in one object"):
        read_json((text % json.dumps(other)).encode(), "a.json")


@given(st.text(alphabet='{}[],:" 1\n\\', max_size=12))
def test_json_that_is_not_valid_is_rejected_as_by_the_standard_library(text: str) -> None:
    try:
        valid = isinstance(json.loads(text), dict) if text.strip() else True
    except ValueError:
        valid = False
    if not valid:
        with pytest.raises(ValueError):
            read_json(text.encode(), "a.json")
