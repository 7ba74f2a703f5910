# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An address book in files gives the same account as entries in the task. Errors have the file and the line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

BOOK: dict[str, Any] = {
    "contacts": [
        {"phone_number": "+4790555817", "first_name": "Åse", "private": True},
        {"phone_number": "41234567", "first_name": "yes", "description": "a; \"b\", 'c'\n#d"},
    ],
    "groups": [{"name": "On call", "members": ["90555817", "412 34 567"]}],
}
CSV = (
    "\ufeffphone_number;first_name;private;description\r\n"
    "+4790555817;Åse;true;\r\n"
    '41234567;yes;;"a; ""b"", \'c\'\n#d"\r\n'
)
FORMS = {
    "book.json": {"book.json": json.dumps(BOOK)},
    "book.yml": {"book.yml": yaml.safe_dump(BOOK, allow_unicode=True)},
    "folder": {"folder/people.csv": CSV, "folder/groups.yaml": yaml.safe_dump({"groups": BOOK["groups"]})},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_address_book(account, tmp_path, form: str) -> None:
    (tmp_path / "folder").mkdir()
    for name, text in FORMS[form].items():
        (tmp_path / name).write_bytes(text.encode())
    result = account.twice("address_book", src=str(tmp_path / form))
    assert (result["contacts"]["created"], result["groups"]["created"], result["members"]["added"]) == (2, 1, 2)
    first, second = sorted(account.contacts().values(), key=lambda contact: contact["PhoneNumber"], reverse=True)
    assert (first["PhoneNumber"], first["Firstname"], first["IsPrivate"]) == ("4790555817", "Åse", True)
    assert (second["Firstname"], second["Description"]) == ("yes", "a; \"b\", 'c'\n#d")
    account.done("address_book", **BOOK)
    assert account.writes == []


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.csv", "phone_number\n90555817\n4.79E+10\n", "a.csv line 3: phone_number: 4.79E+10 was rounded"),
        (
            "a.csv",
            "phone_number,private\n90555817,\n41234567,perhaps\n",
            "a.csv line 3: `private` must be true or false",
        ),
        ("a.yml", "contacts:\n- {phone_number: '90555817'}\n- {phone_number: +4741234567}\n", "a.yml line 3: "),
        (
            "a.json",
            '{"contacts": [{"phone_number": "90555817"}, {"phone_number": 41234567}]}',
            "a.json line 1: contacts[1]: ",
        ),
    ],
)
def test_a_changed_number_is_reported_by_file_and_line(
    json_account, tmp_path, name: str, text: str, place: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = json_account.run("address_book", src=str(tmp_path))
    assert place in result["msg"]
    assert json_account.numbers() == ["4790555817"]


def test_a_number_in_two_files_names_both(json_account, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("phone_number\n90555817\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text('contacts: [{phone_number: "905 55 817"}]', encoding="utf-8")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "a.csv line 2 and b.yml line 1" in message
    assert json_account.requests == []


@pytest.mark.parametrize("text", ["contacts: []", "groups: []", "contacts: []\ngroups: []"])
def test_an_empty_source_is_an_error_without_allow_empty(json_account, tmp_path, text: str) -> None:
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    assert "allow_empty" in json_account.refused("address_book", src=str(tmp_path / "a.yml"))
    assert json_account.requests == []
    assert json_account.done("address_book", src=str(tmp_path / "a.yml"), allow_empty=True)["changed"] is False


def test_a_source_and_inline_entries_exclude_each_other(json_account) -> None:
    assert "mutually exclusive" in json_account.refused("address_book", src="a.yml", contacts=[])
    assert "required" in json_account.refused("address_book")


def spreadsheet() -> tuple[str, dict[int, str], dict[str, str]]:
    """Return a CSV file of 2,000 rows of all kinds, the lines to be corrected, and the values of the good rows.

    Each wrong line has a part of its error. Numbers count up, in different spellings. The good rows are identified by
    their numbers and names.
    """
    spellings = ["+47 {0} {1}", "0047{0}{1}", "47{0}{1}", "{0}{1}", "{0}-{1}", "({0}) {1}", "+47{0}.{1}"]
    broken = [
        ("4.7904E+10", "was rounded"),
        ("479040{0}.0", "was changed to a decimal number"),
        ("#REF!", "an error value of the spreadsheet"),
        ("9040", "is declared twice"),  # the same short code each time
        ("+47 904 {0} ext 5", "is not allowed in a phone number"),
        ("+999040", "is not a phone number"),
        ("", "the phone number is empty"),
    ]
    lines, bad, good = ["Mobil;Fornavn;Notat;Avdeling"], {}, {}
    line = 2
    for index in range(2000):
        number = spellings[index % 7].format(f"{9040 + index // 10_000}", f"{index:04}")
        note = '"to\nlinjer; og ""mer"""' if index % 50 == 0 else ""
        if index % 40 == 3:
            kind = index // 40 % 7
            number, bad[line] = broken[kind][0].format(f"{index:04}"), broken[kind][1]
        elif index % 400 == 100:
            number, bad[line] = spellings[(index + 1) % 7].format("9040", f"{index - 1:04}"), "is declared twice"
            note = ""
        else:
            good[f"479040{index:04}"] = f"N{index}"
        row = f"{number};N{index};{note};"
        if index % 500 == 17:
            row, bad[line] = f"{number};N{index};{note};;x", "the row has 5 cells, but the header has 4"
            good.pop(f"479040{index:04}", None)
        lines.append(row)
        line += 1 + note.count("\n")
    return "\ufeff" + "\r\n".join(lines).replace("to\nlinjer", "to\r\nlinjer") + "\r\n", bad, good


SHEET: dict[str, Any] = {
    "columns": {"mobil": "phone_number", "fornavn": "first_name", "notat": "description"},
    "unknown_columns": "ignore",
    "read_strategy": "list",
}


def lines_of(problems: list[str]) -> set[int]:
    """Return the lines that sentences name. For two entries with one number, both lines are returned."""
    return {int(line) for problem in problems for line in re.findall(r"people\.csv line (\d+)", problem)}


@pytest.mark.slow
class TestASpreadsheetOf2000Rows:
    @pytest.fixture
    def sheet(self, json_account, tmp_path) -> Any:
        text, bad, good = spreadsheet()
        (tmp_path / "people.csv").write_bytes(text.encode())
        return {**SHEET, "src": str(tmp_path / "people.csv")}, text, bad, good

    @pytest.mark.parametrize("check", [True, False], ids=["check mode", "for real"])
    def test_writes_nothing_and_reports_every_bad_row_with_refuse(self, json_account, sheet, check) -> None:
        options, _text, bad, _good = sheet
        result = json_account.run("address_book", **options, on_invalid="refuse", check=check)
        assert result["failed"] is True
        assert "have to be corrected. Nothing was written.\npeople.csv line 6: " in result["msg"]
        assert json_account.writes == []
        problems = result["failure"]["problems"]
        assert result["failure"]["problem_count"] == len(problems)
        assert set(bad) <= lines_of(problems)
        assert len(bad) > 50
        for line, reason in bad.items():
            about = [problem for problem in problems if line in lines_of([problem])]
            assert any(reason in problem for problem in about), (line, about)

    def test_is_written_without_the_bad_rows_with_skip(self, json_account, sheet) -> None:
        options, _text, bad, good = sheet
        result = json_account.twice("address_book", **options, on_invalid="skip", workers=16)
        # Two rows with the same number are both rejected. The first of them would be a good row otherwise.
        left_out = lines_of(result["problems"])
        assert set(bad) <= left_out
        stored = {contact["PhoneNumber"]: contact["Firstname"] for contact in json_account.contacts().values()}
        assert stored.items() <= good.items()
        assert len(stored) == 2000 - len(left_out)
        assert len(good) - len(stored) == len(left_out - set(bad)) == 5

    def test_is_written_after_it_is_fixed(self, json_account, sheet, tmp_path) -> None:
        options, text, bad, good = sheet
        rows = text.split("\r\n")
        # A note of two lines belongs to a good row, so both lines count.
        kept = [row for line, row in enumerate(rows, 1) if line not in bad]
        (tmp_path / "people.csv").write_bytes("\r\n".join(kept).encode())
        result = json_account.twice("address_book", **options, on_invalid="refuse", workers=16)
        assert result["contacts"]["created"] == len(good) == len(json_account.contacts())
        assert {contact["Description"] for contact in json_account.contacts().values()} == {
            "",
            'to\r\nlinjer; og "mer"',
        }


ROWS = "phone_number,first_name\n90555817,Kari\n{0}\n99000001,Per\n"


def test_members_as_a_dictionary_are_explained_with_the_line_and_the_remedy(json_account, tmp_path) -> None:
    (tmp_path / "groups.yml").write_text("groups:\n\n\n- name: A\n  members: {set: ['+4790555817']}\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert message.endswith(
        "groups.yml line 4: in this module, `members` must be a list of phone numbers, not a dictionary. "
        "Fix the problem, then run the task again."
    )


class TestOnInvalid:
    """The file has one bad row between two good rows."""

    @pytest.fixture
    def write(self, tmp_path) -> Any:
        def write(row: str, more: str = "") -> str:
            (tmp_path / "a.csv").write_text(ROWS.format(row) + more, encoding="utf-8")
            return str(tmp_path / "a.csv")

        return write

    def test_continue_does_the_rest_and_fails(self, account, write) -> None:
        result = account.run("address_book", src=write("4.7E+10,Ola"))
        assert (result["failed"], len(account.contacts())) == (True, 2)
        assert "a.csv line 3: " in result["failure"]["problems"][0]

    def test_refuse_does_nothing(self, account, write) -> None:
        message = account.refused("address_book", src=write("4.7E+10,Ola"), on_invalid="refuse")
        assert message.startswith(
            "1 entry has to be corrected. Nothing was written.\na.csv line 3: phone_number: 4.7E+10"
        )

    def test_refuse_does_nothing_for_problems_with_the_account(self, account, write, tmp_path) -> None:
        (tmp_path / "b.yml").write_text("groups: [{name: G, members: ['41111111']}]", encoding="utf-8")
        write("41234567,Ola")
        for check in (True, False):
            message = account.refused("address_book", src=str(tmp_path), on_invalid="refuse", check=check)
            assert (
                "b.yml line 1: members[0]: the number 411...11 is not in the address book and is not declared."
                in message
            )

    def test_refuse_also_rejects_repetitions(self, json_account, write) -> None:
        src = write("905 55 817,Kari")
        message = json_account.refused("address_book", src=src, on_invalid="refuse")
        assert (
            "a.csv line 3: this entry is for the same contact as the entry in a.csv line 2, with the same values."
            in message
        )

    def test_skip_does_the_rest_and_warns(self, account, write) -> None:
        result = account.twice("address_book", src=write("4.7E+10,Ola"), on_invalid="skip")
        assert len(account.contacts()) == 2
        assert (len(result["problems"]), result["problem_count"]) == (1, 1)
        (warning,) = result["warnings"]
        assert "Skipped: a.csv line 3: " in str(warning)

    def test_skip_uses_equal_entries_once_and_different_entries_never(self, json_account, write) -> None:
        src = write("+47 905 55 817,Kari", "990 00 001,Pål\n")
        result = json_account.twice("address_book", src=src, on_invalid="skip")
        assert json_account.numbers() == ["4790555817"]
        assert result["problem_count"] == 2

    def test_skip_of_all_entries_is_rejected(self, json_account, tmp_path) -> None:
        (tmp_path / "a.csv").write_text("phone_number\n1E9\n2E9\n", encoding="utf-8")
        message = json_account.refused("address_book", src=str(tmp_path), on_invalid="skip")
        assert message.startswith("2 entries have to be corrected. Nothing was written.")

    @pytest.mark.parametrize("row", ["4.7E+10,Ola", "41234567,Ola,x", '"4123"x,Ola', "99000001,Ola"])
    def test_skip_never_purges_the_contact_of_a_bad_row(self, account, write, row: str) -> None:
        people = [("90555817", "Kari"), ("41234567", "Ola"), ("99000001", "Per"), ("99000002", "Gone")]
        account.simulator.seed(
            contacts=[{"PhoneNumber": n, "Firstname": f, "Description3": "[x]"} for n, f in people],
            groups=[{"GroupId": 1, "Name": "G", "members": []}],
        )
        options = {"marker": "[x]", "purge": ["contacts"], "max_delete_percent": 100}
        result = account.done("address_book", src=write(row), on_invalid="skip", **options)
        assert account.writes == []
        assert len(account.contacts()) == 4
        assert any("deletions wait until" in str(warning) for warning in result["warnings"])
        account.twice("address_book", src=write("41234567,Ola"), on_invalid="skip", **options)
        assert sorted(account.numbers()) == ["41234567", "90555817", "99000001"]

    def test_skip_with_only_a_repetition_purges(self, json_account, write) -> None:
        json_account.simulator.seed(contacts=[{"PhoneNumber": "99000002", "Description3": "[x]"}])
        options = {"marker": "[x]", "purge": ["contacts"], "max_delete_percent": 100}
        json_account.twice("address_book", src=write("+4790555817,Kari"), on_invalid="skip", **options)
        assert sorted(json_account.numbers()) == ["4790555817", "4799000001"]

    def test_skip_of_a_member_removes_no_member_from_the_group(self, account) -> None:
        account.simulator.seed(
            contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}, {"ContactId": 2, "PhoneNumber": "41234567"}],
            groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}],
        )
        groups = [{"name": "On call", "members": ["90555817", "4.1E+7"]}]
        account.done("address_book", groups=groups, on_invalid="skip")
        assert account.writes == []
        assert account.members(12) == {1, 2}

    def test_an_entry_that_the_service_rejects_always_fails_the_task(self, json_account, write) -> None:
        src = write("4.7E+10,Ola")
        match = {"method": "POST", "path": "^/contacts$", "body": "99000001"}
        json_account.simulator.faults([{"match": match, "action": "status", "status": 400, "times": None}])
        result = json_account.run("address_book", src=src, on_invalid="skip")
        json_account.simulator.clear_faults()
        assert (result["failed"], json_account.numbers()) == (True, ["4790555817"])
        (problem,) = result["failure"]["problems"]
        assert problem.startswith("a.csv line 4: POST /contacts: ")


