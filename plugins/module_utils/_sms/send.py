# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Messages: the plan of the module that sends and cancels them, how it is applied, and what it reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .._errors import GuardError, LinkEngageError
from .._machine.ledger import Ledger
from .._model.changes import Key, Send
from .._model.fields import Record
from .._model.plan import Outcome, Plan
from .._model.resources import MESSAGE
from .._service.client import Client
from .at_most_once import Earlier, Keyed, Sent, content_hash, send_once
from .cancel import CancelPlan, apply_cancel, plan_cancel
from .delivery import wait_for_delivery
from .options import CancelOptions, KeyOptions, SmsOptions, WaitOptions
from .receivers import Asked, Limits, Receivers, read_limits, read_receivers, resolve
from .rules import allowed_sender, check_cost, check_merge, check_tariff, check_wait, time_to_send
from .schedule import PastTime


@dataclass(frozen=True)
class SmsPlan(Plan):
    """The plan of one message.

    ``send`` is the message, also where it was sent ``earlier`` and is no change; None where nobody is left to send it
    to. ``key`` is the idempotency key, and ``content`` the hash of what is sent under it. ``untimely`` is why it cannot
    be sent now, should it turn out that it was not sent earlier. ``timed`` says whether the options give a time, and
    ``scheduled`` whether it goes out later. ``count`` is the number of its addresses.
    """

    send: Send | None = None
    earlier: Sent | None = None
    untimely: LinkEngageError | None = None
    key: KeyOptions | None = None
    content: str = ""
    on_unknown: str = "fail"
    wait: WaitOptions | None = None
    timed: bool = False
    scheduled: bool = False
    count: int = 0

    def keyed(self, client: Client) -> Keyed | None:
        """The sends of the plan's key, if it has one."""
        if self.key is None:
            return None
        ledger = Ledger(self.key.ledger_path, client.account, client.waiting)
        return Keyed(client, ledger, self.key.key, self.key.window, self.content, self.on_unknown)


@dataclass(frozen=True)
class SmsOutcome(Outcome):
    """``sent`` is the message and what became of it; ``deliveries`` are None where they were not waited for."""

    sent: Sent | None = None
    deliveries: Sequence[dict[str, Any]] | None = None


def plan_sms(options: SmsOptions | CancelOptions, client: Client) -> SmsPlan | CancelPlan:
    """Send one message to all receivers, in one request; or cancel one that is waiting."""
    return plan_cancel(options, client) if isinstance(options, CancelOptions) else _plan_send(options, client)


def apply_sms(plan: SmsPlan | CancelPlan, client: Client) -> Outcome:
    """Send the message at most once, or cancel it. Raises UnknownOutcome where nobody can tell what became of it."""
    return apply_cancel(plan, client) if isinstance(plan, CancelPlan) else _apply_send(plan, client)


def report_sms(plan: SmsPlan | CancelPlan, outcome: Outcome) -> dict[str, Any]:
    """The message as the service holds it, and what became of it."""
    result = dict(plan.result)
    if isinstance(plan, CancelPlan):
        return result
    sent = outcome.sent if isinstance(outcome, SmsOutcome) else plan.earlier
    if sent:
        message = MESSAGE.present(sent.message)
        came_to = "scheduled" if sent.outcome == "sent" and plan.scheduled else sent.outcome
        result.update(message=message, outcome=came_to, send_at=message["handled"] if plan.timed else None)
    if isinstance(outcome, SmsOutcome) and outcome.deliveries is not None:
        result["deliveries"] = list(outcome.deliveries)
    return result


def _plan_send(options: SmsOptions, client: Client) -> SmsPlan:
    asked = read_receivers(options.receivers, client)
    limits = read_limits(options.receivers, client)
    sender = allowed_sender(options.sender, client)
    send_at, untimely = _time(options, client)
    check_wait(options, send_at, client)
    receivers = resolve(asked, options.receivers, limits, client)
    check_tariff(options, client)
    warnings = [*receivers.warnings, *check_merge(options, receivers.people, client)]
    check_cost(options, len(receivers.people))
    message = _compose(options, receivers, sender, send_at)
    timed = send_at is not None or options.send_at is not None
    plan = SmsPlan(
        result=_expected(options, receivers, message, timed),
        unknown=receivers.unknown,
        warnings=warnings,
        untimely=untimely,
        key=options.key,
        content=_hash(options, asked, limits),
        on_unknown=options.on_unknown,
        wait=options.wait,
        timed=timed,
        scheduled=send_at is not None,
        count=len(receivers.addresses),
    )
    return _decided(plan, message, receivers, client)


