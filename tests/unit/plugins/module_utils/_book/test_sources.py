# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Address books in files: what is read, and what is refused by the name of its file and its line."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book import sources as _sources
from ansible_collections.community.linkengage.plugins.module_utils._book.sources import read_source
from ansible_collections.community.linkengage.plugins.module_utils._book.spreadsheet import Columns
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
def test_every_form_says_the_same(tmp_path, name: str, text: str) -> None:
    entries = read_source(write(tmp_path, name, text))
    assert [entry for _where, entry in entries["contacts"]] == [KARI]
    assert entries["groups"] == []


def test_a_folder_is_all_of_its_files_in_the_order_of_their_names(tmp_path) -> None:
    write(tmp_path, "b.json", '{"contacts": [{"phone_number": "2"}], "groups": [{"name": "B"}]}')
    write(tmp_path, "a.csv", "phone_number\n1\n")
    write(tmp_path, "c.yml", "groups: [{name: C}]\n")
    write(tmp_path, "README.md", "no address book")
    write(tmp_path, ".hidden.yml", "nonsense: 1")
    assert read_source(str(tmp_path)) == {
        "contacts": [("a.csv line 2", {"phone_number": "1"}), ("b.json: contacts[0]", {"phone_number": "2"})],
        "groups": [("b.json: groups[0]", {"name": "B"}), ("c.yml: groups[0]", {"name": "C"})],
    }


class TestCsv:
    def test_with_columns_of_the_users_own(self, tmp_path) -> None:
        write(tmp_path, "a.csv", "Mobil;Fornavn;x\n+4790555817;Kari;y\n")
        write(tmp_path, "b.yml", "contacts: []")
        columns = Columns({"mobil": "phone_number", "fornavn": "first_name"}, "ignore")
        assert read_source(str(tmp_path), columns)["contacts"] == [("a.csv line 2", KARI)]

    def test_columns_are_of_any_of_the_files(self, tmp_path) -> None:
        write(tmp_path, "a.csv", "Mobil\n1\n")
        write(tmp_path, "b.csv", "Telefon\n2\n")
        mapping = {"Mobil": "phone_number", "Telefon": "phone_number"}
        assert len(read_source(str(tmp_path), Columns(mapping))["contacts"]) == 2
        with pytest.raises(InvalidInput, match="columns: no CSV file has a column 'Mobl'"):
            read_source(str(tmp_path), Columns({**mapping, "Mobl": "email"}))

    def test_columns_are_of_no_concern_without_csv(self, tmp_path) -> None:
        path = write(tmp_path, "a.yml", "contacts: []")
        assert read_source(path, Columns({"Mobil": "phone_number"}))["contacts"] == []

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "its first line is empty; the names of the columns are expected (contact_id, phone_number"),
            ("\n1,2\n", "its first line is empty"),
            (",\n1,2\n", "its first line is empty"),
            ("phone_number,phone_number\n1,2\n", "line 1: phone_number stands there twice"),
            ("phone_number,fist_name\n1,2\n", "line 1: 'fist_name' is no field; there are contact_id, phone_number"),
            ("first_name\nx\n", "line 1: no column is the phone_number"),
            ('"phone_number\n1\n', "line 1: a quote opens and is never closed"),
        ],
    )
    def test_what_is_no_table_is_refused(self, tmp_path, text: str, complaint: str) -> None:
        message = refused(write(tmp_path, "a.csv", text))
        assert message.startswith(f"src: {tmp_path / 'a.csv'} cannot be read: {complaint}")
        assert message.endswith(". Nothing was sent.")

    def test_of_another_encoding_is_refused(self, tmp_path) -> None:
        message = refused(write(tmp_path, "a.csv", "phone_number,first_name\n1,Åse\n", "cp1252"))
        assert message.startswith(f"src: {tmp_path / 'a.csv'} cannot be read: line 2 is not UTF-8; most likely")
        assert message.endswith("save it in the spreadsheet as CSV UTF-8. Nothing was sent.")

    def test_rows_that_are_none_stand_among_the_others(self, tmp_path) -> None:
        path = write(tmp_path, "a.csv", "phone_number,first_name\n1,a\n2\n3,c\n")
        (_first, (where, problem), _third) = read_source(path)["contacts"]
        assert (where, str(problem)[:26]) == ("a.csv line 3", "a.csv line 3: it has 1 cel")


