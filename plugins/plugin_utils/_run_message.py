# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The message at the end of a run: it is sent as by the module linkengage_sms, within a maximum time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._errors import InvalidInput, LinkEngageError
from ..module_utils._model.values import require_text
from ..module_utils._module import execute, not_as_written, rejected
from ..module_utils._service.connection import connect
from ..modules.linkengage_sms import TASK

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
    """The result of the module and its warnings. Raises LinkEngageError."""
    params = _validated(arguments)
    return execute(TASK, params, connect(params.get), check_mode=False, diff=False)


def _validated(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the module. Raises InvalidInput."""
    if not any(arguments[name] for name in RECEIVERS):
        raise InvalidInput("numbers, contacts, groups: there is no receiver. Set one of these options.")
    validation = ArgumentSpecValidator(TASK.argument_spec, **TASK.rules).validate(arguments)
    if validation.error_messages:
        raise rejected(TASK, "community.linkengage.linkengage_sms", arguments, validation.errors)
    for error in filter(None, [not_as_written(TASK, arguments)]):
        raise error
    return dict(validation.validated_parameters)


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """The result of *work*, or its error. Raises LinkEngageError if it takes longer than so many seconds."""
    ends: list[Callable[[], Any]] = []

    def to_the_end() -> None:
        try:
            result = work()
            ends.append(lambda: result)
        except Exception as error:
            ends.append(partial(_raise, error))

    thread = threading.Thread(target=to_the_end, daemon=True)  # so the process can end before the thread
    thread.start()
    thread.join(seconds)
    if not ends:
        raise LinkEngageError(
            f"the service took longer than max_wait ({seconds:g} s). It is not known whether the message was sent."
        )
    return ends[0]()


def _raise(error: Exception) -> None:
    raise error
