# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The results of checks. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._model.listing import listed

OK, WARNING, PROBLEM = "ok", "warning", "problem"
SHOWN = 5  # maximum number of ids that a finding lists


@dataclass(frozen=True)
class Finding:
    """The result of one check. It contains no names, no phone numbers and no secrets.

    ``remedy`` is "" if the user need not do anything.
    """

    check: str
    status: str
    meaning: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"check": self.check, "status": self.status, "meaning": self.meaning, "remedy": self.remedy}


def ok(check: str, meaning: str) -> Finding:
    return Finding(check, OK, meaning)


def warning(check: str, meaning: str, remedy: str) -> Finding:
    return Finding(check, WARNING, meaning, remedy)


def problem(check: str, meaning: str, remedy: str) -> Finding:
    return Finding(check, PROBLEM, meaning, remedy)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 problem``, ``2 problems``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def ids(name: str, found: Iterable[int | str]) -> str:
    """Return the first ids of records, such as ``contact_id 4, 7``."""
    every = sorted(found, key=_order)
    return f"{name} {listed(list(map(str, every)), SHOWN)}"


def _order(id: int | str) -> tuple[int, str]:
    return (id, "") if isinstance(id, int) else (0, id)
