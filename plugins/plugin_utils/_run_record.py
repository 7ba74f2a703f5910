# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What the callback plugin records during a run, for the report at the end."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..module_utils._model.templates import unevaluated
from ._run_report import Failure, Report
from ._secrets import HIDDEN
from ._vaulted import vaulted_texts

LIMIT = 8000  # maximum number of characters of an error that are kept
OTHERS = 200  # number of hosts of the inventory whose encrypted values are masked
NO_LOG = "hidden by no_log"
TEMPLATE = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
NAMES = ("name", "id", "host", "path", "dest")  # the first of these keys names a dictionary in a loop


class RunRecord:
    """Records the first error of each host that no rescue handled, the changed hosts, and the hosts of all plays.

    At the end, Ansible's own counts decide which hosts failed. If the run is interrupted, there are no such counts.
    """

    def __init__(self) -> None:
        self._failures: dict[str, Failure] = {}
        self._results: dict[str, tuple[Any, Any]] = {}
        self._play: Any = None
        self._places: dict[str, int] = {}
        self._items: dict[tuple[str, str], Failure] = {}
        self._hosts: set[str] = set()
        self._changed: set[str] = set()
        self._cleared: dict[str, dict[str, Failure]] = {}
        self._forgiven: set[str] = set()

    def begin(self, play: Any) -> None:
        """Record a play that begins, and its hosts."""
        self._play = play
        self.add_hosts(hosts_of(play))

    def add_hosts(self, names: Iterable[str]) -> None:
        """Record the hosts of a play."""
        self._hosts.update(names)

    def succeeded(self, result: Any) -> None:
        """Record whether a successful task changed its host."""
        if of(result, "result").get("changed"):
            self._changed.add(of(result, "host").get_name())

    def item_failed(self, result: Any) -> None:
        """Record the first failed item of a loop. The result of the whole loop does not contain its error."""
        self._items.setdefault(_key(result), replace(self._failure(result), item=item_of(of(result, "result"))))

    def failed(self, result: Any, ignored: bool = False, unreachable: bool = False) -> None:
        """Record a failure, unless it is ignored or rescued, or the host has already failed."""
        failure = self._items.pop(_key(result), None) or self._failure(result, unreachable)
        if ignored:
            self.succeeded(result)
        elif unreachable or not is_rescued(of(result, "task")):
            self._results.setdefault(failure.host, (self._play, result))
            self._failures.setdefault(failure.host, failure)

    def clear_errors(self, task: Any) -> None:
        """Remove the failures of the play's hosts, because the task clear_host_errors lets these hosts continue."""
        cleared = {host: self._failures.pop(host) for host in hosts_of(self._play) if host in self._failures}
        self._cleared[task._uuid] = cleared
        self._forgiven.update(cleared)

    def skipped(self, result: Any) -> None:
        """Restore the failures that were removed for a task clear_host_errors, because the task was skipped."""
        restored = self._cleared.pop(of(result, "task")._uuid, {})
        self._failures = {**self._failures, **restored}
        self._forgiven.difference_update(restored)

    def vaulted(self, failure: Failure) -> set[str]:
        """Return the encrypted values (ansible-vault) among the variables of a failure.

        Variables of other hosts are included, because a task can use hostvars.
        """
        if failure.host not in self._results:
            return set()
        play, result = self._results[failure.host]
        task = of(result, "task")
        known = [task._ds, *_variables(play, of(result, "host"), task)]
        for other in _inventory(play)[:OTHERS]:
            known += _variables(play, other)
        with contextlib.suppress(Exception):  # a report in which these values are not masked is better than no report
            return set(vaulted_texts(known))
        return set()

    def _failure(self, result: Any, unreachable: bool = False) -> Failure:
        task = of(result, "task")
        error = error_of(of(result, "result"))
        return Failure(
            of(result, "host").get_name(),
            name_of(task, hidden=error == NO_LOG),
            error,
            str(task.delegate_to or ""),
            unreachable,
            self._places.setdefault(task._uuid, len(self._places)),
        )

    def report(
        self, title: str, stats: Any = None, check_mode: bool = False, ended: str = "", reason: str = ""
    ) -> Report:
        """Return the report of the run, from Ansible's counts and the recorded errors."""
        counted = set(self._failures) if stats is None else _counted(stats, "dark", "failures")
        failed = counted - (self._forgiven - set(self._failures))
        dark = _counted(stats, "dark")
        unknown = len(self._places)  # sorts after all failures whose task is known
        failures = [
            self._failures.get(host) or Failure(host, unreachable=host in dark, place=unknown) for host in failed
        ]
        hosts = self._hosts.union(getattr(stats, "processed", ()))
        changed = self._changed | _counted(stats, "changed")
        return Report(title, len(hosts), failures, sorted(changed), check_mode, ended, reason)


