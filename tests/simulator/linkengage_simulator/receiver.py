# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One receiver of a message: a contact, a group or a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .book import Book
from .errors import NonsenseError, NotFoundError
from .schema import Record

REFERENCE = re.compile(r"/(contacts|groups)/([0-9]+)")
NUMBER = re.compile(r"[-+0-9 ().]*[0-9][-+0-9 ().]*")


def full_name(contact: Record) -> str:
    """Return first and last name, joined as the service does it.

    If the last name is missing, the result ends with a space.
    """
    return f"{contact['Firstname'] or ''} {contact['Lastname'] or ''}"


@dataclass(frozen=True)
class Receiver:
    """The text of the receiver. If it is not a number, also the record that the text refers to."""

    text: str
    kind: str = ""
    ident: int = 0

    @classmethod
    def parse(cls, text: str, book: Book) -> Receiver:
        """Read a receiver. It must exist."""
        reference = REFERENCE.fullmatch(text)
        if not reference and not NUMBER.fullmatch(text):
            raise NonsenseError(f"{text!r} is not a receiver")
        receiver = cls(text, reference[1], int(reference[2])) if reference else cls(text)
        try:
            receiver._contacts(book)
        except NotFoundError as error:
            raise NonsenseError(str(error)) from error
        return receiver

    def _contacts(self, book: Book) -> list[Record]:
        if self.kind == "groups":
            return book.members(self.ident)
        return [book.contacts.get(self.ident)] if self.kind else []

    def phones(self, book: Book) -> list[tuple[int | None, str]]:
        """Return the phones of the receiver at this moment, each with its contact. A deleted record has no phones."""
        if not self.kind:
            return [(None, self.text)]
        try:
            contacts = self._contacts(book)
        except NotFoundError:
            return []
        return [(contact["ContactId"], contact["PhoneNumber"]) for contact in contacts if contact["PhoneNumber"]]

    def shown(self, book: Book, form: str = "name") -> str:
        """Return how a folder shows the receiver: by default the name of the contact or group, or the number."""
        if form in ("reference", "id"):
            return self.text if form == "reference" or not self.kind else str(self.ident)
        try:
            if self.kind == "groups":
                return str(book.groups.get(self.ident)["Name"])
            contacts = self._contacts(book)
        except NotFoundError:
            contacts = []
        if not contacts:
            return self.text
        name = "" if form == "number" else full_name(contacts[0]).strip()
        return name or str(contacts[0]["PhoneNumber"])


def parse(text: str | None, book: Book) -> list[Receiver]:
    """Return the receivers in a text, where they are separated by semicolons."""
    receivers = [Receiver.parse(part.strip(), book) for part in (text or "").split(";") if part.strip()]
    if not receivers:
        raise NonsenseError("Receivers is empty")
    return receivers
