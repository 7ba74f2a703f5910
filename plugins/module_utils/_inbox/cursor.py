# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What an inbox was read to: a small file, so that each message is delivered once, across restarts.

It holds message ids and times; no text and no phone number.
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
    """``since``: whatever is older is done. ``seen``: the messages from then on that are done, with their times.

    Times are ISO 8601 in UTC to the second, so that they compare as text; "" is before everything. ``folders`` were
    read at least once. ``in_doubt`` may have been delivered, or not: the process ended at that moment.
    """

    since: str = ""
    folders: list[int] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    in_doubt: list[str] = field(default_factory=list)

    def after(self, message_id: str, time: str) -> Cursor:
        """The cursor when one more message is done."""
        doubts = [id for id in self.in_doubt if id != message_id]
        return replace(self, seen={**self.seen, message_id: time}, in_doubt=doubts)


class Storage(Protocol):
    """Where a cursor is kept: a text, and the next text while a delivery is under way. Every method raises OSError."""

    path: str

    def current(self) -> str | None: ...

    def prepared(self) -> str | None: ...

    def prepare(self, text: str) -> None: ...

    def commit(self) -> None: ...


class CursorFile:
    """The cursor of one account. Every method raises LinkEngageError where the file cannot be used.

    A delivery is framed by ``prepare`` and ``commit``. What ``prepare`` writes is on the disk beside the file, and
    ``commit`` only renames it. Where a process ended in between, the next one finds both, and knows which one message
    is in doubt.
    """

    def __init__(self, storage: Storage, account: str) -> None:
        self._storage = storage
        self._account = hashlib.sha256(account.encode()).hexdigest()

    def load(self) -> Cursor:
        """The cursor as it was left; an empty one where there is no file."""
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
                f"cursor_path: {self._storage.path} is damaged, so it is not known which messages were delivered, and "
                "none is. Restore the file, or remove it: the source then begins anew, as start says."
            )
        if content["account"] != self._account:
            raise LinkEngageError(
                f"cursor_path: {self._storage.path} belongs to another account or api_url; give each its own file."
            )
        return Cursor(**content["cursor"])

    def prepare(self, cursor: Cursor, delivering: str | None = None) -> None:
        """Put on the disk, beside the file, what will hold when the message *delivering* is delivered."""
        content = {"account": self._account, "cursor": asdict(cursor), "delivering": delivering}
        try:
            self._storage.prepare(json.dumps(content))
        except OSError as error:
            raise self._unusable(error) from error

    def commit(self) -> None:
        """What was prepared holds now."""
        try:
            self._storage.commit()
        except OSError as error:
            raise self._unusable(error) from error

    def save(self, cursor: Cursor) -> None:
        """This holds now, and no delivery is under way."""
        self.prepare(cursor)
        self.commit()

    def _unusable(self, error: OSError) -> LinkEngageError:
        return LinkEngageError(
            f"cursor_path: {self._storage.path} cannot be used: {error.strerror or error}. Without it no message is "
            "delivered. Free the disk, correct the permissions, or set cursor_path to another place."
        )


def _content(text: str | None) -> dict[str, Any] | None:
    """What a text of ours holds; None where there is none or it was cut off, as a new one may be."""
    try:
        content = json.loads(text or "")
    except ValueError:
        return None
    return content if _is_ours(content) else None


def _is_ours(content: Any) -> bool:
    if not isinstance(content, Mapping) or set(content) != {"account", "cursor", "delivering"}:
        return False
    cursor = content["cursor"]
    if not isinstance(cursor, Mapping) or set(cursor) != {"since", "folders", "seen", "in_doubt"}:
        return False
    kinds = {"since": str, "folders": list, "seen": dict, "in_doubt": list}
    return all(isinstance(cursor[name], kind) for name, kind in kinds.items())
