# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vCards of the versions 2.1, 3 and 4: names, the mobile number and the preferred e-mail address."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.vcard import read_vcards
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def read(text: str) -> list[Any]:
    return [str(value) if isinstance(value, InvalidInput) else value for _where, value in read_vcards(text, "a.vcf")]


KARI = {"first_name": "Kari", "last_name": "Nordmann", "phone_number": "+47 905 55 817"}


@pytest.mark.parametrize(
    "text",
    [
        card("N:Nordmann;Kari;;;", "FN:Kari Nordmann", "TEL;type=CELL;type=VOICE;type=pref:+47 905 55 817"),
        card("N:Nordmann;Kari;;;", "TEL;type=WORK:22 00 00 00", "item1.TEL;type=IPHONE,CELL:+47 905 55 817"),
        card("N:Nordmann;Kari;;;", 'TEL;VALUE=uri;TYPE="voice,cell":tel:+47 905 55 817;ext=1', version="4.0"),
        card("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Nord=6Dann;Kari;;;", "TEL;CELL:+47 905 55 817", version="2.1"),
        card("N:Nord", " mann;Kari;;;", "TEL:+47 905 55", "  817"),
        card("N:Nordmann;Kari;;;", "TEL;TYPE=FAX:22000000", "TEL;TYPE=HOME:+47 905 55 817", "PHOTO;ENCODING=b:AAAA"),
    ],
)
def test_every_version_gives_the_same_contact(text: str) -> None:
    assert read(text) == [KARI]


def test_texts_are_unescaped() -> None:
    text = card("N:\u00c5s\\, jr.;Kari\\;Ann;;;", "EMAIL:a@x.no", "EMAIL;PREF=1:b@x.no", "TEL;TYPE=CELL:90555817")
    assert read(text) == [
        {"last_name": "\u00c5s, jr.", "first_name": "Kari;Ann", "email": "b@x.no", "phone_number": "90555817"}
    ]


def test_a_full_name_replaces_missing_parts() -> None:
    assert read(card("N:;;;;", "FN:Vakttelefon", "TEL:90555817")) == [
        {"first_name": "Vakttelefon", "phone_number": "90555817"}
    ]


def test_each_card_has_the_line_of_its_begin_and_a_bad_card_does_not_stop_the_others() -> None:
    text = card("TEL:90555817") + "\r\n" + card("TEL;TYPE=WORK:1", "TEL;TYPE=HOME:2") + card("TEL;TYPE=CELL:4.7E+10")
    found = read_vcards(text, "a.vcf")
    assert [where for where, _value in found] == ["a.vcf line 1", "a.vcf line 6", "a.vcf line 11"]
    assert str(found[1][1]).startswith(
        "a.vcf line 6: the vCard has 2 phone numbers, and none of them is marked as mobile"
    )
    assert str(found[2][1]).startswith("a.vcf line 11: phone_number: 4.7E+10 was rounded")


def test_a_card_without_a_number_has_no_number() -> None:
    assert read(card("N:Nordmann;Kari;;;")) == [{"first_name": "Kari", "last_name": "Nordmann"}]


def test_a_card_with_an_invalid_line_is_rejected() -> None:
    assert read(card("TEL;=:1"))[0].startswith("a.vcf line 1: this is not a valid vCard (Failed to parse line")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mobil;Fornavn\n1;2\n", "line 1: BEGIN:VCARD is expected"),
        ("BEGIN:VCARD\nTEL:1\n", "line 1: the vCard has no END:VCARD"),
    ],
)
def test_other_files_are_rejected(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(text)
