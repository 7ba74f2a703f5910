# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Making many changes: several at a time, one kind after the other, and one that fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    LinkEngageError,
    Throttled,
)
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record
from ansible_collections.community.linkengage.plugins.module_utils._plan import Change, Id, Key

# What is told while the changes are made: how many are done, of how many, and how long the throttle was waited for.
Progress = Callable[[int, int, float], None]


def apply_all(
    client: Client, changes: list[Change], workers: int, progress: Progress | None
) -> list[tuple[Change, str]]:
    """Make the changes, those of one action and resource side by side; what failed, and why, in the plan's order."""
    run = _Run(client, len(changes), progress)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for _kind, group in groupby(changes, key=lambda change: (change.action, change.resource.name)):
            list(pool.map(run.make, list(group)))
    return [(change, run.failures[id(change)]) for change in changes if id(change) in run.failures]


class _Run:
    def __init__(self, client: Client, total: int, progress: Progress | None) -> None:
        self.failures: dict[int, str] = {}
        self._client = client
        self._total = total
        self._progress = progress
        self._done = 0
        self._made: dict[Key, Record] = {}
        self._stopped = ""

    def make(self, change: Change) -> None:
        missing = [id for id in (change.id, change.member) if self._is_missing(change, id)]
        if self._stopped or missing:
            self.failures[id(change)] = self._stopped or "what it needs could not be made."
            return
        try:
            self._client.make(change, self._made, verify=False)
        except LinkEngageError as error:
            self.failures[id(change)] = str(error)
            if _is_general(error):
                self._stopped = f"Not tried, since an earlier one failed: {error}"
        self._done += 1
        if self._progress:
            self._progress(self._done, self._total, self._client.http.pace.waited)

    def _is_missing(self, change: Change, id: Id | None) -> bool:
        return isinstance(id, Key) and id not in self._made and not (change.action == "create" and id is change.id)


def _is_general(error: LinkEngageError) -> bool:
    """Whether it would meet every other change as well."""
    return isinstance(error, (ConnectionFailed, Throttled)) or (isinstance(error, ApiError) and error.status == 406)
