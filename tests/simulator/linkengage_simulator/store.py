# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the service. It depends neither on HTTP nor on the format of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .account import Account
from .assumptions import Assumptions
from .book import Book, Shelf
from .clock import Clock
from .keeping import Keeping
from .mailbox import Mailbox
from .schema import FREE, Record


class Store:
    """An account with its address book, its messages and the additional resources of version 2."""

    def __init__(self, clock: Clock, prefix: str, assume: Assumptions | None = None) -> None:
        assume = assume or Assumptions()
        self.clock = clock
        self.account = Account(prefix, assume)
        self.book = Book(clock, Keeping(assume, self.account))
        self.mailbox = Mailbox(clock, self.book, self.account, assume)
        # The paths of records that belong to the directory sync, such as /contacts/4711.
        self.owned: set[str] = set()
        self.free: dict[str, Shelf] = {name: Shelf("Id", 1) for name in FREE}

    def state(self) -> dict[str, Any]:
        """Return all records, for tests. Dates are datetimes."""
        folders = self.mailbox.folders.shelf.all()
        lines = {str(folder["FolderId"]): self.mailbox.folder_lines(folder["FolderId"], "") for folder in folders}
        return {
            "now": self.clock.now(),
            "contacts": self.book.contacts.all(),
            "groups": [self._group(group) for group in self.book.groups.all()],
            "messages": [mail.record for mail in self.mailbox.all()],
            "folders": self.mailbox.folder_tree(),
            "folder_messages": lines,
            "user": self.account.record(),
            **{name: shelf.all() for name, shelf in self.free.items()},
        }

    def kept(self) -> dict[str, Any]:
        """Return the whole state, for ``restore``."""
        return {
            "account": self.account.kept(),
            "book": self.book.kept(),
            "mailbox": self.mailbox.kept(),
            "owned": sorted(self.owned),
            "free": {name: shelf.kept() for name, shelf in self.free.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the whole state with a result of ``kept``."""
        self.account.restore(kept["account"])
        self.book.restore(kept["book"])
        self.mailbox.restore(kept["mailbox"])
        self.owned = set(kept["owned"])
        for name, shelf in self.free.items():
            shelf.restore(kept["free"][name])

    def _group(self, group: Record) -> Record:
        return {**group, "members": [contact["ContactId"] for contact in self.book.members(group["GroupId"])]}
