# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A whole address book converged to what is declared: read, plan, guard, write, report."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from .._errors import DriftError, GuardError, InvalidInput, PartialFailure
from .._model.fields import Record, Resource
from .._model.phone import NUMBER_FORMATS, Numbering
from .._model.plan import Change, Key, Plan, differences
from .._model.resources import CONTACT, GROUP
from .._model.values import check_text, require_text
from .._service.client import Client
from .apply import Outcome, apply_all
from .backup import write_backup
from .declared import Declared, understand
from .export import options_of
from .planner import Book, Sync, plan_book
from .scope import Scope
from .sources import PARTS, Entries, labelled, read_source
from .spreadsheet import UNKNOWN_COLUMNS, Columns
from .survey import read_book

ADDRESS_BOOK_SPEC: dict[str, Any] = {
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "src": {"type": "path"},
    "columns": {"type": "dict", "default": {}},
    "unknown_columns": {"choices": list(UNKNOWN_COLUMNS), "default": "fail"},
    "on_invalid": {"choices": ["continue", "refuse", "skip"], "default": "continue"},
    "marker": {"type": "str"},
    "marker_field": {"choices": ["description", "description2", "description3"], "default": "description3"},
    "purge": {"type": "list", "elements": "str", "choices": ["contacts", "groups"], "default": []},
    "ignore": {"type": "list", "elements": "raw", "default": []},
    "absent": {
        "type": "dict",
        "options": {"contacts": {"type": "list", "elements": "raw"}, "groups": {"type": "list", "elements": "str"}},
    },
    "max_delete_percent": {"type": "int", "default": 25},
    "allow_empty": {"type": "bool", "default": False},
    "read_strategy": {"choices": ["auto", "list", "lookup"], "default": "auto"},
    "workers": {"type": "int", "default": 4},
    "number_format": {"choices": list(NUMBER_FORMATS), "default": "msisdn"},
    "on_duplicate": {"choices": ["fail", "first"], "default": "fail"},
    "expect_plan_id": {"type": "str"},
    "fail_on_drift": {"type": "bool", "default": False},
    "backup": {"type": "path"},
    "dest": {"type": "path"},
}
ADDRESS_BOOK_RULES: dict[str, Any] = {
    "required_one_of": [["contacts", "groups", "src", "absent"]],
    "mutually_exclusive": [["src", "contacts"], ["src", "groups"]],
}

SHOWN = 20  # changes, problems and samples in a result
PROBLEMS = 100  # and for machines
LEFT_OUT = 1000  # entries to be mended, for those who must mend them
CONNECTIONS = 64  # workers at most: each keeps a connection of its own


def plan_address_book(params: Mapping[str, Any], client: Client) -> Plan:
    """The whole address book as declared."""
    _check_options(params)
    entries = _entries(params)
    declared = _understand(params, entries, client.numbering)
    scope = _scope(params, client.numbering)
    book = read_book(params, declared, client)
    sync = plan_book(declared, book, scope, client.numbering)
    if params["on_invalid"] == "refuse":
        _refuse(_sentences(sync))
    return _Converging(params, client, book, sync, declared.repeated).plan()


def _understand(params: Mapping[str, Any], entries: Entries, numbering: Numbering) -> Declared:
    """What is declared. Raises InvalidInput for what is not to be left out, and where nothing but that is there."""
    declared = understand(entries, numbering, params["on_invalid"])
    bad = [reason for _where, reason in declared.problems]
    if params["on_invalid"] == "refuse":
        _refuse(bad + declared.repeated)
    elif params["on_invalid"] == "skip" and not (declared.contacts or declared.groups):
        _refuse(bad)
    return declared


def _refuse(problems: list[str]) -> None:
    if problems:
        bad = _counted(len(problems), "entry has", "entries have")
        raise InvalidInput(
            " ".join([f"{bad} to be mended. Nothing was written.", *_listed(problems)]),
            problems=problems[:LEFT_OUT],
            problem_count=len(problems),
        )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _sentences(sync: Sync) -> list[str]:
    return [reason for _where, reason in sync.problems]


def _check_options(params: Mapping[str, Any]) -> None:
    marker, purge = params["marker"], params["purge"]
    if purge and not marker:
        raise InvalidInput(
            "purge: it needs marker, a text that marks what this playbook manages, so that nothing else is deleted."
        )
    if marker is not None and not marker.strip():
        raise InvalidInput("marker: it is empty, and would mark everything.")
    check_text("marker", marker or "")
    _check_values(params)
    if purge and params["read_strategy"] == "lookup":
        raise InvalidInput("purge: it needs the whole book; leave out read_strategy.")


