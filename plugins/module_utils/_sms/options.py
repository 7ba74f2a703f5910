# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The options of the module that sends and cancels messages, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .._errors import InvalidInput
from .._model.frozen import Value
from .._model.halves import has_half
from .._model.values import is_number, misread, require_text
from .._service.guard import GUARD_SPEC
from .schedule import QuietHours, parse_duration, parse_quiet_hours
from .text import (
    MOST_SEGMENTS,
    PART_SIZES,
    POLICIES,
    SmsText,
    all_replaced,
    apply_policy,
    clean,
    measure,
    most_segments,
    without_controls,
)

SMS_SPEC: dict[str, Any] = {
    "text": {"type": "str"},
    "allow_braces": {"type": "bool", "default": False},
    "numbers": {"type": "list", "elements": "raw"},
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "skip_invalid": {"type": "bool", "default": False},
    **GUARD_SPEC,
    "max_receivers": {"type": "int"},
    "sender": {"type": "raw"},
    "idempotency_key": {"type": "str", "no_log": False},
    "idempotency_window": {"type": "str", "default": "24h"},
    "adopt_window": {"type": "str", "default": "15m"},
    "on_store_failure": {"choices": ["fail", "continue"], "default": "fail"},
    "on_unknown": {"choices": ["fail", "resend"], "default": "fail"},
    "unsupported_characters": {"choices": list(POLICIES), "default": "allow"},
    "part_size": {"choices": list(PART_SIZES), "default": PART_SIZES[0]},
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


@dataclass(frozen=True)
class ReceiverOptions:
    """The receivers as the user wrote them. What a number means can depend on the country code of the account."""

    numbers: Sequence[Any]
    contacts: Sequence[Any]
    groups: Sequence[Any]
    skip_invalid: bool
    redirect_to: Any
    allowlist: Sequence[Any] | None
    limit: int | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> ReceiverOptions:
        numbers, contacts, groups = (tuple(params[name] or ()) for name in ("numbers", "contacts", "groups"))
        allowlist = params["receiver_allowlist"]
        return cls(
            numbers,
            contacts,
            groups,
            skip_invalid=params["skip_invalid"],
            redirect_to=params["redirect_to"],
            allowlist=None if allowlist is None else tuple(allowlist),
            limit=params["max_receivers"],
        )


@dataclass(frozen=True)
class KeyOptions:
    """The idempotency key, and for how long it is valid.

    - ``adopt_window``: if a new store does not know the key, a message that is not older counts as the message of the
      key.
    - ``may_continue`` is True if the message is also sent when the store cannot be used.
    """

    key: str
    window: timedelta
    adopt_window: timedelta
    may_continue: bool


@dataclass(frozen=True)
class WaitOptions:
    """How many seconds to wait for the delivery, and whether a missing delivery is an error."""

    seconds: int
    required: bool


@dataclass(frozen=True)
class SmsOptions(Value):
    """A message to send.

    ``most_segments`` is the larger of the two counts of its segments. Limits are compared with it.
    """

    text: str
    size: SmsText
    most_segments: int
    replaced_characters: Sequence[dict[str, Any]]
    receivers: ReceiverOptions
    sender: str | None
    tariff: int
    allow_premium: bool
    merge: bool
    max_segments: int | None
    max_total_segments: int | None
    send_at: str | None
    quiet: QuietHours | None
    wait: WaitOptions | None
    key: KeyOptions | None
    on_unknown: str

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> SmsOptions:
        """Read the options. Raises InvalidInput."""
        key = _key(params)
        text, replaced = _text(params)
        quiet = params["quiet_hours"]
        return cls(
            text=text,
            size=measure(text, params["part_size"]),
            most_segments=most_segments(text),
            replaced_characters=replaced,
            receivers=ReceiverOptions.read(params),
            sender=_sender(params["sender"]),
            quiet=None if quiet is None else parse_quiet_hours(quiet),
            wait=_wait(params),
            key=key,
            **{
                name: params[name]
                for name in (
                    "tariff",
                    "allow_premium",
                    "merge",
                    "max_segments",
                    "max_total_segments",
                    "send_at",
                    "on_unknown",
                )
            },
        )


def _sender(value: Any) -> str | None:
    """Return the sender: a number or a name. Raises InvalidInput for a value that YAML did not read as text."""
    if value is None or isinstance(value, str) or is_number(value):
        return None if value is None else require_text(value, "sender")
    raise InvalidInput(f"sender: the value {misread(value)}.")


def _text(params: Mapping[str, Any]) -> tuple[str, Sequence[dict[str, Any]]]:
    """Return the text to send, and what was replaced in it.

    Raises InvalidInput for an invalid text, and for a text of which the service would cut off the end.
    """
    text, controls = without_controls(params["text"] or "")
    text, replaced = apply_policy(clean(text, braces=params["allow_braces"]), params["unsupported_characters"])
    if not text.strip():
        raise InvalidInput("text: the text is empty. An SMS needs a text.")
    count = most_segments(text)
    if count > MOST_SEGMENTS:
        raise InvalidInput(
            f"text: the message takes {count} segments, and the service cuts off everything after {MOST_SEGMENTS} "
            "segments. Nothing was sent. Shorten the text, or send several messages.",
            segments=count,
        )
    return text, all_replaced(controls, replaced)


def _key(params: Mapping[str, Any]) -> KeyOptions | None:
    """Return the options of the key. Raises InvalidInput for an empty key, and for a window that is not a duration."""
    key = params["idempotency_key"]
    if key is not None and not key.strip():
        raise InvalidInput(
            "idempotency_key: the key is empty. Set a key. To send the message in every run, omit the option."
        )
    _require_recordable(key or "")
    window = parse_duration(params["idempotency_window"], "idempotency_window")
    adopt = parse_duration(params["adopt_window"], "adopt_window", shortest=0)
    return None if key is None else KeyOptions(key, window, adopt, params["on_store_failure"] == "continue")


def _require_recordable(key: str) -> None:
    """Raise InvalidInput for a key that no store can record."""
    if "\0" in key or has_half(key):
        raise InvalidInput(
            "idempotency_key: the key contains a NUL character, or an emoji that was cut in the middle. Use another "
            "key."
        )


def _wait(params: Mapping[str, Any]) -> WaitOptions | None:
    if params["require_delivery"] and not params["wait"]:
        raise InvalidInput("require_delivery: this option requires `wait: true`.")
    return WaitOptions(params["wait_timeout"], params["require_delivery"]) if params["wait"] else None


@dataclass(frozen=True)
class CancelOptions:
    """A waiting message to cancel: its id, or its idempotency key. Both can be empty in check mode."""

    message_id: str
    key: str

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> CancelOptions:
        _require_recordable(params["idempotency_key"] or "")
        return cls(params["message_id"] or "", params["idempotency_key"] or "")


def read_sms_options(params: Mapping[str, Any]) -> SmsOptions | CancelOptions:
    """Return the options as an immutable value. Raises InvalidInput."""
    return CancelOptions.read(params) if params["state"] == "absent" else SmsOptions.read(params)
