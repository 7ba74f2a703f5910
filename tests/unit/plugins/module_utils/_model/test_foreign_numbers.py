# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers without a plus sign: national, foreign and mistyped numbers. A message must never go to a mistyped
number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering

MOBILES = {
    "47": ["4#######", "9#######"],
    "46": ["70#######", "72#######", "73#######", "76#######", "79#######"],
    "45": ["2#######", "4#######", "5#######", "6#######", "8#######"],
    "358": ["40#######", "41#######", "44#######", "45#######", "46#######", "50#######", "40######", "50######"],
    "49": ["151########", "160#######", "170#######"],
    "44": ["7400######", "7700######", "7911######"],
    "48": ["51#######", "60#######", "79#######"],
    "372": ["5#######"],
    "1": ["201#######", "415#######"],
}
TRUNK = {"46": "0", "358": "0", "49": "0", "44": "0"}


def numbering(country_code: str = "47", foreign_numbers: str = "any") -> Numbering:
    return Numbering(lambda: country_code, foreign_numbers)


def read(text: str, country_code: str = "47", foreign_numbers: str = "any") -> str:
    """Return the canonical number, or the error."""
    try:
        return numbering(country_code, foreign_numbers).canonical(text)
    except InvalidInput as error:
        return str(error)


def mobile(code: str, choice: random.Random) -> str:
    """Return a valid mobile number without its country code."""
    while True:
        national = "".join(choice.choice("0123456789") if c == "#" else c for c in choice.choice(MOBILES[code]))
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+{code}{national}")):
            return national


def slips(text: str, choice: random.Random) -> Iterator[str]:
    """Yield the text with one digit inserted, one digit missing, and one digit doubled."""
    at = choice.randrange(len(text) + 1)
    yield text[:at] + choice.choice("0123456789") + text[at:]
    at = choice.randrange(len(text))
    yield text[:at] + text[at + 1 :]
    yield text[: at + 1] + text[at:]


@pytest.mark.parametrize("trunk", [True, False], ids=["as it is written", "without its first 0"])
@pytest.mark.parametrize("code", ["47", "46", "45", "358"])
def test_few_mistyped_numbers_are_read_as_foreign_numbers(code: str, trunk: bool) -> None:
    choice, numbers = random.Random(f"{code} {trunk}"), numbering(code)
    abroad, tried = [], 0
    for _number in range(3000):
        for text in slips((TRUNK.get(code, "") if trunk else "") + mobile(code, choice), choice):
            tried += 1
            try:
                found = numbers.canonical(text)
            except InvalidInput:
                continue
            if found.startswith("+") and not found.startswith(f"+{code}"):
                abroad.append(text)
    assert len(abroad) <= 0.005 * tried, abroad[:20]


@pytest.mark.parametrize("code", ["47", "45"])
def test_few_mistyped_numbers_are_accepted_where_all_numbers_have_one_length(code: str) -> None:
    choice = random.Random(code)
    texts = [text for _number in range(3000) for text in slips(mobile(code, choice), choice)]
    accepted = [text for text in texts if read(text, code).startswith("+")]
    assert len(accepted) <= 0.005 * len(texts), accepted[:20]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+47 (0) 412 34 567", "+4741234567"),
        ("0047 (0)90555817", "+4790555817"),
        ("+45 (0) 20 12 34 56", "+4520123456"),
        ("+46 (0)70-174 06 05", "+46701740605"),
        ("+47 04000", "+4704000"),
        ("4704000", "+4704000"),
        ("+39 06 698 12345", "+390669812345"),
    ],
)
def test_a_zero_after_the_country_code_is_removed_if_the_country_has_no_such_zero(text: str, number: str) -> None:
    assert read(text) == number
    assert numbering().key(text) == number


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("4760895", "47", "7 digits, but a Norwegian number has 8 digits"),
        ("905558170", "47", "9 digits, but a Norwegian number has 8 digits. Correct the number"),
        ("923609016", "47", "9 digits, but a Norwegian number has 8 digits. Correct the number"),
        ("9055581", "47", "7 digits, but a Norwegian number has 8 digits"),
        ("990555817", "47", "9 digits, but a Norwegian number has 8 digits"),
        ("298212345", "47", "9 digits, but a Norwegian number has 8 digits"),  # a valid number of the Faroe Islands
        ("201234567", "45", "9 digits, but a Danish number has 8 digits"),
        ("442012345", "45", "9 digits, but a Danish number has 8 digits"),
        ("40701740605", "46", "11 digits, but a Swedish number has 8 to 10 digits, including the leading 0"),
        ("20401234567", "358", "it is not valid as a Finnish number. Correct the number"),
        ("601123456", "371", "9 digits, but a Latvian number has 8 digits"),
        ("1234567890123456", "47", "16 digits, but a Norwegian number has 8 digits"),
        (
            "12345678901234",
            "380",
            "14 digits, but a number in the country with code 380 has 10 digits, including the leading 0",
        ),
        ("00701740605", "46", "begins with 00, but is not a valid phone number"),
        ("0012345", "47", "begins with 00, but is not a valid phone number"),
    ],
)
def test_a_mistyped_national_number_is_refused(text: str, code: str, words: str) -> None:
    assert words in read(text, code)


