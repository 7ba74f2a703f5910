# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inputs as operators write them in files and options: for each kind, an example of a user, and similar examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

KARI, OLA = "+4790555817", "+4741234567"


def write(folder: Path, **files: str | bytes) -> str:
    """Write files and return the path of their folder. In a keyword, _ stands for the dot, and __ for a slash."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(folder)


def names(account: Any) -> dict[str, str | None]:
    return {row["PhoneNumber"]: row["Firstname"] for row in account.contacts().values()}


def loaded(account: Any, folder: Path, **options: Any) -> dict[str, str | None]:
    """Load the files, and return the names by number. A second run must write nothing."""
    account.twice("address_book", src=str(folder), **options)
    return names(account)


@pytest.mark.parametrize(
    "text",
    [
        'Mobil;"Navn, fornavn, mellomnavn";E-post\n90555817;Kari;k@x.no\n',
        'Mobil;"Navn,\nfornavn,\nalt";E-post\n90555817;Kari;k@x.no\n',
        'E-post\t"Navn; fornavn | alt, mer"\tMobil\nk@x.no\tKari\t90555817\n',
        '"Adresse, gate, sted, land"|Mobil|E-post\nx|90555817|k@x.no\n',
        "sep=;\nMobil;a,b,c,d,e;E-post\n90555817;x;k@x.no\n",
        'Mobil,"a;b;c;d",E-post\n90555817,x,k@x.no\n',
    ],
)
def test_the_delimiter_is_that_of_the_known_headers(json_account, tmp_path, text: str) -> None:
    write(tmp_path, a_csv=text)
    assert loaded(json_account, tmp_path, unknown_columns="ignore") == {"4790555817": None}
    (row,) = json_account.contacts().values()
    assert row["Email"] == "k@x.no"


@pytest.mark.parametrize(("delimiter", "mark"), [("semicolon", ";"), ("pipe", "|"), (":", ":"), ("tab", "\t")])
def test_the_delimiter_can_be_set(json_account, tmp_path, delimiter: str, mark: str) -> None:
    write(tmp_path, a_csv=f"Mobil{mark}Fornavn\n90555817{mark}Kari\n")
    assert loaded(json_account, tmp_path, delimiter=delimiter) == {"4790555817": "Kari"}


@pytest.mark.parametrize(
    "title", ["Vaktliste 2026", "Vaktliste;;;", "Kontakter\n", '"Liste, november"', "Telefonliste;Oslo"]
)
def test_a_title_above_the_header_is_named(json_account, tmp_path, title: str) -> None:
    write(tmp_path, a_csv=f"{title}\nMobil;Fornavn\n90555817;Kari\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "line 1 is a title" in message
    assert "the header is in line" in message


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [
        ("90555817;Kari", "Kari", None),  # Outlook omits cells at the end of a row
        ("90555817;Kari;;;;", "Kari", None),  # Google adds empty cells
        ('="90555817";="Åse"', "Åse", None),
        ('="+4790555817";"=""Åse"""', "Åse", None),
        ("'90555817;Kari;Nordmann", "Kari", "Nordmann"),
        ('90555817; "Kari; Anne"; "Nordmann"', "Kari; Anne", "Nordmann"),
        ('"90555817" ;"Kari" ;"Nordmann" ', "Kari", "Nordmann"),
        ('"90555817"  ; "Kari ""K"" ;A"\t;\u00a0"Nordmann"\u00a0', 'Kari "K" ;A', "Nordmann"),
        ('90555817;"a ""; b"" ;c" ;"Nordmann"', 'a "; b" ;c', "Nordmann"),
        ("90555817;\u00a0 Kari \u00a0;Nordmann ", "Kari", "Nordmann"),
    ],
)
def test_cells_are_read_as_people_see_them(json_account, tmp_path, row: str, first: str, last: str | None) -> None:
    write(tmp_path, a_csv=f"Mobil;Fornavn;Etternavn\n{row}\n")
    assert loaded(json_account, tmp_path) == {"4790555817": first}
    (stored,) = json_account.contacts().values()
    assert (stored["Lastname"] or None) == last