def _check_values(params: Mapping[str, Any]) -> None:
    if not 1 <= params["workers"] <= CONNECTIONS:
        raise InvalidInput(f"workers: a number from 1 to {CONNECTIONS} is expected.")
    for index, value in enumerate(params["ignore"]):
        require_text(value, f"ignore[{index}]")
    for index, value in enumerate((params["absent"] or {}).get("contacts") or []):
        require_text(value, f"absent.contacts[{index}]")
    if not 0 <= params["max_delete_percent"] <= 100:
        raise InvalidInput("max_delete_percent: a number from 0 to 100 is expected.")
    if params["columns"] and params["src"] is None:
        raise InvalidInput("columns: they are those of the CSV files in src, which is not given.")
    for option in ("backup", "dest"):
        if params["src"] is not None and params[option] is not None and _is_within(params[option], params["src"]):
            raise InvalidInput(f"{option}: {params[option]} would become a part of src; choose another folder.")


def _is_within(path: str, source: str) -> bool:
    path, source = os.path.realpath(path), os.path.realpath(source)
    return path == source or os.path.dirname(path) == source


def _entries(params: Mapping[str, Any]) -> Entries:
    """What is declared. Raises InvalidInput where that is nothing, and where a part to be purged is empty."""
    if params["src"] is not None:
        entries = read_source(params["src"], Columns(params["columns"], params["unknown_columns"]))
    else:
        entries = {part: labelled(params[part] or [], part) for part in PARTS}
    if params["allow_empty"]:
        return entries
    absent = params["absent"] or {}
    if not any(entries.values()) and not any(absent.values()):
        raise InvalidInput(
            "src, contacts, groups: nothing is declared at all, which may be an accident. Nothing was sent. "
            "Set allow_empty if it is meant."
        )
    for part in params["purge"]:
        if not entries[part]:
            raise InvalidInput(
                f"purge: no {part} are declared, so that all that bear the marker would be deleted. Nothing was sent. "
                "Set allow_empty if that is meant."
            )
    return entries


def _scope(params: Mapping[str, Any], numbering: Numbering) -> Scope:
    absent = params["absent"] or {}
    numbers = [
        numbering.canonical(value, f"absent.contacts[{index}]")
        for index, value in enumerate(absent.get("contacts") or [])
    ]
    names = absent.get("groups") or []
    if "" in names:
        raise InvalidInput(f"absent.groups[{names.index('')}]: a name is expected.")
    return Scope(
        purge=frozenset(params["purge"]),
        marker=(params["marker"] or "").strip(),
        marker_field=params["marker_field"],
        ignore=tuple(params["ignore"]),
        absent_numbers=frozenset(numbers),
        absent_groups=frozenset(names),
        number_format=params["number_format"],
        on_duplicate=params["on_duplicate"],
        max_delete_percent=params["max_delete_percent"],
    )


