# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One canonical phone number for every spelling of it, on the ``phonenumbers`` library.

The canonical form is E.164 with its plus sign, ``+4790555817``; a short code such as ``2000`` is its own digits.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from .._errors import InvalidInput, MissingLibrary
from .values import mask, require_text

try:
    import phonenumbers
except ImportError:
    PHONENUMBERS_TRACE = traceback.format_exc()
else:
    PHONENUMBERS_TRACE = ""

CALLING_CODES = () if PHONENUMBERS_TRACE else phonenumbers.COUNTRY_CODE_TO_REGION_CODE
PLAIN = re.compile(r"(?:\+[1-9]|(?!00)[0-9])[0-9]{6,14}")
ALLOWED = frozenset("0123456789 ()+.-/")
DIGITS = re.compile(r"\D+")
SHORT_CODE = 6  # digits: no subscriber number with its country code is that short
NUMBER_FORMATS = ("msisdn", "e164", "national", "as_given")


def calling_code(value: Any) -> str | None:
    """The country calling code that the option ``default_country_code`` means: ``"47"``. Raises InvalidInput."""
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    digits = re.sub(r"^(\+|00)", "", text)
    if not re.fullmatch(r"[1-9]\d{0,2}", digits):
        raise InvalidInput(f'default_country_code: {text!r} is not a country calling code such as "47".')
    return digits


class Numbering:
    """The account's view of phone numbers.

    *country_code* gives the calling code that stands before national numbers, such as ``"47"``. It is called only when
    a number without one must be understood, because the answer may cost a request.
    """

    def __init__(self, country_code: Callable[[], str]) -> None:
        if PHONENUMBERS_TRACE:
            raise MissingLibrary(
                "The Python library phonenumbers (or its light build, phonenumberslite) is needed.",
                library="phonenumberslite",
                trace=PHONENUMBERS_TRACE,
            )
        self._country_code = country_code

    def canonical(self, value: Any, option: str = "phone_number") -> str:
        """The canonical form. Raises InvalidInput, naming *option*, for anything that is not one phone number."""
        text = require_text(value, option)
        quick = self._quick(text)
        if quick:
            return quick
        for position, character in enumerate(text, 1):
            if character not in ALLOWED:
                name = unicodedata.name(character, f"U+{ord(character):04X}")
                raise InvalidInput(
                    f"{option}: character {position} ({name}) has no place in a phone number; "
                    "write digits, with spaces and ( ) + . - / between them if you like, and one number only."
                )
        digits = DIGITS.sub("", text)
        if not digits:
            raise InvalidInput(f"{option}: the phone number is empty.")
        head = text.lstrip(" (")
        international = head.startswith("+")
        if "+" in head[1:]:
            raise InvalidInput(f"{option}: {mask(text)} has a plus sign inside; write one number only.")
        if digits.startswith("00"):
            international, digits = True, digits[2:]
        found = _international(digits) if international else _any(digits, self._country_code())
        if not found:
            raise InvalidInput(
                f"{option}: {mask(text)} is not a phone number"
                + ("" if international else f" in country code {self._country_code()}")
                + "; write it with its country code, as in +4790555817."
            )
        return found

    def _quick(self, text: str) -> str | None:
        """The canonical form of what is plainly a number; None where it must be looked at closely."""
        if not PLAIN.fullmatch(text):
            return None
        if text[0] != "+":
            return _quick_national(text, self._country_code())
        code = next((text[1:end] for end in (2, 3, 4) if int(text[1:end]) in CALLING_CODES), "")
        pattern = _subscriber(code)
        return text if pattern and pattern.fullmatch(text[len(code) + 1 :]) else None

    def key(self, stored: str | None) -> str:
        """The canonical form of a number that the service holds; what is not a number stands for itself."""
        try:
            return self.canonical(stored or "")
        except InvalidInput:
            return stored or ""

    def national(self, canonical: str) -> str:
        """The digits that every spelling of a number ends with, which is what a search must look for."""
        if not canonical.startswith("+"):
            return canonical
        return str(phonenumbers.national_significant_number(phonenumbers.parse(canonical)))

    def written(self, value: str, number_format: str = "msisdn") -> str:
        """The spelling to store for *value*: ``msisdn``, ``e164``, ``national`` or ``as_given``."""
        canonical = self.canonical(value)
        if number_format == "as_given":
            return value
        if number_format == "e164":
            return canonical
        if number_format == "national" and canonical.startswith(f"+{self._country_code()}"):
            parsed = phonenumbers.parse(canonical)
            return DIGITS.sub("", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
        return canonical.lstrip("+")


def numbering_of(default_country_code: Any) -> Numbering:
    """Phone numbers where there is no account to ask: one without a country code needs the option.

    Raises InvalidInput, MissingLibrary.
    """
    code = calling_code(default_country_code)

    def country_code() -> str:
        if code is None:
            raise InvalidInput(
                "default_country_code: a number without its country code needs it, and so does the national format; "
                'give it, such as "47".'
            )
        return code

    return Numbering(country_code)


def _quick_national(digits: str, country_code: str) -> str | None:
    pattern = _subscriber(country_code)
    if pattern is None:
        return None
    if pattern.fullmatch(digits):
        return f"+{country_code}{digits}"
    # No number of these countries is as long as one with its country code.
    rest = digits[len(country_code) :] if digits.startswith(country_code) else ""
    return f"+{digits}" if pattern.fullmatch(rest) and not _any_kind(country_code).fullmatch(digits) else None


@cache
def _subscriber(country_code: str) -> re.Pattern[str] | None:
    """What mobile and fixed numbers look like in a country where no prefix stands before them; None elsewhere."""
    metadata = _metadata(country_code)
    if metadata is None or metadata.national_prefix or metadata.national_prefix_for_parsing:
        return None
    kinds = [kind.national_number_pattern for kind in (metadata.mobile, metadata.fixed_line) if kind]
    return re.compile("(?!0)(?:" + "|".join(f"(?:{kind})" for kind in kinds if kind) + ")") if any(kinds) else None


@cache
def _any_kind(country_code: str) -> re.Pattern[str]:
    return re.compile(_metadata(country_code).general_desc.national_number_pattern)


def _metadata(country_code: str) -> Any:
    region = phonenumbers.region_code_for_country_code(int(country_code or 0))
    return phonenumbers.PhoneMetadata.metadata_for_region(region, None)


@lru_cache(maxsize=4096)
def _international(digits: str) -> str | None:
    parsed = _parse(f"+{digits}", None)
    return _e164(parsed) if parsed and phonenumbers.is_possible_number(parsed) else None


@lru_cache(maxsize=4096)
def _any(digits: str, country_code: str) -> str | None:
    """A number without plus sign: national first, then as country code and number, valid before merely possible."""
    if len(digits) <= SHORT_CODE and not _is_valid(_parse(digits, country_code)):
        return digits
    readings = [_parse(digits, country_code), _parse(f"+{digits}", None)]
    for acceptable in (_is_valid, _is_possible):
        for parsed in readings:
            if acceptable(parsed):
                return _e164(parsed)
    return None


def _is_valid(parsed: Any) -> bool:
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def _is_possible(parsed: Any) -> bool:
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _parse(text: str, country_code: str | None) -> Any:
    region = phonenumbers.region_code_for_country_code(int(country_code)) if country_code else None
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(parsed: Any) -> str:
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