class TestDocuments:
    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "it holds nothing"),
            ("# only a comment\n", "it holds nothing"),
            ("null", "it holds nothing"),
            ("[]", "it holds a list"),
            ("contacts:\n", "its contacts are nothing, and not a list; an empty one is written []"),
            ("groups: {}\n", "its groups are a dict"),
            ("contacts: []\npeople: []\n", "it holds people beside contacts and groups"),
            ("contacts: []\ngroups: []\ncontacts: []\n", "line 1: the key 'contacts' stands there twice"),
            ("contacts:\n  - {phone_number: '1', phone_number: '2'}\n", "line 2: the key 'phone_number' stands there"),
            ("contacts: [\n", "while parsing"),
            ("contacts: []\n---\ncontacts: []\n", "expected a single document"),
            ("contacts: [!vault x]\n", "could not determine a constructor for the tag '!vault'"),
            ("contacts: [!!python/object/apply:os.system ['true']]\n", "could not determine a constructor"),
        ],
    )
    def test_in_yaml_are_refused(self, tmp_path, text: str, complaint: str) -> None:
        assert complaint in refused(write(tmp_path, "a.yml", text))

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "Expecting value"),
            ("null", "it holds nothing"),
            ("[]", "it holds a list"),
            ('{"contacts": null}', "its contacts are nothing"),
            ('{"contacts": [], "contacts": []}', "the key 'contacts' stands twice in one object"),
            ('{"contacts": [{"a": 1, "a": 2}]}', "the key 'a' stands twice in one object"),
            ("[" * 100_000, "recursion"),
        ],
    )
    def test_in_json_are_refused(self, tmp_path, text: str, complaint: str) -> None:
        assert complaint in refused(write(tmp_path, "a.json", text))

    def test_in_yaml_may_use_anchors(self, tmp_path) -> None:
        text = "contacts:\n  - &a {phone_number: '1', email: x}\n  - {<<: *a, phone_number: '2'}\n"
        entries = read_source(write(tmp_path, "a.yml", text))["contacts"]
        assert [entry for _where, entry in entries] == [
            {"phone_number": "1", "email": "x"},
            {"phone_number": "2", "email": "x"},
        ]


class TestPaths:
    def test_that_are_not_there_are_refused(self, tmp_path) -> None:
        assert "No such file" in refused(tmp_path / "a.yml")
        assert "is no folder" in refused(tmp_path / "folder")
        assert "is no folder" in refused(write(tmp_path, "a.txt", ""))

    def test_without_a_file_are_refused(self, tmp_path) -> None:
        write(tmp_path, "a.txt", "")
        assert "holds no file that ends in .csv, .json, .yaml, .yml" in refused(tmp_path)

    def test_of_a_folder_that_cannot_be_read_are_refused(self, tmp_path, monkeypatch) -> None:
        def listdir(path: str) -> list[str]:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(_sources.os, "listdir", listdir)
        assert refused(tmp_path) == f"src: {tmp_path} cannot be read: Permission denied. Nothing was sent."

    def test_of_a_folder_with_a_bad_file_are_refused_as_a_whole(self, tmp_path) -> None:
        write(tmp_path, "a.json", '{"contacts": []}')
        write(tmp_path, "b.csv", "")
        assert "b.csv" in refused(tmp_path)


def test_without_pyyaml_the_other_forms_are_read(tmp_path, monkeypatch) -> None:
    path = write(tmp_path, "a.yml", "contacts: []")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "yaml", None)
        importlib.reload(_sources)
        try:
            with pytest.raises(_sources.MissingLibrary) as error:
                _sources.read_source(path)
            assert error.value.facts["library"] == "PyYAML"
            assert _sources.read_source(write(tmp_path, "a.json", '{"contacts": []}'))["contacts"] == []
        finally:
            patch.undo()
            importlib.reload(_sources)
    assert _sources.MissingLibrary is MissingLibrary
