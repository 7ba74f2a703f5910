# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSV of a spreadsheet: every row is read as it was typed, or rejected with the line where the row begins."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._book.columns import Columns
from ansible_collections.community.linkengage.plugins.module_utils._book.table import Entry, read_text
from ansible_collections.community.linkengage.plugins.module_utils._book.texts import decode, require_encoding
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput

COLUMNS = {"Mobil": "phone_number", " FORNAVN ": "first_name"}


def read_table(text: str, file: str, columns: Columns) -> list[Entry]:
    """Return the entries without the warnings."""
    return read_text(text, file, columns)[0]


HEADERS_OF_PROGRAMS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "headers_of_programs.yml").read_text(encoding="utf-8")
)


def _is_known(header: str) -> bool:
    return Columns().recognised([header]) > 0


def rows(text: str, columns: Columns | None = None) -> list[Any]:
    """Return for each row its fields, or what is wrong with the row."""
    found = read_table(text, "a.csv", columns or Columns())
    return [str(value) if isinstance(value, InvalidInput) else value for _where, value in found]


def places(text: str) -> list[str]:
    return [where for where, _value in read_table(text, "a.csv", Columns())]


class TestColumns:
    @pytest.mark.parametrize(
        "header",
        [
            "phone_number;first_name",
            " Phone_Number ;FIRST_NAME",
            "mobil;Fornavn",
            '"Mobil"\t"fornavn "',
            "\xa0MOBIL\xa0,first_name",
        ],
    )
    def test_are_found_in_any_case(self, header: str) -> None:
        delimiter = next(mark for mark in ";\t," if mark in header)
        text = f"{header}\n90555817{delimiter}Kari\n"
        assert rows(text, Columns(COLUMNS)) == [{"phone_number": "90555817", "first_name": "Kari"}]

    def test_are_found_with_composed_and_decomposed_letters(self) -> None:
        columns = Columns({"M\u00e5bil": "phone_number"})
        assert rows("Ma\u030abil\n90555817\n", columns) == [{"phone_number": "90555817"}]

    def test_that_are_unknown_give_an_error_with_a_remedy(self) -> None:
        with pytest.raises(ValueError) as error:
            rows("phone_number;Fornam;Xyzzy \n1;2;3\n")
        assert str(error.value).startswith(
            "line 1: these headers are not known: 'Fornam' (nearest field: first_name), 'Xyzzy'. Assign fields to "
            "these headers with the option `columns`, as in {Fornam: first_name}, or set `unknown_columns` to "
            "`ignore`. The fields are "
        )

    @pytest.mark.parametrize(
        "header", ["Tel. (mobil)", "Avdeling/sted", "BEGIN:VCARD", "Navn, sted", "#", "Kari's", "{x}"]
    )
    def test_that_are_unknown_are_shown_as_yaml_reads_them(self, header: str) -> None:
        with pytest.raises(ValueError) as error:
            rows(f"phone_number;{header}\n1;2\n")
        example = re.search(r"as in (\{.*\}), or set", str(error.value))
        assert example
        assert list(yaml.safe_load(example[1])) == [header]

    def test_that_are_unknown_can_be_ignored(self) -> None:
        assert rows("x;phone_number;\na;90555817;b\n", Columns(unknown="ignore")) == [{"phone_number": "90555817"}]

    def test_without_a_header_must_be_empty(self) -> None:
        assert rows("phone_number;;\n90555817;;\n41234567;; x\n") == [
            {"phone_number": "90555817"},
            "a.csv line 3: cell 3 has a value, but there is no header above the cell. Add a header, or clear the cell.",
        ]

    @pytest.mark.parametrize("mapping", [{"Mobil": "phone"}, {"Mobil": ""}, {"Mobil": None}, {"Mobil": ["email"]}])
    def test_are_fields(self, mapping: dict[str, Any]) -> None:
        with pytest.raises(
            InvalidInput,
            match=r"^columns: the key 'Mobil' has the wrong value .*Write a field for each header, .*The fields are ",
        ):
            Columns(mapping)

    @pytest.mark.parametrize(("value", "shown"), [([1], "[1]"), ([], "[]"), (None, "null"), ("", "''")])
    def test_with_wrong_headers_have_no_hint_about_the_field(self, value: Any, shown: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            Columns({"phone_number": value})
        assert f"columns: the key 'phone_number' has the wrong value {shown}. Write" in str(caught.value)

    @pytest.mark.parametrize("mapping", [{" ": "email"}, {"Mail": "email", "MAIL ": "first_name"}])
    def test_have_one_header_each(self, mapping: dict[str, str]) -> None:
        with pytest.raises(InvalidInput, match=r"^columns: the header .* is (empty|listed twice)\."):
            Columns(mapping)

    def test_must_not_be_one_field_twice(self) -> None:
        with pytest.raises(
            ValueError,
            match=r"line 1: the columns 'mobil' and 'phone_number' both belong to the field phone_number\. Choo",
        ):
            rows("mobil;phone_number\n1;2\n", Columns(COLUMNS))

    def test_must_identify_the_contact(self) -> None:
        with pytest.raises(
            ValueError, match=r"line 1: no column has a header for phone numbers\. If one .* with the option `columns`"
        ):
            rows("first_name;email\na;b\n")
        assert rows("contact_id;email\n1;b\n") == [{"contact_id": "1", "email": "b"}]

    def test_that_no_file_has_give_an_error(self) -> None:
        columns = Columns(COLUMNS)
        rows("mobil\n90555817\n", columns)
        with pytest.raises(InvalidInput, match="columns: no file has a column ' FORNAVN '"):
            columns.refuse_unmet()
        rows("phone_number,fornavn\n90555817,x\n", columns)
        columns.refuse_unmet()


class TestDelimiters:
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_come_from_the_first_line(self, mark: str) -> None:
        text = f"phone_number{mark}first_name\n90555817{mark}a.b\n"
        assert rows(text) == [{"phone_number": "90555817", "first_name": "a.b"}]

    def test_are_ignored_in_quotes(self) -> None:
        columns = Columns({"Etternavn, fornavn, tittel": "last_name"})
        text = '"Etternavn, fornavn, tittel";phone_number\nx;90555817\n'
        assert rows(text, columns) == [{"last_name": "x", "phone_number": "90555817"}]

    def test_are_optional(self) -> None:
        assert rows("phone_number\n90555817") == [{"phone_number": "90555817"}]


class TestRows:
    def test_are_reported_by_their_first_line(self) -> None:
        text = 'phone_number;first_name\r\n1;"a\r\nb"\r\n\r\n;\r\n2;x\r\n3;"\n\n"\n4;y'
        assert places(text) == ["a.csv line 2", "a.csv line 6", "a.csv line 7", "a.csv line 10"]

    def test_with_only_empty_cells_are_skipped(self) -> None:
        assert rows("phone_number;first_name\n;\n \t;\xa0\n\n90555817;\n;;\n") == [
            {"phone_number": "90555817", "first_name": ""}
        ]

    @pytest.mark.parametrize(
        ("row", "complaint"),
        [
            ("1;2;3", "the row has 3 cells, but the header has 2 cells. Quote cells that contain a delimiter."),
            (
                '1;"a"b',
                "there is text after the closing quotation mark of a cell; write each quotation mark inside a "
                "cell twice.",
            ),
            ('1;"Kari "K" N"', "there is text after the closing quotation mark"),
            (
                "1;#REF!",
                "first_name is #REF!, an error value of the spreadsheet. Correct the formula in the spreadsheet.",
            ),
        ],
    )
    def test_that_are_invalid_do_not_stop_the_others(self, row: str, complaint: str) -> None:
        first, second, third = rows(f"phone_number;first_name\n90555817;a\n{row}\n41234567;b\n")
        assert (first["first_name"], third["first_name"]) == ("a", "b")
        assert second.startswith(f"a.csv line 3: {complaint}")

    @pytest.mark.parametrize("row", ['1;"a', '1;"a"b;"c', '"1";"a" "'])
    def test_after_an_open_quote_are_never_guessed(self, row: str) -> None:
        found = rows(f'phone_number;first_name\n90555817;a\n{row}\n41234567;"b"\n41234568;c\n')
        assert found[0]["first_name"] == "a"
        assert len(found) == 2
        assert found[1].startswith("a.csv line 3: ")
        assert ", so the rows below this row cannot be read; " in found[1]


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "reason"),
        [
            ("4.79056E+10", "4.79056E+10 was rounded"),
            ("4,79056E+10", "4,79056E+10 was rounded"),
            ("5E9", "5E9 was rounded"),
            (" 4.79056e+10 ", "4.79056e+10 was rounded"),
            ("4790555817.0", "479...\\.0 was changed to a decimal number"),
            ("4790555817,00", "479...00 was changed to a decimal number"),
            ("-90555770", "-90...70 was read as a formula"),
        ],
    )
    def test_that_a_spreadsheet_damaged_are_rejected(self, cell: str, reason: str) -> None:
        (complaint,) = rows(f"phone_number\n{cell}\n" if "," not in cell else f'phone_number;email\n"{cell}";\n')
        place = "a.csv line 2: phone_number: " + reason.replace("\\", "")
        assert complaint.startswith(
            f"{place} by the spreadsheet. Format the column as text in the spreadsheet, then enter the"
        )

    @pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#I/T", "#VERDI!", "########"])
    @pytest.mark.parametrize("column", ["phone_number", "last_name", "contact_id"])
    def test_or_texts_with_an_error_value_are_rejected(self, column: str, error: str) -> None:
        header = "phone_number,last_name,contact_id"
        cells = {"phone_number": "90555817", "last_name": "x", "contact_id": "", column: error}
        (complaint,) = rows(f"{header}\n{','.join(cells[name] for name in header.split(','))}\n")
        assert (
            complaint
            == f"a.csv line 2: {column} is {error}, an error value of the spreadsheet. "
            + ("Make the column wider" if error == "########" else "Correct the formula")
            + " in the spreadsheet."
        )

    @pytest.mark.parametrize(
        ("cell", "typed"),
        [
            ("+47 905 55 817", "+47 905 55 817"),
            ("0047905.55.817", "0047905.55.817"),
            ("4\xa0790\xa0555\u202f817", "4 790 555 817"),
            (" 90555817\xa0", "90555817"),
            ("220000.5", "220000.5"),
        ],
    )
    def test_are_as_they_were_typed(self, cell: str, typed: str) -> None:
        assert rows(f"phone_number\n{cell}\n") == [{"phone_number": typed}]

    def test_and_texts_that_only_look_damaged_are_unchanged(self) -> None:
        text = "phone_number;first_name;last_name;description\n90555817;4.79056E+10;-1;#oncall\n"
        assert rows(text)[0]["description"] == "#oncall"