@pytest.mark.parametrize("foreign", sorted(MOBILES))
@pytest.mark.parametrize("code", ["47", "46", "45"])
def test_a_foreign_number_needs_no_plus_sign(code: str, foreign: str) -> None:
    choice = random.Random(f"{code} {foreign}")
    for _number in range(50):
        digits = foreign + mobile(foreign, choice)
        assert read(digits, code) == f"+{digits}"


@pytest.mark.parametrize("code", ["47", "46", "45", "358", "49"])
def test_the_own_numbers_need_no_country_code(code: str) -> None:
    choice = random.Random(code)
    for _number in range(50):
        national = mobile(code, choice)
        for text in (TRUNK.get(code, "") + national, code + national, f"+{code}{national}", f"00{code}{national}"):
            assert read(text, code) == f"+{code}{national}"


@pytest.mark.parametrize(
    ("text", "code", "canonical"),
    [
        ("12345678", "47", "+4712345678"),
        ("4712345678", "47", "+4712345678"),
        ("0301234567890", "46", "+46301234567890"),
        ("+1234567890", "47", "+1234567890"),
        ("00491234567", "47", "+491234567"),
    ],
)
def test_a_possible_number_is_accepted_in_the_own_country_and_after_a_plus_sign(
    text: str, code: str, canonical: str
) -> None:
    assert read(text, code) == canonical


@pytest.mark.parametrize("text", ["491234567", "861234567890", "901234567890", "20123456789"])
def test_a_foreign_number_that_is_only_possible_needs_its_plus_sign(text: str) -> None:
    assert "For a foreign number, write a plus sign and the country code" in read(text)


@pytest.mark.parametrize(
    ("text", "code", "count"),
    [
        ("90000001 90000002", "47", "two"),
        ("90000001/90000002", "47", "two"),
        ("+4790000001 , +4790000002", "47", "two"),
        ("+4790000001+4790000002", "47", "two"),
        ("+4790000001\n+46701740605", "47", "two"),
        ("905 55 817 412 34 567", "47", "two"),
        ("90000001;90000002; 90000003", "47", "three"),
        ("004790000001 | 90000002", "47", "two"),
        ("0701740605 0701740606", "46", "two"),
        ("46701740605, 46701740606", "47", "two"),
        ("030 12345 030 54321", "49", "two"),  # as one number, this text is possible in Germany
        ("0401234567 / 0501234567", "358", "two"),
        (" ".join(f"9000000{index}" for index in range(6)), "47", "6"),
    ],
)
def test_the_error_for_two_numbers_in_one_text_says_so(text: str, code: str, count: str) -> None:
    message = read(text, code)
    assert f"{count} numbers (" in message
    assert "Write one number only" in message
    assert not any(len(run) > 5 for run in "".join(c if c.isdigit() else " " for c in message).split())


@pytest.mark.parametrize("text", ["90000001 or Kari", "90000001 12", "90000001 9000000", "22 22"])
def test_other_texts_are_not_two_numbers(text: str) -> None:
    assert "two numbers" not in read(text)


@pytest.mark.parametrize("text", ["46701740605", "4520123456", "358401234567", "12015550123"])
def test_plus_only_asks_for_the_plus_sign(text: str) -> None:
    strict = numbering(foreign_numbers="plus_only")
    assert "Write the number with a plus sign" in read(text, foreign_numbers="plus_only")
    assert strict.canonical(f"+{text}") == strict.canonical(f"00{text}") == f"+{text}"
    assert strict.key(text) == f"+{text}"
    assert strict.written(f"+{text}") == f"+{text}"


@pytest.mark.parametrize("foreign_numbers", ["any", "plus_only"])
@pytest.mark.parametrize("text", ["90555817", "4790555817", "2000", "580012345678"])
def test_the_own_numbers_never_need_a_plus_sign(text: str, foreign_numbers: str) -> None:
    assert read(text, foreign_numbers=foreign_numbers) == read(text)


@given(
    st.sampled_from(["47", "46", "45", "358"]),
    st.sampled_from(sorted(MOBILES)),
    st.integers(0, 10**6),
    st.sampled_from(["any", "plus_only"]),
)
@settings(max_examples=examples(400))
def test_a_stored_number_is_the_same_with_and_without_its_plus_sign(
    code: str, foreign: str, seed: int, foreign_numbers: str
) -> None:
    digits = foreign + mobile(foreign, random.Random(seed))
    numbers = numbering(code, foreign_numbers)
    if code == "358" and numbers.key(digits).startswith("+358"):
        return  # the same digits are a number of Finland; there, the foreign number must have its plus sign
    assert numbers.key(digits) == numbers.key(f"+{digits}") == numbers.canonical(f"+{digits}")


@given(st.sampled_from(["47", "46", "45", "358", "49", "1", "39"]), st.text("0123456789 ()+.-/", max_size=18))
@settings(max_examples=examples(2000))
def test_a_text_that_users_may_write_is_the_same_number_when_it_is_stored(code: str, text: str) -> None:
    """The rules for stored numbers accept more texts than the rules for users, but they never give another number."""
    for foreign_numbers in ("any", "plus_only"):
        numbers = numbering(code, foreign_numbers)
        try:
            canonical = numbers.canonical(text)
        except InvalidInput:
            continue
        assert numbers.key(text) == canonical