def test_a_missing_cell_at_the_end_keeps_the_value(json_account, tmp_path) -> None:
    json_account.simulator.seed(contacts=[{"PhoneNumber": "90555817", "Lastname": "Nordmann"}])
    write(tmp_path, a_csv="Mobil;Fornavn;Etternavn\n90555817;Kari\n")
    loaded(json_account, tmp_path)
    (stored,) = json_account.contacts().values()
    assert (stored["Firstname"], stored["Lastname"]) == ("Kari", "Nordmann")


@pytest.mark.parametrize(
    "error",
    [
        *(
            "#VERDI!",
            "#NAVN?",
            "#VÄRDEFEL!",
            "#VÆRDI!",
            "#ARVO!",
            "#WERT!",
            "#BEZUG!",
            "#VALEUR!",
            "#¡VALOR!",
            "#VALORE!",
        ),
        *("Err:502", "Feil:508", "Virhe:511"),  # error values of LibreOffice
    ],
)
def test_an_error_of_the_spreadsheet_is_refused_by_place(json_account, tmp_path, error: str) -> None:
    write(tmp_path, a_csv=f"Mobil;Fornavn\n41234567;Ola\n90555817;{error}\n")
    result = json_account.run("address_book", src=str(tmp_path))
    assert result["failed"]
    assert f"a.csv line 3: first_name is {error}" in result["msg"]
    assert names(json_account) == {"4741234567": "Ola"}


@pytest.mark.parametrize(
    "header",
    [
        "Phone Number;First name;Last name;E-mail",
        "phone-number;first-name;last-name;e-mail",
        "Mobil;Fornavn;Etternavn;E-post",
        "Mobiltelefon;Förnamn;Efternamn;E-postadress",
        "Telefon;Fornavn;Efternavn;E-mail",
        "Matkapuhelin;Etunimi;Sukunimi;Sähköposti",
        "Handynummer;Vorname;Nachname;E-Mail-Adresse",
        "Mobile Phone;First Name;Last Name;E-mail Address",
        "Phone 1 - Value;Given Name;Family Name;E-mail 1 - Value",
        "Tel.;Fornavn;Slektsnavn;Mail",
        "Puh.;Etunimi;Sukunimi;Kuvaus",
        "Telefon (mobil);Fornavn;Etternavn;Beskrivelse",
        "Mobilfunk;Vorname;Familienname;Beschreibung",
        "MSISDN;Förnamn;Efternamn;Beskrivning",
    ],
)
def test_usual_headers_are_known(json_account, tmp_path, header: str) -> None:
    write(tmp_path, a_csv=f"{header}\n90555817;Kari;Nordmann;k@x.no\n")
    assert loaded(json_account, tmp_path) == {"4790555817": "Kari"}
    (row,) = json_account.contacts().values()
    assert (row["Lastname"], row["Email"] or row["Description"]) == ("Nordmann", "k@x.no")


@pytest.mark.parametrize(
    ("header", "row", "unread"),
    [
        (
            "First Name,Middle Name,Last Name,Phonetic First Name,Organization Name,Labels,Phone 1 - Value",
            "Kari,Anne,Nordmann,,Acme,* myContacts,90555817",
            "4 columns",
        ),
        ("First Name,Last Name,Company,Job Title,Mobile Phone", "Kari,Nordmann,Acme,Boss,90555817", "2 columns"),
        ("First Name,Middle Name,Last Name,Mobile Phone", "Kari,Anne,Nordmann,90555817", "1 column"),
        ("Fornavn;Mellomnavn;Etternavn;Firma;Stilling;Mobiltelefon", "Kari;A;Nordmann;Acme;Sjef;90555817", "3 columns"),
        (
            "Fornavn;Etternavn;Telefon arbeid;Faks arbeid;Postnummer arbeid;Mobiltelefon;E-postadresse",
            "Kari;Nordmann;22000000;;0150;90555817;k@x.no",
            "3 columns",
        ),
        ("Förnamn;Efternamn;Företag;Befattning;Mobiltelefon", "Kari;Nordmann;Acme;Chef;90555817", "2 columns"),
        ("Fornavn;Efternavn;Firma;Stilling;Mobiltelefon", "Kari;Nordmann;Acme;Chef;90555817", "2 columns"),
        ("Etunimi;Sukunimi;Yritys;Tehtävänimike;Matkapuhelin", "Kari;Nordmann;Acme;Pomo;90555817", "2 columns"),
        ("Vorname;Nachname;Firma;Position;Mobiltelefon", "Kari;Nordmann;Acme;Chef;90555817", "2 columns"),
        (
            "Name,Given Name,Additional Name,Family Name,Group Membership,Phone 1 - Type,Phone 1 - Value",
            "Kari Nordmann,Kari,,Nordmann,* myContacts,Mobile,90555817",
            "3 columns",
        ),
    ],
)
def test_an_export_with_few_columns_is_known(json_account, tmp_path, header: str, row: str, unread: str) -> None:
    write(tmp_path, a_csv=f"{header}\n{row}\n")
    assert loaded(json_account, tmp_path) == {"4790555817": "Kari"}
    (stored,) = json_account.contacts().values()
    assert stored["Lastname"] == "Nordmann"
    (warning,) = json_account.done("address_book", src=str(tmp_path), check=True)["warnings"]
    assert re.search(rf"a\.csv: {unread} of this file (is|are) ignored", str(warning))


