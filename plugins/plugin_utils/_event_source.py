# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The loop of the event source: read, deliver, record, pause. After a temporary error, the pause is longer."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values

from ..module_utils._errors import (
    ApiError,
    ConnectionFailed,
    InvalidInput,
    LinkEngageError,
    Locked,
    NotFound,
    Throttled,
    UnreadableAnswer,
    foreseen,
)
from ..module_utils._inbox.cursor import StoredCursor
from ..module_utils._inbox.messages import INBOX_SPEC, Inbox, InboxOptions, Message, Reading
from ..module_utils._machine.database_address import passwords_of
from ..module_utils._machine.locks import Holder
from ..module_utils._machine.store import StoreFailed
from ..module_utils._model.arguments import Arguments, not_texts
from ..module_utils._model.halves import SHOWN_AS, has_half, without_halves
from ..module_utils._model.resources import MESSAGE
from ..module_utils._service.client import Client
from ..module_utils._service.connection import CONNECTION_SPEC, connect

LONGEST_PAUSE = 300.0  # maximum seconds between two attempts
MOST_DOUBLINGS = 20  # how often the pause is doubled at most
PASSING = (404, 406, 408, 429)  # after a successful login, a service in trouble can answer with these statuses
LOOK_AGAIN = 0.02  # seconds between two checks whether the event was taken from the queue
# Seconds. If a machine dies, the database notices it within 25 s and releases the locks of the machine.
TAKEOVER, TRY_AGAIN = 30.0, 0.2
MANUAL = "extensions/eda/plugins/event_source/linkengage_inbox.py"  # ansible-doc cannot show event sources

Result = TypeVar("Result")
log = logging.getLogger("linkengage_inbox")


async def run(queue: Any, args: Mapping[str, Any]) -> None:
    """Put events into the queue until the task is cancelled.

    Raises LinkEngageError for errors that a person must fix.
    """
    args = dict(args)
    feedback = args.pop("eda_feedback_queue", None)
    params = _validated(args)
    client = connect({**params, "lock_timeout": 0.0}.get)  # so that a second source with the same cursor fails at once
    client.on_wait(lambda text: log.warning("%s.", text[:1].upper() + text[1:]))
    options = InboxOptions.read(params)
    failures = 0
    while True:
        source = Source(queue, feedback, StoredCursor(client.store, options.cursor), client, options)
        try:
            await source.run()
        except StoreFailed as error:
            # If the database fails, the lock of the cursor is lost too. So the source starts again with the stored
            # cursor.
            if not (client.store.shared and (failures or source.has_begun)):
                raise
            failures = 1 if source.has_begun else failures + 1
            await asyncio.sleep(_report_failure(error, failures, options.interval))


def _validated(args: dict[str, Any]) -> dict[str, Any]:
    spec = {**CONNECTION_SPEC, **INBOX_SPEC}
    empty = [name for name in INBOX_SPEC if name in args and args[name] is None]
    validation = ArgumentSpecValidator(spec).validate({name: args[name] for name in args if name not in empty})
    given = Arguments(validation.validated_parameters, spec, MANUAL, environment=os.environ)
    complaint = given.complaint([(type(error).__name__, error.msg) for error in validation.errors])
    problems = [*filter(None, [complaint]), *not_texts(args, spec)]
    problems += [f"{name}: the value is null. Omit the argument." for name in empty]
    if problems:
        secrets = {*validation._no_log_values, *passwords_of(str(args.get("store") or ""))}
        complaints = " ".join(remove_values(problems, secrets))
        raise InvalidInput(f"An argument of the event source is not valid. {complaints}")
    return dict(validation.validated_parameters)


