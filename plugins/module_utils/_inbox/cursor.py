# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The position in an inbox: a small file, so that each message is delivered once, also after a restart.

It contains message ids and times. It contains no texts and no phone numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from .._errors import LinkEngageError


@dataclass(frozen=True)
class Cursor:
    """``since``: all older messages are delivered. ``seen``: the later messages that are delivered, with their times.

    Times are ISO 8601 in UTC to the second, so they can be compared as texts; "" is before all times. ``folders`` were
    read at least once. It is not known whether the messages ``in_doubt`` were delivered, because the process ended.
    """

    since: str = ""
    folders: list[int] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)

    def after(self, message_id: str, time: str) -> Cursor:
        """The cursor after one more message is delivered."""
        doubts = [id for id in self.in_doubt if id != message_id]
        return replace(self, seen={**self.seen, message_id: time}, in_doubt=doubts)


class Storage(Protocol):
    """The storage of a cursor: a text, and the next text during a delivery. Every method raises OSError."""

    path: str

    def current(self) -> str | None:
        """The present text, or None."""

    def prepared(self) -> str | None:
        """The next text, or None."""

    def prepare(self, text: str) -> None:
        """Keep the next text after the present text."""

    def commit(self) -> None:
        """Replace the present text with the next text."""


class CursorFile:
    """The cursor of one account. Every method raises LinkEngageError if the file cannot be used.

    A delivery is between ``prepare`` and ``commit``. ``prepare`` writes the next text to the disk near the file, and
    ``commit`` only renames it. If a process ends in between, the next process finds both texts, and knows which message
    is in doubt.
    """

    def __init__(self, storage: Storage, account: str) -> None:
        self._storage = storage
        self._account = hashlib.sha256(account.encode()).hexdigest()

    def load(self) -> Cursor:
        """The stored cursor, or an empty cursor if there is no file."""
        try:
            text, prepared = self._storage.current(), _content(self._storage.prepared())
        except OSError as error:
            raise self._unusable(error) from error
        cursor = Cursor() if text is None else self._cursor(_content(text))
        if not prepared or prepared["account"] != self._account:
            return cursor
        doubts = {*cursor.in_doubt, *prepared["cursor"]["in_doubt"], prepared["delivering"]} - {None}
        return replace(cursor, in_doubt=sorted(doubts - set(cursor.seen)))

    def _cursor(self, content: dict[str, Any] | None) -> Cursor:
        if content is None:
            raise LinkEngageError(
                f"cursor_path: {self._storage.path} is damaged, so it is not known which messages were delivered. No "
                "message is delivered. Restore the file, or delete it to start again with the option start."
            )
        if content["account"] != self._account:
            raise LinkEngageError(
                f"cursor_path: {self._storage.path} belongs to another account or api_url. Use another file."
            )
        return Cursor(**content["cursor"])

    def prepare(self, cursor: Cursor, delivering: str | None = None) -> None:
        """Write the cursor after the delivery of the message *delivering* to the disk, next to the file."""
        content = {"account": self._account, "cursor": asdict(cursor), "delivering": delivering}
        try:
            self._storage.prepare(json.dumps(content))
        except OSError as error:
            raise self._unusable(error) from error

    def commit(self) -> None:
        """Make the prepared cursor the current cursor."""
        try:
            self._storage.commit()
        except OSError as error:
            raise self._unusable(error) from error

    def save(self, cursor: Cursor) -> None:
        """Store the cursor when there is no delivery."""
        self.prepare(cursor)
        self.commit()

    def _unusable(self, error: OSError) -> LinkEngageError:
        return LinkEngageError(
            f"cursor_path: {self._storage.path} cannot be used: {error.strerror or error}. Without it, no message is "
            "delivered. Free space on the disk, correct the permissions, or set cursor_path to another file."
        )


def _content(text: str | None) -> dict[str, Any] | None:
    """The content of a text that we wrote; None if there is no text, or if the text is incomplete."""
    try:
        content = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return content if _is_ours(content) else None


def _is_ours(content: Any) -> bool:
    if not isinstance(content, Mapping) or set(content) != {"account", "cursor", "delivering"}:
        return False
    cursor = content["cursor"]
    if not isinstance(cursor, Mapping) or set(cursor) != {"since", "folders", "seen", "in_doubt"}:
        return False
    kinds = {"since": str, "folders": list, "seen": dict, "in_doubt": list}
    if not all(isinstance(cursor[name], kind) for name, kind in kinds.items()):
        return False
    texts = [content["account"], content["delivering"] or "", *cursor["in_doubt"], *cursor["seen"].values()]
    return all(isinstance(text, str) for text in texts) and all(
        isinstance(id, int) and not isinstance(id, bool) for id in cursor["folders"]
    )
