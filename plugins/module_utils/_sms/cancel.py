# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Cancelling a message that waits until it is due: the plan, and how it is applied."""

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

TOO_LATE = timedelta(seconds=5)  # a message due sooner than this may be gone before it is cancelled


@dataclass(frozen=True)
class CancelPlan(Plan):
    """``ledger_path`` is where it is put down that the message was cancelled."""

    ledger_path: str = ""


def plan_cancel(options: CancelOptions, client: Client) -> CancelPlan:
    """Delete a message that still waits. Raises GuardError for one that was sent: nothing is recalled from a phone."""
    ledger = Ledger(options.ledger_path, client.account)
    id = options.message_id or _message_of(options.key, ledger)
    message = client.get(MESSAGE, id) if id else None
    if message is None:
        return CancelPlan(result={"outcome": "cancelled", "message": {}})
    handled = parse_time(message["handled"] or "")
    if handled is None or handled < client.now() + TOO_LATE:
        when = f"at {iso_utc(handled)}" if handled else f"at {message['handled']}, as far as can be told"
        raise GuardError(
            f"Message {id} was sent {when}, or is just being sent, and cannot be cancelled. Nothing was deleted: that "
            "would remove its record, and recall it from no phone.",
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
    """Delete the message. Raises UnknownOutcome where it came so late that the message may have been sent."""
    made = client.apply(plan.changes)
    warnings = []
    for change in plan.changes:
        if isinstance(change, Cancel):
            warnings += _settle(change, plan.ledger_path, client)
    return Outcome(plan.changes, made, warnings)


def _settle(change: Cancel, ledger_path: str, client: Client) -> list[str]:
    """Put down that the message was cancelled. Warnings."""
    if change.due <= client.now() + TICK:
        raise UnknownOutcome(
            f"Message {change.id} was deleted so late, being due at {iso_utc(change.due)}, that it may have been sent "
            "before. Its record is gone; ask a receiver.",
            outcome="unknown",
            message_id=change.id,
        )
    try:
        Ledger(ledger_path, client.account).cancelled(change.id)
    except LinkEngageError as error:
        return [f"The message was cancelled, but that could not be put down: {error}"]
    return []


def _message_of(key: str, ledger: Ledger) -> str:
    """The id of a key's message; empty where it was cancelled. Raises UnknownRecord."""
    entry = ledger.find(key)
    if entry and entry.state == CANCELLED:
        return ""
    if entry is None or entry.message_id is None:
        why = "is not known whether it was sent" if entry else "is not in this machine's ledger"
        raise UnknownRecord(f"idempotency_key: the message of {key!r} {why}; name it by message_id.")
    return entry.message_id
