# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Carries out the plan of an address book: write the backup, make the changes, delete copies of another run's
records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .._model.changes import AddMember, Change, RemoveMember
from .._model.plan import Outcome
from .._service.client import Client
from .apply import make_all
from .backup import write_backup
from .report import BookPlan, counted, failure
from .shortening import warn_of_cut_markers
from .withdrawals import withdraw_copies


def carry_out(plan: BookPlan, client: Client) -> Outcome:
    """Write a backup and make the changes. Raises PartialFailure if an entry or a change failed."""
    if plan.backup:
        write_backup(plan.backup, plan.changes, plan.book, client, plan.workers)
    tally = make_all(client, plan.changes, plan.workers, plan.rereading)
    cut = warn_of_cut_markers(plan.scope, tally, client)
    withdrawals = withdraw_copies(client, tally, plan.book.whole, plan.workers)
    tally = replace(tally, done=withdrawals.done)
    failed = [*plan.failing, *_failures(tally.failed), *withdrawals.failed]
    if failed or tally.untried:
        raise failure(plan, failed, tally)
    return Outcome(tally.done, warnings=[*withdrawals.warnings, *cut])


def _failures(failed: Sequence[tuple[Change, str]]) -> list[str]:
    """Return the failed changes with their places and reasons.

    Several members of one group that failed for the same reason are one problem.
    """
    alike: dict[Any, list[str]] = {}
    for change, reason in failed:
        group = change.id if isinstance(change, (AddMember, RemoveMember)) else id(change)
        alike.setdefault((type(change), group, reason), []).append(f"{change.where}: {reason}")
    return [first + _others(len(rest)) for first, *rest in alike.values()]


def _others(count: int) -> str:
    others = counted(count, "more change", "more changes")
    return f" For the same reason, {others} to the members of this group failed." if count else ""