@pytest.mark.parametrize(
    "header",
    [
        "Fornavn;Etternavn;Mobil;Avdeling",  # a header that was written by hand
        "first_name;description;phone_number;Department;Notes",
        "Navn;Avdeling;Mobil",
        "First Name;Company;Work phone",
        "Fornavn;Firma;Stilling;Mobil;Mobil privat",
        "Fornavn;Firma;Stilling;Mobil;Xyzzy",
    ],
)
def test_other_tables_are_not_taken_for_exports(json_account, tmp_path, header: str) -> None:
    write(tmp_path, a_csv=f"{header}\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "these headers are not known: " in message


def test_the_first_filled_of_several_known_columns_is_used(json_account, tmp_path) -> None:
    rows = ["22000000;90555817;Kari;;k@x.no", "41234567;;Ola;o@x.no;", ";46701740;Åse;;", "41234568; ;Per;;"]
    write(tmp_path, a_csv="\n".join(["Telefon;Mobil;Fornavn;E-post;email", *rows, ""]))
    found = loaded(json_account, tmp_path)
    assert found == {"4790555817": "Kari", "4741234567": "Ola", "4746701740": "Åse", "4741234568": "Per"}
    mails = {row["Firstname"]: row["Email"] or "" for row in json_account.contacts().values()}
    assert mails == {"Kari": "k@x.no", "Ola": "o@x.no", "Åse": "", "Per": ""}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *((header, "phone_number") for header in ("Mobil privat", "Mobil (privat)", "Privat mobil", "Jobbmobil")),
        *((header, "phone_number") for header in ("Telefon privat", "Tlf. jobb", "Arbeidstelefon", "Work phone")),
        *((header, "phone_number") for header in ("Puhelin (työ)", "Telefon geschäftlich", "Reservemobil")),
        *((header, "email") for header in ("E-post jobb", "E-mail (work)", "Arbeidsepost", "Sähköposti (työ)")),
        *((header, "") for header in ("Middle Name", "Mellomnavn", "Name", "Navn", "Avdeling", "Privat", "Xyzzy")),
        *((header, "first_name") for header in ("Fornvan", "Frist name", "Förnam", "Vornahme")),
        *((header, "last_name") for header in ("Eternavn", "Last nmae", "Efternam", "Nachnahme")),
    ],
)
def test_an_unknown_header_has_the_nearest_field(json_account, tmp_path, header: str, field: str) -> None:
    write(tmp_path, a_csv=f"phone_number;{header};Qqqq\n90555817;x;y\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert f"'{header}'" in message
    assert f"'{header}' (nearest field: {field})" in message if field else f"'{header}' (nearest" not in message


def test_all_unknown_headers_are_reported_at_once_with_the_nearest_field(json_account, tmp_path) -> None:
    write(tmp_path, a_csv="Mobil;Fornvan;Eternavn;E-pst;Avdeling\n90555817;Kari;N;k@x.no;x\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    for header, field in (("Fornvan", "first_name"), ("Eternavn", "last_name"), ("E-pst", "email")):
        assert f"'{header}' (nearest field: {field})" in message
    assert "'Avdeling'" in message
    assert "'Avdeling' (nearest" not in message


@pytest.mark.parametrize(
    "columns",
    [
        {"phone_number": ["Privat", "Jobb"]},
        {"Privat": "phone_number", "Jobb": "phone_number"},
        {"phone_number": ["privat", "JOBB"]},
    ],
)
def test_the_first_filled_of_several_columns_is_used(json_account, tmp_path, columns: dict[str, Any]) -> None:
    write(tmp_path, a_csv="Jobb;Privat;Fornavn\n22000000;90555817;Kari\n41234567;;Ola\n46701740; ;Åse\n")
    found = loaded(json_account, tmp_path, columns=columns)
    assert found == {"4790555817": "Kari", "4741234567": "Ola", "4746701740": "Åse"}


def test_files_in_folders_below_are_read_and_not_purged(json_account, tmp_path) -> None:
    write(
        tmp_path,
        a_csv="Mobil;Fornavn\n90555817;Kari\n",
        oslo__b_csv="Mobil;Fornavn\n41234567;Ola\n",
        oslo__natt__c_yml='contacts: [{phone_number: "46701740", first_name: Åse}]\n',
        d_yml="# nobody yet\n",
        e_csv="",
        f_yml="",
        g_json="",
    )
    (tmp_path / "~$vaktliste.xlsx").write_bytes(b"\x05Kari")  # this file exists while a workbook is open
    (tmp_path / "._b.csv").write_bytes(b"\0\5\x16\7")  # such a file exists on a disk that macOS has used
    options = {"marker": "[code]", "purge": ["contacts"], "allow_empty": True}
    found = loaded(json_account, tmp_path, **options)
    assert found == {"4790555817": "Kari", "4741234567": "Ola", "4746701740": "Åse"}


@pytest.mark.parametrize("name", ["a_yml", "a_csv", "a_json", "a_vcf", "a_xlsx", "a_ods"])
def test_an_encrypted_file_is_refused_by_name_without_the_secrets(json_account, tmp_path, name: str) -> None:
    secret = VaultLib([("default", VaultSecret(b"swordfish"))]).encrypt(b'contacts: [{phone_number: "90555817"}]')
    write(tmp_path, **{name: secret})
    message = json_account.refused("address_book", src=str(tmp_path))
    assert name.replace("_", ".") in message
    assert "is encrypted with ansible-vault" in message


def test_all_unreadable_files_are_named_at_once(json_account, tmp_path) -> None:
    secret = VaultLib([("default", VaultSecret(b"swordfish"))]).encrypt(b"contacts: []")
    write(tmp_path, a_yml=secret, b_csv=secret, c__d_vcf=secret, e_csv="Xyzzy;Qqq\n1;2\n", f_csv="Mobil\n90555817\n")
    result = json_account.run("address_book", src=str(tmp_path))
    lines = result["msg"].splitlines()
    assert lines[0] == "src: these files cannot be read. Nothing was written. Correct these files:"
    for line, name in zip(lines[1:], ("a.yml", "b.csv", "c/d.vcf", "e.csv")):
        assert line.startswith(f"{tmp_path}/{name}: ")
    assert [("ansible-vault" in line) for line in lines[1:]] == [True, True, True, False]
    assert len(result["failure"]["problems"]) == 4
    assert json_account.requests == []


def test_all_values_that_cannot_be_decrypted_are_named(json_account, tmp_path) -> None:
    text = "contacts:\n"
    for first in ("Kari", "Ola"):
        secret = (
            VaultLib([("default", VaultSecret(b"swordfish"))]).encrypt(first).decode().strip().replace("\n", "\n      ")
        )
        text += f'  - phone_number: "{KARI if first == "Kari" else OLA}"\n    first_name: !vault |\n      {secret}\n'
    write(tmp_path, a_yml=text)
    message = json_account.refused("address_book", src=str(tmp_path))
    lines = [str(number) for number, line in enumerate(text.splitlines(), 1) if "!vault" in line]
    assert f"a.yml cannot be read: lines {', '.join(lines)}: this content is encrypted with ansible-vault" in message


@pytest.mark.parametrize("name", ["a.xls", "old/A.XLS", "a.xlsm", "a.numbers", "a.vcard"])
def test_a_file_of_another_program_in_a_folder_is_named(json_account, tmp_path, name: str) -> None:
    """The people in this file are not declared, so a purge would silently delete them."""
    write(tmp_path, b_csv="Mobil\n90555817\n", readme_md="Kari")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (warning,) = json_account.done("address_book", src=str(tmp_path))["warnings"]
    text = warning if isinstance(warning, str) else warning["event"]["msg"]
    assert text.startswith(f"src: the module cannot read this file, and ignores it: {name}. Save the file as ")


@pytest.mark.parametrize("name", ["a_csv", "a_vcf", "a_yml", "a_xlsx", "a_ods"])
def test_a_file_without_bytes_is_an_empty_file(json_account, tmp_path, name: str) -> None:
    write(tmp_path, **{name: b""}, b_csv="Mobil\n90555817\n")
    assert loaded(json_account, tmp_path) == {"4790555817": None}


@pytest.mark.parametrize("name", ["a_csv", "a_tsv", "a_vcf", "a_json", "a_yml"])
@pytest.mark.parametrize("text", ["# nobody yet\n", "\ufeff# a\r\n\r\n  # b;c", "#", "\n \n"])
def test_a_file_with_only_comments_is_an_empty_file(json_account, tmp_path, name: str, text: str) -> None:
    write(tmp_path, **{name: text}, b_csv="Mobil\n90555817\n")
    assert loaded(json_account, tmp_path) == {"4790555817": None}


@pytest.mark.parametrize(
    "above",
    [
        *(
            "# Vaktliste\n\n# Oslo\n",
            "# exported 2026-11-26\n",
            "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser\r\n",
        ),
        *('"sep=;"\n', "SEP=;\r\n", "sep=;\n# Kari\n"),
    ],
)
def test_comments_above_the_header_are_ignored(json_account, tmp_path, above: str) -> None:
    write(tmp_path, a_csv=f"{above}Mobil;Fornavn\n90555817;Kari\n1;x\n")
    result = json_account.run("address_book", src=str(tmp_path))
    assert names(json_account) == {"4790555817": "Kari"}
    line = above.count("\n") + 3
    assert f"a.csv line {line}: phone_number: " in result["msg"]


@pytest.mark.parametrize("nothing", ["-", "\u2013", "--", ".", "\u00a0-"])
def test_a_dash_is_an_empty_number(json_account, tmp_path, nothing: str) -> None:
    write(tmp_path, a_csv=f"Mobil;Telefon;Fornavn\n{nothing};;Kari\n{nothing};90555817;Ola\n")
    message = json_account.run("address_book", src=str(tmp_path))["msg"]
    assert "a.csv line 2: phone_number: the phone number is empty" in message
    assert json_account.done("address_book", src=str(tmp_path), without_number="skip")["without_number"] == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7\n"])
@pytest.mark.parametrize("name", ["a_csv", "a_yml", "a_vcf"])
def test_a_file_that_is_not_text_is_named(json_account, tmp_path, name: str, data: bytes) -> None:
    write(tmp_path, **{name: data})
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "the file is not a text file. If the file is a workbook, its name must end in .xlsx or .ods" in message


@pytest.mark.parametrize("text", ["Mobil;Fornavn\n90555817;Åse\n", "Mobil;Fornavn\n90555817;Kari\n"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_without_a_mark_is_named(json_account, tmp_path, text: str, codec: str) -> None:
    write(tmp_path, a_csv=text.encode(codec))
    assert "so the file is probably in UTF-16" in json_account.refused("address_book", src=str(tmp_path))
    assert list(loaded(json_account, tmp_path, encoding=codec)) == ["4790555817"]


def test_two_columns_with_one_header_need_headers(json_account, tmp_path) -> None:
    write(tmp_path, a_csv="Telefon;telefon ;Fornavn\n90555817;;Kari\n")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "'Telefon' and 'telefon' both belong to the field phone_number. Give these columns different" in message


@pytest.mark.parametrize(
    "phones",
    [
        "TEL;TYPE=WORK:22000000\nitem1.TEL:90555817\nitem1.X-ABLabel:Mobil",
        "item1.TEL;type=pref:22000000\nitem1.X-ABLabel:_$!<Work>!$_\nitem2.TEL:90555817\nitem2.X-ABLabel:_$!<Mobile>!$_",
        "TEL;TYPE=work:22000000\nTEL;TYPE=x-mobil:90555817",
        "TEL;TYPE=cell;PREF=2:41234567\nTEL;TYPE=cell;PREF=1:90555817",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+47-905-55-817;ext=5\nTEL;TYPE=cell:41234567',
        "TEL;TYPE=telefaks:22000000\nTEL:90555817",
        "TEL;WORK;FAX:22000000\nTEL;CELL;VOICE:90555817",
    ],
)
def test_the_mobile_number_of_a_card_is_found(json_account, tmp_path, phones: str) -> None:
    write(tmp_path, a_vcf=f"BEGIN:VCARD\nVERSION:3.0\nN:Nordmann;Kari;;;\nFN:Kari\n{phones}\nEND:VCARD\n")
    assert loaded(json_account, tmp_path) == {"4790555817": "Kari"}


@pytest.mark.parametrize("kind", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"])
def test_a_card_of_a_group_is_not_a_person(json_account, tmp_path, kind: str) -> None:
    card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{}\r\n{}\r\nEND:VCARD\r\n"
    write(tmp_path, a_vcf=card.format("Vakt", kind) + card.format("Kari", "TEL;TYPE=cell:90555817"))
    assert loaded(json_account, tmp_path) == {"4790555817": "Kari"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["GROUP;1;3;Natt;"], "a.csv line 3: this GROUP row has the same id as the GROUP row in a.csv line 1."),
        (
            ["CONTACT;1;9;4741234567;Ola;N;o@x.no;a;b;c;3;more"],
            "a.csv line 3: the row has 12 cells, but a CONTACT row has 11 cells.",
        ),
        (
            ["CONTACT;1;9;4741234567;Ola;N;o@x.no;a;b;c;4"],
            "a.csv line 3: there is no GROUP row with the id 4. Add a GROUP row with this id, or remove the id from "
            "this CONTACT row.",
        ),
    ],
    ids=str,
)
def test_a_wrong_row_of_syncopy_is_named(json_account, tmp_path, rows: list[str], words: str) -> None:
    good = ["GROUP;1;3;Vakt;", "CONTACT;1;8;4790555817;Kari;Nordmann;k@x.no;a;b;c;3;;"]
    write(tmp_path, a_csv="\n".join([*good, *rows]))
    result = json_account.run("address_book", src=str(tmp_path))
    assert words in result["msg"]
    assert names(json_account)["4790555817"] == "Kari"
    assert [group["Name"] for group in json_account.groups().values()] == ["Vakt"]


# Misspelt fields


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"contacts": [{"phone_number": KARI, "frist_name": "Kari"}]}, "(did you mean `first_name`?)"),
        ({"contacts": [{"phone": KARI}]}, "(did you mean `phone_number`?)"),
        ({"contacts": [{"phone_number": KARI, "Lastname": "N"}]}, "(did you mean `last_name`?)"),
        ({"contacts": [{"phone_number": KARI, "e-mail": "k@x.no"}]}, "(did you mean `email`?)"),
        ({"contacts": [{"phone_number": KARI, "previous_number": OLA}]}, "(did you mean `previous_phone_number`?)"),
        ({"groups": [{"nmae": "On call"}]}, "(did you mean `name`?)"),
        ({"groups": [{"name": "On call", "member": [KARI]}]}, "(did you mean `members`?)"),
        ({"groups": [{"name": "On call", "contacts": [KARI]}]}, "(did you mean `members`?)"),
        ({"groups": [{"name": "On call", "members": [{"phone_numer": KARI}]}]}, "(did you mean `phone_number`?)"),
        ({"groups": [{"name": "On call", "members": [{"id": 7}]}]}, "(did you mean `contact_id`?)"),
        ({"contacts": [], "columns": {"Mobil": "phone_numbr"}}, "(did you mean `phone_number`?)"),
    ],
    ids=str,
)
def test_a_misspelt_field_names_the_nearest(json_account, tmp_path, options: dict[str, Any], hint: str) -> None:
    if "columns" in options:
        write(tmp_path, a_csv="Mobil\n90555817\n")
        assert hint in json_account.refused("address_book", src=str(tmp_path), columns=options["columns"])
        return
    assert hint in json_account.refused("address_book", **options, on_invalid="refuse")
    write(tmp_path, a_yml=json.dumps(options), b_yml="groups: []\n")
    assert hint in json_account.refused("address_book", src=str(tmp_path), on_invalid="refuse")


