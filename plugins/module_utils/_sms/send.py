# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Messages: the plans of the module that sends and cancels them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ansible.module_utils.basic import env_fallback

from .._errors import GuardError, InvalidInput, LinkEngageError, UnknownOutcome, UnknownRecord
from .._machine.ledger import CANCELLED, Ledger
from .._machine.paths import sends_path
from .._model.fields import Record
from .._model.plan import Change, Key, Plan
from .._model.resources import MESSAGE
from .._model.times import iso_utc, parse_time
from .._service.client import Client
from .at_most_once import TICK, Keyed, Sent, content_hash, send_once
from .delivery import wait_for_delivery
from .receivers import Receivers, read_receivers, receiver_limits, resolve
from .rules import allowed_sender, check_cost, check_merge, check_tariff, check_wait, time_to_send
from .schedule import PastTime, parse_duration
from .text import POLICIES, SmsText, apply_policy, clean, measure

TOO_LATE = timedelta(seconds=5)  # a message due sooner than this may be gone before it is cancelled


def _from_environment(name: str, **more: Any) -> dict[str, Any]:
    return {"fallback": (env_fallback, [f"LINKENGAGE_{name.upper()}"]), **more}


SMS_SPEC: dict[str, Any] = {
    "text": {"type": "str"},
    "numbers": {"type": "list", "elements": "raw"},
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "skip_invalid": {"type": "bool", "default": False},
    "receiver_allowlist": _from_environment("receiver_allowlist", type="list", elements="raw"),
    "redirect_to": _from_environment("redirect_to", type="raw"),
    "max_receivers": {"type": "int"},
    "sender": {"type": "raw"},
    "idempotency_key": {"type": "str", "no_log": False},
    "idempotency_window": {"type": "str", "default": "24h"},
    "ledger_path": _from_environment("ledger_path", type="path"),
    "on_unknown": {"choices": ["fail", "resend"], "default": "fail"},
    "unsupported_characters": {"choices": list(POLICIES), "default": "allow"},
    "max_segments": {"type": "int"},
    "max_total_segments": {"type": "int"},
    "send_at": {"type": "str"},
    "quiet_hours": {
        "type": "dict",
        "options": {
            "from": {"type": "raw", "required": True},
            "to": {"type": "raw", "required": True},
            "zone": {"type": "str", "required": True},
            "action": {"choices": ["fail", "postpone"], "default": "fail"},
        },
    },
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 60},
    "require_delivery": {"type": "bool", "default": False},
    "tariff": {"type": "int", "default": 0},
    "allow_premium": {"type": "bool", "default": False},
    "merge": {"type": "bool", "default": False},
    "message_id": {"type": "str"},
    "state": {"choices": ["present", "absent"], "default": "present"},
}
SMS_RULES: dict[str, Any] = {
    "required_if": [
        ["state", "present", ["text"]],
        ["state", "present", ["numbers", "contacts", "groups"], True],
        ["state", "absent", ["message_id", "idempotency_key"], True],
    ],
    "mutually_exclusive": [["text", "message_id"]],
}


def plan_sms(params: Mapping[str, Any], client: Client) -> Plan:
    """One message to all receivers, in one request; or one that is waiting, cancelled."""
    return _plan_cancel(params, client) if params["state"] == "absent" else _Sending(params, client).plan()


