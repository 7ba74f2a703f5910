# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tree of message folders."""

from __future__ import annotations

from collections.abc import Mapping

from .book import Shelf
from .schema import Record

INBOX, OUTBOX, SENT, PROJECTS, ARCHIVE = 1, 2, 3, 4, 5
DEFAULT_FOLDERS = (
    {"FolderType": "Inbox", "Name": "Inbox"},
    {"FolderType": "Outbox", "Name": "Outbox"},
    {"FolderType": "Sent", "Name": "Sent"},
    {"FolderType": "UserFolder", "Name": "Projects"},
    {"FolderType": "UserFolder", "Name": "Archive", "ParentFolderId": PROJECTS},
)


class Folders:
    """The fixed folders and the folders of the user."""

    def __init__(self) -> None:
        self.shelf = Shelf("FolderId", INBOX)
        for values in DEFAULT_FOLDERS:
            self.add(values)

    def add(self, values: Mapping[str, object]) -> Record:
        """Add a folder. By default, it is a folder of the user."""
        kind = values.get("FolderType", "UserFolder")
        defaults = {"FolderType": kind, "IsPrivate": False, "IsUserDeletable": kind == "UserFolder"}
        return self.shelf.add({**defaults, "ParentFolderId": None, **values})

    def tree(self, counts: Mapping[int, int], parent: int | None = None) -> list[Record]:
        """Return the folders below a folder, each with its number of messages and its subfolders."""
        return [
            {**record, "MessagesInFolder": counts.get(ident, 0), "SubFolders": self.tree(counts, ident)}
            for ident, record in ((record["FolderId"], record) for record in self.shelf.all())
            if record["ParentFolderId"] == parent
        ]
