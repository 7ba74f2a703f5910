# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The delivery states of the service, and what they mean. Pure."""

from __future__ import annotations

# The states of the vendor's gateway (contract: messages, limits), and other words for these states. Upper and lower
# case are the same. UNKNOWN and NULL mean that the result is not known yet. It is an assumption that Engage passes
# these words on, in English or Norwegian.
DELIVERED = frozenset({"delivrd", "delivered", "received", "read", "levert", "mottatt"})
FAILED = frozenset(
    {
        *("expired", "deleted", "undeliv", "rejectd", "failed", "barred", "barreda", "zerobal"),
        *("undelivered", "rejected", "error", "cancelled"),
        *("feilet", "feil", "ikke levert", "utløpt", "avvist", "slettet", "kansellert", "avbrutt", "sperret"),
    }
)
# The number will never get a message: the vendor asks to remove such numbers from lists (contract: messages, limits).
PERMANENT = frozenset({"barred", "undeliv"})
# Words that are Norwegian only, as in ``_model/assumptions.py``.
NORWEGIAN = frozenset({"ukjent", "sendt", "levert", "mottatt", "feilet", "feil", "utløpt", "avvist", "slettet"})


def is_norwegian(word: str) -> bool:
    """Return whether a status is a Norwegian word."""
    return word.strip().casefold() in NORWEGIAN


def state_of(word: str | None) -> str:
    """Return ``delivered``, ``failed`` or ``unknown`` for a status of the service."""
    folded = (word or "").strip().casefold()
    return "delivered" if folded in DELIVERED else "failed" if folded in FAILED else "unknown"


def waits(word: str | None) -> bool:
    """Return whether a status says that the message is not sent yet."""
    return (word or "").strip().casefold() in ("unknown", "ukjent")


def is_permanent(word: str | None) -> bool:
    """Return whether a status says that this number can never get messages."""
    return (word or "").strip().casefold() in PERMANENT
