# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Cancels a message that is not sent yet: the plan, and how it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .._errors import GuardError, LinkEngageError, UnknownOutcome, UnknownRecord
from .._machine.store import CANCELLED, Store
from .._model.changes import Cancel
from .._model.delivery_states import waits
from .._model.fields import Record
from .._model.plan import Outcome, Plan
from .._model.resources import MESSAGE
from .._model.times import iso_utc
from .._service.client import Client
from .moments import ANY_CLOCK, TICK, moments
from .options import CancelOptions

TOO_LATE = timedelta(seconds=5)  # a message that is due sooner may be sent before it can be cancelled


@dataclass(frozen=True)
class CancelPlan(Plan):
    """The plan to delete a message. The sentences in ``unknown`` contain what to do."""

    awaited = "sends the message"
    remedy = ""


def plan_cancel(options: CancelOptions, client: Client) -> CancelPlan:
    """Plan to delete a waiting message.

    Raises GuardError for a sent message, because a phone keeps a received message.
    """
    unknown = _unknown(options, client.store)
    if unknown:  # in check mode, the earlier task of the run sent no message and returned no id
        return CancelPlan(unknown=[unknown], changed=True, result={"outcome": "cancelled", "message": {}})
    id = options.message_id or _message_of(options.key, client.store)
    message = client.get(MESSAGE, id) if id else None
    if message is None:
        return CancelPlan(result={"outcome": "cancelled", "message": {}})
    due = moments(client, message)
    if len(due) == 1:
        message = {**message, "handled": due[0]}
    _require_waiting(id, message, due, client)
    shown = MESSAGE.present(message)
    return CancelPlan(
        changes=[Cancel(id, due[0])],
        before={"message": shown},
        result={"outcome": "cancelled", "message": shown},
    )


def _require_waiting(id: str, message: Record, due: tuple[datetime, ...], client: Client) -> None:
    """Raise GuardError unless the message is certainly still waiting at each of the moments when it can be *due*."""
    # If the service does not send its clock, the times prove little. Then the status of the message must also say that
    # it waits (contract: messages).
    doubt = timedelta() if client.clock_known or waits(message["status"]) else ANY_CLOCK
    limit = client.now() + TOO_LATE
    if due and due[0] >= limit + doubt:
        return
    if due and due[-1] < limit - doubt:
        raise GuardError(
            f"Message {id} was sent at {iso_utc(due[-1])}, or is being sent now, and cannot be cancelled. Nothing was "
            "deleted, because a deletion cannot remove the message from the phones.",
            message_id=id,
        )
    raise GuardError(
        f"Message {id} was not cancelled, because the service has possibly sent it already. The task cannot find out "
        f"whether the message was sent, because {_cause(message, due, client)}. "
        f"{'Set data_format to json, or cancel' if client.wire.needs_root else 'Cancel'} the message in the web "
        "application.",
        message_id=id,
    )


def _cause(message: Record, due: tuple[datetime, ...], client: Client) -> str:
    """Return why it is not certain whether the message is still waiting."""
    if not due:
        return "the time of the message is not known"
    if client.clock_known:
        return f"the time of the message ({message['handled']}) has no time zone"
    return "the answers of the service do not contain the current time"


def apply_cancel(plan: CancelPlan, client: Client) -> Outcome:
    """Delete the message. Raises UnknownOutcome if the message may have been sent before it was deleted."""
    made = client.apply(plan.changes)
    warnings = []
    for change in plan.changes:
        if isinstance(change, Cancel):
            warnings += _settle(change, client)
    return Outcome(plan.changes, made, warnings)


def _settle(change: Cancel, client: Client) -> list[str]:
    """Record the cancellation in the store, and return warnings."""
    if change.due <= client.now() + TICK:
        raise UnknownOutcome(
            f"Message {change.id} was due at {iso_utc(change.due)} and was deleted at about the same time. It is not "
            "known whether the message was sent. Ask a receiver whether the message arrived.",
            outcome="unknown",
            message_id=change.id,
        )
    try:
        client.store.cancelled(change.id)
    except LinkEngageError as error:
        return [
            "The message was cancelled, but the store could not record the cancellation. To send the message again, "
            f"use a new idempotency_key. The store reported this error: {error}"
        ]
    return []


def _unknown(options: CancelOptions, store: Store) -> str:
    """Return why it is not known which message to cancel; empty if it is known."""
    if options.message_id:
        return ""
    if not options.key:
        return "message_id, idempotency_key: both options are empty. To cancel a message, set one of these options"
    if store.find(options.key) is None:
        return (
            f"idempotency_key: the store {store.name} does not contain the key {options.key!r}. Set message_id "
            "instead, or set `store` to the store of the task that sent the message"
        )
    return ""


def _message_of(key: str, store: Store) -> str:
    """Return the id of the message that a key has sent; empty if the message was cancelled. Raises UnknownRecord."""
    entry = store.find(key)
    if entry and entry.state == CANCELLED:
        return ""
    if entry is None or entry.message_id is None:
        raise UnknownRecord(
            f"idempotency_key: it is not known whether the message with the key {key!r} was sent. Set "
            "message_id in this task, or first repeat the task that sends this message. If the message is in the "
            "message folders, that task does not send the message again."
        )
    return entry.message_id