class TestEncodings:
    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig"])
    def test_for_unicode_are_read(self, codec: str) -> None:
        assert decode("phone_number;first_name\n1;Åse".encode(codec)) == "phone_number;first_name\n1;Åse"

    @pytest.mark.parametrize("codec", ["cp1252", "latin-1", "iso8859-15"])
    def test_with_one_byte_per_letter_are_rejected_by_line(self, codec: str) -> None:
        with pytest.raises(
            ValueError,
            match=r"^line 3 is not UTF-8; the file is probably .*Windows-1252.*CSV UTF-8\), or set `encoding`",
        ):
            decode("phone_number;first_name\n1;Kari\n2;Åse\n".encode(codec))

    @pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
    def test_with_two_bytes_per_letter_are_read_with_their_mark(self, mark: bytes) -> None:
        codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
        text = "phone_number\tfirst_name\r\n1\tÅse\r\n"
        assert decode(mark + text.encode(codec)) == text
        with pytest.raises(
            ValueError, match=r"^the file contains null characters, .*UTF-16\. .* set `encoding` to utf-16-le$"
        ):
            decode("phone_number;first_name\n1;Kari\n".encode(codec))
        assert decode(text.encode(codec), codec) == text

    def test_with_half_a_letter_of_utf_16_is_rejected(self) -> None:
        with pytest.raises(ValueError, match=r"^line 2 is not utf-16 text\. "):
            decode("1\n2".encode("utf-16") + b"\x00")

    @pytest.mark.parametrize("codec", ["windows-1252", "cp1252", "latin-1", "iso8859-15", "mac-roman", "cp850"])
    def test_that_are_named_are_used(self, codec: str) -> None:
        text = "phone_number;first_name\n1;Åse\n2;Jørgen\n3;Märta\n"
        assert decode(text.encode(codec), codec) == text
        # A folder can also contain files in Unicode.
        for other in ("utf-8", "utf-8-sig", "utf-16"):
            assert decode(text.encode(other), codec) == text

    def test_that_are_wrong_are_rejected(self) -> None:
        with pytest.raises(
            ValueError, match=r"^line 2 is not ascii text\. .*set `encoding` to the encoding of the file$"
        ):
            decode("1\nÅse".encode("cp1252"), "ascii")

    @pytest.mark.parametrize("name", ["excel", "", "hex", "utf-8\0"])
    def test_that_are_unknown_are_rejected(self, name: str) -> None:
        with pytest.raises(InvalidInput, match=r"^encoding: .*is not a known encoding. Write `auto`, or a name such"):
            require_encoding(name)
        assert require_encoding("auto") == "auto"

    @given(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")),
        st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
        st.sampled_from(["auto", "windows-1252"]),
    )
    def test_for_unicode_are_recognised(self, text: str, codec: str, encoding: str) -> None:
        assert decode(text.encode(codec), encoding) == text


