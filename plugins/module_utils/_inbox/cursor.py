# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The position in an inbox, in the store, so that each message is delivered once, also after a restart.

It contains message ids and times. It contains no texts and no phone numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Protocol

from .._errors import LinkEngageError


@dataclass(frozen=True)
class Cursor:
    """``since``: all older messages are delivered. ``seen``: the later messages that are delivered, with their times.

    Times are ISO 8601 in UTC to the second, so they can be compared as texts; "" is before all times. ``folders`` were
    read at least once, and ``starts`` has the time of the first reading, before which no message is delivered. It is
    not known whether the messages ``in_doubt`` were delivered, because the process ended. ``consumed`` are delivered
    and must be deleted.
    """

    since: str = ""
    folders: list[int] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)
    starts: dict[str, str] = field(default_factory=dict)
    consumed: list[str] = field(default_factory=list)

    def after(self, message_id: str, time: str, consume: bool = False) -> Cursor:
        """The cursor after one more message is delivered, which is deleted with *consume*."""
        doubts = [id for id in self.in_doubt if id != message_id]
        consumed = [*self.consumed, message_id] if consume else self.consumed
        return replace(self, seen={**self.seen, message_id: time}, in_doubt=doubts, consumed=consumed)


KINDS = {"since": str, "folders": list, "seen": dict, "in_doubt": list, "starts": dict, "consumed": list}


class Storage(Protocol):
    """The store, as far as cursors need it. Every method raises LinkEngageError if the store cannot be used."""

    name: str

    def cursor(self, name: str) -> tuple[str | None, str | None]:
        """The present and the next text of a cursor."""

    def prepare_cursor(self, name: str, text: str) -> None:
        """Keep the next text of a cursor after its present text."""

    def commit_cursor(self, name: str) -> None:
        """Replace the present text of a cursor with its next text."""


class StoredCursor:
    """A cursor of one account in the store. Every method raises LinkEngageError if the store cannot be used.

    A delivery is between ``prepare`` and ``commit``. ``prepare`` records the next text, and ``commit`` makes it the
    present text. If a process ends in between, the next process finds both texts, and knows which message is in doubt.
    """

    def __init__(self, store: Storage, name: str) -> None:
        self._store = store
        self.name = name
        self.lock = f"cursor {name}"

    def exists(self) -> bool:
        """Whether the cursor was stored before."""
        return self._store.cursor(self.name)[0] is not None

    def load(self) -> Cursor:
        """The stored cursor, or an empty cursor if there is none."""
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
                f"cursor: {self.name} in the store {self._store.name} is damaged, so it is not known which messages "
                "were delivered. No message is delivered. Restore the store, or set cursor to another name to start "
                "again with the option start."
            )
        return Cursor(**content["cursor"])

    def prepare(self, cursor: Cursor, delivering: str | None = None) -> None:
        """Record the cursor after the delivery of the message *delivering*, after the present cursor."""
        self._store.prepare_cursor(self.name, json.dumps({"cursor": asdict(cursor), "delivering": delivering}))

    def commit(self) -> None:
        """Make the prepared cursor the present cursor."""
        self._store.commit_cursor(self.name)

    def save(self, cursor: Cursor) -> None:
        """Store the cursor when there is no delivery."""
        self.prepare(cursor)
        self.commit()


def _content(text: str | None) -> dict[str, Any] | None:
    """The content of a text that we wrote; None if there is no text, or if the text is damaged."""
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
