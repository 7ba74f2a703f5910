# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One number in any spelling: invisible characters, unusual blanks and dashes, and numbers that no plan contains."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import NUMBER_FORMATS, Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.spelling import normalised

KARI = "+4790555817"
EVERY_CHARACTER = [chr(code) for code in range(0x11000) if not 0xD800 <= code <= 0xDFFF]
BLANKS = [one for one in EVERY_CHARACTER if unicodedata.category(one) == "Zs"]
DASHES = [one for one in EVERY_CHARACTER if unicodedata.category(one) == "Pd"] + ["\u2212"]
UNSEEN = [one for one in EVERY_CHARACTER if unicodedata.category(one) == "Cf"]
FULL_WIDTH = str.maketrans("0123456789+()-./", "０１２３４５６７８９＋（）－．／")


def numbering(country_code: str = "47") -> Numbering:
    return Numbering(lambda: country_code)


def read(text: Any, country_code: str = "47") -> str:
    """Return the canonical number, or the error."""
    try:
        return numbering(country_code).canonical(text)
    except InvalidInput as error:
        return str(error)


# Invisible characters, blanks and dashes


@pytest.mark.parametrize(
    "spelling",
    [
        "905\u00a055\u00a0817",
        "905\u200955\u2009817",
        "905\u202f55\u202f817",
        "905\u200755\u3000817",
        "90\u201155\u201158\u201117",
        "90\u201055\u201358\u221217",
        "\u200b90555817",
        "90555\u200e817",
        "\u202a+4790555817\u202c",
        "\u202d+47\u00a0905 55 817\u202c",
        "\ufeff90555817",
        "905\u00ad55\u2060817",
        "９０５５５８１７",
        "＋４７ ９０５ ５５ ８１７",
        "（＋47）905－55－817",
    ],
)
def test_blanks_dashes_and_invisible_characters_do_not_change_a_number(spelling: str) -> None:
    numbers = numbering()
    assert numbers.canonical(spelling) == KARI
    assert numbers.key(spelling) == KARI
    assert numbers.number(spelling) == KARI


extras = st.sampled_from([*BLANKS, *DASHES, *UNSEEN])


@given(st.sampled_from(["+4790555817", "90555817", "0701740605", "+46 70 174 06 05"]), st.data())
@settings(max_examples=examples(500))
def test_these_characters_may_stand_anywhere_in_a_number(number: str, data: st.DataObject) -> None:
    code = "46" if "70" in number else "47"
    text = number
    for _extra in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        extra = data.draw(extras)
        if "+" not in text[at:]:  # only a bracket may stand before a plus sign
            text = text[:at] + extra + text[at:]
        else:
            text = text[:at] + data.draw(st.sampled_from(UNSEEN + BLANKS)) + text[at:]
    if data.draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    assert numbering(code).canonical(text) == numbering(code).canonical(number)
    assert numbering(code).key(text) == numbering(code).canonical(number)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert not any(unicodedata.category(one) in ("Cf", "Pd", "Zs") and one not in " -" for one in once)


@given(st.text(st.characters(max_codepoint=127)))
def test_a_text_of_ascii_is_not_changed(text: str) -> None:
    assert normalised(text) == text


# Texts that are not numbers


@pytest.mark.parametrize("text", ["0", "1", "12", "+47", "+4", "00", "0047", "+47 1", "(0)", "linje 2", "rom 12", "+"])
def test_a_text_with_few_digits_is_not_a_number(text: str) -> None:
    with pytest.raises(InvalidInput):
        numbering().canonical(text)
    assert numbering().number(text) == ""
    assert numbering().key(text) == text


def test_two_texts_that_are_not_numbers_are_never_the_same_number() -> None:
    keys = [numbering().key(text) for text in ("0", "+47", "linje 2", "linje 3", "2", "")]
    assert len(set(keys)) == len(keys)


