# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The message at the end of a run. It is sent like a message of the module linkengage_sms, within a maximum time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._errors import InvalidInput, LinkEngageError
from ..module_utils._model.values import require_text
from ..module_utils._module import execute, not_as_written, rejected
from ..module_utils._service.connection import connect
from ..modules.linkengage_sms import TASK

UNSURE = "It is not known whether the message was sent."
RECEIVERS = ("numbers", "contacts", "groups")


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Raise LinkEngageError for invalid options, as far as they can be checked without the service."""
    connect(_validated(arguments).get)
    if arguments["max_segments"] < 1:
        raise InvalidInput("max_segments: the value must be at least 1.")
    named = {f"numbers[{index}]": number for index, number in enumerate(arguments["numbers"])}
    for option, number in {**named, "sender": arguments.get("sender", "")}.items():
        require_text(number, option)


def send_message(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Run the module, and return its result and its warnings. Raises LinkEngageError."""
    params = _validated(arguments)
    return execute(TASK, params, connect(params.get), check_mode=False, diff=False)


def _validated(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of the module. Raises InvalidInput."""
    if not any(arguments[name] for name in RECEIVERS):
        raise InvalidInput("numbers, contacts, groups: there is no receiver. Set at least one of these options.")
    validation = ArgumentSpecValidator(TASK.argument_spec, **TASK.rules).validate(arguments)
    if validation.error_messages:
        raise rejected(TASK, "community.linkengage.linkengage_sms", arguments, validation.errors)
    for error in filter(None, [not_as_written(TASK, arguments)]):
        raise error
    return dict(validation.validated_parameters)


def summary(result: Mapping[str, Any]) -> str:
    """Return what was sent, in one line."""
    people = len(result["receivers"])
    to = f"{people} {'person' if people == 1 else 'people'}"
    if result["outcome"] == "sent":
        return f"1 SMS to {to}" + (f", {result['segments']} segments each" if result["segments"] > 1 else "")
    if result["outcome"] == "not_sent":
        return "no SMS, because no receiver is allowed"
    return f"no SMS, because the message of this run was already sent to {to}"


class Sending:
    """Work in another thread. A run waits for it for a limited number of seconds. Signal handlers can use this class.

    The work begins only once, even if it is started several times. The process can end before the work is done.
    """

    def __init__(self, seconds: float, work: Callable[[], Any]) -> None:
        self._seconds, self._work = seconds, work
        self._until = time.monotonic() + seconds
        self._begun = threading.Lock()
        self._ends: SimpleQueue[Callable[[], Any]] = SimpleQueue()

    def start(self) -> None:
        """Begin the work, unless it has already begun."""
        thread = threading.Thread(target=self._to_the_end, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # Python 3.12.0 and 3.12.1 cannot start a thread while a process ends
            self._to_the_end()

    def wait(self) -> Any:
        """Return the result of the work, or raise its error.

        Raises LinkEngageError after the maximum time, or after stop().
        """
        try:
            end = self._ends.get(timeout=max(self._until - time.monotonic(), 0))
        except Empty:
            raise LinkEngageError(f"the service took longer than max_wait ({self._seconds:g} s). {UNSURE}") from None
        return end()

    def stop(self) -> None:
        """End the wait."""
        self._ends.put(partial(_raise, LinkEngageError(f"the wait for the service was interrupted. {UNSURE}")))

    def _to_the_end(self) -> None:
        if not self._begun.acquire(blocking=False):
            return
        try:
            result = self._work()
            self._ends.put(lambda: result)
        except Exception as error:
            self._ends.put(partial(_raise, error))


def _raise(error: Exception) -> None:
    raise error
