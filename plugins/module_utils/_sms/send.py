# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Messages: the plan of the module that sends and cancels messages, how the plan is applied, and the report."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .._errors import GuardError, LinkEngageError, NotSent
from .._machine.open_store import run_store
from .._machine.store import Store, StoreFailed
from .._model.changes import Key, Send
from .._model.fields import Record
from .._model.plan import Outcome, Plan
from .._model.resources import CONTACT, GROUP, MESSAGE
from .._service.client import Client
from .._service.guard import Guard
from .at_most_once import Earlier, Keyed, Request, Sent, learn_clock, send_once
from .cancel import CancelPlan, apply_cancel, plan_cancel
from .delivery import states_of, wait_for_delivery
from .folders import Sought, digest
from .forgetful import forgetful_store
from .options import CancelOptions, KeyOptions, SmsOptions, WaitOptions
from .receivers import Asked, Person, Receivers, read_receivers, resolve
from .rules import allowed_sender, check_cost, check_merge, check_tariff, check_wait, time_to_send
from .schedule import PastTime, as_asked

UNKEYED = timedelta(hours=1)  # how long other sends recognise the message of a send without an idempotency key


@dataclass(frozen=True)
class SmsPlan(Plan):
    """The plan of one message.

    - ``send`` is the message, even if it was sent ``earlier`` and so is not a change; None if there is no receiver.
    - ``key`` has the options of the idempotency key, if there is one.
    - ``content`` is the hash of the message.
    - ``asked`` is ``send_at``.
    - ``sought`` is the message with its phones, for the search.
    - ``wrong_time`` is the reason why the message cannot be sent now. It is ignored if the message was sent earlier.
    - ``timed`` is True if the options have a time.
    - ``scheduled`` is True if the message is sent later.
    - ``people`` get the message.
    """

    send: Send | None = None
    sought: Sought | None = None
    earlier: Sent | None = None
    wrong_time: LinkEngageError | None = None
    key: KeyOptions | None = None
    content: str = ""
    asked: str = ""
    on_unknown: str = "fail"
    wait: WaitOptions | None = None
    timed: bool = False
    scheduled: bool = False
    people: Sequence[Person] = ()

    def keyed(self, client: Client, sought: Sought, store: Store) -> Keyed:
        """Return the sends of the plan's key. For a plan without a key, a key is made up."""
        if self.key:
            window, adopt = self.key.window, self.key.adopt_window
            request = Request(
                self.key.key, self.content, window, adopt, self.on_unknown, self.asked, attempt=client.attempt
            )
        else:
            attempt = client.attempt or uuid.uuid4().hex
            request = Request(
                f"attempt {attempt}",
                self.content,
                UNKEYED,
                on_unknown=self.on_unknown,
                asked=self.asked,
                attempt=attempt,
                private=True,
            )
        return Keyed(client, store, request, sought)


@dataclass(frozen=True)
class SmsOutcome(Outcome):
    """The outcome of a message.

    - ``sent`` is the message with its outcome.
    - ``deliveries`` is None if the task did not wait for the delivery.
    """

    sent: Sent | None = None
    deliveries: Sequence[dict[str, Any]] | None = None


def plan_sms(options: SmsOptions | CancelOptions, client: Client) -> SmsPlan | CancelPlan:
    """Plan to send one message to all receivers in one request, or to cancel a waiting message."""
    return plan_cancel(options, client) if isinstance(options, CancelOptions) else _plan_send(options, client)


def apply_sms(plan: SmsPlan | CancelPlan, client: Client) -> Outcome:
    """Send the message at most once, or cancel it. Raises UnknownOutcome if the outcome cannot be found out."""
    return apply_cancel(plan, client) if isinstance(plan, CancelPlan) else _apply_send(plan, client)


