# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Sending a message at most once.

The ledger records the intent of a key before the POST, and the outcome after it. So a process that is killed at any
moment leaves an entry. If the outcome is not known, the message folders of the account are searched; the message is
never simply repeated.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .._errors import InvalidInput, LinkEngageError, UnknownOutcome
from .._machine.ledger import CANCELLED, INTENT, SENT, Entry, Ledger
from .._model.changes import Key, Send
from .._model.fields import Record
from .._model.resources import MESSAGE
from .._model.times import iso_utc
from .._service.client import Client
from .folders import Folders
from .moments import ROUGHLY, TICK, Span, dated, moments

LOOKS = (1.0, 2.0, 4.0)  # seconds before each search for a message with a lost answer
LOOK = "Look in the message folders of the account. If the message is not there, run again with on_unknown: resend."
ADVICE = f"The message was not sent again. {LOOK}"


@dataclass(frozen=True)
class Sent:
    """The result of a send. ``outcome`` is sent, already_sent or cancelled; ``message`` is the stored message.

    ``recorded`` is False if the message was only found in the folders.
    """

    outcome: str
    message: Record
    recorded: bool = True
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Earlier:
    """What is known about a key before a send: its message, if it was sent, and warnings."""

    sent: Sent | None = None
    warnings: Sequence[str] = ()