def _variables(play: Any, host: Any, task: Any = None) -> list[dict[str, Any]]:
    """Return the variables of a host, and of a task on it, in a list; empty if they cannot be read."""
    with contextlib.suppress(Exception):
        found = play.get_variable_manager().get_vars(play=play, host=host, task=task, include_hostvars=False)
        return [{**found, "vars": None, "groups": None}]
    return []


def _inventory(play: Any) -> list[Any]:
    """Return all hosts of the inventory."""
    with contextlib.suppress(Exception):
        inventory = play.get_variable_manager()._inventory
        return list(inventory.get_hosts(ignore_limits=True, ignore_restrictions=True))
    return []


def hosts_of(play: Any) -> list[str]:
    """Return the hosts of all batches of a play; empty if they depend on variables that are not known yet."""
    if any("{" in str(pattern) for pattern in play.hosts or ()):
        return []
    return list(play.get_variable_manager().get_vars(play=play, include_hostvars=False)["ansible_play_hosts_all"])


def _counted(stats: Any, *kinds: str) -> set[str]:
    """Return the hosts that Ansible counts as one of these *kinds*; empty if there are no counts."""
    return {host for kind in kinds if stats is not None for host, count in getattr(stats, kind).items() if count}


def name_of(task: Any, hidden: bool = False) -> str:
    """Return the name of a task. If its result is hidden, values of templates in the name are hidden too."""
    written = task._ds.get("name") if isinstance(getattr(task, "_ds", None), Mapping) else None
    if not hidden or not isinstance(written, str) or not unevaluated(written):
        return str(task.get_name())
    role = getattr(task, "_role", None)
    return " : ".join([*([role.get_name()] if role else []), TEMPLATE.sub(HIDDEN, written)])


def item_of(result: Mapping[str, Any]) -> str:
    """Return an item of a loop in a few words: its label, its text, or the name in a dictionary."""
    if "censored" in result or result.get("_ansible_no_log"):
        return ""
    return _label(result.get("_ansible_item_label", result.get("item")))


def _label(item: Any) -> str:
    if isinstance(item, Mapping):
        names = [*NAMES, *(["key"] if set(item) == {"key", "value"} else [])]
        return next((str(item[name]) for name in names if isinstance(item.get(name), (str, int))), "")
    if isinstance(item, (list, tuple)):
        return ", ".join(filter(None, map(_label, item)))
    return str(item) if isinstance(item, (str, int, float)) else ""


def of(result: Any, name: str) -> Any:
    """Return ``task``, ``host`` or ``result`` of a result.

    Before ansible-core 2.19, these attributes begin with ``_``.
    """
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")


def _key(result: Any) -> tuple[str, str]:
    return of(result, "host").get_name(), of(result, "task")._uuid


def is_rescued(task: Any) -> bool:
    """Return whether a rescue handles a failure of the task: the task is in a block with a rescue, at any depth.

    Ansible makes the same decision, but does not pass it to a callback plugin.
    """
    below = set()
    while task is not None:
        if getattr(task, "rescue", None) and any(inner._uuid in below for inner in task.block):
            return True
        below.add(task._uuid)
        task = task._parent
    return False


def error_of(result: Mapping[str, Any]) -> str:
    """Return the message of a failed result, with the return code if there is one.

    The rest of the result is not used.
    """
    if "censored" in result:
        return NO_LOG
    said = result.get("msg") or result.get("reason") or "no message"
    lines = said if isinstance(said, (list, tuple)) else [said]
    text = _beginning("\n".join(map(str, lines)).removeprefix("Task failed: "))
    return f"{text} (rc {result['rc']})" if result.get("rc") else text


def _beginning(text: str) -> str:
    """Return the beginning of a long text without its last word, because a part of a secret would not be
    recognised.
    """
    if len(text) <= LIMIT:
        return text
    words = text[:LIMIT].rsplit(None, 1)
    return words[0] if len(words) == 2 else ""
