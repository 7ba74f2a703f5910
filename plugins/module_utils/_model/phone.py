# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One canonical phone number for all spellings of the number in an account.

The canonical form is E.164 with a plus sign, as in ``+4790555817``. The canonical form of a short code is its digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from .._errors import InvalidInput, LinkEngageError, MissingLibrary, NoCountryCode
from . import numbering_plans as plans
from .spelling import FEWEST, Spelling, normalised, several, spelling
from .values import is_number, mask, read_as, require_text

NUMBER_FORMATS = ("msisdn", "e164", "national", "as_given")
FOREIGN_NUMBERS = ("any", "plus_only")
HEAD = 4  # characters at the beginning of a number that a message can show: a plus sign and a country code
LONG = 13  # digits: a number with blanks that is at least this long may be two numbers, even if it can be read as one
COUNTS = {2: "two", 3: "three", 4: "four"}


def calling_code(value: Any) -> str | None:
    """Return the calling code in the option ``default_country_code``, such as ``"47"``. Raises InvalidInput."""
    option = "default_country_code"
    if value is None or value == "":
        return None
    if value is False:
        raise InvalidInput(
            f"{option}: the value was read as false, perhaps because YAML reads an unquoted NO as false; for "
            'Norway, write "47" in quotes.'
        )
    if not isinstance(value, str):
        remedy = "quote it" if is_number(value) else "write one country code in quotes"
        raise InvalidInput(f'{option}: the value was read as {read_as(value)}; {remedy}, as in {option}: "47".')
    text = normalised(value).strip()
    if not text:
        return None
    digits = re.sub(r"^(\+|00)", "", text)
    if re.fullmatch("[1-9][0-9]{0,2}", digits) and (not plans.CALLING_CODES or int(digits) in plans.CALLING_CODES):
        return digits
    example = plans.code_of_region(text)
    remedy = f'write "{example}"' if example else 'write a code such as "47"'
    raise InvalidInput(f"{option}: {text!r} is not a country calling code; {remedy}.")


