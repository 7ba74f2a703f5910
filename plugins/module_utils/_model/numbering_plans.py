# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The numbering plans of all countries, from the library ``phonenumbers``: which numbers digits can mean. Pure.

*code* is always a country calling code without a plus sign, such as ``"47"``. *digits* has only digits. A function
returns a number in E.164 with its plus sign, or an empty text if the digits are not such a number.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from .spelling import FEWEST

try:
    import phonenumbers
except ImportError:
    PHONENUMBERS_TRACE = traceback.format_exc()
else:
    PHONENUMBERS_TRACE = ""

CALLING_CODES = () if PHONENUMBERS_TRACE else phonenumbers.COUNTRY_CODE_TO_REGION_CODE
PLAIN = re.compile("(?!00)[0-9]{7,15}")
THREE_DIGITS = re.compile("[1-9][0-9]{2}")
LONGEST_CODE = 3  # digits of a country code at most
MOST = 15  # digits of a number with its country code at most (E.164)
SHORT_CODE = 6  # digits of a short code at most: every subscriber number with its country code is longer
# Numbers of Norwegian machines such as lifts, alarms and meters. The library phonenumbers does not know them.
MACHINE = re.compile("5[89][0-9]{10}")
# Patterns of old spellings that mean the same subscriber as a number of today. Mexico removed the 1 before mobile
# numbers in 2019, and Brazil added a 9 before them.
REWRITTEN = {
    52: (re.compile(r"\+521([0-9]{10})"), r"+52\1"),
    55: (re.compile(r"\+55([0-9]{2})([689][0-9]{7})"), r"+55\g<1>9\2"),
}
ARGENTINE = re.compile(r"\+54(9?)([0-9]{10})")  # the 9 belongs to a mobile number, but people often forget it
BRAZILIAN_MOBILE = re.compile(r"\+55[0-9]{2}9([0-9]{8})")
ADJECTIVES = {
    "1": "North American",
    "298": "Faroese",
    "31": "Dutch",
    "32": "Belgian",
    "33": "French",
    "34": "Spanish",
    "351": "Portuguese",
    "353": "Irish",
    "354": "Icelandic",
    "358": "Finnish",
    "370": "Lithuanian",
    "371": "Latvian",
    "372": "Estonian",
    "39": "Italian",
    "41": "Swiss",
    "43": "Austrian",
    "44": "British",
    "45": "Danish",
    "46": "Swedish",
    "47": "Norwegian",
    "48": "Polish",
    "49": "German",
}


SHORT_PLAN = 8  # digits: hardly any number with its country code is this short


class Reading(NamedTuple):
    """A number that was read from a text.

    ``doubt`` is ``too long`` or ``too short`` if the number does not fit the plan of its country.
    """

    number: str = ""
    doubt: str = ""


@lru_cache(maxsize=4096)
def international(digits: str) -> Reading:
    """Read digits that begin with a country code, as after a plus sign.

    A number that is too long or too short for its country is also accepted, because the plans are never complete. A 0
    that people write only inside their country, as in ``+47 (0) 412 34 567``, is removed.
    """
    parsed = _without_inner_zero(_parse(f"+{digits}"))
    number = _e164(parsed)
    if not number or len(_national(parsed)) < FEWEST:
        return Reading()
    if number != f"+{digits}":  # possibly it is again read as another number
        return international(number[1:])
    result = phonenumbers.ValidationResult
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason in (result.IS_POSSIBLE, result.IS_POSSIBLE_LOCAL_ONLY):
        return Reading(number)
    doubts = {result.TOO_LONG: "too long", result.TOO_SHORT: "too short"}
    return Reading(number, doubts[reason]) if reason in doubts else Reading()


def _without_inner_zero(parsed: Any) -> Any:
    """Return the number without a 0 after its country code, if the number is valid only without it.

    In Italy, the 0 belongs to the number.
    """
    if parsed is None or _is_valid(parsed) or not _national(parsed).startswith("0"):
        return parsed
    shorter = _parse(f"+{parsed.country_code}{_national(parsed)[1:]}")
    return shorter if _is_valid(shorter) else parsed