@pytest.mark.parametrize(
    ("module", "options", "hint"),
    [
        ("group", {"name": "A", "members": {"set": [{"phone_numbr": KARI}]}}, "did you mean `phone_number`?"),
        ("group", {"name": "A", "members": {"add": [{"contactid": 7}]}}, "did you mean `contact_id`?"),
        ("group", {"name": "A", "members": {"sett": [KARI]}}, "did you mean `members.set`?"),
        ("contact", {"phone_number": KARI, "frist_name": "Kari"}, "did you mean `first_name`?"),
        ("sms", {"text": "x", "contacts": [{"phone": KARI}]}, "did you mean `phone_number`?"),
        ("sms", {"text": "x", "groups": [{"groupid": 7}]}, "did you mean `group_id`?"),
        ("sms", {"text": "x", "number": [KARI]}, "did you mean `numbers`?"),
        ("address_book", {"contact": []}, "did you mean `contacts`?"),
    ],
    ids=str,
)
def test_a_misspelt_name_in_other_modules_names_the_nearest(
    json_account, module: str, options: dict[str, Any], hint: str
) -> None:
    assert hint in json_account.refused(module, **options)
    assert json_account.requests == []


def test_a_misspelt_part_of_a_file_names_the_nearest(json_account, tmp_path) -> None:
    write(tmp_path, a_yml=f'contact: [{{phone_number: "{KARI}"}}]\n')
    assert "unknown keys: contact (did you mean `contacts`?); the only keys of an address book" in json_account.refused(
        "address_book", src=str(tmp_path)
    )