class TestHeaders:
    @pytest.mark.parametrize(
        ("header", "field"),
        [
            *((header, "phone_number") for header in ("Phone Number", "phone-number", "PHONE_NUMBER", "Mobil", "Tlf.")),
            *(
                (header, "phone_number")
                for header in ("Mobiltelefon", "Telefon", "Matkapuhelin", "Handynummer", "Mobilnr")
            ),
            *(
                (header, "first_name")
                for header in ("Fornavn", "F\u00f6rnamn", "Etunimi", "Vorname", "First Name", "Given Name")
            ),
            *(
                (header, "last_name")
                for header in ("Etternavn", "Efternamn", "Efternavn", "Sukunimi", "Nachname", "Surname")
            ),
            *(
                (header, "email")
                for header in ("E-post", "E-mail", "E-postadress", "S\u00e4hk\u00f6posti", "E-Mail-Adresse")
            ),
            ("Mobile Phone", "phone_number"),
            ("E-mail Address", "email"),
            ("Phone 1 - Value", "phone_number"),
            ("E-mail 1 - Value", "email"),
        ],
    )
    def test_of_other_programs_and_languages_are_known(self, header: str, field: str) -> None:
        assert Columns().understand([header, "contact_id"]).fields[field] == (0,)

    @pytest.mark.parametrize("program", HEADERS_OF_PROGRAMS)
    def test_of_programs_are_known_in_any_selection(self, program: str) -> None:
        headers = [header for line in HEADERS_OF_PROGRAMS[program] for header in line.split("|")]
        needed = {"first_name", "last_name", "phone_number"}
        known = {header: Columns().understand([header, "contact_id"]).fields for header in headers if _is_known(header)}
        found = {name: header for header, fields in reversed(known.items()) for name in fields}
        assert needed | {"email"} <= found.keys()
        base = [found[name] for name in ("first_name", "last_name", "phone_number", "email")]
        for header in headers:
            if header not in base:
                head = Columns().understand([*base, header])
                assert needed <= head.fields.keys(), header
        whole = Columns().understand(headers)
        assert needed | {"email"} == whole.fields.keys()

    @pytest.mark.parametrize(
        ("header", "fields"),
        [
            ("Mobil 2;Mobil 1", {"phone_number": (1, 0)}),
            ("Mobil;Mobil 2;Telefon 2;Telefon", {"phone_number": (0, 1, 3, 2)}),
            ("Mobile Phone 2;Phone 1;E-post 2;E-post", {"phone_number": (0, 1), "email": (3, 2)}),
            ("Mobil;description2;Description 3", {"phone_number": (0,), "description2": (1,), "description3": (2,)}),
        ],
    )
    def test_with_numbers_are_an_order(self, header: str, fields: dict[str, tuple[int, ...]]) -> None:
        assert Columns().understand(header.split(";")).fields == fields

    def test_are_all_reported_at_once(self) -> None:
        with pytest.raises(ValueError, match="'Fonavn' \\(nearest field: first_name\\), 'Qqq', 'emial' \\(nearest"):
            rows("Mobil,Fonavn,Qqq,emial\n1,2,3,4\n")

    def test_for_mobile_numbers_come_before_other_phone_columns(self) -> None:
        assert rows("Telefon;Mobil\n22000000;90555817\n22000001;\n22000002\n; \nx;y\n") == [
            {"phone_number": "90555817"},
            {"phone_number": "22000001"},
            {"phone_number": "22000002"},
            {"phone_number": "y"},
        ]

    def test_of_equal_meaning_must_be_chosen(self) -> None:
        text = "Mobil;Mobiltelefon\n1;2\n"
        with pytest.raises(
            ValueError, match=r"the columns 'Mobil' and 'Mobiltelefon' both belong to the field phone_number\. Choose"
        ):
            rows(text)
        assert rows(text, Columns({"Mobiltelefon": "phone_number"})) == [{"phone_number": "2"}]

    @pytest.mark.parametrize(
        "mapping",
        [{"Privat": "phone_number", "Jobb": "phone_number"}, {"phone_number": ["Privat", "Jobb"]}],
    )
    def test_of_the_user_are_an_order_of_preference(self, mapping: dict[str, Any]) -> None:
        text = "Jobb;Privat\n22000000;90555817\n22000001;\n;\u00a0\n90555818\n"
        assert rows(text, Columns(mapping)) == [
            {"phone_number": "90555817"},
            {"phone_number": "22000001"},
            {"phone_number": "90555818"},
        ]

    @pytest.mark.parametrize("mapping", [{"phone_number": []}, {"phone_number": [1]}, {"Mobil": ["email"]}, {"x": {}}])
    def test_of_the_user_must_be_texts(self, mapping: dict[str, Any]) -> None:
        with pytest.raises(InvalidInput, match="Write a field for each header"):
            Columns(mapping)

    def test_of_an_export_that_are_not_known_are_not_read(self) -> None:
        more = [f"Felt {number}" for number in range(20)]
        text = ";".join(["Mobil", "Private", *more]) + "\n" + ";".join(["90555817", "False", *more]) + "\n"
        found, warnings = read_text(text, "a.csv", Columns())
        assert [value for _where, value in found] == [{"phone_number": "90555817"}]
        (warning,) = warnings
        assert warning == (
            "a.csv: 20 columns of this file are ignored: 'Felt 0', 'Felt 1', 'Felt 2', 'Felt 3', "
            "'Felt 4', 'Felt 5' and 14 more."
        )


