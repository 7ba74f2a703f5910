# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import builtins
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.fields import (
    BOOL,
    INT,
    OPTIONAL_INT,
    SETTINGS,
    STR,
    STRINGS,
    TIME,
    Field,
    Resource,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import (
    CONTACT,
    FOLDER,
    GROUP,
    MESSAGE,
    USER,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.times import iso_utc, parse_time

ID = Field("id", "Id", INT, "An id.")
NAME = Field("name", "Name", STR, "A name.")


# Tables of fields


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((ID, NAME, Field("name", "Name2", STR, "Twice.")), "twice"),
        ((ID, NAME, Field("name2", "Name", STR, "Twice.")), "twice"),
        ((ID, Field("Name", "Name", STR, "Upper case.")), "are not valid names"),
        ((ID, Field("na me", "Name", STR, "A space.")), "are not valid names"),
        ((ID, Field("", "Name", STR, "No name.")), "are not valid names"),
        ((ID, Field("name", "name", STR, "Lower case.")), "are not valid names"),
        ((ID, Field("name", "Na:me", STR, "A colon.")), "are not valid names"),
        ((ID, Field("name", "Name", STR, "No full stop")), "must be a sentence with a full stop"),
        ((ID, Field("name", "Name", STR, "")), "must be a sentence with a full stop"),
        ((NAME,), "the id 'id' is not the name of a field"),
        ((), "the id 'id' is not the name of a field"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_invalid_table_of_fields_is_rejected(fields: tuple[Field, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Resource("thing", "Thing", "/things", "id", fields)


def test_the_options_are_the_writable_fields_without_defaults() -> None:
    spec = CONTACT.argument_spec()
    assert spec["phone_number"] == {"type": "raw"}
    assert spec["private"] == {"type": "bool"}
    assert set(spec) == {item.name for item in CONTACT.fields if item.name != "contact_id" and not item.readonly}
    assert not {"contact_id", "created"} & set(spec)
    assert set(GROUP.argument_spec()) == {item.name for item in GROUP.fields if item.name != "group_id"}
    assert FOLDER.argument_spec() == USER.argument_spec() == {}


@pytest.mark.parametrize("kind", [TIME, OPTIONAL_INT, STRINGS, SETTINGS], ids=["time", "number", "list", "dict"])
def test_only_values_that_an_option_can_change_and_clear_are_options(kind: Any) -> None:
    fields = (ID, Field("left", "LeavingDate", kind, "Date of leaving."))
    words = "person.left: an option cannot have this type. Add readonly=True to the field"
    with pytest.raises(ValueError, match=re.escape(words)):
        Resource("person", "Person", "/people", "id", fields).argument_spec()
    shown = (ID, replace(fields[1], readonly=True))
    assert Resource("person", "Person", "/people", "id", shown).argument_spec() == {}


# From options to records


def test_omitted_fields_are_not_managed_and_empty_or_false_fields_are() -> None:
    params = {"first_name": "", "private": False, "email": None, "contact_id": 4711, "state": "present"}
    assert CONTACT.from_params(params) == {"first_name": "", "private": False}


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"], ids=ascii)
def test_a_text_that_cannot_be_stored_is_rejected_with_its_option(character: str) -> None:
    with pytest.raises(InvalidInput, match=f"^email: the character at position 3 .U\\+{ord(character):04X}"):
        CONTACT.from_params({"first_name": "fine\r\n\t", "email": f"ab{character}"})


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        ("\x07", "a control character"),
        ("\ufffe", "not a valid character"),
        ("\ud83d", "half a character, for example because an emoji"),
    ],
)
def test_the_error_says_what_kind_of_character_it_is(character: str, kind: str) -> None:
    with pytest.raises(
        InvalidInput, match=rf"^email: the character at position 1 \(U\+{ord(character):04X}\) is {kind}"
    ):
        CONTACT.from_params({"email": character})


# From records to the API and back

TREE = {
    # All fields that are not listed below are empty.
    **CONTACT.to_wire(CONTACT.from_wire({})),
    "CPAAccepted": False,
    "ContactId": 4711,
    "CreatedDate": "/Date(1388577600000+0100)/",
    "Description": "",
    "Description2": None,
    "Description3": None,
    "Email": None,
    "Firstname": "Kari",
    "IsPrivate": True,
    "Lastname": "Nordmann",
    "PhoneNumber": "41234567",
}


def test_the_contracts_contact_is_read_and_put_back_unchanged() -> None:
    record = CONTACT.from_wire(TREE)
    assert record["contact_id"] == 4711
    assert (record["first_name"], record["description"], record["email"]) == ("Kari", "", None)
    assert CONTACT.to_wire(record) == TREE


def test_texts_in_xml_are_converted_to_their_types() -> None:
    record = CONTACT.from_wire({**TREE, "CPAAccepted": "false", "IsPrivate": "true", "ContactId": "4711"})
    assert (record["cpa_accepted"], record["private"], record["contact_id"]) == (False, True, 4711)


def test_a_missing_element_has_the_default_of_its_type() -> None:
    record = CONTACT.from_wire({})
    assert (record["contact_id"], record["private"], record["email"], record["created"]) == (0, False, None, None)
    folder = FOLDER.from_wire({"FolderId": "3"})
    assert (folder["folder_id"], folder["parent_id"], folder["sub_folders"]) == (3, None, [])


def test_unknown_wire_names_survive_a_read_and_put_back() -> None:
    tree = {**TREE, "NickName": "K", "Tags": ["a", {"B": None}], "Zip": None}
    record = CONTACT.from_wire(tree)
    assert CONTACT.to_wire(record) == tree
    assert not {"NickName", "Tags", "Zip"} & set(CONTACT.present(record))


def test_only_fields_in_the_record_are_written() -> None:
    assert GROUP.to_wire({"name": "On call", "private": False}) == {"Name": "On call", "IsPrivate": False}


def test_a_result_shows_every_field_by_its_name() -> None:
    shown = CONTACT.present({"first_name": "Kari"})
    assert list(shown) == [item.name for item in CONTACT.fields]
    assert shown["first_name"] == "Kari"
    assert (shown["contact_id"], shown["private"], shown["created"]) == (0, False, None)
    assert CONTACT.present(CONTACT.from_wire(TREE))["created"] == "2014-01-01T12:00:00Z"


def test_a_tree_of_folders_is_read_as_a_tree() -> None:
    tree = {"FolderId": 1, "SubFolders": [{"FolderId": 2, "SubFolders": [{"FolderId": 3, "ParentFolderId": 2}]}]}
    shown = FOLDER.present(FOLDER.from_wire(tree))
    (inner,) = shown["sub_folders"]
    (innermost,) = inner["sub_folders"]
    assert (shown["folder_id"], inner["folder_id"], innermost["folder_id"]) == (1, 2, 3)
    assert (innermost["parent_id"], innermost["sub_folders"]) == (2, [])


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ([{"Name": "A", "Value": "1"}, {"Name": "B", "Value": None}], {"A": "1", "B": ""}),
        ({"Setting": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "True"}]}, {"A": "1", "B": "True"}),
        ({"Whatever": {"Name": "A", "Value": "1"}}, {"A": "1"}),
        (None, {}),
        ("", {}),
        ([], {}),
    ],
    ids=str,
)
def test_settings_are_read_with_any_element_names(settings: Any, shown: dict[str, str]) -> None:
    assert USER.from_wire({"Settings": settings})["settings"] == shown


