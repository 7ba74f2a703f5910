# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Limits who may get messages from this system. The client passes every request to ``require_permitted``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote, urlsplit

from .._errors import GuardError, InvalidInput, NoCountryCode
from .._model.phone import Numbering
from .._model.values import mask
from .bodies import Body
from .calls import Call
from .fallback import from_environment
from .formats import Format

LAYERS = 10  # maximum number of times that a path can be percent-encoded
# The environment variables that limit the receivers, and a pattern for wrong names that people may write instead.
MEANT = {
    "LINKENGAGE_REDIRECT_TO": re.compile("REDIR"),
    "LINKENGAGE_RECEIVER_ALLOWLIST": re.compile("(?:ALLOW|WHITE)(?:ED)?_*(?:LIST|RECEIVER|NUMBER)|RECEIVERS?_*ALLOW"),
}
NEAR = 0.9  # how alike a wrong name and a variable must be, from 0 to 1

# The options of the modules that send messages.
GUARD_SPEC: dict[str, Any] = {
    "receiver_allowlist": {
        "type": "list",
        "elements": "raw",
        "fallback": (from_environment, ["LINKENGAGE_RECEIVER_ALLOWLIST"]),
    },
    "redirect_to": {"type": "raw", "fallback": (from_environment, ["LINKENGAGE_REDIRECT_TO"])},
}


@dataclass(frozen=True)
class Guard:
    """``redirect_to`` and the sorted ``allowlist`` as canonical numbers. Each is None if its option is not set."""

    redirect_to: str | None = None
    allowlist: Sequence[str] | None = None

    @property
    def limited(self) -> bool:
        return self.redirect_to is not None or self.allowlist is not None

    def permits(self, number: str) -> bool:
        """Return whether a canonical number may get a message."""
        return (self.redirect_to is None or number == self.redirect_to) and (
            self.allowlist is None or number in self.allowlist
        )


def read_guard(redirect_to: Any, allowlist: Sequence[Any] | None, numbering: Numbering) -> Guard:
    """Return the guard for the options. Raises InvalidInput for an invalid phone number."""
    permitted = None
    if allowlist is not None:
        named = [(index, value) for index, value in enumerate(allowlist) if not _is_blank(value)]
        permitted = sorted({numbering.canonical(value, f"receiver_allowlist[{index}]") for index, value in named})
    return Guard(None if redirect_to is None else numbering.canonical(redirect_to, "redirect_to"), permitted)


def misnamed_limit(environment: Mapping[str, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """Return an error if the receivers are not limited because the name of an environment variable is wrong."""
    names = {name for name, value in environment.items() if str(value or "").strip()}
    if names.intersection(MEANT) or any(given.get(option) is not None for option in GUARD_SPEC):
        return None
    for name in sorted(name for name in names if name.upper().startswith("LINKENGAGE_")):
        meant = [variable for variable, like in MEANT.items() if like.search(name.upper())]
        for variable in meant or get_close_matches(name.upper(), MEANT, 1, NEAR):
            return InvalidInput(
                f"{name}: the collection does not use this environment variable (did you mean {variable}?), "
                "so this variable does not limit who gets messages. Nothing was sent. Correct the name of the "
                "variable, or unset the variable."
            )
    return None


def _is_blank(value: Any) -> bool:
    """Return whether an entry of a list is empty, for example after the last comma of a variable."""
    return isinstance(value, str) and not value.strip()


def can_send(call: Call, api_url: str) -> bool:
    """Return whether the service could send a message because of this request, whatever the spelling of its path
    is.
    """
    path, _mark, query = call.path.partition("?")
    names = _names(path) or _names(urlsplit(api_url).path)[-1:]
    filled = call.body is not None or "receivers" in _decoded(query).casefold()
    return call.method != "GET" and filled and any(name.startswith("message") for name in names)


def require_permitted(call: Call, guard: Guard, wire: Format, numbering: Numbering) -> None:
    """Raise GuardError if a person outside the limits could get the message.

    With a limit, the receivers must be phone numbers. A contact or a group can change before the service sends the
    message.
    """
    if not guard.limited:
        return
    option = "redirect_to" if guard.redirect_to is not None else "receiver_allowlist"
    receivers = [] if "?" in call.path else _receivers(wire.loads(Body(call.body or b"")))
    if not receivers:
        raise GuardError(
            f"{option}: the receivers of {call.shown} cannot be checked. Nothing was sent. Write phone numbers, "
            "separated by semicolons, in the field Receivers of the body, or use linkengage_sms."
        )
    outside = [receiver for receiver in receivers if not _permitted(receiver, guard, numbering)]
    if outside:
        raise GuardError(
            f"{option}: {call.shown} would send a message to {', '.join(map(_shown, outside))}, but only the numbers "
            f"in {option} may get messages. Nothing was sent. Use linkengage_sms, which skips or redirects all "
            "other receivers."
        )


def _permitted(receiver: str, guard: Guard, numbering: Numbering) -> bool:
    if receiver.strip("0123456789+-() ."):
        return False
    try:
        return guard.permits(numbering.canonical(receiver))
    except InvalidInput:
        return False
    except NoCountryCode:  # no option sets the country code, so the receiver is read as a number with its country code
        return guard.permits(f"+{receiver.lstrip('+')}")


def _shown(receiver: str) -> str:
    return receiver if receiver.startswith("/") else mask(receiver)


def _receivers(tree: Any) -> list[str]:
    """Return the receivers in a body; empty if the receivers are not one text."""
    found = [value for name, value in tree.items() if _plain(name) == "receivers"] if isinstance(tree, Mapping) else []
    if len(found) != 1 or not isinstance(found[0], str):
        return []
    return [part.strip() for part in found[0].split(";") if part.strip()]


def _names(path: str) -> list[str]:
    """Return the parts of a path in one spelling."""
    parts = (part.partition(";")[0] for part in re.split(r"[/\\]", _decoded(path)))
    return [name for name in map(_plain, parts) if name]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip(" .").casefold()


def _decoded(text: str) -> str:
    for _layer in range(LAYERS):
        text, before = unquote(text), text
        if text == before:
            break
    return text