def content_hash(content: dict[str, Any]) -> str:
    """A hash that is equal for equal contents. The content cannot be read from it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def send_once(client: Client, change: Send, on_unknown: str, others: Collection[str] = ()) -> Record:
    """Send the message. If the answer is lost, search for the message.

    If the message is not found, raises UnknownOutcome, or sends once more if *on_unknown* is ``resend``.
    """
    look = _Look(client, change.record, others)
    try:
        return _made(client, change)
    except UnknownOutcome as error:
        first = error
    found = look.found(first)
    if found:
        return found
    if on_unknown != "resend":
        raise UnknownOutcome(f"{first} The message is not in the folders. {ADVICE}", outcome="unknown") from first
    try:
        return _made(client, change)
    except LinkEngageError as second:  # the first message can have been sent, whatever happened to the second one
        found = look.found(second)
        if found:
            return found
        raise UnknownOutcome(
            f"{first} The message was not in the folders and was sent again. This also failed: {second} {LOOK}",
            outcome="unknown",
        ) from second


def _made(client: Client, change: Send) -> Record:
    made: dict[Key, Record] = {}
    client.make(change, made)
    due = change.record.get("handled")
    expected = due if isinstance(due, datetime) else client.now() if client.clock_known else None
    return dated(client, made[change.id], expected)


class _Look:
    """The search for a message of this process with a lost answer."""

    def __init__(self, client: Client, message: Record, others: Collection[str]) -> None:
        self._client, self._message, self._others = client, message, set(others)
        # If the service does not send its clock, only the earlier messages show later which messages are new.
        self._only_new = client.clock_known is False
        if self._only_new:
            self._others |= Folders(client).ids(message)
        self._begun = time.monotonic()

    def found(self, error: LinkEngageError) -> Record | None:
        """The message, or None. Raises UnknownOutcome if the folders cannot be read, or do not show it."""
        trouble: LinkEngageError | None = None
        for pause in LOOKS:
            time.sleep(pause)
            try:
                message = Folders(self._client).find(self._message, self._span, self._others, self._only_new)
                trouble = None
            except LinkEngageError as failure:
                message, trouble = None, failure
            if message:
                return dated(self._client, message)
        if isinstance(trouble, UnknownOutcome):
            raise UnknownOutcome(f"{error} {trouble} {ADVICE}", **trouble.facts) from trouble
        if trouble:
            raise UnknownOutcome(f"{error} The folders could not be read: {trouble} {ADVICE}", outcome="unknown")
        return None

    def _span(self) -> Span:
        due, now = self._message.get("handled"), self._client.now()
        if isinstance(due, datetime):
            return Span(due - ROUGHLY, due + ROUGHLY)
        age = timedelta(seconds=time.monotonic() - self._begun)
        return Span(now - age - TICK, now + TICK, sure=bool(self._client.clock_known))


@dataclass(frozen=True)
class Keyed:
    """The sends of one idempotency key. ``content`` is the hash of the message."""

    client: Client
    ledger: Ledger
    key: str
    window: timedelta
    content: str
    on_unknown: str

    def earlier(self, message: Record) -> Earlier:
        """The message of the key within the window, from the ledger or the folders. Only reads.

        Raises InvalidInput if the key was used for another message.
        """
        entry = self._entry()
        if entry and entry.state in (CANCELLED, SENT):
            sent = self._recorded(message, entry)
            return Earlier(sent, sent.warnings)
        found = self._find(message)
        if found is None:
            doubts = [_doubt(self.key, entry)] if entry and self.on_unknown == "fail" else []
            return Earlier(warnings=[f"{doubt} If the message does not appear, the task fails." for doubt in doubts])
        warnings = (
            []
            if entry
            else [
                f"idempotency_key: message {found[MESSAGE.id]} has the same text, sender and receivers, so it counts "
                "as this message. The ledger of this machine does not contain the key."
            ]
        )
        sent = Sent("already_sent", found, recorded=False, warnings=warnings)
        return Earlier(sent, warnings)

    def send(self, change: Send, earlier: Sent | None = None, wrong_time: LinkEngageError | None = None) -> Sent:
        """Send unless the message of the key was sent, in one process at a time. Raises UnknownOutcome.

        Other keys with the same content wait too, because their messages look the same in the folders. The message of
        ``earlier`` counts unless another key has sent it; then *wrong_time* is raised, if it is given.
        """
        if earlier and earlier.recorded:
            return earlier
        with self.ledger.hold(self.key, self.content):
            entry = self._entry()
            if entry and entry.state in (CANCELLED, SENT):
                return self._recorded(change.record, entry)
            settled = self._adopt(earlier, entry) or (self._settle(change.record, entry) if entry else None)
            if wrong_time and not settled:
                raise wrong_time
            return settled or self._post(change, in_doubt=entry is not None)

    def _entry(self) -> Entry | None:
        entry = self.ledger.find(self.key)
        if entry is None or entry.at < time.time() - self.window.total_seconds():
            return None
        if entry.content != self.content:
            raise InvalidInput(
                f"idempotency_key: {self.key!r} was used at {_shown(entry)} for a message with other text, receivers "
                "or sender. Nothing was sent. Use a new key for a new message.",
                message_id=entry.message_id,
            )
        return entry

    def _recorded(self, message: Record, entry: Entry) -> Sent:
        """The message of the key and its outcome, from the ledger."""
        gone: Record = {**message, MESSAGE.id: entry.message_id}
        if entry.state == CANCELLED:
            return Sent("cancelled", gone)
        found = self.client.get(MESSAGE, entry.message_id or "")
        if found is not None:
            return Sent("already_sent", dated(self.client, found))
        warning = (
            f"idempotency_key: message {entry.message_id} was given to the service at {_shown(entry)}, but the service "
            "no longer has it. It was deleted, or cancelled before it was sent."
        )
        return Sent("already_sent", gone, warnings=[warning])

    def _adopt(self, earlier: Sent | None, entry: Entry | None) -> Sent | None:
        """Record a message that was found in the folders, for later runs."""
        if earlier is None:
            return None
        id = earlier.message[MESSAGE.id]
        if id in self.ledger.other_messages(self.key):
            return None
        self._note(SENT, id, entry.at if entry else _begun(earlier.message, self.client))
        return earlier

    def _settle(self, message: Record, entry: Entry) -> Sent | None:
        """An intent without an outcome. Its process has ended, because we hold the key."""
        found = self._find(message)
        if found:
            self._note(SENT, found[MESSAGE.id], entry.at)
            return Sent("already_sent", found)
        if self.on_unknown == "resend":
            return None
        raise UnknownOutcome(f"{_doubt(self.key, entry)} {ADVICE}", outcome="unknown")

    def _post(self, change: Send, in_doubt: bool) -> Sent:
        self._note(INTENT, None)
        others = self.ledger.other_messages(self.key)
        try:
            sent = send_once(self.client, change, self.on_unknown, others)
        except UnknownOutcome:
            raise
        except LinkEngageError:  # rejected, or never sent
            if not in_doubt:
                self._forget()
            raise
        return Sent("sent", sent, warnings=self._note_late(sent))

    def _find(self, message: Record) -> Record | None:
        others = self.ledger.other_messages(self.key)
        found = Folders(self.client).find(message, lambda: Span(self.client.now() - self.window), others)
        return dated(self.client, found) if found else None

    def _forget(self) -> None:
        """Delete the entry, because nothing was sent. If the ledger fails here, the entry stays without an outcome."""
        with contextlib.suppress(LinkEngageError):
            self.ledger.forget(self.key)

    def _note(self, state: str, message_id: str | None, at: float | None = None) -> None:
        self.ledger.record(self.key, Entry(self.content, state, message_id, time.time() if at is None else at))

    def _note_late(self, sent: Record) -> list[str]:
        """Record the sent message, and return warnings. A failure of the ledger must not hide that it was sent."""
        try:
            self._note(SENT, sent[MESSAGE.id])
        except LinkEngageError as error:
            return [f"The message was sent, but the ledger could not record this: {error}"]
        return []


def _doubt(key: str, entry: Entry) -> str:
    return (
        f"idempotency_key: a send with {key!r} began at {_shown(entry)}, and its outcome is not known. The message is "
        "not in the folders."
    )


def _begun(message: Record, client: Client) -> float:
    """The time when the service got a message, as far as it is known, in seconds since 1970."""
    handled = message["handled"]
    known = [handled] if isinstance(handled, datetime) else moments(client, message)
    return min(known[0].timestamp(), time.time()) if len(known) == 1 else time.time()


def _shown(entry: Entry) -> str:
    return iso_utc(datetime.fromtimestamp(entry.at, timezone.utc))
