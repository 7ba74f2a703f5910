# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the service changes the values that it stores, according to the assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .account import Account
from .assumptions import Assumptions
from .errors import NonsenseError, RefusedError
from .schema import MESSAGE, Kind, Record, Resource

LIMIT = re.compile(r"(cut|refused)_(\d+)(_in_emoji)?")


class Keeping:
    """The rules for texts, numbers and duplicates."""

    def __init__(self, assume: Assumptions, account: Account) -> None:
        self.assume, self._account = assume, account

    @property
    def lag(self) -> float:
        """The number of seconds until reads show a new record."""
        return self.assume.number("read_lag") or 0.0

    @property
    def dedupes(self) -> bool:
        """Whether a second contact with the same number is not created."""
        return self.assume["repeated_post"] == "same_record"

    def stored(self, resource: Resource, values: Record) -> Record:
        """Return the values as the service stores them."""
        texts = [member.name for member in resource.fields if member.shape is Kind.TEXT and values.get(member.name)]
        kept = {**values, **{name: self._text(str(values[name]), name, resource) for name in texts}}
        if kept.get("PhoneNumber"):
            kept["PhoneNumber"] = self._number(str(values["PhoneNumber"]))
        return kept

    def _text(self, text: str, name: str, resource: Resource) -> str:
        if self.assume["outer_blanks"] == "trimmed":
            text = text.strip()
        if self.assume["line_ends"] == "crlf":
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        limit = LIMIT.fullmatch(self.assume["long_texts"])
        if limit is None or resource is MESSAGE or name == "PhoneNumber":
            return text
        length, units = int(limit[2]), text.encode("utf-16-le", "surrogatepass")
        if limit[1] == "refused" and len(text) > length:
            raise NonsenseError(f"{name} is longer than {length} characters")
        if limit[3]:
            return units[: 2 * length].decode("utf-16-le", "surrogatepass")
        return text[:length]

    def _number(self, text: str) -> str:
        form = self.assume["numbers"]
        if form == "as_entered":
            return text
        phone, prefix = self._account.phone(text), self._account.settings["NUMBER_PREFIX"]
        if form == "national":
            return phone[len(prefix) :] if phone.startswith(prefix) else f"00{phone}"
        return f"+{phone}" if form == "plus" else phone

    def same_number(self, number: str, contacts: Iterable[Record]) -> Record | None:
        """Return the first contact with this phone, or None."""
        phone = self._account.phone(number)
        found = (contact for contact in contacts if self._account.phone(contact["PhoneNumber"] or "") == phone)
        return next(found, None)

    def require_new_number(self, number: str, others: Iterable[Record]) -> None:
        """Raise RefusedError if another contact has the number and the assumptions forbid this."""
        status = self.assume.status("duplicate_numbers")
        if status and self.same_number(number, others):
            raise RefusedError("A contact with this number exists already", status)

    def require_new_name(self, name: str, others: Iterable[Record]) -> None:
        """Raise RefusedError if another group has the name and the assumptions forbid this."""
        status = self.assume.status("group_names")
        if status and any(other["Name"] == name for other in others):
            raise RefusedError("A group with this name exists already", status)
