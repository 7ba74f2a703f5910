# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import sys
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, MissingLibrary
from ansible_collections.community.linkengage.plugins.module_utils._model import numbering_plans
from ansible_collections.community.linkengage.plugins.module_utils._model import phone as _phone
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.values import mask, require_text

# The country code of the account, a canonical number, and spellings of this number in this country.
ONE_NUMBER = [
    ("47", "+4790555817", "90555817|+47 905 55 817|004790555817|4790555817|905 55 817|(0047) 905-55-817|90.55.58.17"),
    ("47", "+4722225555", "22 22 55 55|+47 22 22 55 55|4722225555"),
    (
        "46",
        "+46701740605",
        "0701740605|070-174 06 05|46701740605|+46 (0)70-174 06 05|+46(0)701740605|0046 70 174 06 05",
    ),
    ("46", "+4686789012", "08-678 90 12|+46 8 678 90 12|4686789012"),
    ("45", "+4520123456", "20123456|20 12 34 56|+45 20 12 34 56|4520123456|004520123456"),
    ("358", "+358401234567", "0401234567|040 123 4567|+358 40 123 4567|358401234567|00358401234567|+358 (0)40 1234567"),
    ("44", "+447400123456", "07400123456|07400 123 456|+44 7400 123456|+44 (0)7400 123456|447400123456|00447400123456"),
    ("44", "+442079460958", "020 7946 0958|+44 20 7946 0958|442079460958"),
    ("39", "+390669812345", "06 69812345|0669812345|+39 06 6981 2345|390669812345|00390669812345"),
    ("39", "+393123456789", "3123456789|312 345 6789|+39 312 345 6789|393123456789"),
    (
        "1",
        "+12015550123",
        "2015550123|(201) 555-0123|201.555.0123|1 201 555 0123|+1 201-555-0123|12015550123|0012015550123",
    ),
]
SPELLINGS = [
    pytest.param(code, canonical, spelling, id=f"{code}: {spelling}")
    for code, canonical, spellings in ONE_NUMBER
    for spelling in spellings.split("|")
]


def numbering(country_code: str = "47") -> Numbering:
    return Numbering(lambda: country_code)


def no_country_code() -> str:
    raise AssertionError("the country code is not needed for this")


@pytest.mark.parametrize(("country_code", "canonical", "spelling"), SPELLINGS)
def test_every_spelling_is_one_number(country_code: str, canonical: str, spelling: str) -> None:
    assert numbering(country_code).canonical(spelling) == canonical


@pytest.mark.parametrize(
    ("country_code", "foreign", "canonical"),
    [
        ("47", "46701740605", "+46701740605"),
        ("47", "4520123456", "+4520123456"),
        ("47", "447400123456", "+447400123456"),
        ("46", "4790555817", "+4790555817"),
        ("1", "4790555817", "+4790555817"),
        ("45", "358401234567", "+358401234567"),
    ],
)
def test_a_number_that_is_not_national_is_read_as_international(
    country_code: str, foreign: str, canonical: str
) -> None:
    assert numbering(country_code).canonical(foreign) == canonical


@pytest.mark.parametrize("spelling", ["+47 905 55 817", "004790555817", "(+47) 90555817"])
def test_an_international_number_needs_no_country_code(spelling: str) -> None:
    assert Numbering(no_country_code).canonical(spelling) == "+4790555817"


@pytest.mark.parametrize(
    ("text", "canonical"), [("2000", "2000"), ("26112", "26112"), ("19 81", "1981"), ("112", "112")]
)
def test_a_short_code_is_its_own_digits(text: str, canonical: str) -> None:
    assert numbering().canonical(text) == canonical


@given(st.text(alphabet="0123456789 ()+.-/", max_size=20), st.sampled_from(["47", "46", "45", "358", "44", "39", "1"]))
def test_canonical_is_idempotent(text: str, country_code: str) -> None:
    numbers = numbering(country_code)
    try:
        canonical = numbers.canonical(text)
    except InvalidInput:
        return
    assert numbers.canonical(canonical) == canonical
    if canonical.startswith("+"):
        assert canonical.endswith(numbers.national(canonical))
    assert set(canonical) <= set("+0123456789")


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_rejected(text: str) -> None:
    try:
        canonical = numbering().canonical(text)
    except InvalidInput as error:
        assert str(error).startswith("phone_number: ")
    else:
        assert canonical.lstrip("+").isascii()
        assert canonical.lstrip("+").isdigit()


