# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The position in an inbox. It is kept in the store, so that each message is delivered once, even after a restart.

The cursor contains message ids and times. It contains no texts and no phone numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Protocol

from .._errors import LinkEngageError


@dataclass(frozen=True)
class Cursor:
    """The position in an inbox. Times are ISO 8601 in UTC to the second, so they can be compared as texts.

    - ``since``: all messages before this time are delivered. "" is before all times.
    - ``folders`` are the folders that were read at least once.
    - ``seen`` are the messages after ``since`` that are delivered, with their times.
    - ``in_doubt`` are messages whose process ended during their delivery, so that they may or may not be delivered.
    - ``starts`` has the time when each folder was first read. No earlier message is delivered.
    - ``consumed`` are messages that are delivered and must still be deleted.
    """

    since: str = ""
    folders: list[int] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)
    starts: dict[str, str] = field(default_factory=dict)
    consumed: list[str] = field(default_factory=list)

    def after(self, message_id: str, time: str, consume: bool = False) -> Cursor:
        """Return the cursor after one more message is delivered. With *consume*, the message must be deleted later."""
        doubts = [id for id in self.in_doubt if id != message_id]
        consumed = [*self.consumed, message_id] if consume else self.consumed
        return replace(self, seen={**self.seen, message_id: time}, in_doubt=doubts, consumed=consumed)


KINDS = {"since": str, "folders": list, "seen": dict, "in_doubt": list, "starts": dict, "consumed": list}


class Storage(Protocol):
    """The methods of the store that cursors need. Every method raises LinkEngageError if the store cannot be used."""

    name: str

    def cursor(self, name: str) -> tuple[str | None, str | None]:
        """Return the present and the next text of a cursor."""

    def prepare_cursor(self, name: str, text: str) -> None:
        """Store the next text of a cursor, and keep its present text."""

    def commit_cursor(self, name: str) -> None:
        """Replace the present text of a cursor with its next text."""


class StoredCursor:
    """A cursor of one account in the store. Every method raises LinkEngageError if the store cannot be used.

    A message is delivered between ``prepare`` and ``commit``. ``prepare`` records the next text of the cursor, and
    ``commit`` makes it the present text. If a process ends in between, the next process finds both texts, and so knows
    which message is in doubt.
    """

    def __init__(self, store: Storage, name: str) -> None:
        self._store = store
        self.name = name
        self.lock = f"cursor {name}"

    def exists(self) -> bool:
        """Return whether the cursor was stored before."""
        return self._store.cursor(self.name)[0] is not None

    def load(self) -> Cursor:
        """Return the stored cursor, or an empty cursor if none is stored."""
        text, prepared = self._store.cursor(self.name)
        next = _content(prepared)
        cursor = Cursor() if text is None else self._cursor(_content(text))
        if not next:
            return cursor
        doubts = {*cursor.in_doubt, *next["cursor"]["in_doubt"], next["delivering"]} - {None}
        return replace(cursor, in_doubt=sorted(doubts - set(cursor.seen)))

    def _cursor(self, content: dict[str, Any] | None) -> Cursor:
        if content is None:
            raise LinkEngageError(
                f"cursor: the cursor {self.name!r} in the store {self._store.name} is damaged, so it is not known "
                "which messages were delivered. The event source stops. Restore the store from a backup, or set "
                "`cursor` to another name. With a new cursor, the option `start` decides which messages are delivered."
            )
        return Cursor(**content["cursor"])

    def prepare(self, cursor: Cursor, delivering: str | None = None) -> None:
        """Record the cursor as it will be after the message *delivering* is delivered. The present cursor is kept."""
        self._store.prepare_cursor(self.name, json.dumps({"cursor": asdict(cursor), "delivering": delivering}))

    def commit(self) -> None:
        """Make the prepared cursor the present cursor."""
        self._store.commit_cursor(self.name)

    def save(self, cursor: Cursor) -> None:
        """Store the cursor at once, because no message is delivered."""
        self.prepare(cursor)
        self.commit()


def _content(text: str | None) -> dict[str, Any] | None:
    """Return the content of a stored text; None if there is no text, or if the text is damaged."""
    try:
        content = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return content if _is_ours(content) else None


def _is_ours(content: Any) -> bool:
    if not isinstance(content, Mapping) or set(content) != {"cursor", "delivering"}:
        return False
    cursor = content["cursor"]
    if not isinstance(cursor, Mapping) or set(cursor) != {one.name for one in fields(Cursor)}:
        return False
    if not all(isinstance(cursor[name], kind) for name, kind in KINDS.items()):
        return False
    texts = [content["delivering"] or "", *cursor["in_doubt"], *cursor["consumed"]]
    times = [*cursor["seen"].values(), *cursor["starts"].values()]
    return all(isinstance(text, str) for text in (*texts, *times)) and all(
        isinstance(id, int) and not isinstance(id, bool) for id in cursor["folders"]
    )