class TestDelimiterIsFound:
    @pytest.mark.parametrize(
        "text",
        [
            'Mobil;"Navn, fornavn, alt";email\n90555817;x;y\n',
            'Mobil,"Navn;\nfornavn;",email\n90555817,x,y\n',
            '"Navn\tog|mer"|Mobil|email\nx|90555817|y\n',
            "sep=;\nMobil;x,y,z,email;email\n90555817;x;y\n",
            'Mobil, "Navn, fornavn", "email"\n90555817, "x", "y"\n',
            "Navn,alt\tMobil\temail\nx\t90555817\ty\n",
        ],
    )
    def test_by_the_headers_that_are_known(self, text: str) -> None:
        assert rows(text, Columns(unknown="ignore")) == [{"phone_number": "90555817", "email": "y"}]

    @pytest.mark.parametrize(("name", "mark"), [("pipe", "|"), ("tab", "\t"), (":", ":"), ("semicolon", ";")])
    def test_or_given(self, name: str, mark: str) -> None:
        text = f"Mobil{mark}Fornavn\n90555817{mark}Kari\n"
        ((_where, value),), _warnings = read_text(text, "a.csv", Columns(), name)
        assert value == {"phone_number": "90555817", "first_name": "Kari"}

    def test_and_lines_count_from_the_first(self) -> None:
        assert places("sep=;\nMobil;Fornavn\n1;a\n\n2;b\n") == ["a.csv line 3", "a.csv line 5"]

    @pytest.mark.parametrize("title", ["Medlemsliste 2026", "Vaktliste;;", '"Liste, over";', "Kontakter\n"])
    def test_and_a_title_above_the_header_is_named(self, title: str) -> None:
        below = 2 + title.count("\n")
        with pytest.raises(ValueError, match=f"^line 1 is a title .*, and the header is in line {below}; delete"):
            rows(f"{title}\nMobil;Fornavn\n90555817;Kari\n")


