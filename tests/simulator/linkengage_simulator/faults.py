# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that tests ask for: which requests fail, how they fail, and how often."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from re import Pattern
from typing import Any, Callable

from .errors import NonsenseError
from .exchange import Answer, Call

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """The fault of one request. By default, the service answers normally."""

    wait_before: float = 0.0
    acts: bool = True
    wait_after: float = 0.0
    answer: Answer | None = None
    silent: bool = False
    half: bool = False


def _answer(spec: Spec, status: int = 200, **headers: str) -> Answer:
    body = spec.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    status, content_type = int(spec.get("status", status)), spec.get("content_type", "text/html")
    return Answer(status, text.encode("utf-8"), content_type, {**headers, **spec.get("headers", {})})


ACTIONS: dict[str, Callable[[Spec], Fault]] = {
    "drop_before": lambda spec: Fault(acts=False, silent=True),
    "drop_after": lambda spec: Fault(silent=True),
    "delay": lambda spec: Fault(wait_before=float(spec["seconds"])),
    "delay_after": lambda spec: Fault(wait_after=float(spec["seconds"])),
    "status": lambda spec: Fault(acts=False, answer=_answer({"content_type": "text/plain", **spec}, 500)),
    "status_after": lambda spec: Fault(answer=_answer({"content_type": "text/plain", **spec}, 500)),
    "truncate": lambda spec: Fault(half=True),
    "body": lambda spec: Fault(acts=bool(spec.get("act")), answer=_answer(spec)),
    "redirect": lambda spec: Fault(acts=False, answer=_answer(spec, 302, Location=spec["location"])),
    "hook": lambda spec: Fault(),
}
NO_FAULT = Fault()
MATCHED = {"method", "path", "body"}
KNOWN = {"match", "action", "times", "after", "seed", "delete"}
KNOWN |= {"status", "body", "content_type", "headers", "seconds", "location", "act"}


@dataclass
class Planned:
    """A fault in the queue, with the requests for which it is meant."""

    name: str
    method: str | None
    path: Pattern[str]
    body: Pattern[str]
    after: int
    times: int | None
    fault: Fault
    seed: Spec = field(default_factory=dict)
    delete: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, spec: Spec) -> Planned:
        """Read a fault from the body of a control request."""
        match, times = spec.get("match", {}), spec.get("times", 1)
        strange = (set(spec) - KNOWN) | (set(match) - MATCHED)
        if strange:
            raise NonsenseError(f"A fault has no field {', '.join(sorted(strange))}")
        try:
            return cls(
                name=spec["action"],
                method=match.get("method"),
                path=re.compile(match.get("path", "")),
                body=re.compile(match.get("body", "")),
                after=int(spec.get("after", 0)),
                times=None if times is None else int(times),
                fault=ACTIONS[spec["action"]](spec),
                seed=spec.get("seed", {}),
                delete=spec.get("delete", []),
            )
        except (KeyError, TypeError, ValueError, re.error) as error:
            raise NonsenseError(f"This is not a valid fault: {dict(spec)}: {error!r}") from error

    def matches(self, call: Call) -> bool:
        """Return whether the fault is meant for the request.

        The method and the path are compared after a method override.
        """
        text = call.body.decode("utf-8", errors="replace")
        return bool(self.method in (None, call.method) and self.path.search(call.path) and self.body.search(text))


class Faults:
    """The queue of faults. A request gets the first matching fault that has already skipped enough requests."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def add(self, specs: list[Spec]) -> None:
        """Add faults to the queue. If one of them is not valid, no fault is added."""
        self._planned += [Planned.read(spec) for spec in specs]

    def clear(self) -> None:
        """Delete all faults."""
        self._planned.clear()

    def take(self, call: Call) -> Planned | None:
        """Return the fault for this request, or None. The number of its remaining requests is decreased."""
        for planned in self._planned:
            if not planned.matches(call):
                continue
            if planned.after > 0:
                planned.after -= 1
                continue
            self._count(planned)
            return planned
        return None

    def _count(self, planned: Planned) -> None:
        if planned.times is None:
            return
        planned.times -= 1
        if planned.times <= 0:
            self._planned.remove(planned)