@pytest.mark.parametrize(
    ("value", "strings"),
    [(["a", "b"], ["a", "b"]), ({"string": ["a", "b"]}, ["a", "b"]), ({"string": "a"}, ["a"]), ("", []), (None, [])],
    ids=str,
)
def test_lists_of_strings_are_read_in_both_formats(value: Any, strings: list[str]) -> None:
    assert USER.from_wire({"AllowedFunctions": value})["allowed_functions"] == strings


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), ("true", True), ("True", True), ("1", True), (False, False), ("false", False), ("", False)],
)
def test_booleans_of_both_formats_are_read(value: Any, read: bool) -> None:
    assert BOOL.read(value) is read


# Times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("/Date(1388577600000+0100)/", "2014-01-01T12:00:00Z"),
        ("/Date(1388577600000-0800)/", "2014-01-01T12:00:00Z"),
        ("/Date(1388577600000)/", "2014-01-01T12:00:00Z"),
        ("/Date(1388577600999)/", "2014-01-01T12:00:00Z"),
        ("/Date(0)/", "1970-01-01T00:00:00Z"),
        ("/Date(-1000)/", "1969-12-31T23:59:59Z"),
        ("/Date(-62135596800000)/", "0001-01-01T00:00:00Z"),
        ("2014-01-01T13:00:00.123", "2014-01-01T12:00:00Z"),
        ("2014-07-01T13:00:00", "2014-07-01T11:00:00Z"),
        ("2014-01-01T12:00:00Z", "2014-01-01T12:00:00Z"),
        ("2014-01-01T12:00:00.1234567Z", "2014-01-01T12:00:00Z"),
        ("2014-01-01T12:00:00.9999999+00:00", "2014-01-01T12:00:00Z"),
        ("2014-01-01T13:00:00+01:00", "2014-01-01T12:00:00Z"),
        ("2014-01-01T13:00:00+0100", "2014-01-01T12:00:00Z"),
        ("2014-01-01T03:30:00-08:30", "2014-01-01T12:00:00Z"),
    ],
)
def test_dates_of_both_formats_are_read(text: str, moment: str) -> None:
    parsed = parse_time(text)
    assert parsed is not None
    assert iso_utc(parsed) == moment