class TestCells:
    @pytest.mark.parametrize(
        ("row", "fields"),
        [
            ("90555817", {"phone_number": "90555817"}),
            ("90555817;Kari;;;", {"phone_number": "90555817", "first_name": "Kari"}),
            ('="+4790555817";="\u00c5se"', {"phone_number": "+4790555817", "first_name": "\u00c5se"}),
            ('"=""+4790555817""";"=""Kari ""K"""""', {"phone_number": "+4790555817", "first_name": 'Kari "K"'}),
            ("'90555817;'Kari", {"phone_number": "90555817", "first_name": "'Kari"}),
            ("'+4790555817;\u00a0Kari \t", {"phone_number": "+4790555817", "first_name": "Kari"}),
            ('90555817; "Kari; Ola"', {"phone_number": "90555817", "first_name": "Kari; Ola"}),
            ("90555817;\ufeffKari\u200b \u200e", {"phone_number": "90555817", "first_name": "Kari"}),
            (
                "90555817;\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
                {"phone_number": "90555817", "first_name": "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"},
            ),
            ("; ;", None),
        ],
    )
    def test_are_read_without_what_protects_them(self, row: str, fields: dict[str, str] | None) -> None:
        assert rows(f"Mobil;Fornavn\n{row}\n") == ([fields] if fields else [])

    @pytest.mark.parametrize(
        "error",
        [
            "#VERDI!",
            "#NAVN?",
            "#REF!",
            "#I/T",
            "#OVERFLYT!",
            "#VÄRDEFEL!",
            "#NAMN?",
            "#REFERENS!",
            "#SAKNAS!",
            "#SAKNAS",
            "#VÆRDI!",
            "#NULTAL!",
            "#ARVO!",
            "#VIITTAUS!",
            "#NIMI?",
            "#JAKO/0!",
            "#PUUTTUU!",
            "#LUKU!",
            "#WERT!",
            "#BEZUG!",
            "#NV",
            "#ZAHL!",
            "#ÜBERLAUF!",
            "#VALEUR!",
            "#NOM?",
            "#NOMBRE!",
            "#¡VALOR!",
            "#¿NOMBRE?",
            "#N/D",
            "#¡DIV/0!",
            "#VALORE!",
            "#RIF!",
            "#NOME?",
            "#NULLO!",
            "#N/A",
            "#SPILL!",
            "####",
        ],
    )
    def test_with_an_error_word_are_refused_by_place(self, error: str) -> None:
        (found,) = rows(f"Mobil;Fornavn\n90555817;{error}\n")
        assert found.startswith(f"a.csv line 2: first_name is {error}, an error value of the spreadsheet")

    def test_without_a_number_need_an_id(self) -> None:
        assert rows("contact_id;Mobil;Fornavn\n4711;;Kari\n") == [{"contact_id": "4711", "first_name": "Kari"}]

    def test_of_google_hold_several_values_and_their_kinds(self) -> None:
        text = (
            "First Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,"
            "Phone 2 - Value\n"
            "Kari,*,k@x.no ::: l@x.no,Work,22000000,Mobil,+47 905 55 817 ::: 41234567\n"
            "Ola,,,Home,22000001,,\n"
        )
        assert rows(text) == [
            {"first_name": "Kari", "email": "k@x.no", "phone_number": "+47 905 55 817"},
            {"first_name": "Ola", "email": "", "phone_number": "22000001"},
        ]

    @pytest.mark.parametrize(
        "kind",
        [
            *("Mobile", "* Mobile", "Work Mobile", "Cell", "iPhone"),
            *("Mobil", "Arbeidsmobil", "Mobil (privat)", "Jobbmobil"),
            *("Mobiltelefon", "Arbetsmobil", "Mobil arbejde"),
            *("Matkapuhelin", "Mobiili", "Työmatkapuhelin", "Kännykkä"),
            *("Handy", "Mobil geschäftlich", "Mobilfunk"),
        ],
    )
    def test_of_google_have_the_kinds_of_other_languages(self, kind: str) -> None:
        head = "First Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value"
        for others in ("Work", "Arbeid", "Jobb", "Arbejde", "Työ", "Geschäftlich", "Hjem", "Koti", "Privat", ""):
            text = f"{head}\nKari,{others},22000000,{kind},+47 905 55 817\n"
            assert rows(text) == [{"first_name": "Kari", "phone_number": "+47 905 55 817"}]

    @pytest.mark.parametrize(
        "kind", ["Home Fax", "Faks arbeid", "Telefaks", "Arbetsfax", "Työfaksi", "Pager", "Personsøker", "Personsökare"]
    )
    def test_with_a_fax_or_a_pager_are_not_numbers(self, kind: str) -> None:
        head = "First Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value"
        assert rows(f"{head}\nKari,{kind},22000000,Annet,22000001\nOla,{kind},22000000,,\n") == [
            {"first_name": "Kari", "phone_number": "22000001"},
            {"first_name": "Ola", "phone_number": ""},
        ]

    @pytest.mark.parametrize(
        ("label", "value"),
        [
            ("Telefon {} - Etikett", "Telefon {} - Verdi"),
            ("Telefon {} – etikett", "Telefon {} – värde"),
            ("Telefon {} - Type", "Telefon {} - Værdi"),
            ("Puhelin {} - Tyyppi", "Puhelin {} - Arvo"),
            ("Telefon {} - Bezeichnung", "Telefon {} - Wert"),
            ("Phone {} - Type", "Phone {} - Value"),
        ],
    )
    def test_of_translated_headers_are_known(self, label: str, value: str) -> None:
        head = ",".join(["Fornavn", label.format(1), value.format(1), label.format(2), value.format(2)])
        assert rows(f"{head}\nKari,Jobb,22000000,Mobil,90555817\nOla,Hjem,22000001,,\n") == [
            {"first_name": "Kari", "phone_number": "90555817"},
            {"first_name": "Ola", "phone_number": "22000001"},
        ]