def _decided(plan: SmsPlan, message: Record, receivers: Receivers, client: Client) -> SmsPlan:
    """The plan with its change: none where all receivers are blocked, or where the message was sent earlier."""
    if not receivers.addresses and not receivers.unknown:
        return plan
    keyed = plan.keyed(client)
    earlier = keyed.earlier(message) if keyed and not receivers.unknown else Earlier()
    if plan.untimely and not earlier.sent:
        raise plan.untimely
    send = Send(Key(MESSAGE, plan.key.key if plan.key else ""), message)
    people = [person.present() for person in receivers.people]
    return replace(
        plan,
        changes=() if earlier.sent else (send,),
        after={"message": {"text": message["text"], "receivers": people}},
        problems=earlier.warnings,
        send=send,
        earlier=earlier.sent,
    )


def _time(options: SmsOptions, client: Client) -> tuple[datetime | None, LinkEngageError | None]:
    """When to send, and what speaks against it: under a key whose message was sent long since, nothing does."""
    try:
        return time_to_send(options, client), None
    except (PastTime, GuardError) as error:
        if options.key is None:
            raise
        return None, error


def _compose(options: SmsOptions, receivers: Receivers, sender: str | None, send_at: datetime | None) -> Record:
    message: Record = {
        "text": options.text,
        "receivers": ";".join(receivers.addresses),
        "status": "Unknown",  # as the vendor's sample clients send it (contract: messages)
    }
    if sender is not None:
        message["sender"] = sender
    if send_at is not None:
        message["handled"] = send_at
    if options.tariff:
        message["tariff"] = options.tariff
    if options.merge:
        message["merge"] = options.merge
    return message


def _hash(options: SmsOptions, asked: Asked, limits: Limits) -> str:
    """The same for the same message, whatever it costs and whenever it is sent."""
    return content_hash(
        {
            "text": options.text,
            "to": asked.identity(),
            "limits": {"redirect_to": limits.redirect_to, "receiver_allowlist": limits.allowlist},
            "sender": options.sender,
            "tariff": options.tariff,
            "merge": options.merge,
        }
    )


def _expected(options: SmsOptions, receivers: Receivers, message: Record, timed: bool) -> dict[str, Any]:
    """What is known of the result before anything is sent."""
    shown = MESSAGE.present({**message, MESSAGE.id: None, "status": None})
    return {
        "message": shown,
        "outcome": "not_sent",
        "receivers": [person.present() for person in receivers.people],
        "skipped_receivers": list(receivers.skipped),
        "blocked_receivers": list(receivers.blocked),
        "redirected_receivers": list(receivers.redirected),
        "encoding": options.size.encoding,
        "segments": options.size.segments,
        "total_segments": options.size.segments * len(receivers.people),
        "offending_characters": options.size.offending_characters,
        "replaced_characters": list(options.replaced_characters),
        "send_at": shown["handled"] if timed else None,
    }


def _apply_send(plan: SmsPlan, client: Client) -> Outcome:
    if plan.send is None:
        return Outcome()
    keyed = plan.keyed(client)
    if keyed:
        sent = keyed.send(plan.send, plan.earlier, plan.untimely)
    else:
        sent = Sent("sent", send_once(client, plan.send, plan.on_unknown))
    rows = _wait(plan.wait, sent, plan.count, client) if plan.wait and sent.outcome != "cancelled" else None
    done = [plan.send] if sent.outcome == "sent" else []
    return SmsOutcome(done, {plan.send.id: sent.message}, sent.warnings, sent, rows)


def _wait(wait: WaitOptions, sent: Sent, receivers: int, client: Client) -> list[dict[str, Any]]:
    rows = wait_for_delivery(client, sent.message, receivers, timedelta(seconds=wait.seconds))
    delivered = sum(row["state"] == "delivered" for row in rows)
    if wait.required and delivered < max(len(rows), receivers):
        id = sent.message[MESSAGE.id]
        raise LinkEngageError(
            f"require_delivery: message {id} was sent, but within wait_timeout ({wait.seconds} s) the service told of "
            f"{delivered} of {max(len(rows), receivers)} receivers that they got it. It was not repeated.",
            message_id=id,
            deliveries=rows,
        )
    return rows