class _Converging:
    """The plan of an address book, its execution and its report."""

    def __init__(self, params: Mapping[str, Any], client: Client, book: Book, sync: Sync, repeated: list[str]) -> None:
        self._params, self._client, self._book, self._sync = params, client, book, sync
        skip = params["on_invalid"] == "skip"
        # What is told only, and what the task fails for in the end.
        self._skipped = _sentences(sync) + repeated if skip else []
        self._problems = [] if skip else _sentences(sync)

    def plan(self) -> Plan:
        sync = self._sync
        plan = Plan(sync.changes, *self._diff(), result=lambda made: self._report(), perform=self._perform)
        plan.changed = bool(sync.changes)
        plan.refusal = self._refusal()
        plan.problems = _listed(self._problems)
        plan.warnings += [f"Left out: {reason}" for reason in _listed(self._skipped)]
        if sync.withheld:
            plan.warnings.append(f"purge: {sync.withheld} deletions wait until the entries with problems are mended.")
        if self._params["dest"]:
            whole = [shown(change) for change in sync.changes]
            plan.reports = {self._params["dest"]: json.dumps(whole, ensure_ascii=False, indent=1) + "\n"}
        return plan

    def _refusal(self) -> GuardError | DriftError | None:
        """Why a plan that has changes must not be applied."""
        plan_id, expected, count = self._sync.plan_id, self._params["expect_plan_id"], len(self._sync.changes)
        if not count:
            return None
        if expected is not None and expected != plan_id:
            return GuardError(
                f"expect_plan_id: the plan is {plan_id} now, and not {expected}; the account or the source has "
                "changed since. Nothing was written. Look at the new plan, and expect that.",
                plan_id=plan_id,
            )
        if self._params["fail_on_drift"]:
            return DriftError(
                f"fail_on_drift: the account differs from what is declared, by {count} changes. Nothing was written.",
                **self._report_of_failure(self._sync.changes),
            )
        return None

    def _perform(self) -> dict[Key, Record]:
        changes = self._sync.changes
        if self._params["backup"]:
            write_backup(self._params["backup"], changes, self._book, self._client)
        outcome = apply_all(self._client, changes, self._params["workers"], self._client.progress)
        failed = [*self._problems]
        failed += [f"{change.where}: {reason}" for change, reason in outcome.failed]
        if failed or outcome.untried:
            raise self._failure(failed, outcome)
        return {}

    def _failure(self, failed: list[str], outcome: Outcome) -> PartialFailure:
        withheld = self._sync.withheld + len(outcome.withheld)
        entries = _counted(len(failed), "entry", "entries")
        changes = _counted(len(outcome.done), "change is", "changes are")
        sentences = [f"{entries} could not be converged; {changes} made."]
        if outcome.untried:
            sentences.append(f"{len(outcome.untried)} more were not tried, since the service failed: {outcome.stopped}")
        if withheld:
            sentences.append(f"{withheld} removals wait until that is mended.")
        sentences += ["A rerun does what is left.", *_listed(failed)]
        report = {**self._report_of_failure(outcome.done), "problems": failed[:PROBLEMS], "problem_count": len(failed)}
        return PartialFailure(
            " ".join(sentences),
            **report,
            not_tried=len(outcome.untried),
            withheld=withheld,
        )

    def _report(self, changes: list[Change] | None = None) -> dict[str, Any]:
        """Small whatever the size: counts, and the first of each kind; of all changes, or of those that are made."""
        sync = self._sync
        changes = sync.changes if changes is None else changes
        summary = {
            resource.name: {
                "created": _count(changes, "create", resource),
                "updated": _count(changes, "update", resource),
                "deleted": _count(changes, "delete", resource),
                "unchanged": sync.unchanged.get(resource.name, 0),
            }
            for resource in (CONTACT, GROUP)
        }
        return {
            "plan_id": sync.plan_id,
            "contacts": summary["contact"],
            "groups": summary["group"],
            "members": {
                "added": _count(changes, "add_member", GROUP),
                "removed": _count(changes, "remove_member", GROUP),
            },
            "changes": [shown(change) for change in changes[:SHOWN]],
            "problems": [*self._problems[:PROBLEMS], *self._skipped[:LEFT_OUT]],
            "problem_count": len(self._problems) + len(self._skipped),
            "unmanaged": {
                part: {"count": len(titles), "sample": titles[:SHOWN]} for part, titles in sync.unmanaged.items()
            },
        }

    def _report_of_failure(self, changes: list[Change]) -> dict[str, Any]:
        """The same as a failed task prints it, in logs too: where to look, and nobody's name or number."""
        report = self._report(changes)
        places = [{name: row[name] for name in ("action", "resource", "where")} for row in report["changes"]]
        unmanaged = {part: {"count": found["count"]} for part, found in report["unmanaged"].items()}
        return {**report, "changes": places, "unmanaged": unmanaged}

    def _diff(self) -> tuple[dict[str, Any], dict[str, Any]]:
        rows = [shown(change) for change in self._sync.changes[:SHOWN]]
        more = len(self._sync.changes) - len(rows)
        return {}, {"changes": rows, **({"more": more} if more else {})} if rows else {}


def _count(changes: list[Change], action: str, resource: Resource) -> int:
    return sum(1 for change in changes if change.action == action and change.resource is resource)


def _listed(sentences: list[str]) -> list[str]:
    """The first of many sentences, and how many more there are."""
    more = len(sentences) - SHOWN
    return [*sentences[:SHOWN], *([f"And {more} more."] if more > 0 else [])]


def shown(change: Change) -> dict[str, Any]:
    """A change as people and machines read it."""
    row: dict[str, Any] = {"action": change.action, "resource": change.resource.name, "where": change.where}
    row["id"] = change.id.text if isinstance(change.id, Key) else change.id
    if change.member is not None:
        row["member"] = change.member.text if isinstance(change.member, Key) else change.member
    if change.action == "update":
        after = differences(change.record, change.before)
        row.update(before={name: change.before.get(name) for name in after}, after=after)
    elif change.action == "create":
        row["after"] = change.record
    elif change.action == "delete":
        row["before"] = options_of(change.resource, change.before)
    return row