NO_COUNTRY_CODE = (
    "a country code is expected, and no country code begins with 0. Write the number with its country code, as in "
    "+4790555817"
)
REFUSED = [
    ("90000001;/groups/5", "the character at position 9 (SEMICOLON)"),
    ("90000001,90000002", "the text looks like two numbers (900...01, 900...02). Write one number only."),
    ("90000001,Kari", "the character at position 9 (COMMA)"),
    ("9O555817", "the character at position 2 (LATIN CAPITAL LETTER O)"),
    ("٩٠٥٥٥٨١٧", "the character at position 1 (ARABIC-INDIC DIGIT NINE)"),
    ("\uff19\uff2f555817", "the character at position 2 (FULLWIDTH LATIN CAPITAL LETTER O)"),
    ("90555817 ext 5", "the character at position 10 (LATIN SMALL LETTER E)"),
    ("90555817\n", "the character at position 9 (U+000A)"),
    ("90555817\x07", "the character at position 9 (U+0007)"),
    ("90\u00a0555\u00d7817", "the character at position 7 (MULTIPLICATION SIGN)"),
    ("tel:+4790555817", "the character at position 1 (LATIN SMALL LETTER T)"),
    ("*90555817#", "the character at position 1 (ASTERISK)"),
    ("", "the phone number is empty"),
    ("  ", "the phone number is empty"),
    ("()", "the phone number is empty"),
    ("+", "the phone number is empty"),
    ("+4790555817+4790555818", "the text looks like two numbers (+47...17, +47...18)"),
    ("4790555817+", "has a plus sign that is not at the beginning"),
    ("90555817/90555818", "the text looks like two numbers"),
    ("1234567890123456", "is not a phone number in the country with code 47"),
    ("+47", "it has no digits after +47, but a Norwegian number has 8 digits. Correct the number"),
    ("+5", "is not a phone number: it has only 1 digit. Correct the number"),
    ("+50", "is not a phone number: it has only 2 digits. Correct the number"),
    ("+4512", "it has 2 digits after +45, but a Danish number has 8 digits. Correct the number"),
    (
        "+999 90555817",
        "its country code or its number of digits is wrong. Write the number with its country code, as in",
    ),
    ("00", ": 00 is not a phone number: it has fewer than three digits. Correct the number."),
    ("0", ": 0 is not a phone number: it has fewer than three digits. Correct the number."),
    ("+0", f": +0 is not a phone number: after +, {NO_COUNTRY_CODE}."),
    ("000", f": 000 is not a phone number: after 00, {NO_COUNTRY_CODE}."),
    ("0000", f": 0000 is not a phone number: after 00, {NO_COUNTRY_CODE}."),
    ("000 4790555817", f": 000...17 is not a phone number: after 00, {NO_COUNTRY_CODE}."),
    ("004", ": 004 is not a phone number: it has only 1 digit after 00. Correct the number."),
    ("0047", ": 0047 is not a phone number: it has no digits after 0047, but a Norwegian number has 8 digits."),
    ("004711111111111111", ": 004...11 is not a phone number: it has 16 digits after 00, but a phone number has at"),
    (4790555817, "quote it"),
    (0o4711223344, "quote it"),
    (-90555817, "quote it"),
    (4790555817.0, "quote it"),
    (112, "quote it"),
    (None, "read as null. Write the number in quotes"),
    (True, "read as true. Write the number in quotes"),
    (False, "read as false. Write the number in quotes"),
    ([], "read as a list. Write the number in quotes"),
    ({}, "read as a dictionary. Write the number in quotes"),
    (b"90555817", "read as binary data. Write the number in quotes"),
]