def test_people_without_a_number_are_skipped_with_a_count(json_account, tmp_path) -> None:
    text = "Mobil;Fornavn\n90555817;Kari\n;Ola\n ;Åse\n\u00a0;Per\n-;Siv\n"
    cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Taxi\nEND:VCARD\n"
    unseen = 'contacts: [{first_name: Nils}, {phone_number: "", first_name: Ida}, {phone_number: "\\u200b"}]\n'
    write(tmp_path, a_csv=text, b_yml=unseen, c_vcf=cards)
    assert json_account.run("address_book", src=str(tmp_path))["failed"]
    result = json_account.twice(
        "address_book", src=str(tmp_path), without_number="skip", marker="[x]", purge=["contacts"]
    )
    assert result["without_number"] == 8
    assert names(json_account) == {"4790555817": "Kari"}


@pytest.mark.parametrize("second", ["90555817", "+47 905 55 817", "004790555817", "4790555817"])
@pytest.mark.parametrize("on_invalid", ["continue", "refuse", "skip"])
def test_a_person_in_two_files_is_named_by_file_and_line(json_account, tmp_path, second: str, on_invalid: str) -> None:
    """A folder has an export and also the file contacts.yml that was made from it."""
    write(
        tmp_path,
        contacts_yml=f'contacts:\n  - {{phone_number: "{OLA}"}}\n  - {{phone_number: "{KARI}", first_name: Kari}}\n',
        export_csv=f"Mobil;Fornavn\n{second};Karianne\n",
    )
    result = json_account.run("address_book", src=str(tmp_path), on_invalid=on_invalid)
    text = f"{result.get('msg', '')} {result.get('problems', '')}"
    assert "contacts.yml line 3" in text
    assert "export.csv line 2" in text
    assert ("Delete one of the two entries" if on_invalid != "continue" else "delete one entry of each pair") in text
    assert "4790555817" not in names(json_account)