class _Sending:
    """What there is to know of a message before it is sent."""

    def __init__(self, params: Mapping[str, Any], client: Client) -> None:
        self._params = params
        self._client = client
        if params["idempotency_key"] is not None and not params["idempotency_key"].strip():
            raise InvalidInput("idempotency_key: it is empty; leave it out where every run shall send.")
        text, self._replaced = apply_policy(clean(params["text"] or ""), params["unsupported_characters"])
        if not text.strip():
            raise InvalidInput("text: an SMS needs a text.")
        self._size: SmsText = measure(text)
        self._window = parse_duration(params["idempotency_window"], "idempotency_window")
        asked = read_receivers(params, client)
        self._sender = allowed_sender(params["sender"], client)
        self._send_at, self._untimely = self._time()
        check_wait(params, self._send_at, client)
        self._receivers: Receivers = resolve(asked, params, client)
        check_tariff(params, client)
        self._warnings = [*self._receivers.warnings, *check_merge(text, params, self._receivers, client)]
        check_cost(params, self._size, len(self._receivers.people))
        self._message = self._compose(text)
        self._key = Key(MESSAGE, params["idempotency_key"] or "")
        content = {
            "text": text,
            "to": asked.identity(),
            "limits": receiver_limits(params, client),
            **{name: params[name] for name in ("sender", "tariff", "merge")},
        }
        self._keyed = self._idempotent(content_hash(content)) if params["idempotency_key"] else None

    def plan(self) -> Plan:
        plan = Plan(unknown=self._receivers.unknown, warnings=self._warnings, result=self._result)
        if not self._message["receivers"] and not plan.unknown:  # all are blocked by the allowlist
            return plan
        earlier = self._keyed.earlier(self._message) if self._keyed and not plan.unknown else None
        if earlier:
            plan.result = lambda made: self._result({self._key: earlier.message}, earlier.outcome)
        elif self._untimely:
            raise self._untimely
        else:
            plan.changes = [Change("send", MESSAGE, self._key, self._message)]
            plan.after = self._after()
        plan.perform = lambda: self._send(plan, earlier)
        plan.warnings = self._all_warnings()
        return plan

    def _time(self) -> tuple[datetime | None, LinkEngageError | None]:
        """When to send, and what speaks against it: under a key whose message was sent long since, nothing does."""
        try:
            return time_to_send(self._params, self._client), None
        except (PastTime, GuardError) as error:
            if self._params["idempotency_key"] is None:
                raise
            return None, error

    def _after(self) -> dict[str, Any]:
        return {"message": {"text": self._message["text"], "receivers": self._people()}}

    def _all_warnings(self) -> list[str]:
        return [*self._warnings, *(self._keyed.warnings if self._keyed else [])]

    def _compose(self, text: str) -> Record:
        message: Record = {
            "text": text,
            "receivers": ";".join(self._receivers.addresses),
            "status": "Unknown",  # as the vendor's sample clients send it (contract: messages)
        }
        if self._sender is not None:
            message["sender"] = self._sender
        if self._send_at is not None:
            message["handled"] = self._send_at
        message.update({name: self._params[name] for name in ("tariff", "merge") if self._params[name]})
        return message

    def _idempotent(self, content: str) -> Keyed:
        params = self._params
        ledger = Ledger(params["ledger_path"] or sends_path(), self._client.account, self._client.waiting)
        return Keyed(self._client, ledger, params["idempotency_key"], self._window, content, params["on_unknown"])

    def _send(self, plan: Plan, earlier: Sent | None) -> dict[Key, Record]:
        if self._keyed:
            sent = self._keyed.send(self._message, earlier, self._untimely)
            plan.warnings = self._all_warnings()
        else:
            sent = Sent("sent", send_once(self._client, self._message, self._params["on_unknown"]))
        plan.changed = sent.outcome == "sent"
        plan.after = self._after() if plan.changed else {}
        outcome = "scheduled" if plan.changed and self._send_at else sent.outcome
        rows = self._wait(sent) if self._params["wait"] and sent.outcome != "cancelled" else None
        plan.result = lambda made: self._result({self._key: sent.message}, outcome, rows)
        return {self._key: sent.message}

    def _wait(self, sent: Sent) -> list[dict[str, Any]]:
        seconds, receivers = self._params["wait_timeout"], len(self._receivers.addresses)
        rows = wait_for_delivery(self._client, sent.message, receivers, timedelta(seconds=seconds))
        delivered = sum(row["state"] == "delivered" for row in rows)
        if self._params["require_delivery"] and delivered < max(len(rows), receivers):
            id = sent.message[MESSAGE.id]
            raise LinkEngageError(
                f"require_delivery: message {id} was sent, but within wait_timeout ({seconds} s) the service told of "
                f"{delivered} of {max(len(rows), receivers)} receivers that they got it. It was not repeated.",
                message_id=id,
                deliveries=rows,
            )
        return rows

    def _people(self) -> list[dict[str, Any]]:
        return [person.present() for person in self._receivers.people]

    def _result(
        self, made: Mapping[Key, Record], outcome: str = "", rows: list[dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        message = MESSAGE.present(made.get(self._key, {**self._message, MESSAGE.id: None, "status": None}))
        timed = self._send_at is not None or self._params["send_at"] is not None
        count = len(self._receivers.people)
        result = {
            "message": message,
            "outcome": outcome or "not_sent",
            "receivers": self._people(),
            "skipped_receivers": self._receivers.skipped,
            "blocked_receivers": self._receivers.blocked,
            "redirected_receivers": self._receivers.redirected,
            "encoding": self._size.encoding,
            "segments": self._size.segments,
            "total_segments": self._size.segments * count,
            "offending_characters": self._size.offending_characters,
            "replaced_characters": self._replaced,
            "send_at": message["handled"] if timed else None,
        }
        return result if rows is None else {**result, "deliveries": rows}


def _plan_cancel(params: Mapping[str, Any], client: Client) -> Plan:
    """Delete a message that still waits. Raises GuardError for one that was sent: nothing is recalled from a phone."""
    if not (params["message_id"] or params["idempotency_key"]):
        raise InvalidInput("message_id, idempotency_key: both are empty; name the message to cancel.")
    ledger = Ledger(params["ledger_path"] or sends_path(), client.account)
    id: str = params["message_id"] or _message_of(params["idempotency_key"], ledger)
    message = client.get(MESSAGE, id) if id else None
    if message is None:
        return Plan(result=lambda made: {"outcome": "cancelled", "message": {}})
    handled = parse_time(message["handled"] or "")
    if handled is None or handled < client.http.service_now() + TOO_LATE:
        when = f"at {iso_utc(handled)}" if handled else f"at {message['handled']}, as far as can be told"
        raise GuardError(
            f"Message {id} was sent {when}, or is just being sent, and cannot be cancelled. Nothing was deleted: that "
            "would remove its record, and recall it from no phone.",
            message_id=id,
        )
    shown = MESSAGE.present(message)
    plan = Plan([Change("delete", MESSAGE, Key(MESSAGE, id))], {"message": shown}, {})
    plan.result = lambda made: {"outcome": "cancelled", "message": shown}
    plan.perform = lambda: _cancel(plan, id, handled, client, ledger)
    return plan


def _cancel(plan: Plan, id: str, due: datetime, client: Client, ledger: Ledger) -> dict[Key, Record]:
    client.delete(MESSAGE, id)
    if due <= client.http.service_now() + TICK:
        raise UnknownOutcome(
            f"Message {id} was deleted so late, being due at {iso_utc(due)}, that it may have been sent before. Its "
            "record is gone; ask a receiver.",
            outcome="unknown",
            message_id=id,
        )
    try:
        ledger.cancelled(id)
    except LinkEngageError as error:
        plan.warnings.append(f"The message was cancelled, but that could not be put down: {error}")
    return {}


def _message_of(key: str, ledger: Ledger) -> str:
    """The id of a key's message; empty where it was cancelled. Raises UnknownRecord."""
    entry = ledger.find(key)
    if entry and entry.state == CANCELLED:
        return ""
    if entry is None or entry.message_id is None:
        why = "is not known whether it was sent" if entry else "is not in this machine's ledger"
        raise UnknownRecord(f"idempotency_key: the message of {key!r} {why}; name it by message_id.")
    return entry.message_id