def test_seven_digits_of_a_second_are_cut_to_six() -> None:
    parsed = parse_time("2014-01-01T12:00:00.1234567Z")
    assert parsed is not None
    assert parsed.microsecond == 123456


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2014-01-01",
        "2014-13-01T00:00:00Z",
        "2014-01-01T25:00:00Z",
        "/Date()/",
        "/Date(99999999999999999)/",
        "/Date(1388577600000+0100)/ ",
        "2014-01-01T12:00:00+99:99",
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_an_invalid_date_is_none_and_shown_unchanged(text: str) -> None:
    assert parse_time(text) is None
    assert CONTACT.present({"created": text})["created"] == (text or None)


def test_without_zone_data_a_time_without_zone_is_shown_unchanged(monkeypatch) -> None:
    real_import = builtins.__import__

    def without_zones(name: str, *args: Any) -> Any:
        if name == "zoneinfo":
            raise ImportError(name)
        return real_import(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_zones)
    assert parse_time("2014-01-01T13:00:00") is None
    assert CONTACT.present({"created": "2014-01-01T13:00:00"})["created"] == "2014-01-01T13:00:00"
    assert parse_time("2014-01-01T13:00:00Z") is not None


def test_an_unknown_zone_is_treated_like_no_zone(monkeypatch) -> None:
    monkeypatch.setattr(f"{parse_time.__module__}.SERVICE_ZONE", "Europe/Nowhere")
    assert parse_time("2014-01-01T13:00:00") is None


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-840, 840))
def test_any_time_is_read_back_in_both_formats(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=timezone.utc)
    zone = timezone(timedelta(minutes=minutes))
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)
    assert parse_time(f"/Date({milliseconds})/") == moment
    assert parse_time(moment.astimezone(zone).isoformat(timespec="milliseconds")) == moment


def test_a_moment_that_is_to_be_written_is_shown_in_utc() -> None:
    moment = datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=1)))
    assert MESSAGE.present({"handled": moment})["handled"] == "2026-01-31T08:00:00Z"
