# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What a callback records during a run, for the report at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._run_report import Failure, Report

LIMIT = 8000  # characters of an error that are kept
NO_LOG = "hidden by no_log"


class RunRecord:
    """The first error of each host that no rescue handled. At the end, Ansible's own counts say which hosts failed."""

    def __init__(self) -> None:
        self._failures: dict[str, Failure] = {}
        self._places: dict[str, int] = {}
        self._items: dict[tuple[str, str], Failure] = {}

    def item_failed(self, result: Any) -> None:
        """Record the first failed item of a loop, because the result of the loop does not contain its error."""
        self._items.setdefault(_key(result), self._failure(result))

    def failed(self, result: Any, ignored: bool = False, unreachable: bool = False) -> None:
        """Record a failure, unless it is ignored or rescued, or the host already failed."""
        failure = self._items.pop(_key(result), None) or self._failure(result, unreachable)
        if not ignored and (unreachable or not is_rescued(of(result, "task"))):
            self._failures.setdefault(failure.host, failure)

    def _failure(self, result: Any, unreachable: bool = False) -> Failure:
        task = of(result, "task")
        return Failure(
            of(result, "host").get_name(),
            task.get_name(),
            error_of(of(result, "result")),
            str(task.delegate_to or ""),
            unreachable,
            self._places.setdefault(task._uuid, len(self._places)),
        )

    def report(self, title: str, stats: Any, check_mode: bool) -> Report:
        """The report of the run, from Ansible's counts and the recorded errors."""
        dark = {host for host, count in stats.dark.items() if count}
        failed = dark | {host for host, count in stats.failures.items() if count}
        unknown = len(self._places)  # after all failures with a known place
        return Report(
            title,
            len(stats.processed),
            [self._failures.get(host) or Failure(host, unreachable=host in dark, place=unknown) for host in failed],
            [host for host, count in stats.changed.items() if count],
            check_mode,
        )


def of(result: Any, name: str) -> Any:
    """A part of a result: ``task``, ``host`` or ``result``. Before ansible-core 2.19, their names begin with ``_``."""
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")


def _key(result: Any) -> tuple[str, str]:
    return of(result, "host").get_name(), of(result, "task")._uuid


def is_rescued(task: Any) -> bool:
    """Whether the task is in the main part of a block with a rescue, at any depth.

    Ansible decides in the same way, but does not pass its decision to a callback.
    """
    below = set()
    while task is not None:
        if getattr(task, "rescue", None) and any(inner._uuid in below for inner in task.block):
            return True
        below.add(task._uuid)
        task = task._parent
    return False


def error_of(result: Mapping[str, Any]) -> str:
    """The message of a failed result, with the return code if there is one. Nothing else of the result is used."""
    if "censored" in result:
        return NO_LOG
    said = result.get("msg") or result.get("reason") or "no message"
    lines = said if isinstance(said, (list, tuple)) else [said]
    text = _beginning("\n".join(map(str, lines)).removeprefix("Task failed: "))
    return f"{text} (rc {result['rc']})" if result.get("rc") else text


def _beginning(text: str) -> str:
    """The first words of a long text, without the last word, because a part of a secret could not be recognised."""
    if len(text) <= LIMIT:
        return text
    words = text[:LIMIT].rsplit(None, 1)
    return words[0] if len(words) == 2 else ""