@lru_cache(maxsize=4096)
def own(digits: str, code: str) -> tuple[str, bool]:
    """Read a number of the country *code*, with or without this code. Also return whether the number is valid.

    A number that is possible has the right length. A number that is valid also begins with digits that its country
    uses.
    """
    if code == "47" and MACHINE.fullmatch(digits[2:] if len(digits) == 14 and digits.startswith("47") else digits):
        return f"+47{digits[-12:]}", True
    with_code = [_parse(f"+{digits}")] if digits.startswith(code) else []
    without = [_parse(digits, code)]
    # In a country with a trunk prefix, digits without this prefix more likely begin with the country code.
    trunk = trunk_prefix(code)
    readings = with_code + without if trunk and not digits.startswith(trunk) else without + with_code
    for acceptable in (_is_valid, _is_possible):
        for parsed in readings:
            number = _e164(parsed) if acceptable(parsed) else ""
            if number and acceptable is _is_valid:
                return number, True
            if number:  # not valid, so possibly it is read as another number with its country code
                return international(number[1:]).number, False
    return "", False


@lru_cache(maxsize=4096)
def foreign(digits: str, code: str) -> str:
    """Return a valid number of another country, written with its country code but without a plus sign.

    In a country such as Norway, all national numbers have one length of at most eight digits. There, digits of this
    length never count as a foreign number.
    """
    if len(digits) <= SHORT_PLAN and not trunk_prefix(code) and _lengths(code) == {len(digits)}:
        return ""
    parsed = _parse(f"+{digits}")
    return _e164(parsed) if _is_valid(parsed) and str(parsed.country_code) != code else ""


def is_valid(number: str) -> bool:
    """Return whether the country of a number uses this number. The right length alone is not enough."""
    return bool(number) and _is_valid(_parse(number))


@lru_cache(maxsize=4096)
def is_slip(digits: str, code: str) -> bool:
    """Return whether digits are probably a national number of *code* with one inserted, missing or doubled digit.

    In a country with a trunk prefix (the 0 of Sweden), people rarely omit the prefix and mistype a digit in the same
    number. So a mobile number of a large country is not taken for a mistyped number there, such as ``4790555817`` in
    Sweden.
    """
    trunk, lengths = trunk_prefix(code), _lengths(code)
    if len(digits) + 1 in _lengths(code, "mobile"):
        return True
    if trunk:
        if digits[1:].startswith(trunk):
            return True
        if _is_mobile_of_large_country(digits):
            return False
    elif len(lengths) == 1 and len(digits) - 1 in lengths:
        return True
    if len(digits) - 1 not in lengths:
        return False
    shorter = {digits[:index] + digits[index + 1 :] for index in range(len(digits))}
    return any(_is_valid(_parse(text, code)) for text in shorter)


def is_slip_with_code(number: str, digits: str, code: str) -> bool:
    """Return whether digits that were read as a country code and a short number more likely lack one digit.

    ``4760895`` in Norway is probably ``47608955`` without its last digit, because no subscriber has the number 60895.
    But ``4704000`` is the service number 04000 with its country code.
    """
    with_code = number == f"+{digits}" and not trunk_prefix(code)
    return with_code and not has_service_number(digits[len(code) :], code) and is_slip(digits, code)


def _is_mobile_of_large_country(digits: str) -> bool:
    parsed = _parse(f"+{digits}")
    kinds = phonenumbers.PhoneNumberType
    if parsed is None or parsed.country_code > 99:
        return False
    return phonenumbers.number_type(parsed) in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)


def has_service_number(digits: str, code: str) -> bool:
    """Return whether digits that begin with 0 are a national number, such as ``04000`` in Norway, and not a short
    code.
    """
    return digits.startswith("0") and not trunk_prefix(code) and _is_possible(_parse(digits, code))


