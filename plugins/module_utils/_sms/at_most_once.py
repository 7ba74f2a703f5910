# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Sends a message at most once.

Before the POST, the store records an intent for the idempotency key. After the POST, it records the outcome. So even a
process that is killed at any moment leaves an entry in the store. If the outcome is not known, the message is searched
in the message folders of the account. It is not repeated without this search.

A send without an idempotency key also has an entry, under a name of its own, so that other sends recognise its message.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from .._errors import (
    ApiError,
    ConnectionFailed,
    InvalidInput,
    LinkEngageError,
    NotSent,
    UnknownOutcome,
    UnreadableAnswer,
)
from .._machine.store import CANCELLED, INTENT, LATEST, SENT, Entry, Store, StoreFailed
from .._model.changes import Key, Send
from .._model.fields import Record
from .._model.frozen import Value
from .._model.resources import MESSAGE
from .._model.times import iso_utc
from .._service.client import Client
from .folders import Folders, Search, Sought
from .moments import ROUGHLY, TICK, Span, dated, moments

LOOKS = (1.0, 2.0, 4.0)  # seconds before each search for a message whose answer was lost
PATIENCE = 1.0  # during PATIENCE times timeout after a request, the service can still act on the request
LOOK = (
    "Look in the message folders of the account yourself. If the message is not there, run the task again with "
    "on_unknown: resend."
)
NOT_AGAIN = "The message was not sent again."
ADVICE = f"{NOT_AGAIN} {LOOK}"
TWICE = (
    "The message was sent again, because the outcome of an earlier attempt is not known. If the earlier attempt "
    "succeeded, the receivers get the message twice."
)


@dataclass(frozen=True)
class Sent(Value):
    """The result of a send.

    - ``outcome`` is sent, already_sent, taken_for_sent or cancelled.
    - ``message`` is the message as the service stores it.
    - ``recorded`` is False if the store does not know the message, or if its recorded time is in the future.
    - ``retried`` is True if an earlier attempt of the same task (until, retries) has sent the message.
    """

    outcome: str
    message: Mapping[str, Any]
    recorded: bool = True
    warnings: Sequence[str] = ()
    retried: bool = False

    @property
    def by_this_task(self) -> bool:
        return self.outcome == "sent" or self.retried


@dataclass(frozen=True)
class Earlier:
    """What is known about a key before a send: its message, if it was already sent, and warnings."""

    sent: Sent | None = None
    warnings: Sequence[str] = ()


def learn_clock(client: Client) -> None:
    """Read a small record if no answer has shown the time of the service yet.

    The entries in the store have times of the service's clock.
    """
    if client.clock_known is None:
        try:
            client.user()
        except NotSent:
            raise
        except LinkEngageError:  # a later answer may still show the clock
            return


def send_once(
    client: Client,
    change: Send,
    sought: Sought,
    on_unknown: str,
    foreign: Callable[[Collection[str]], Collection[str]] = lambda ids: (),
    known: Collection[str] = (),
) -> Sent:
    """Send the message. If the answer is lost, search for the message in the folders.

    *foreign* returns which of some message ids belong to other sends. *known* are the ids of other messages. If the
    message is not found, UnknownOutcome is raised. With *on_unknown* ``resend``, the message is sent once more instead.
    """
    look = _Look(client, sought, foreign, known)
    try:
        return Sent("sent", _made(client, change))
    except UnknownOutcome as error:
        first = error
    found = look.found(first)
    if found:
        return Sent("sent", found)
    if on_unknown != "resend":
        raise UnknownOutcome(
            f"{first} This task did not find the message in the message folders. {ADVICE}", outcome="unknown"
        ) from first
    try:
        return Sent("sent", _made(client, change), warnings=[TWICE])
    except LinkEngageError as second:  # whatever happened to the second message, the first message may have been sent
        found = look.found(second)
        if found:
            return Sent("sent", found, warnings=[TWICE])
        raise UnknownOutcome(
            f"{first} The message was not in the message folders and was sent again. The second attempt also failed: "
            f"{second} {LOOK}",
            outcome="unknown",
        ) from second