# Numbers that are not in the plans of the library


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("+47580012345678", "too long"),
        ("0047 58 00 12 34 56 78", "too long"),
        ("+47 59 0012345678", "too long"),
        ("+468123", "too short"),
        ("+4790555817123", "too long"),
        ("+298 12", ""),
        ("+4520123456789", "too long"),
        ("+999 12345678", ""),
        ("+4712345678901234", ""),
    ],
)
def test_a_number_with_a_plus_sign_that_no_plan_contains_is_a_warning_or_an_error(text: str, doubt: str) -> None:
    numbers = numbering()
    if not doubt:
        with pytest.raises(InvalidInput, match="is not a phone number"):
            numbers.canonical(text)
        return
    digits = "".join(filter(str.isdigit, text)).removeprefix("00")
    assert numbers.canonical(text, "numbers[0]") == f"+{digits}"
    (warning,) = numbers.doubts()
    assert warning.startswith("numbers[0]: +")
    assert f"is {doubt} for its country" in warning
    assert digits not in warning
    assert numbers.doubts() == []


@pytest.mark.parametrize("text", ["580012345678", "58 00 12 34 56 78", "590012345678", "47580012345678"])
def test_a_number_of_a_norwegian_machine_has_twelve_digits(text: str) -> None:
    numbers = numbering()
    canonical = numbers.canonical(text)
    assert canonical == "+47" + "".join(filter(str.isdigit, text))[-12:]
    assert numbers.doubts() == []
    assert numbers.canonical(canonical) == numbers.key(canonical.lstrip("+")) == canonical
    for number_format in NUMBER_FORMATS:
        assert numbers.canonical(numbers.written(text, number_format)) == canonical


def test_only_norway_has_such_numbers_of_machines() -> None:
    assert "12 digits, but a Danish number has 8 digits" in read("580012345678", "45")
    assert read("584121234567", "46") == "+584121234567"  # Venezuela


# Two numbers of one subscriber


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("+52 1 55 1234 5678", "+52 55 1234 5678", "47"),
        ("5215512345678", "525512345678", "47"),
        ("1 55 1234 5678", "55 1234 5678", "52"),
        ("+52 1 81 1234 5678", "0052 81 1234 5678", "52"),
        ("+55 11 8765-4321", "+55 11 98765-4321", "47"),
        ("551187654321", "5511987654321", "46"),
        ("11 8765-4321", "11 98765-4321", "55"),
        ("+55 21 6765-4321", "+55 21 96765-4321", "55"),
        ("04000", "+4704000", "47"),
        ("02800", "+47 02800", "47"),
        ("04 000", "4704000", "47"),
        ("09876", "0047 09876", "47"),
    ],
)
def test_two_numbers_of_one_subscriber_are_one(one: str, other: str, code: str) -> None:
    numbers = numbering(code)
    assert numbers.canonical(one) == numbers.canonical(other) == numbers.key(one) == numbers.key(other)
    assert other[-4:].replace(" ", "") in numbers.national(numbers.canonical(one))


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("+54 9 11 2345-6789", "+54 11 2345-6789", "47"),
        ("+54 9 341 123-4567", "+54 341 123-4567", "54"),
        ("011 15 2345-6789", "011 2345-6789", "54"),
        ("2000", "+472000", "47"),
        ("26112", "+4726112", "47"),
        ("+4790555817", "+3584790555817", "358"),  # without its plus sign, this is a Finnish number
        ("+4520123456", "+3584520123456", "358"),
    ],
)
def test_numbers_that_may_belong_to_one_subscriber_are_known(one: str, other: str, code: str) -> None:
    numbers = numbering(code)
    first, second = numbers.canonical(one), numbers.canonical(other)
    assert first != second
    assert second in numbers.possibly_same(first)
    assert first in numbers.possibly_same(second)
    assert numbers.possible_pairs(["+4741234567", second, first]) == [(second, first)]


@pytest.mark.parametrize("number", ["+4790555817", "+46701740605", "+12015550123", "+525512345678", "+5511987654321"])
def test_every_other_number_belongs_to_one_subscriber_only(number: str) -> None:
    assert numbering().possibly_same(number) == set()


def test_pairs_of_other_numbers_need_no_country_code() -> None:
    def fail() -> str:
        raise AssertionError

    numbers = ["+4790555817", "+4690555817", "+541123456789", "+5491187654321", "+12015550123", "+4741234567"]
    assert Numbering(fail).possible_pairs(numbers) == []
