# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A number that is written to the account is read back as the same number, for accounts and numbers of all
countries.
"""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import NUMBER_FORMATS, Numbering

CODES = sorted(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE), key=int)
KINDS = [kind for kind in vars(phonenumbers.PhoneNumberType).values() if isinstance(kind, int)]


def examples() -> Iterator[str]:
    """Yield a number of each kind, for each region of each country."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        found = [phonenumbers.example_number_for_type(region, kind) for region in regions for kind in KINDS]
        for number in [*found, phonenumbers.example_number_for_non_geo_entity(code)]:
            if number is not None:
                yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


EXAMPLES = sorted(set(examples()))


def spellings(number: str, code: str) -> list[str]:
    """Return spellings in which people in a country may write a number."""
    parsed = phonenumbers.parse(number)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return [number, abroad, f"00{number[1:]}", number[1:], *([national] if str(parsed.country_code) == code else [])]


def check(number: str, code: str, foreign_numbers: str = "any") -> None:
    numbers = Numbering(lambda: code, foreign_numbers)
    for text in spellings(number, code):
        try:
            canonical = numbers.canonical(text)
        except InvalidInput:
            assert not text.startswith("+")
            continue
        for number_format in NUMBER_FORMATS:
            written = numbers.written(text, number_format)
            assert numbers.canonical(written) == canonical, (text, number_format, written)
            assert numbers.key(written) == canonical, (text, number_format, written)
            option = numbers.as_option(written)
            assert numbers.canonical(option) == canonical, (text, number_format, option)
            # If the number is written again, as in the next run, it does not change.
            assert numbers.canonical(numbers.written(written, number_format)) == canonical


def test_there_are_numbers_of_all_kinds() -> None:
    assert len(CODES) > 200
    assert len(EXAMPLES) > 900


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_number_of_the_own_country_is_read_back(code: str) -> None:
    for number in EXAMPLES:
        if number.startswith(f"+{code}"):
            check(number, code)


@pytest.mark.parametrize("code", CODES)
def test_numbers_of_all_countries_are_read_back(code: str) -> None:
    """Every thirtieth number is tested. Each country starts at another number."""
    for number in EXAMPLES[CODES.index(code) % 30 :: 30]:
        check(number, code)


@given(
    st.sampled_from(CODES),
    st.sampled_from(EXAMPLES),
    st.text("0123456789", min_size=0, max_size=4),
    st.sampled_from(["any", "plus_only"]),
)
@settings(max_examples=600)
def test_any_number_is_read_back_in_any_account(code: str, number: str, end: str, foreign_numbers: str) -> None:
    check(number[: len(number) - len(end)] + end, code, foreign_numbers)


@given(
    st.sampled_from(CODES),
    st.sampled_from(["", "0", "00", "8", "1", "+"]),
    st.text("0123456789", min_size=3, max_size=13),
    st.sampled_from(["any", "plus_only"]),
)
@settings(max_examples=600)
@example("48", "0", "701740605", "any")  # without its 0 it is Polish
@example("375", "8", "88445585", "any")
def test_any_digits_are_read_back_in_any_account(code: str, start: str, digits: str, foreign_numbers: str) -> None:
    numbers = Numbering(lambda: code, foreign_numbers)
    try:
        canonical = numbers.canonical(start + digits)
    except InvalidInput:
        return
    for number_format in NUMBER_FORMATS:
        written = numbers.written(start + digits, number_format)
        assert (numbers.canonical(written), numbers.key(written)) == (canonical, canonical), written


@pytest.mark.parametrize(
    ("code", "number", "written"),
    [
        ("358", "+4790555817", "+4790555817"),  # without its plus sign, this is a Finnish number
        ("358", "+4520123456", "+4520123456"),
        ("358", "+358401234567", "358401234567"),
        ("49", "+491701234567", "491701234567"),
        ("49", "+493012345", "493012345"),
        ("49", "+4790555817", "+4790555817"),  # without its plus sign, this is a German number
        ("46", "+468123456", "468123456"),
        ("46", "+46812345678", "46812345678"),
        ("46", "+4790555817", "4790555817"),
        ("47", "+46701740605", "46701740605"),
        ("47", "+298212345", "+298212345"),  # without its plus sign, this is a Norwegian number with one digit too many
        ("1", "+12015550123", "12015550123"),
    ],
)
def test_a_spelling_of_another_number_is_not_written(code: str, number: str, written: str) -> None:
    assert Numbering(lambda: code).written(number) == written


@pytest.mark.parametrize(
    ("stored", "option"),
    [
        ("905 55 817", "905 55 817"),
        ("4790555817", "4790555817"),
        ("46701740605", "46701740605"),
        ("298212345", "+298212345"),
        ("+47\u00a0905 55 817", "+47\u00a0905 55 817"),
        ("2000", "2000"),
        ("0", ""),
        ("linje 2", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_stored_number_is_exported_as_the_same_number(stored: str | None, option: str) -> None:
    assert Numbering(lambda: "47").as_option(stored) == option
