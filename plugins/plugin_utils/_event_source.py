# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The loop of the event source: read, deliver, record, pause. It waits longer after temporary errors."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values

from ..module_utils._errors import (
    ApiError,
    ConnectionFailed,
    InvalidInput,
    LinkEngageError,
    Throttled,
    UnreadableAnswer,
    foreseen,
)
from ..module_utils._inbox.cursor import CursorFile
from ..module_utils._inbox.messages import INBOX_SPEC, Inbox, InboxOptions, Message, Reading
from ..module_utils._machine.files import StagedFile
from ..module_utils._machine.locks import file_lock
from ..module_utils._machine.paths import cursor_path
from ..module_utils._model.arguments import not_texts
from ..module_utils._service.connection import CONNECTION_SPEC, connect

LONGEST_PAUSE = 300.0  # maximum seconds between two attempts
LOOK_AGAIN = 0.02  # seconds between two checks of the queue

Result = TypeVar("Result")
log = logging.getLogger("linkengage_inbox")


async def run(queue: Any, args: Mapping[str, Any]) -> None:
    """Put events on the queue until cancelled. Raises LinkEngageError for errors that a person must fix."""
    args = dict(args)
    feedback = args.pop("eda_feedback_queue", None)
    params = _validated(args)
    client = connect(params.get)
    client.on_wait(lambda text: log.warning("%s.", text[:1].upper() + text[1:]))
    options = InboxOptions.read(params)
    path = options.cursor_path or cursor_path()
    inbox = Inbox(client, options)
    with file_lock(path, "cursor_path"):
        source = Source(queue, feedback, CursorFile(StagedFile(path), client.account), options.interval)

        def read() -> Reading:
            client.renew()
            return inbox.read(source.cursor)

        with foreseen(lambda: f"linkengage_inbox, after {client.journal.last}"):
            await source.follow(read)


def _validated(args: dict[str, Any]) -> dict[str, Any]:
    spec = {**CONNECTION_SPEC, **INBOX_SPEC}
    validation = ArgumentSpecValidator(spec).validate(args)
    problems = [*validation.error_messages, *not_texts(args, spec)]
    if problems:
        complaints = " ".join(remove_values(problems, validation._no_log_values))
        raise InvalidInput(f"An argument of the source is not valid. {complaints}")
    return dict(validation.validated_parameters)


class Source:
    """Delivers messages from the service to the queue, and records the delivered messages."""

    def __init__(self, queue: Any, feedback: Any, file: CursorFile, interval: float) -> None:
        self._queue = queue
        self._feedback = feedback
        self._file = file
        self._interval = interval
        self.cursor = file.load()

    async def follow(self, read: Callable[[], Reading]) -> None:
        """Read and deliver in a loop."""
        failures = 0
        while True:
            try:
                reading = await in_thread(read)
            except LinkEngageError as error:
                if not _passes(error):
                    raise
                failures += 1
                pause = max(min(self._interval * 2**failures, LONGEST_PAUSE), self._interval)
                log.warning("%s Trying again in %.0f s.", error, pause)
            else:
                if failures:
                    log.warning("The service answers again.")
                failures, pause = 0, self._interval
                await self._deliver(reading)
            await asyncio.sleep(pause)

    async def _deliver(self, reading: Reading) -> None:
        for message in reading.messages:
            await self._deliver_one(message)
        if reading.cursor != self.cursor:
            self._file.save(reading.cursor)
            self.cursor = reading.cursor

    async def _deliver_one(self, message: Message) -> None:
        """Deliver a message. Between taking the event and recording it, there is only the renaming of one file.

        The file is written here and not in a thread: it takes milliseconds, and a thread could run too long.
        """
        cursor = self.cursor.after(message.id, message.time)
        self._file.prepare(cursor, delivering=message.id)
        try:
            await self._queue.put(message.event)
        except asyncio.CancelledError:
            self._file.save(self.cursor)
            raise
        if self._feedback is not None:
            await self._feedback.get()
        else:
            await self._taken(message.event["meta"]["uuid"])
        self._file.commit()
        self.cursor = cursor
        log.info("Message %s is delivered.", message.id)

    async def _taken(self, uuid: str) -> None:
        """Wait until an event is taken from the queue, because events in the queue are lost with the process."""
        await asyncio.sleep(0)
        while any(_uuid(event) == uuid for event in _waiting(self._queue)):
            await asyncio.sleep(LOOK_AGAIN)


def _waiting(queue: Any) -> tuple[Any, ...]:
    """The events in a queue, or in the wrapped queue of ansible-rulebook. An asyncio.Queue has no method for this."""
    return tuple(getattr(getattr(queue, "queue", queue), "_queue", ()))


def _uuid(event: Any) -> Any:
    return event.get("meta", {}).get("uuid") if isinstance(event, dict) else None


def _passes(error: LinkEngageError) -> bool:
    """Whether an error is temporary. A rejected login is not, and trying again could lock the account."""
    if isinstance(error, ConnectionFailed):
        return bool(error.facts.get("passing"))
    if isinstance(error, ApiError):
        return error.status >= 500
    return isinstance(error, (Throttled, UnreadableAnswer))


async def in_thread(work: Callable[[], Result]) -> Result:
    """Do blocking work. A cancelled task and the process do not wait for its end.

    The process would wait for a thread of asyncio, which can take minutes with a throttled request.
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
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settled)

    threading.Thread(target=do, name="linkengage_inbox", daemon=True).start()
    return await future