def national(number: str) -> str:
    """Return the digits that all spellings of a number end with. They are used in a search."""
    if not number.startswith("+"):
        return number
    argentine, brazilian = ARGENTINE.fullmatch(number), BRAZILIAN_MOBILE.fullmatch(number)
    if argentine:
        return argentine.group(2)
    return brazilian.group(1) if brazilian else _national(_parse(number))


def national_spelling(number: str) -> str:
    """Return a number as people write it in its own country, in digits only."""
    text = phonenumbers.format_number(_parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub(r"\D", "", text)


def other_forms(number: str, code: str) -> set[str]:
    """Return other numbers that could reach the same subscriber, according to the plan of *code*.

    The digits of a national number can also be the digits of a foreign number that lacks its plus sign.
    """
    argentine = ARGENTINE.fullmatch(number)
    if argentine:
        return {f"+54{'' if argentine.group(1) else '9'}{argentine.group(2)}"}
    if not number.startswith("+"):
        return {f"+{code}{number}"}
    short = number[len(code) + 1 :]
    if not number.startswith(f"+{code}"):
        return set()
    if len(short) <= SHORT_CODE:
        return {short}
    return {foreign(short, code)} - {""}


def other_digits(number: str) -> set[str]:
    """Return the digits of all numbers that ``other_forms`` could return. It decides later which of them are real."""
    argentine = ARGENTINE.fullmatch(number)
    digits = number.lstrip("+")
    return {digits[cut:] for cut in range(1, LONGEST_CODE + 1)} | (
        {f"54{'' if argentine.group(1) else '9'}{argentine.group(2)}"} if argentine else set()
    )


def kind_of_number(code: str) -> str:
    """Return the words for a number of the country, such as ``a Norwegian number``."""
    adjective = ADJECTIVES.get(code)
    if adjective is None:
        return f"a number in the country with code {code}"
    return f"{'an' if adjective[0] in 'AEIOU' else 'a'} {adjective} number"


def written_lengths(code: str) -> tuple[int, ...]:
    """Return how many digits mobile and fixed numbers have if they are written without a country code."""
    return tuple(sorted(length + len(trunk_prefix(code)) for length in _lengths(code)))


def from_to(lengths: tuple[int, ...]) -> str:
    """Return lengths as text for a message: ``8 digits``, ``7 or 8 digits``, or ``7 to 9 digits``."""
    first, last = lengths[0], lengths[-1]
    between = "or" if last - first == 1 else "to"
    return f"{first} digits" if first == last else f"{first} {between} {last} digits"


def wrong_length(digits: str, prefix: str) -> str:
    """Return what is wrong with the length of digits that begin with a country code; empty if no error is known.

    *prefix* is the text before the country code: a plus sign, ``00`` or nothing.
    """
    after = " after 00" if prefix == "00" else ""
    if len(digits) > MOST:
        many = f"it has {len(digits)} digits{after}"
        return f"{many}, but a phone number has at most {MOST} digits, including its country code"
    code = _code_at(digits[:LONGEST_CODE].ljust(LONGEST_CODE, "0")) if digits else ""
    lengths, rest = (tuple(sorted(_lengths(code))) if code else ()), len(digits) - len(code)
    if not lengths or rest in lengths:
        return ""
    if rest < 0:  # these digits are only the beginning of a country code
        return f"it has only {len(digits)} digit{'s' if len(digits) > 1 else ''}{after}"
    digit_s = "digit" if rest == 1 else "digits"
    return f"it has {rest or 'no'} {digit_s} after {prefix}{code}, but {kind_of_number(code)} has {from_to(lengths)}"


def code_of_region(region: str) -> str:
    """Return the calling code of a country from its two letters, such as ``NO``; empty for an unknown country."""
    found = 0 if PHONENUMBERS_TRACE else phonenumbers.country_code_for_region(region.strip().upper())
    return str(found) if found else ""


# Fast check of simple numbers


def quick(text: str) -> str:
    """Return a number that begins with ``+``, if a fast check is enough; empty if the full check is needed."""
    pattern = _with_plus(text[1:4])
    return text if pattern and pattern.fullmatch(text) else ""


@cache
def reader(code: str) -> Callable[[str], str]:
    """Return a function that returns the number for digits without ``+`` in a country, if a fast check is enough.

    It returns an empty text if the full check is needed.
    """
    pattern = _written(code)
    if pattern is None:
        return lambda _text: ""
    match, head = pattern.fullmatch, f"+{code}"

    def read(text: str) -> str:
        found = match(text)
        if found is None:
            return ""
        return head + text if found.lastgroup == "national" else "+" + text

    return read


@lru_cache(maxsize=1000)
def _with_plus(digits: str) -> re.Pattern[str] | None:
    """Return the pattern of simple numbers that begin with a plus sign and these three digits; None if there is no
    pattern.
    """
    code = _code_at(digits)
    kinds = _subscriber(code)
    return re.compile(rf"\+(?=[0-9]{{7,15}}\Z){code}{kinds}") if kinds else None


def _code_at(digits: str) -> str:
    """Return the calling code that three digits begin with; empty for other texts."""
    ends = range(1, LONGEST_CODE + 1) if THREE_DIGITS.fullmatch(digits) else ()
    return next((digits[:end] for end in ends if int(digits[:end]) in CALLING_CODES), "")


@cache
def _written(code: str) -> re.Pattern[str] | None:
    """Return the pattern of simple numbers, with and without country code; None for countries without simple
    numbers.
    """
    kinds = _subscriber(code)
    if not kinds:
        return None
    # In these countries, no national number is as long as a number with its country code.
    too_long = rf"(?!(?:{_metadata(code).general_desc.national_number_pattern})\Z)"
    return re.compile(f"(?={PLAIN.pattern}\\Z)(?:(?P<national>{kinds})|(?P<international>{too_long}{code}{kinds}))")


@cache
def _subscriber(code: str) -> str:
    """Return the pattern of mobile and fixed numbers, if the country has no trunk prefix; empty for other
    countries.
    """
    metadata = _metadata(code)
    if metadata is None or metadata.national_prefix or metadata.national_prefix_for_parsing or int(code) in REWRITTEN:
        return ""
    kinds = [kind.national_number_pattern for kind in (metadata.mobile, metadata.fixed_line) if kind]
    return "(?:(?!0)(?:" + "|".join(f"(?:{kind})" for kind in kinds if kind) + "))" if any(kinds) else ""


# Access to the data of the library


@cache
def trunk_prefix(code: str) -> str:
    """Return the prefix of national numbers, such as ``"0"``; empty if the country has no prefix."""
    prefix = getattr(_metadata(code), "national_prefix", None) or ""
    return "" if prefix == code else prefix  # in North America, the library names the country code as the prefix


@cache
def _lengths(code: str, *kinds: str) -> frozenset[int]:
    """Return the lengths of national numbers without their prefix. *kinds* are names in the library's metadata."""
    found = [getattr(_metadata(code), kind, None) for kind in kinds or ("mobile", "fixed_line")]
    return frozenset(length for kind in found if kind for length in kind.possible_length if length > 0)


def _metadata(code: str) -> Any:
    region = phonenumbers.region_code_for_country_code(int(code or 0))
    return phonenumbers.PhoneMetadata.metadata_for_region(region, None)


def _is_valid(parsed: Any) -> bool:
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def _is_possible(parsed: Any) -> bool:
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _parse(text: str, code: str | None = None) -> Any:
    region = phonenumbers.region_code_for_country_code(int(code)) if code else None
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code not in REWRITTEN:
        return parsed
    pattern, form = REWRITTEN[parsed.country_code]
    found = pattern.fullmatch(_e164(parsed))
    return phonenumbers.parse(found.expand(form)) if found else parsed


def _national(parsed: Any) -> str:
    return str(phonenumbers.national_significant_number(parsed))


def _e164(parsed: Any) -> str:
    if parsed is None:
        return ""
    number = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return number if len(number) <= MOST + 1 else ""