@pytest.mark.parametrize("on_invalid", ["continue", "refuse", "skip"])
def test_a_file_that_cannot_be_read_is_always_an_error(json_account, tmp_path, on_invalid: str) -> None:
    (tmp_path / "a.csv").write_bytes("phone_number;first_name\n90555817;Åse\n".encode("cp1252"))
    message = json_account.refused("address_book", src=str(tmp_path), on_invalid=on_invalid)
    assert "a.csv cannot be read: line 2 is not UTF-8" in message
    assert json_account.requests == []


@pytest.mark.parametrize(
    ("name", "codec", "delimiter"),
    [
        ("vaktliste.csv", "windows-1252", ";"),  # plain CSV, as spreadsheets save it
        ("jourlista.csv", "latin-1", ";"),
        ("unicode.csv", "utf-16", "\t"),  # Unicode text, as spreadsheets save it
        ("unicode.tsv", "utf-16", "\t"),
        ("päivystys.csv", "utf-8-sig", ","),
    ],
)
def test_no_name_gets_wrong_letters(json_account, tmp_path, name: str, codec: str, delimiter: str) -> None:
    rows = [["Mobil", "Fornavn"], ["90555817", "Åse"], ["41234567", "Jörgen Ångström"]]
    (tmp_path / name).write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(codec))
    options = {"src": str(tmp_path / name)}
    if not codec.startswith("utf"):
        message = json_account.refused("address_book", **options)
        assert "line 2 is not UTF-8" in message
        assert "set `encoding` to windows-1252" in message
        options["encoding"] = codec
    json_account.twice("address_book", **options)
    assert {row["Firstname"] for row in json_account.contacts().values()} == {"Åse", "Jörgen Ångström"}