@pytest.mark.parametrize(("value", "words"), REFUSED, ids=repr)
def test_an_invalid_phone_number_is_rejected_with_its_option(value: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        numbering().canonical(value, "members.add[3]")
    assert str(caught.value).startswith("members.add[3]: ")
    assert words in str(caught.value)
    assert caught.value.failure["kind"] == "invalid_input"


@pytest.mark.parametrize("value", ["+4790555817+4790555818", "90555817/90555818", 4790555817, "1234567890123456"])
def test_no_message_shows_a_whole_number(value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        numbering().canonical(value)
    message = str(caught.value).partition(", as in")[0]
    assert not any(run.isdigit() for run in (message[start : start + 6] for start in range(len(message))))


def test_a_text_is_returned_unchanged() -> None:
    assert require_text(" 90555817", "sender") == " 90555817"


@pytest.mark.parametrize(
    ("number", "shown"), [("+4790555817", "+47...17"), ("90555817", "905...17"), ("2000", "2000"), ("", "")]
)
def test_a_masked_number_can_be_recognised_but_not_dialled(number: str, shown: str) -> None:
    assert mask(number) == shown


@pytest.mark.parametrize(
    ("stored", "key"),
    [
        ("90555817", "+4790555817"),
        ("+47 905 55 817", "+4790555817"),
        ("2000", "2000"),
        ("", ""),
        (None, ""),
        ("switchboard", "switchboard"),
        ("90555817 (home)", "90555817 (home)"),
    ],
)
def test_the_key_of_a_stored_text_without_a_number_is_the_text(stored: str | None, key: str) -> None:
    assert numbering().key(stored) == key


STORED = [
    "+47 905 55 817",
    None,
    "90555817",
    "4790555817",
    "+4790555817",
    "",
    "x",
    "+46701740605",
    "090555817",
    "26112",
]


@given(st.lists(st.sampled_from(STORED)))
def test_many_keys_are_the_keys_of_all_stored_texts(stored: list[str | None]) -> None:
    assert numbering().keys(stored) == list(map(numbering().key, stored))


def test_many_keys_need_the_country_code_only_for_a_number_without_one() -> None:
    asked: list[str] = []
    numbers = Numbering(lambda: asked.append("47") or "47")
    assert numbers.keys(["+4790555817", "", None]) == ["+4790555817", "", ""]
    assert not asked
    assert numbers.keys(["90555817", "90555817"]) == ["+4790555817"] * 2
    assert asked == ["47"]


@pytest.mark.parametrize(
    ("canonical", "national"),
    [("+4790555817", "90555817"), ("+46701740605", "701740605"), ("+390669812345", "0669812345"), ("2000", "2000")],
)
def test_the_national_digits_are_what_every_spelling_ends_with(canonical: str, national: str) -> None:
    assert Numbering(no_country_code).national(canonical) == national


@pytest.mark.parametrize(("country_code", "canonical", "spelling"), SPELLINGS)
def test_every_spelling_holds_the_national_digits(country_code: str, canonical: str, spelling: str) -> None:
    digits = "".join(filter(str.isdigit, spelling))
    assert digits.endswith(numbering(country_code).national(canonical))


# Other forms of a number, and texts that are not numbers.
OTHER_TEXTS = ["+541123456789", "+5491123456789", "+525512345678", "5215512345678", "+551199876543", "+5511999876543"]
OTHER_TEXTS += [
    "2000",
    "47 2000",
    "+472000",
    "9055581\uff17",
    "905 55 81 7",
    "90555817 (home)",
    "",
    "Kari",
    "+46 905 55 817",
]


@pytest.mark.parametrize("country_code", ["47", "46", "39", "1", "54", "52", "55"])
def test_the_quick_check_of_a_stored_number_misses_no_number_that_can_be_meant(country_code: str) -> None:
    numbers = numbering(country_code)
    texts = [
        *OTHER_TEXTS,
        *(text for _code, number, spellings in ONE_NUMBER for text in (number, *spellings.split("|"))),
    ]
    skipped = 0
    for canonical in sorted({numbers.number(text) for text in texts} - {""}):
        meant = {canonical, *numbers.possibly_same(canonical)}
        can_mean = numbers.can_mean(canonical)
        assert [text for text in texts if numbers.key(text) in meant and not can_mean(text)] == []
        skipped += sum(not can_mean(text) for text in texts)
    assert skipped > len(texts)


@pytest.mark.parametrize("stored", ["90555818", "+47 905 55 818", "4790555818"])
def test_the_quick_check_of_a_stored_number_rejects_other_last_digits(stored: str) -> None:
    assert not Numbering(no_country_code).can_mean("+4790555817")(stored)
    assert Numbering(no_country_code).can_mean("+4790555817")(None)


@pytest.mark.parametrize(
    ("country_code", "value", "number_format", "written"),
    [
        ("47", "905 55 817", "msisdn", "4790555817"),
        ("47", "905 55 817", "e164", "+4790555817"),
        ("47", "+47 905 55 817", "national", "90555817"),
        ("47", "905 55 817", "as_given", "905 55 817"),
        ("47", "2000", "msisdn", "2000"),
        ("47", "2000", "e164", "2000"),
        ("47", "2000", "national", "2000"),
        ("46", "+46701740605", "national", "0701740605"),
        ("44", "+447400123456", "national", "07400123456"),
        ("39", "+390669812345", "national", "0669812345"),
        ("1", "+12015550123", "national", "2015550123"),
        ("358", "+358401234567", "national", "0401234567"),
        ("47", "46701740605", "national", "46701740605"),
        ("46", "070-174 06 05", "msisdn", "46701740605"),
    ],
)
def test_a_number_is_written_in_the_format_asked_for(country_code, value, number_format, written) -> None:
    numbers = numbering(country_code)
    assert numbers.written(value, number_format) == written
    assert numbers.canonical(written) == numbers.canonical(value)


def test_without_the_library_the_error_names_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    importlib.reload(numbering_plans)
    try:
        with pytest.raises(MissingLibrary) as caught:
            Numbering(lambda: "47")
        assert caught.value.facts["library"] == "phonenumberslite"
        assert "ModuleNotFoundError" in caught.value.facts["trace"]
        assert _phone.calling_code("+47") == "47"
    finally:
        monkeypatch.undo()
        importlib.reload(numbering_plans)


class Slow(_phone.Numbering):
    """Never uses the fast check for simple numbers."""

    def _quick(self, text: str) -> str:
        return ""


def read(numbers: _phone.Numbering, text: str) -> str:
    try:
        return numbers.canonical(text)
    except InvalidInput as error:
        return str(error)


digits = st.text("0123456789", min_size=1, max_size=12)
codes = st.sampled_from(["47", "45", "39", "34", "46", "1", "44", "7", "65", "358", "599", "800", "52", "54", "55"])


@settings(max_examples=examples(1500), deadline=None)
@given(codes, st.sampled_from(["", "+", "00", "+0"]), st.one_of(st.just(""), codes), digits, st.booleans())
def test_a_simple_number_gives_the_same_result_as_the_full_check(
    country_code: str, sign: str, written_code: str, rest: str, likely: bool
) -> None:
    example = phonenumbers.example_number(phonenumbers.region_code_for_country_code(int(written_code or country_code)))
    if likely and example:  # the last digits of a real number, after other digits
        national = phonenumbers.national_significant_number(example)
        rest = national[: max(1, len(national) - len(rest))] + rest[: len(national) - 1]
    text = sign + written_code + rest
    assert read(numbering(country_code), text) == read(Slow(lambda: country_code), text)


@pytest.mark.parametrize("text", ["4790555817", "90555817", "+4790555817"])
def test_a_norwegian_number_skips_the_full_check(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering_plans, "_parse", None)
    assert numbering("47").canonical(text) == "+4790555817"


def test_an_international_number_does_not_ask_for_the_country_code() -> None:
    assert _phone.Numbering(no_country_code).canonical("+4790555817") == "+4790555817"


@pytest.mark.parametrize("code", ["47", "+47", "0047", " 47 ", "\u00a047", "\uff14\uff17"])
def test_every_spelling_of_a_country_code_is_accepted(code: str) -> None:
    assert _phone.calling_code(code) == "47"


@pytest.mark.parametrize("code", [None, "", " "])
def test_a_country_code_that_is_left_out_is_none(code: Any) -> None:
    assert _phone.calling_code(code) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0o047, 'read as the number 39; quote it, as in default_country_code: "47"'),  # this is 0047 without quotes
        (47, 'read as the number 47; quote it, as in default_country_code: "47"'),
        (47.0, 'quote it, as in default_country_code: "47"'),
        (358, 'quote it, as in default_country_code: "47"'),
        (0, 'quote it, as in default_country_code: "47"'),
        (False, 'for Norway, write "47" in quotes'),  # this is NO without quotes
        (True, 'read as true; write one country code in quotes, as in default_country_code: "47"'),
        (["47"], "read as a list"),
        ("NO", 'write "47"'),
        ("no", 'write "47"'),
        ("SE", 'write "46"'),
        ("FI", 'write "358"'),
        ("Norway", "'Norway' is not a country calling code; write a code such as \"47\""),
        ("999", "'999' is not a country calling code"),
        ("047", "'047' is not a country calling code"),
        ("4790555817", "is not a country calling code"),
        ("+", "is not a country calling code"),
    ],
)
def test_an_invalid_country_code_is_rejected(code: Any, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _phone.calling_code(code)
    assert str(caught.value).startswith("default_country_code: ")
    assert words in str(caught.value)