def _made(client: Client, change: Send) -> Record:
    made: dict[Key, Record] = {}
    client.make(change, made)
    due = change.record.get("handled")
    expected = due if isinstance(due, datetime) else client.now() if client.clock_known else None
    return dated(client, made[change.id], expected)


class _Look:
    """The search for a message of this process whose answer was lost."""

    def __init__(
        self,
        client: Client,
        sought: Sought,
        foreign: Callable[[Collection[str]], Collection[str]],
        known: Collection[str],
    ) -> None:
        self._client, self._sought, self._foreign, self._known = client, sought, foreign, set(known)
        # If the service does not send its clock, the times of messages prove nothing. So the messages that already
        # exist are recorded now, and any other message is new.
        self._only_new = client.clock_known is False
        if self._only_new:
            self._known |= Folders(client).ids(sought)
        self._begun = time.monotonic()

    def found(self, error: LinkEngageError) -> Record | None:
        """Return the message, or None if it is not found.

        Raises UnknownOutcome if the folders cannot be read, or if it is not clear which message it is.
        """
        trouble: LinkEngageError | None = None
        search = Search(self._sought, self._span, self._others, only_new=self._only_new)
        for pause in LOOKS:
            time.sleep(pause)
            try:
                message = Folders(self._client).find(search)
                trouble = None
            except LinkEngageError as failure:
                message, trouble = None, failure
            if message:
                return dated(self._client, message)
        if isinstance(trouble, UnknownOutcome):
            raise UnknownOutcome(f"{error} {NOT_AGAIN} {trouble}", **trouble.facts) from trouble
        if trouble:
            raise UnknownOutcome(
                f"{error} The message folders could not be read. {ADVICE} This request failed: {trouble}",
                outcome="unknown",
            )
        return None

    def _others(self, ids: Collection[str]) -> set[str]:
        return {*self._known, *self._foreign(ids)}

    def _span(self) -> Span:
        due, now = self._sought.message.get("handled"), self._client.now()
        if isinstance(due, datetime):
            return Span(due - ROUGHLY, due + ROUGHLY)
        age = timedelta(seconds=time.monotonic() - self._begun)
        return Span(now - age - TICK, now + TICK, sure=bool(self._client.clock_known))


@dataclass(frozen=True)
class Request:
    """A send as the user asked for it.

    - ``key`` is the idempotency key.
    - ``private`` is True if the user has set no key, so that the key was made up for this send.
    - ``content`` is the hash of the options.
    - ``asked`` is ``send_at``.
    - ``attempt`` identifies the task. Later attempts of the same task never send again.
    """

    key: str
    content: str
    window: timedelta
    adopt_window: timedelta = timedelta(minutes=15)
    on_unknown: str = "fail"
    asked: str = ""
    attempt: str = ""
    private: bool = False


