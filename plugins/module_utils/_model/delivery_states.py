# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The delivery states of the service, and what they mean. Pure."""

from __future__ import annotations

# The states of the vendor's gateway (contract: messages, limits), and other words for them, in upper and lower case.
# UNKNOWN and NULL are no answer yet. That Engage passes these words on, in English or Norwegian, is assumed.
DELIVERED = frozenset({"delivrd", "delivered", "received", "read", "levert", "mottatt"})
FAILED = frozenset(
    {
        *("expired", "deleted", "undeliv", "rejectd", "failed", "barred", "barreda", "zerobal"),
        *("undelivered", "rejected", "error", "cancelled"),
        *("feilet", "feil", "ikke levert", "utløpt", "avvist", "slettet", "kansellert", "avbrutt", "sperret"),
    }
)
# No later message will arrive: the vendor asks to remove such numbers from lists (contract: messages, limits).
PERMANENT = frozenset({"barred", "undeliv"})
# Words that only Norwegian has, as in ``_model/assumptions.py``.
NORWEGIAN = frozenset({"ukjent", "sendt", "levert", "mottatt", "feilet", "feil", "utløpt", "avvist", "slettet"})


def is_norwegian(word: str) -> bool:
    """Whether a status is a Norwegian word."""
    return word.strip().casefold() in NORWEGIAN


def state_of(word: str | None) -> str:
    """``delivered``, ``failed`` or ``unknown`` for a status of the service."""
    folded = (word or "").strip().casefold()
    return "delivered" if folded in DELIVERED else "failed" if folded in FAILED else "unknown"


def waits(word: str | None) -> bool:
    """Whether a status says that a message is not sent yet."""
    return (word or "").strip().casefold() in ("unknown", "ukjent")


def is_permanent(word: str | None) -> bool:
    """Whether a status says that the number cannot get messages."""
    return (word or "").strip().casefold() in PERMANENT