@pytest.mark.parametrize("name", ["a.yml", "a.json", "a.vcf"])
def test_other_texts_can_have_another_encoding_too(json_account, tmp_path, name: str) -> None:
    texts = {
        "a.yml": 'contacts: [{phone_number: "90555817", first_name: Åse}]',
        "a.json": '{"contacts": [{"phone_number": "90555817", "first_name": "Åse"}]}',
        "a.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Åse\nN:;Åse;;;\nTEL:90555817\nEND:VCARD\n",
    }
    (tmp_path / name).write_bytes(texts[name].encode("cp1252"))
    assert "line " in json_account.refused("address_book", src=str(tmp_path))
    json_account.twice("address_book", src=str(tmp_path), encoding="windows-1252")
    assert [row["Firstname"] for row in json_account.contacts().values()] == ["Åse"]


def test_an_unknown_encoding_is_an_error(json_account, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("phone_number\n90555817\n", encoding="utf-8")
    message = json_account.refused("address_book", src=str(tmp_path), encoding="excel")
    assert "encoding: 'excel' is not a known encoding" in message


def test_the_plan_lists_every_skipped_row(json_account, tmp_path) -> None:
    rows = [f"{4.79056 + row / 1000}E+10;Kari" for row in range(50)]
    (tmp_path / "a.csv").write_text("\n".join(["Mobil;Fornavn", "90555817;Ola", *rows, ""]), encoding="utf-8")
    result = json_account.done("address_book", src=str(tmp_path), on_invalid="skip", check=True)
    skipped = [line for line in result["plan"] if line.startswith("Skipped: ")]
    assert [int(line.split()[3].rstrip(":")) for line in skipped] == list(range(3, 53))


def test_columns_need_a_source_file(json_account) -> None:
    contacts = [{"phone_number": "90555817"}]
    assert "columns: " in json_account.refused("address_book", contacts=contacts, columns={"a": "email"})
    assert json_account.requests == []
