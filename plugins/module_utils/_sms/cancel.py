# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Cancelling a message that is not sent yet: the plan, and how it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .._errors import GuardError, LinkEngageError, UnknownOutcome, UnknownRecord
from .._machine.ledger import CANCELLED, Ledger
from .._model.changes import Cancel
from .._model.plan import Outcome, Plan
from .._model.resources import MESSAGE
from .._model.times import iso_utc, parse_time
from .._service.client import Client
from .at_most_once import TICK
from .options import CancelOptions

TOO_LATE = timedelta(seconds=5)  # a message that is due sooner can be sent before it is cancelled


@dataclass(frozen=True)
class CancelPlan(Plan):
    """``ledger_path`` is the ledger that records the cancellation."""

    ledger_path: str = ""


def plan_cancel(options: CancelOptions, client: Client) -> CancelPlan:
    """Delete a waiting message. Raises GuardError for a sent message, because a phone keeps a received message."""
    ledger = Ledger(options.ledger_path, client.account)
    id = options.message_id or _message_of(options.key, ledger)
    message = client.get(MESSAGE, id) if id else None
    if message is None:
        return CancelPlan(result={"outcome": "cancelled", "message": {}})
    handled = parse_time(message["handled"] or "")
    if handled is None or handled < client.now() + TOO_LATE:
        when = f"at {iso_utc(handled)}" if handled else f"(time: {message['handled']})"
        raise GuardError(
            f"Message {id} was sent {when}, or is being sent now, and cannot be cancelled. Nothing was deleted, "
            "because the phones keep the message.",
            message_id=id,
        )
    shown = MESSAGE.present(message)
    return CancelPlan(
        [Cancel(id, handled)],
        {"message": shown},
        result={"outcome": "cancelled", "message": shown},
        ledger_path=options.ledger_path,
    )


def apply_cancel(plan: CancelPlan, client: Client) -> Outcome:
    """Delete the message. Raises UnknownOutcome if it was deleted so late that it can have been sent."""
    made = client.apply(plan.changes)
    warnings = []
    for change in plan.changes:
        if isinstance(change, Cancel):
            warnings += _settle(change, plan.ledger_path, client)
    return Outcome(plan.changes, made, warnings)


def _settle(change: Cancel, ledger_path: str, client: Client) -> list[str]:
    """Record the cancellation in the ledger, and return warnings."""
    if change.due <= client.now() + TICK:
        raise UnknownOutcome(
            f"Message {change.id} was due at {iso_utc(change.due)} and was deleted at about the same time. It is not "
            "known whether it was sent. Ask a receiver.",
            outcome="unknown",
            message_id=change.id,
        )
    try:
        Ledger(ledger_path, client.account).cancelled(change.id)
    except LinkEngageError as error:
        return [f"The message was cancelled, but the ledger could not record this: {error}"]
    return []


def _message_of(key: str, ledger: Ledger) -> str:
    """The id of the message of a key; empty if it was cancelled. Raises UnknownRecord."""
    entry = ledger.find(key)
    if entry and entry.state == CANCELLED:
        return ""
    if entry is None or entry.message_id is None:
        why = "it is not known whether its message was sent" if entry else "the ledger of this machine has no such key"
        raise UnknownRecord(f"idempotency_key: {key!r}: {why}. Set message_id instead.")
    return entry.message_id