# Properties

texts = st.text(st.characters(exclude_categories=["Cs", "Cf"], exclude_characters="\0"), max_size=12)
# Other tests cover invisible characters around a value (category Cf), which are removed. They also cover the characters
# that people put before a value so that a spreadsheet does not change the value.
names = texts.filter(lambda text: text[:1] not in "#'=" or not text)
numbers = st.text("0123456789 +()", min_size=1, max_size=14).filter(lambda text: text.strip())


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.tuples(numbers, names, names), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_the_output_of_a_spreadsheet_is_read_with_line_numbers(
    table: list[tuple[str, str, str]], mark: str, ending: str, quoting: Any
) -> None:
    # Before Python 3.13, the CSV writer does not quote a lone carriage return. Spreadsheets always quote it.
    assume(quoting == csv.QUOTE_ALL or "\r" not in "".join(cell for row in table for cell in row))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=mark, lineterminator=ending, quoting=quoting)
    writer.writerow(["Phone_number", "first_name", "description"])
    starts = []
    for row in table:
        starts.append(len(io.StringIO(file.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    found = read_table(decode(file.getvalue().encode("utf-8-sig")), "a.csv", Columns())
    assert [where for where, _fields in found] == [f"a.csv line {start}" for start in starts]
    assert [(f["phone_number"], f["first_name"], f["description"]) for _where, f in found] == [
        (number.strip(), first.strip(), second) for number, first, second in table
    ]


@settings(max_examples=examples(300), deadline=None)
@given(st.text(st.sampled_from('ab1;,\t"\n\r #E+.\xa0'), max_size=60), st.sampled_from(["fail", "ignore"]))
def test_any_text_is_read_or_rejected_with_an_existing_line(text: str, unknown: str) -> None:
    whole = "phone_number;first_name\n" + text
    count = len(io.StringIO(whole, newline="").readlines())
    last = 1
    for where, value in read_table(whole, "a.csv", Columns(unknown=unknown)):
        line = int(where.rpartition(" ")[2])
        assert last < line <= count
        last = line
        if isinstance(value, InvalidInput):
            assert str(value).startswith(f"{where}: ")
        else:
            assert {"phone_number"} <= set(value) <= {"phone_number", "first_name"}