@dataclass(frozen=True)
class Keyed:
    """The sends of one idempotency key in a store."""

    client: Client
    store: Store
    request: Request
    sought: Sought

    def earlier(self) -> Earlier:
        """Return what is known about the message of the key within the window. Only reads the store and the folders.

        Raises InvalidInput if the key was used for another message or another time.
        """
        entry = self._entry()
        if entry and entry.state in (CANCELLED, SENT):
            sent = self._recorded(entry)
            return Earlier(sent, sent.warnings)
        if entry is None:
            taken, warnings = self._taken()
            return Earlier(taken, [*warnings, *(taken.warnings if taken else ())])
        found = self._find(entry)
        if found:
            return Earlier(Sent("already_sent", found, recorded=False))
        doubts = [_doubt(self.request.key, entry)] if self.request.on_unknown == "fail" else []
        return Earlier(
            warnings=[
                f"{doubt} If the message does not appear in the message folders, the task fails." for doubt in doubts
            ]
        )

    def send(self, change: Send, wrong_time: LinkEngageError | None = None) -> Sent:
        """Send the message, unless the message of the key was already sent. Raises UnknownOutcome.

        Only one process at a time sends for a key. Other keys with the same text and phones also wait, because their
        messages look the same in the folders. If the message was not sent, *wrong_time* is raised if it is set.
        """
        with self._held():
            entry = self._entry()
            if entry and entry.state in (CANCELLED, SENT):
                if not self._is_past(entry):  # a time in the future would keep the key in use until then
                    with contextlib.suppress(StoreFailed):
                        self.store.record(self.request.key, replace(entry, at=self._now()))
                return self._recorded(entry)
            warnings: Sequence[str] = ()
            if entry:
                settled = self._settle(entry)
            else:
                settled, warnings = self._taken()
                settled = self._adopted(settled) if settled else None
            if settled:
                return settled
            if wrong_time:
                raise wrong_time
            sent = self._post(change, entry)
            return replace(sent, warnings=[*warnings, *sent.warnings])

    def known(self) -> Sent | None:
        """Return the message of the key if the store can be read but not written; None for an unknown key.

        Raises UnknownOutcome if the store has only an intent, because the message must not be sent without a record.
        """
        try:
            entry = self._entry()
            earlier = self.earlier() if entry else Earlier()
        except StoreFailed:
            return None
        if entry and not earlier.sent:
            raise UnknownOutcome(f"{_doubt(self.request.key, entry)} {ADVICE}", outcome="unknown")
        return earlier.sent

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self.store.hold(self.request.key, self.sought.look, self.sought.sent_as):
            yield

    # What the store and the folders show

    def _entry(self) -> Entry | None:
        """Return the entry of the key within its window, or None.

        Raises InvalidInput if it is for another message or time.
        """
        entry = self.store.find(self.request.key)
        if entry and not self.request.private:
            learn_clock(self.client)
        if entry is None or (self._is_past(entry) and self._end_of_window(entry.at, entry.due) < self._now()):
            return None
        if entry.content != self.request.content:
            raise InvalidInput(
                f"idempotency_key: {self.request.key!r} was used at {_shown(entry.at)} for a message with another "
                "text, other receivers or another sender. Nothing was sent. Use a new key for a new message.",
                message_id=entry.message_id,
            )
        waits = entry.state != SENT or (entry.due is not None and entry.due > self._now())
        if entry.asked != self.request.asked and waits and not self.request.private:
            raise self._other_time(entry)
        return entry

    def _other_time(self, entry: Entry) -> InvalidInput:
        """Return the error for a key that is used with another ``send_at`` than before.

        The new time must not be ignored.
        """
        before = f"and send_at {entry.asked}" if entry.asked else "without send_at"
        now = (
            f"This task has another send_at: {self.request.asked}" if self.request.asked else "This task has no send_at"
        )
        state = {CANCELLED: "cancelled", SENT: "scheduled"}.get(entry.state, "possibly sent")
        remedy = "Use a new key."
        if entry.state != CANCELLED:
            remedy = "To change the time, first cancel the message with state: absent, and then send it with a new key."
        return InvalidInput(
            f"send_at: an earlier message with idempotency_key {self.request.key!r} {before} was {state}. {now}. "
            f"Nothing was sent. {remedy} Within idempotency_window, no message can "
            "be sent with the key of a cancelled message.",
            message_id=entry.message_id,
        )

    def _recorded(self, entry: Entry) -> Sent:
        """Return the message of the key and its outcome, according to the store."""
        gone: Record = {**self.sought.message, MESSAGE.id: entry.message_id}
        if entry.state == CANCELLED:
            return Sent("cancelled", gone)
        outcome, believed = "sent" if self.request.private else "already_sent", self._is_past(entry)
        warnings = [] if entry.asked == self.request.asked else [self._too_late(entry)]
        retried = bool(self.request.attempt) and entry.attempt == self.request.attempt
        found = self.client.get(MESSAGE, entry.message_id or "")
        if found is not None:
            return Sent(outcome, dated(self.client, found), believed, warnings, retried)
        warnings.append(
            f"idempotency_key: the service accepted message {entry.message_id} at {_shown(entry.at)}, but no longer "
            "has this message. Either the message was sent and then deleted, or it was cancelled before it was sent. "
            "This task did not send the message again."
        )
        return Sent(outcome, gone, believed, warnings, retried)

    def _too_late(self, entry: Entry) -> str:
        return (
            f"send_at: message {entry.message_id} with this idempotency_key was already sent, so the send_at of this "
            f"task ({self.request.asked or 'not set'}) has no effect."
        )

    def _taken(self) -> tuple[Sent | None, list[str]]:
        """Return a recent message that counts as the message of an unknown key, and warnings.

        The search is needed only if the store belongs to one machine and has a short history of the account. A shared
        store knows all keys.
        """
        if self.store.shared or self.request.private or not self.request.adopt_window:
            return None, []
        learn_clock(self.client)
        since, recent = self.store.since(), self.request.adopt_window.total_seconds()
        if since is not None and since < self._now() - recent:
            return None, []
        folders = Folders(self.client)
        search = Search(self.sought, self._recently, self._foreign, self._claimed_by_others(None), strict=False)
        found = folders.find(search)
        if found is None:
            return None, folders.warnings
        warning = (
            "idempotency_key: the store of this machine does not contain the key. Message "
            f"{found[MESSAGE.id]} with the text and receivers of this task was sent within adopt_window, so the task "
            "did not send the message again. Set `store` to a database that is shared by all machines that run this "
            "task."
        )
        return Sent("taken_for_sent", dated(self.client, found), False, [warning]), folders.warnings

    def _recently(self) -> Span:
        due = self.sought.message.get("handled")
        if isinstance(due, datetime):
            return Span(due - ROUGHLY, due + ROUGHLY)
        return Span(self.client.now() - min(self.request.adopt_window, self.request.window))

    def _find(self, entry: Entry) -> Record | None:
        """Return the message of an intent, or None."""
        search = Search(
            self.sought,
            lambda: self._span(entry),
            self._foreign,
            self._claimed_by_others(entry),
            sent_as=entry.sent_as,
        )
        found = Folders(self.client).find(search)
        return dated(self.client, found) if found else None

    def _span(self, entry: Entry) -> Span:
        """Return the span of time in which the message of an intent was or will be handled."""
        if entry.due is not None:
            return Span(_moment(entry.due) - ROUGHLY, _moment(entry.due) + ROUGHLY)
        if self._is_past(entry) and self.client.clock_known:
            return Span(_moment(entry.at) - (ROUGHLY if self.request.private else TICK))
        return Span(self.client.now() - self.request.window)

    def _foreign(self, ids: Collection[str]) -> set[str]:
        return self.store.owned(self.request.key, ids)

    def _claimed_by_others(self, entry: Entry | None) -> Callable[[Collection[datetime]], bool]:
        """Return a function that says whether a message belongs to the intent of another key that began earlier.

        The function gets the possible moments of the message.
        """
        others = self.store.open_intents(self.request.key, self.sought.look, self.sought.sent_as)
        tick, rough = TICK.total_seconds(), ROUGHLY.total_seconds()

        def is_of(other: Entry, at: float) -> bool:
            if other.due is not None:
                return abs(at - other.due) <= rough and (entry is None or other.at <= entry.at)
            ours = entry is not None and entry.due is None and other.at <= entry.at <= at + tick
            return other.at - tick <= at and not ours

        return lambda found: any(is_of(other, moment.timestamp()) for other in others for moment in found)

    # What is sent and recorded

    def _adopted(self, taken: Sent) -> Sent:
        """Record a message that counts as the message of this key, for later runs."""
        message = taken.message
        late = self._note_late(message, _begun(message, self.client))
        return replace(taken, warnings=[*taken.warnings, *late])

    def _settle(self, entry: Entry) -> Sent | None:
        """Find the outcome of an intent. The process that recorded it has ended, because this process holds the key.

        Returns None if the message may be sent again.
        """
        patience = self.client.timeout * PATIENCE + sum(LOOKS)
        deadline: float | None = None
        while True:
            found = self._find(entry)
            if found:
                late = self._note_late(found, entry.at)
                return Sent("sent" if self.request.private else "already_sent", found, warnings=late)
            if deadline is None:  # set here, because the search has shown the clock of the service
                deadline = time.monotonic() + min(entry.tried + patience - self._now(), patience)
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self.client.waiting.announce(f"waiting for the message of an earlier attempt, for at most {left:.0f} s")
            self.client.waiting.run.sleep(min(left, LOOKS[-1]))
        same_task = bool(self.request.attempt) and entry.attempt == self.request.attempt
        if self.request.on_unknown == "resend" and not same_task:
            return None
        raise UnknownOutcome(f"{_doubt(self.request.key, entry)} {ADVICE}", outcome="unknown")

    def _post(self, change: Send, doubtful: Entry | None) -> Sent:
        others = self.store.open_intents(self.request.key, self.sought.look, self.sought.sent_as)
        known: Collection[str] = ()
        # Messages that already exist are not the message of this send; ignored if the folders cannot be read.
        if others:
            with contextlib.suppress(ApiError, ConnectionFailed, UnreadableAnswer):
                known = Folders(self.client).ids(self.sought)
        self._note(INTENT, None, doubtful.at if doubtful and self._is_past(doubtful) else None)
        try:
            sent = send_once(self.client, change, self.sought, self.request.on_unknown, self._foreign, known)
        except UnknownOutcome:
            raise
        except LinkEngageError:  # the service rejected the message, or the request was not sent
            if not doubtful:
                self._forget()
            raise
        twice = [TWICE] if doubtful and not sent.warnings else []
        return replace(sent, warnings=[*sent.warnings, *twice, *self._note_late(sent.message)])

    def _forget(self) -> None:
        """Delete the entry, because the message was not sent. If the store fails here, the entry stays as an
        intent.
        """
        with contextlib.suppress(LinkEngageError):
            self.store.forget(self.request.key)

    def _note(self, state: str, message_id: str | None, at: float | None = None) -> None:
        now, handled = self._now(), self.sought.message.get("handled")
        at = now if at is None else at
        due = handled.timestamp() if isinstance(handled, datetime) else None
        entry = Entry(
            self.request.content,
            state,
            message_id,
            at=at,
            tried=now,
            until=min(self._end_of_window(at, due), LATEST - 1),
            due=due,
            asked=self.request.asked,
            look=self.sought.look,
            sent_as=self.sought.sent_as,
            attempt=self.request.attempt,
        )
        self.store.record(self.request.key, entry)

    def _end_of_window(self, at: float, due: float | None) -> float:
        """Return the end of the window.

        It begins when the message is sent; a scheduled message is sent when it is due.
        """
        return max(at, due or 0.0) + self.request.window.total_seconds()

    def _note_late(self, sent: Mapping[str, Any], at: float | None = None) -> list[str]:
        """Record the message that was sent, and return warnings.

        If the store fails, it is only a warning, because the user must know that the message was sent.
        """
        try:
            self._note(SENT, sent[MESSAGE.id], at)
        except LinkEngageError as error:
            warning = f"The message was sent, but the store could not record the message: {error}"
            later = "The next run with the same idempotency_key finds the message in the message folders."
            return [warning if self.request.private else f"{warning} {later}"]
        return []

    def _now(self) -> float:
        return self.client.now().timestamp()

    def _is_past(self, entry: Entry) -> bool:
        """Return whether the time of an entry can be true. A time in the future is wrong and is not used."""
        return entry.at <= self._now() + ROUGHLY.total_seconds()


def _doubt(key: str, entry: Entry) -> str:
    return (
        f"idempotency_key: an earlier attempt to send the message with the key {key!r} began at {_shown(entry.at)}. It "
        "is not known whether this attempt has sent the message. This task did not find the message in the message "
        "folders."
    )


def _begun(message: Mapping[str, Any], client: Client) -> float:
    """Return the time when the service got a message, in seconds since 1970.

    If it is not known, return the present time.
    """
    handled, now = message["handled"], client.now().timestamp()
    known = [handled] if isinstance(handled, datetime) else moments(client, message)
    return min(known[0].timestamp(), now) if len(known) == 1 else now


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _shown(seconds: float) -> str:
    return iso_utc(_moment(seconds))