class Numbering:
    """How the phone numbers of an account are read and written.

    *country_code* returns the calling code of national numbers, such as ``"47"``. It is called only for a number
    without a country code, because it may need a request. *foreign_numbers* is one of FOREIGN_NUMBERS: whether users
    may write foreign numbers without a plus sign.
    """

    def __init__(self, country_code: Callable[[], str], foreign_numbers: str = "any") -> None:
        if plans.PHONENUMBERS_TRACE:
            raise MissingLibrary.of("phonenumberslite", plans.PHONENUMBERS_TRACE)
        self._country_code = country_code
        self._plus_only = foreign_numbers == "plus_only"
        self._doubts: dict[str, str] = {}
        # Reads simple numbers without a plus sign. It is None until the country code is needed.
        self._of_country: Callable[[str], str] | None = None

    # Numbers that users write

    def canonical(self, value: Any, option: str = "phone_number") -> str:
        """Return the canonical form.

        Raises InvalidInput, which names *option*, if the value is not exactly one phone number.
        """
        number = self.simple(require_text(value, option))
        if number:
            return number
        try:
            found = self._read(normalised(value))
        except ValueError as error:
            raise InvalidInput(f"{option}: {error}.") from None
        if found.doubt:
            self._doubts.setdefault(
                found.number,
                f"{option}: {mask(found.number)} is {found.doubt} for its country. The number is used unchanged.",
            )
        return found.number

    def simple(self, value: Any) -> str:
        """Return the canonical form of a value that a fast check recognises; empty for any other value."""
        return self._quick(value) if isinstance(value, str) else ""

    def doubts(self) -> list[str]:
        """Return a sentence for each number that was accepted since the last call but does not fit the plan of its
        country.
        """
        sentences = list(self._doubts.values())
        self._doubts.clear()
        return sentences

    def written(self, value: str, number_format: str = "msisdn") -> str:
        """Return the spelling in which *value* is stored, in one of NUMBER_FORMATS.

        It is E.164 if the number in this format would be read as another number. In Finland, ``4790555817`` would be a
        Finnish number.
        """
        canonical = self.canonical(value)
        if number_format == "as_given":
            text = normalised(value).strip()
        elif number_format == "national" and canonical.startswith(f"+{self._country_code()}"):
            text = plans.national_spelling(canonical)
        else:
            text = canonical if number_format == "e164" else canonical.lstrip("+")
        return text if self._reads_as(text, canonical) else canonical

    def _reads_as(self, text: str, canonical: str) -> bool:
        try:
            return self.key(text) == canonical == self.canonical(text)
        except InvalidInput:
            return False
        except NoCountryCode:  # without a known country, the text cannot be read as a national number
            return True

    # Numbers that the service returns

    def number(self, stored: str | None) -> str:
        """Return the canonical form of a stored number; empty if the text cannot be read as a number.

        The rules are less strict than for users: a valid foreign number without a plus sign is always accepted, and
        line breaks and tabs count as blanks.
        """
        quick = self._quick(stored or "")
        if quick:
            return quick
        try:
            spelt = spelling(normalised(" ".join((stored or "").split())))
        except ValueError:
            return ""
        if spelt.international:
            return plans.international(spelt.digits).number
        return self._bare(spelt.digits, strict=False)

    def key(self, stored: str | None) -> str:
        """Return the canonical form of a stored number.

        A text that cannot be read as a number is returned unchanged.
        """
        return self._quick(stored or "") or self.number(stored) or stored or ""

    def keys(self, stored: Iterable[str | None]) -> list[str]:
        """Return the result of ``key`` for each of many stored numbers."""
        found = []
        for text in stored:
            read = self._of_country
            found.append((read(text) if read and text else "") or self.key(text))
        return found

    def as_option(self, stored: str | None) -> str:
        """Return a stored number in a form that an option accepts.

        It stays unchanged if the option reads it as the same number.
        """
        number = self.number(stored)
        return stored if stored and number and self._reads_as(stored, number) else number

    def national(self, canonical: str) -> str:
        """Return the digits that all spellings of a number end with. They are used in a search."""
        return plans.national(canonical)

    def can_mean(self, canonical: str) -> Callable[[str | None], bool]:
        """Return a fast check for stored numbers.

        It is false only if the number can be neither *canonical* nor possibly the same.

        The check compares the last digits, because all spellings and forms of a number end with the same digits.
        """
        end = self.national(canonical)[-FEWEST:]

        def check(stored: str | None) -> bool:
            last = (stored or "")[-len(end) :]
            return last == end or not (last.isascii() and last.isdecimal())

        return check

    def possibly_same(self, canonical: str) -> set[str]:
        """Return the other canonical numbers that can mean the same phone.

        There are two reasons: the country has two forms of a number, or a spelling without a plus sign can be read as
        another number.
        """
        if not canonical:
            return set()
        others = plans.other_forms(canonical, self._country_code()) | {self.number(canonical.lstrip("+"))}
        return others - {canonical, ""}

    def possible_pairs(self, numbers: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pairs of canonical numbers that can mean the same phone.

        In each pair, the earlier number comes first.

        The country code is needed only for numbers that end with the same digits.
        """
        held = {number.lstrip("+"): (place, number) for place, number in enumerate(numbers)}
        pairs = set()
        for digits, one in held.items():
            for other in plans.other_digits(one[1]) & held.keys() - {digits}:
                if held[other][1] in self.possibly_same(one[1]):
                    pairs.add((min(one, held[other]), max(one, held[other])))
        return [(first[1], second[1]) for first, second in sorted(pairs)]

    # How a text is read

    def _quick(self, text: str) -> str:
        """Return the canonical form of a number that a fast check recognises; empty if the full check is needed."""
        if text[:1] == "+":
            return plans.quick(text)
        if self._of_country is None:
            if not plans.PLAIN.fullmatch(text):  # then the country code is perhaps not needed
                return ""
            self._of_country = plans.reader(self._country_code())
        return self._of_country(text)

    def _read(self, text: str) -> plans.Reading:
        """Return the number in a normalised text. Raises ValueError with the reason if the text is not valid."""
        found, wrong = plans.Reading(), ""
        try:
            spelt = spelling(text)
            found = self._understood(spelt)
            if not (found.doubt or len(spelt.digits) >= LONG):
                return found
        except ValueError as error:
            wrong = str(error)
        numbers = several(text, self._is_complete)
        if numbers:
            count = COUNTS.get(len(numbers), str(len(numbers)))
            shown = ", ".join(map(mask, numbers))
            raise ValueError(f"the text looks like {count} numbers ({shown}). Write one number only")
        if wrong:
            raise ValueError(wrong)
        return found

    def _understood(self, spelt: Spelling) -> plans.Reading:
        if spelt.international:
            return self._international(spelt)
        number = self._bare(spelt.digits, strict=True)
        if not number:
            raise ValueError(self._complaint(spelt.digits))
        return plans.Reading(number)

    def _international(self, spelt: Spelling) -> plans.Reading:
        if not spelt.digits:
            raise ValueError("00 is not a phone number: it has fewer than three digits. Correct the number")
        found = plans.international(spelt.digits)
        prefix = "00" if spelt.zeros else "+"
        shown = mask(f"{prefix}{spelt.digits}")
        if not found.number:
            why = plans.wrong_length(spelt.digits, prefix)
            remedy = "Correct the number" if why else "Write the number with its country code, as in +4790555817"
            if spelt.digits.startswith("0"):
                why = f"after {prefix}, a country code is expected, and no country code begins with 0"
            why = why or "its country code or its number of digits is wrong"
            raise ValueError(f"{shown} is not a phone number: {why}. {remedy}")
        zeros = spelt.zeros and not plans.is_valid(found.number)
        if zeros and plans.is_slip(
            f"00{spelt.digits}", self._country_code()
        ):  # 00 with one 0 too many, as in 00701740605
            raise ValueError(
                f"{shown} begins with 00, but is not a valid phone number. For a foreign number, write a plus sign "
                "and the country code, as in +4790555817"
            )
        return found

    def _bare(self, digits: str, strict: bool) -> str:
        """Return the number for digits without a plus sign; empty if there is none.

        Numbers of the own country come first.

        If digits are not valid in the own country, a valid number of another country takes precedence.
        """
        if len(digits) < FEWEST:
            return ""
        code = self._country_code()
        number, certain = plans.own(digits, code)
        if certain:
            return number
        if len(digits) <= plans.SHORT_CODE:
            return number if plans.has_service_number(digits, code) else digits
        foreign = plans.foreign(digits, code)
        if foreign and strict and (self._plus_only or plans.is_slip(digits, code)):
            return ""
        if strict and not foreign and plans.is_slip_with_code(number, digits, code):
            return ""
        return foreign or number

    def _complaint(self, digits: str) -> str:
        if len(digits) < FEWEST:
            return f"{digits} is not a phone number: it has fewer than three digits. Correct the number"
        code = self._country_code()
        if self._plus_only and plans.foreign(digits, code):
            return (
                f"{mask(digits)} is a foreign number without a plus sign, but `foreign_numbers: plus_only` requires "
                "the plus sign. Write the number with a plus sign"
            )
        lengths = plans.written_lengths(code)
        with_code = digits.startswith(code) and bool(lengths) and len(digits) - len(code) > lengths[0]
        if lengths and len(digits) not in lengths:
            why = plans.wrong_length(digits, "") if with_code else ""
            trunk = plans.trunk_prefix(code)
            leading = f", including the leading {trunk}" if trunk else ""
            expected = f"{plans.kind_of_number(code)} has {plans.from_to(lengths)}{leading}"
            why = why or f"it has {len(digits)} digits, but {expected}"
        else:
            why = f"it is not valid as {plans.kind_of_number(code)}" if code in plans.ADJECTIVES else ""
        reason = f": {why}" if why else ""
        return (
            f"{mask(digits)} is not a phone number in the country with code {code}{reason}. Correct the number. For a "
            "foreign number, write a plus sign and the country code, as in +4790555817"
        )

    def _is_complete(self, text: str) -> bool:
        """Return whether a text alone is a valid number, with its country code or trunk prefix."""
        try:
            spelt = spelling(text)
            if spelt.international:
                return plans.is_valid(plans.international(spelt.digits).number)
            code = self._country_code()
        except (ValueError, LinkEngageError):
            return False
        if plans.foreign(spelt.digits, code) and not plans.is_slip(spelt.digits, code):
            return True
        heads = (plans.trunk_prefix(code), code)
        return plans.own(spelt.digits, code)[1] and spelt.digits.startswith(heads if heads[0] else "")


def possibly_same(place: str, number: str, other: str, where: str) -> str:
    """Return the warning that the number at *place* is possibly the same phone as *other*, which stands at *where*."""
    difference = f" {_difference(number, other)}" if mask(number) == mask(other) else ""
    return (
        f"{place}: {mask(number)} is possibly the same phone number as {mask(other)} ({where}).{difference} If both "
        "numbers belong to one person, write both numbers in the same way."
    )


def _difference(number: str, other: str) -> str:
    """Return a sentence about the difference. Of the digits, at most the country code is shown."""
    longer, shorter = sorted((number, other), key=len, reverse=True)
    first = next((index for index, digit in enumerate(longer) if shorter[index : index + 1] != digit), 0)
    if len(longer) == len(shorter) or longer[:first] + longer[first + 1 :] != shorter or first > HEAD:
        digits = (len(text.lstrip("+")) for text in (number, other))
        return "The first number has {} digits, and the second number has {}.".format(*digits)
    which = "first" if number == longer else "second"
    return f"The {which} number has an additional {longer[first]} after {longer[:first]}."


def numbering_of(default_country_code: Any, foreign_numbers: Any = "any") -> Numbering:
    """Return the rules for phone numbers without an account. A number without a country code then needs the option.

    Raises InvalidInput, MissingLibrary.
    """
    code = calling_code(default_country_code)
    if foreign_numbers not in FOREIGN_NUMBERS:
        raise InvalidInput(f"foreign_numbers: expected {' or '.join(FOREIGN_NUMBERS)}.")

    def country_code() -> str:
        if code is None:
            raise NoCountryCode(
                "default_country_code: this option is required for a number without a country code, and for the "
                'number format `national`. Write a country code, such as "47".'
            )
        return code

    return Numbering(country_code, foreign_numbers)
