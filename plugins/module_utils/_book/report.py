# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The report of the module that manages a whole address book. It is small, also for a large book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import PartialFailure
from .._model.changes import AddMember, Change, Create, Delete, Key, RemoveMember, Update
from .._model.fields import Record, Resource
from .._model.listing import first_of, listed
from .._model.plan import Outcome, Plan, differences
from .._model.resources import CONTACT, GROUP, title
from .apply import Tally
from .book import Book, Sync
from .export import options_of
from .losses import losses
from .rereading import Rereading

SHOWN = 20  # changes, problems and samples in a result
PROBLEMS = 100  # and for machines
RESOURCES = {"contacts": CONTACT, "groups": GROUP}
LEFT_OUT = 1000  # skipped entries, for the person who corrects them


@dataclass(frozen=True)
class BookPlan(Plan):
    """The plan of a whole address book.

    The task fails at the end because of the entries in ``failing``; the entries in ``skipped`` are only reported.
    ``book`` is the current account, from which the file ``backup`` is written. ``created`` are the records that were
    created since the backup that is restored, None if the plan restores no backup.
    """

    sync: Sync = field(default_factory=Sync)
    book: Book = field(default_factory=Book)
    failing: Sequence[str] = ()
    skipped: Sequence[str] = ()
    without_number: int = 0
    workers: int = 1
    rereading: Rereading | None = None
    backup: str | None = None
    created: Mapping[str, Mapping[int, Record]] | None = None


def report_address_book(plan: BookPlan, outcome: Outcome) -> dict[str, Any]:
    """Counts, and the first entries of each kind."""
    return _report(plan, outcome.done)


def _report(plan: BookPlan, changes: Sequence[Change]) -> dict[str, Any]:
    summary = {
        resource.name: {
            "created": _count(changes, Create, resource),
            "updated": _count(changes, Update, resource),
            "deleted": _count(changes, Delete, resource),
            "unchanged": plan.sync.unchanged.get(resource.name, 0),
        }
        for resource in (CONTACT, GROUP)
    }
    lost = losses(changes, plan.book)
    return {
        "plan_id": plan.sync.plan_id,
        "contacts": summary["contact"],
        "groups": summary["group"],
        "members": {
            "added": _count(changes, AddMember, GROUP),
            "removed": sum(loss.leaving for loss in lost),
        },
        "losses": [
            {"group": loss.name, "group_id": loss.id, "members": loss.size, "removed": loss.leaving}
            for loss in lost[:SHOWN]
        ],
        "change_count": len(changes),
        "changes": [shown(change) for change in changes[:SHOWN]],
        "problems": [*plan.failing[:PROBLEMS], *plan.skipped[:LEFT_OUT]],
        "without_number": plan.without_number,
        "problem_count": len(plan.failing) + len(plan.skipped),
        "unmanaged": {
            part: {"count": len(titles), "sample": list(titles[:SHOWN])} for part, titles in plan.sync.unmanaged.items()
        },
        **_created(plan),
    }


def _created(plan: BookPlan) -> dict[str, Any]:
    if plan.created is None:
        return {}
    return {
        "created_since": {
            part: {
                "count": len(records),
                "ids": sorted(records)[:LEFT_OUT],
                "sample": [title(RESOURCES[part], records[id]) or str(id) for id in sorted(records)[:SHOWN]],
            }
            for part, records in plan.created.items()
        }
    }


def created_since(created: Mapping[str, Mapping[int, Record]]) -> list[str]:
    """The warning about records that are newer than the backup and stay."""
    kinds = [(resource.name, sorted(created[part])) for part, resource in RESOURCES.items() if created[part]]
    listing = "; ".join(f"{name} {listed(list(map(str, ids)), SHOWN)}" for name, ids in kinds)
    stay = f"restore: these records were created after the backup and stay: {listing}."
    return [f"{stay} Set remove_created to delete them."] if kinds else []


def report_of_failure(plan: BookPlan, changes: Sequence[Change]) -> dict[str, Any]:
    """The report of a failed task, also for logs: the places, without names and numbers."""
    report = _report(plan, changes)
    places = [{name: row[name] for name in ("action", "resource", "where")} for row in report["changes"]]
    without_names: dict[str, Any] = {
        name: {
            part: {key: value for key, value in found.items() if key != "sample"}
            for part, found in report[name].items()
        }
        for name in ("unmanaged", "created_since")
        if name in report
    }
    return {**report, "changes": places, **without_names}


def failure(plan: BookPlan, failed: list[str], tally: Tally) -> PartialFailure:
    """The error of a plan that was applied in part."""
    withheld = plan.sync.withheld + len(tally.withheld)
    entries = counted(len(failed), "entry", "entries")
    changes = counted(len(tally.done), "change is", "changes are")
    sentences = [f"{entries} could not be converged; {changes} made."]
    if tally.untried:
        sentences.append(f"{len(tally.untried)} more were not tried, {tally.stopped}")
    if withheld:
        sentences.append(f"{withheld} removals wait until these entries are correct.")
    sentences += [*first_of(failed, SHOWN), _remedy(len(failed))]
    report = {**report_of_failure(plan, tally.done), "problems": failed[:PROBLEMS], "problem_count": len(failed)}
    return PartialFailure(
        " ".join(sentences),
        **report,
        not_tried=len(tally.untried),
        withheld=withheld,
    )


def _remedy(failed: int) -> str:
    what = {0: "Run again to make the other changes.", 1: "Correct it, then run again."}
    return what.get(failed, "Correct them, then run again.")


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _count(changes: Sequence[Change], kind: type, resource: Resource) -> int:
    return sum(1 for change in changes if isinstance(change, kind) and change.resource is resource)


def shown(change: Change) -> dict[str, Any]:
    """A change in the result."""
    row: dict[str, Any] = {"action": change.action, "resource": change.resource.name, "where": change.where}
    row["id"] = _id(change.id)
    if isinstance(change, (AddMember, RemoveMember)):
        row["member"] = _id(change.member)
    elif isinstance(change, Update):
        after = differences(change.record, change.before)
        row.update(before={name: change.before.get(name) for name in after}, after=after)
    elif isinstance(change, Create):
        row["after"] = change.record
    elif isinstance(change, Delete):
        row.update(before=options_of(change.resource, change.before), memberships=list(change.memberships))
    return row


def _id(id: Any) -> Any:
    return id.text if isinstance(id, Key) else id