# Guards


def small_group(account: Any, size: int) -> list[str]:
    numbers = [f"4790000{index:03}" for index in range(size)]
    account.simulator.seed(
        contacts=[{"ContactId": 100 + i, "PhoneNumber": number} for i, number in enumerate(numbers)],
        groups=[{"GroupId": 1, "Name": "On call", "members": [100 + i for i in range(size)]}],
    )
    return numbers


@pytest.mark.parametrize(("size", "kept"), [(1, 0), (2, 0), (3, 1), (5, 0), (5, 2), (9, 1), (9, 4)])
def test_most_members_of_a_small_group_are_removed_only_with_permission(json_account, size: int, kept: int) -> None:
    numbers = small_group(json_account, size)
    members = numbers[:kept]
    assert "force" in json_account.refused("group", name="On call", members={"set": members})
    message = json_account.refused("address_book", groups=[{"name": "On call", "members": members}])
    assert "allow_empty" in message
    json_account.twice("group", name="On call", members={"set": members}, force=True)
    assert len(json_account.members(1)) == kept


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_most_of_a_few_marked_contacts_are_not_purged(json_account, kept: int) -> None:
    numbers = [f"4790000{index:03}" for index in range(9)]
    json_account.simulator.seed(contacts=[{"PhoneNumber": n, "Description3": "[code]"} for n in numbers])
    options = {
        "contacts": [{"phone_number": f"+{number}"} for number in numbers[:kept]],
        "marker": "[code]",
        "purge": ["contacts"],
    }
    message = json_account.refused("address_book", **options)
    assert "allow_empty" in message
    json_account.twice("address_book", allow_empty=True, max_delete_percent=100, **options)
    assert len(json_account.contacts()) == kept