def report_sms(plan: SmsPlan | CancelPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the message as the service stores it, and its outcome."""
    result = dict(plan.result)
    if isinstance(plan, CancelPlan):
        return result
    sent = outcome.sent if isinstance(outcome, SmsOutcome) else plan.earlier
    if sent:
        message = MESSAGE.present(sent.message)
        shown = "scheduled" if sent.outcome == "sent" and plan.scheduled else sent.outcome
        result.update(message=message, outcome=shown, send_at=message["handled"] if plan.timed else None)
    if isinstance(outcome, SmsOutcome) and outcome.deliveries is not None:
        result["deliveries"] = list(outcome.deliveries)
    return result


def _plan_send(options: SmsOptions, client: Client) -> SmsPlan:
    asked = read_receivers(options.receivers, client)
    guard = client.limit_receivers(options.receivers.redirect_to, options.receivers.allowlist)
    sender = allowed_sender(options.sender, client)
    send_at, wrong_time = _time(options, client)
    check_wait(options, send_at, client)
    receivers = resolve(asked, options.receivers, guard, client)
    check_tariff(options, client)
    warnings = [*receivers.warnings, *check_merge(options, receivers.people, client, guard.limited)]
    check_cost(options, len(receivers.people))
    message = _compose(options, receivers, sender, send_at)
    timed = send_at is not None or options.send_at is not None
    plan = SmsPlan(
        result=_expected(options, receivers, message, timed),
        unknown=receivers.unknown,
        warnings=warnings,
        wrong_time=wrong_time,
        key=options.key,
        content=_hash(options, asked, guard),
        asked=as_asked(options.send_at),
        on_unknown=options.on_unknown,
        wait=options.wait,
        timed=timed,
        scheduled=send_at is not None,
        people=receivers.people,
    )
    return _decided(plan, message, receivers, client)


def _decided(plan: SmsPlan, message: Record, receivers: Receivers, client: Client) -> SmsPlan:
    """Return the plan with its change.

    There is no change if all receivers are blocked, or the message was sent earlier.
    """
    if not receivers.addresses and not receivers.unknown:
        return plan
    sought = _sought(message, receivers)
    earlier = _earlier(plan, sought, client) if plan.key and not receivers.unknown else Earlier()
    if plan.wrong_time and not earlier.sent:
        raise plan.wrong_time
    send = Send(Key(MESSAGE, plan.key.key if plan.key else ""), message)
    people = [person.present() for person in receivers.people]
    return replace(
        plan,
        changes=() if earlier.sent else (send,),
        after={"message": {"text": message["text"], "receivers": people}},
        problems=earlier.warnings,
        send=send,
        sought=sought,
        earlier=earlier.sent,
    )


def _sought(message: Record, receivers: Receivers) -> Sought:
    """Return the message with its phones, for the search."""
    known: dict[str, set[str]] = {}
    for person in receivers.people:
        if person.contact:
            known.setdefault(f"{CONTACT.path}/{person.contact['contact_id']}", set()).add(person.number)
        if person.group:
            known.setdefault(f"{GROUP.path}/{person.group['group_id']}", set()).add(person.number)
    phones = frozenset(person.number for person in receivers.people)
    addressed = {address: frozenset(known[address]) for address in receivers.addresses if address in known}
    return Sought(message, phones, addressed)


def _earlier(plan: SmsPlan, sought: Sought, client: Client) -> Earlier:
    """Return what is known about the key of a plan.

    If the options allow to continue without the store, a failure of the store is only a warning.
    """
    try:
        earlier = plan.keyed(client, sought, client.store).earlier()
        if not (earlier.sent and earlier.sent.recorded):
            client.store.require_possible()
        return earlier
    except StoreFailed as error:
        if not (plan.key and plan.key.may_continue):
            raise
        return Earlier(warnings=[_continues(error)])


def _continues(error: StoreFailed) -> str:
    return (
        f"{error} Because of on_store_failure: continue, this run records the message in the temporary folder of this "
        "machine."
    )


def _forgets(error: StoreFailed, second: Exception) -> str:
    return (
        f"{error} The temporary folder cannot be used either: {second} Because of on_store_failure: continue, the "
        "message is sent, but not recorded. A retried task sends the message again."
    )


def _time(options: SmsOptions, client: Client) -> tuple[datetime | None, LinkEngageError | None]:
    """Return the time to send, and the reason why the message cannot be sent now.

    With a key, the reason is not raised here, because the message may already have been sent.
    """
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
        "status": "Unknown",  # the vendor's sample clients send this status (contract: messages)
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


def _hash(options: SmsOptions, asked: Asked, guard: Guard) -> str:
    """Return a hash of the message. The options about cost limits and time make no difference."""
    return digest(
        {
            "text": options.text,
            "to": asked.identity(),
            "limits": {"redirect_to": guard.redirect_to, "receiver_allowlist": guard.allowlist},
            "sender": options.sender,
            "tariff": options.tariff,
            "merge": options.merge,
        }
    )


def _expected(options: SmsOptions, receivers: Receivers, message: Record, timed: bool) -> dict[str, Any]:
    """Return the result, as far as it is known before the message is sent."""
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
    if plan.send is None or plan.sought is None:
        return Outcome()
    sent = _sent(plan, plan.send, plan.sought, client)
    rows = _wait(plan.wait, sent, plan.people, client) if plan.wait and sent.outcome != "cancelled" else None
    done = [plan.send] if sent.by_this_task else []
    return SmsOutcome(done, {plan.send.id: sent.message}, sent.warnings, sent, rows)


def _sent(plan: SmsPlan, send: Send, sought: Sought, client: Client) -> Sent:
    """Send the message, unless it was sent earlier. Raises StoreFailed if the key needs a store that cannot be used.

    If the store fails before the message is sent, the message is recorded in the temporary folder instead.
    """
    if plan.earlier and plan.earlier.recorded:
        return plan.earlier
    if plan.key:
        learn_clock(client)
    try:
        sent = _remembered(plan, send, sought, client, client.store)
        return _warned(sent, forgetful_store(client.store, os.environ) if plan.key else [])
    except StoreFailed as error:
        if plan.key and not plan.key.may_continue:
            raise
        failure = error
    earlier = _known(plan, sought, client)
    if earlier:
        return _warned(earlier, [str(failure)] if plan.key else [])
    return _sent_without(failure, plan, send, sought, client)


def _known(plan: SmsPlan, sought: Sought, client: Client) -> Sent | None:
    """Return the message of the key, as far as it is known although the store cannot be written."""
    sent = plan.keyed(client, sought, client.store).known()
    with suppress(StoreFailed):
        sent = sent or plan.keyed(client, sought, run_store(client.account, client.waiting)).known()
    return sent or plan.earlier


def _sent_without(failure: StoreFailed, plan: SmsPlan, send: Send, sought: Sought, client: Client) -> Sent:
    """Send the message after a failure of the store."""
    try:
        sent = _remembered(plan, send, sought, client, run_store(client.account, client.waiting))
        return _warned(sent, [_continues(failure)] if plan.key else [])
    except StoreFailed as second:  # no store is possible, as on a read-only file system
        sent = send_once(client, send, sought, plan.on_unknown)
        return _warned(sent, [_forgets(failure, second)] if plan.key else [])


def _remembered(plan: SmsPlan, send: Send, sought: Sought, client: Client, store: Store) -> Sent:
    """Send the message and record it in *store*. If StoreFailed is raised, the message was not sent."""
    store.require_writable(client.now().timestamp())
    return plan.keyed(client, sought, store).send(send, plan.wrong_time)


def _warned(sent: Sent, warnings: Sequence[str]) -> Sent:
    return replace(sent, warnings=[*warnings, *sent.warnings])


def _wait(wait: WaitOptions, sent: Sent, people: Sequence[Person], client: Client) -> list[dict[str, Any]]:
    id = sent.message[MESSAGE.id]
    try:
        rows = wait_for_delivery(client, sent.message, people, timedelta(seconds=wait.seconds))
    except NotSent as error:  # its advice to run the playbook again could send a second message
        raise LinkEngageError(
            f"Message {id} was sent, but ansible-playbook has ended, so this task no longer waits for the delivery. "
            "The message was not sent again. To read the delivery status, use linkengage_message_info.",
            message_id=id,
            sent=sent.by_this_task,
        ) from error
    delivered = states_of(people, rows, client.numbering).count("delivered")
    if wait.required and delivered < len(people):
        raise LinkEngageError(
            f"require_delivery: message {id} was sent, but the service confirmed the delivery for "
            f"{delivered} of {len(people)} receivers within wait_timeout ({wait.seconds} s). The message "
            "was not sent again. To wait longer for the delivery, raise wait_timeout.",
            message_id=id,
            deliveries=rows,
            sent=sent.by_this_task,
        )
    return rows