class Source:
    """Delivers messages from the service to the queue, and records which messages are delivered."""

    def __init__(self, queue: Any, feedback: Any, stored: StoredCursor, client: Client, options: InboxOptions) -> None:
        self._queue = queue
        self._feedback = feedback
        self._stored = stored
        self._client = client
        self._options = options
        self._inbox = Inbox(client, options)
        self.has_begun = False
        self._reported: set[str] = set()

    async def run(self) -> None:
        """Follow the inbox. No other source may have the same cursor at the same time.

        In a database, the lock of a source that was killed on another machine is released with a delay.
        """
        deadline = time.monotonic() + (TAKEOVER if self._client.store.shared else 0.0)
        while True:
            try:
                with self._client.store.hold(self._stored.lock, what=f"the cursor {self._stored.name!r}"):
                    await self._begin()
            except Locked as error:
                used = (
                    f"cursor: the cursor {self._stored.name!r} in the store {self._client.store.name} is already in "
                    f"use by {Holder(**error.facts['holder'])}. Use a different cursor for each event source."
                )
                if time.monotonic() >= deadline:
                    raise LinkEngageError(used, **error.facts) from error
                self._report(
                    f"{used} If the other event source was killed, the cursor becomes free soon. This event source "
                    f"now waits up to {TAKEOVER:.0f} s for the cursor."
                )
            await asyncio.sleep(TRY_AGAIN)

    async def _begin(self) -> None:
        self.cursor = self._stored.load()
        self._is_new = not self._stored.exists()
        self.has_begun = True
        with foreseen(lambda: f"linkengage_inbox, after {self._client.journal.last}"):
            await self.follow(self._read)

    def _read(self) -> Reading:
        self._client.renew()
        reading = self._inbox.read(self.cursor)
        for doubt in self._client.notes():
            self._report(doubt)
        return reading

    def _report(self, doubt: str) -> None:
        """Log a warning. The same warning is logged only once."""
        if doubt not in self._reported:
            self._reported.add(doubt)
            log.warning("%s", doubt)

    async def follow(self, read: Callable[[], Reading]) -> None:
        """Read and deliver messages in a loop."""
        failures, has_read = 0, False
        while True:
            try:
                reading = await in_thread(read)
            except LinkEngageError as error:
                if not _passes(error, has_read):
                    raise
                failures += 1
                pause = _report_failure(error, failures, self._options.interval)
            else:
                if failures:
                    log.warning("The service answers again.")
                failures, has_read, pause = 0, True, self._options.interval
                self._report_start(reading)
                await self._deliver(reading)
                await self._consume()
            await asyncio.sleep(pause)

    def _report_start(self, reading: Reading) -> None:
        """Log since when messages are events, if the cursor is new. Then it is not known which messages were
        missed.
        """
        if self._is_new and reading.cursor.starts:
            log.warning(
                "The store %s has no cursor %s, so only messages since %s create events. If this event source ran "
                "before, its cursor was lost. To get the older messages too, set start to oldest.",
                self._client.store.name,
                self._stored.name,
                max(reading.cursor.starts.values()),
            )
        self._is_new = False

    async def _deliver(self, reading: Reading) -> None:
        for message in reading.messages:
            await self._deliver_one(message)
        cursor = replace(reading.cursor, consumed=self.cursor.consumed)
        if cursor != self.cursor:
            self._stored.save(cursor)
            self.cursor = cursor

    async def _deliver_one(self, message: Message) -> None:
        """Deliver a message.

        Only one statement of the store runs between taking the event from the queue and recording it. It does not run
        in another thread: it takes milliseconds, and a thread could be delayed.
        """
        cursor = self.cursor.after(message.id, message.time, self._options.consume)
        self._stored.prepare(cursor, delivering=message.id)
        try:
            await self._queue.put(self._encodable(message.event))
        except asyncio.CancelledError:
            self._stored.save(self.cursor)
            raise
        if self._feedback is not None:
            await self._feedback.get()
        else:
            await self._taken(message.event["meta"]["uuid"])
        self._stored.commit()
        self.cursor = cursor
        log.info("Message %s is delivered.", message.id)

    async def _consume(self) -> None:
        """Delete the delivered messages. If a message cannot be deleted now, it is deleted after a later reading.

        A message that no longer exists was deleted before the process was killed, or by a person.
        """
        for id in self.cursor.consumed:
            try:
                await in_thread(partial(self._client.delete, MESSAGE, id))
            except NotFound:
                log.info("Message %s is delivered, and was already deleted.", id)
            except LinkEngageError as error:
                log.warning("Message %s is delivered, but was not deleted: %s", id, error)
                if isinstance(error, ApiError) and error.status < 500:
                    continue  # the failure concerns only this message
                return
            cursor = replace(self.cursor, consumed=[other for other in self.cursor.consumed if other != id])
            self._stored.save(cursor)
            self.cursor = cursor

    def _encodable(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the event with U+FFFD instead of half characters, because the rule engine cannot encode half
        characters.
        """
        if not has_half(event):
            return event
        self._report(SHOWN_AS)
        return dict(without_halves(event))

    async def _taken(self, uuid: str) -> None:
        """Wait until the event is taken from the queue. An event in the queue is lost if the process ends."""
        await asyncio.sleep(0)
        while any(_uuid(event) == uuid for event in _waiting(self._queue)):
            await asyncio.sleep(LOOK_AGAIN)


def _waiting(queue: Any) -> tuple[Any, ...]:
    """Return the events that wait in the queue. An asyncio.Queue has no method for this.

    ansible-rulebook can pass a queue that contains the real queue.
    """
    return tuple(getattr(getattr(queue, "queue", queue), "_queue", ()))


def _uuid(event: Any) -> Any:
    return event.get("meta", {}).get("uuid") if isinstance(event, dict) else None


def _report_failure(error: LinkEngageError, failures: int, interval: float) -> float:
    """Report a temporary failure. Returns the seconds until the next attempt."""
    pause = max(min(interval * 2.0 ** min(failures, MOST_DOUBLINGS), LONGEST_PAUSE), interval)
    log.warning("%s Trying again in %.0f s.", error, pause)
    return pause


def _passes(error: LinkEngageError, has_read: bool) -> bool:
    """Return whether an error is temporary. A rejected login is not, because further attempts could lock the account.

    After a successful reading, the login and the folders are known to be right. Then a refusal counts as temporary too.
    """
    if isinstance(error, ConnectionFailed):
        return bool(error.facts.get("passing"))
    if isinstance(error, ApiError):
        return error.status >= 500 or (has_read and error.status in PASSING)
    return isinstance(error, (Throttled, UnreadableAnswer))


async def in_thread(work: Callable[[], Result]) -> Result:
    """Run blocking work in a thread. A cancelled task and the end of the process do not wait for the work.

    The process would wait for a thread of asyncio, and a throttled request can take minutes.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            set_outcome(outcome)

    def do() -> None:
        try:
            settled = partial(settle, future.set_result, work())
        except BaseException as error:
            settled = partial(settle, future.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed, so nobody waits for the result
            loop.call_soon_threadsafe(settled)

    threading.Thread(target=do, name="linkengage_inbox", daemon=True).start()
    return await future