def test_a_wrong_file_cannot_add_many_contacts_and_members(json_account) -> None:
    small_group(json_account, 20)
    wrong = [f"+4741{index:06}" for index in range(50)]
    contacts = [{"phone_number": number} for number in wrong]
    assert "max_create_percent" in json_account.refused("address_book", contacts=contacts)
    book = {"contacts": contacts, "groups": [{"name": "On call", "members": wrong}], "max_create_percent": 1000}
    assert "max_additions" in json_account.refused("address_book", **book)
    members = {"add": wrong}
    message = json_account.refused("group", name="On call", members=members, unknown_members="create")
    assert "max_additions" in message


def test_a_wrong_file_cannot_overwrite_many_names(json_account) -> None:
    numbers = [f"4790000{index:03}" for index in range(50)]
    json_account.simulator.seed(contacts=[{"PhoneNumber": n, "Firstname": f"Right {n}"} for n in numbers])
    contacts = [{"phone_number": f"+{number}", "first_name": "Wrong"} for number in numbers]
    assert "max_update_percent" in json_account.refused("address_book", contacts=contacts)
    assert not any(name == "Wrong" for name in names(json_account).values())
    json_account.twice("address_book", contacts=contacts, max_update_percent=100)


# Numbers that cannot be read


@pytest.mark.parametrize("stored", ["905558170", "+47 1", "90555817 linje 5", "linje 2", "923609016"])
def test_a_member_with_a_strange_number_gets_the_message(json_account, stored: str) -> None:
    json_account.simulator.seed(
        contacts=[{"ContactId": 7, "PhoneNumber": stored}, {"ContactId": 8, "PhoneNumber": "90555817"}],
        groups=[{"GroupId": 1, "Name": "On call", "members": [7, 8]}],
    )
    result = json_account.done("sms", text="Hello", groups=["On call"])
    receivers = json_account.simulator.state()["messages"][0]["Receivers"]
    assert receivers == "/groups/1"
    assert {row["contact_id"] for row in result["receivers"]} == {7, 8}
    message = json_account.refused("sms", text="Again", groups=["On call"], receiver_allowlist=[KARI])
    assert "cannot be compared with receiver_allowlist" in message
