# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A whole address book converged to what is declared: read, plan, guard, write, report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._address_book import as_code, options_of
from ansible_collections.community.linkengage.plugins.module_utils._bulk import apply_all
from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._declared import Declared, understand
from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    DriftError,
    GuardError,
    InvalidInput,
    PartialFailure,
)
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record, Resource
from ansible_collections.community.linkengage.plugins.module_utils._files import write_private
from ansible_collections.community.linkengage.plugins.module_utils._phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._plan import Change, Key, Plan, differences
from ansible_collections.community.linkengage.plugins.module_utils._resources import CONTACT, GROUP
from ansible_collections.community.linkengage.plugins.module_utils._sources import PARTS, Entries, labelled, read_source
from ansible_collections.community.linkengage.plugins.module_utils._sync import Book, Scope, Sync, plan_book

ADDRESS_BOOK_SPEC: dict[str, Any] = {
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "src": {"type": "path"},
    "marker": {"type": "str"},
    "marker_field": {"choices": ["description", "description2", "description3"], "default": "description3"},
    "purge": {"type": "list", "elements": "str", "choices": ["contacts", "groups"], "default": []},
    "ignore": {"type": "list", "elements": "str", "default": []},
    "absent": {
        "type": "dict",
        "options": {"contacts": {"type": "list", "elements": "raw"}, "groups": {"type": "list", "elements": "str"}},
    },
    "max_delete_percent": {"type": "int", "default": 25},
    "allow_empty": {"type": "bool", "default": False},
    "read_strategy": {"choices": ["auto", "list", "lookup"], "default": "auto"},
    "workers": {"type": "int", "default": 4},
    "number_format": {"choices": ["msisdn", "e164", "national", "as_given"], "default": "msisdn"},
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

# Reading a book of N contacts costs the service about as much as looking up N / 100 numbers. Above LISTED declared
# contacts the book is listed without asking how large it is.
CONTACTS_A_LOOKUP, LISTED = 100, 200
SHOWN = 20  # changes, problems and samples in a result


def plan_address_book(params: Mapping[str, Any], client: Client) -> Plan:
    """The whole address book as declared."""
    _check_options(params)
    entries = _entries(params)
    declared = understand(entries, client.numbering)
    scope = _scope(params, client.numbering)
    book = _read(params, declared, client)
    sync = plan_book(declared, book, scope, client.numbering)
    return _Converging(params, client, book, sync).plan()


def _check_options(params: Mapping[str, Any]) -> None:
    if params["purge"] and not params["marker"]:
        raise InvalidInput(
            "purge: it needs marker, a text that marks what this playbook manages, so that nothing else is deleted."
        )
    if params["marker"] is not None and not params["marker"].strip():
        raise InvalidInput("marker: it is empty, and would mark everything.")
    if params["purge"] and params["read_strategy"] == "lookup":
        raise InvalidInput("purge: it needs the whole book; leave out read_strategy.")
    if params["workers"] < 1:
        raise InvalidInput("workers: at least 1 is expected.")


def _entries(params: Mapping[str, Any]) -> Entries:
    if params["src"] is not None:
        entries = read_source(params["src"])
    else:
        entries = {part: labelled(params[part] or [], part) for part in PARTS}
    named = params["absent"] and (params["absent"]["contacts"] or params["absent"]["groups"])
    if not any(entries.values()) and not named and not params["allow_empty"]:
        raise InvalidInput(
            "src, contacts, groups: nothing is declared at all, which may be an accident. Nothing was sent. "
            "Set allow_empty if it is meant."
        )
    return entries


def _scope(params: Mapping[str, Any], numbering: Numbering) -> Scope:
    absent = params["absent"] or {}
    numbers = [
        numbering.canonical(value, f"absent.contacts[{index}]")
        for index, value in enumerate(absent.get("contacts") or [])
    ]
    return Scope(
        purge=frozenset(params["purge"]),
        marker=params["marker"] or "",
        marker_field=params["marker_field"],
        ignore=tuple(params["ignore"]),
        absent_numbers=frozenset(numbers),
        absent_groups=frozenset(absent.get("groups") or []),
        number_format=params["number_format"],
        on_duplicate=params["on_duplicate"],
        max_delete_percent=params["max_delete_percent"],
    )


def _read(params: Mapping[str, Any], declared: Declared, client: Client) -> Book:
    """The account as far as the plan needs it: two requests and one a managed group, or a look-up a number."""
    numbers = _spoken_of(params, declared)
    if _lists(params, len(numbers), client):
        book = Book(client.list_records(CONTACT))
    else:
        found = {r["contact_id"]: r for number in numbers for r in client.contacts_by_number(number)}
        for contact in declared.contacts:
            record = client.get(CONTACT, contact.id) if contact.id and contact.id not in found else None
            found.update({record["contact_id"]: record} if record else {})
        book = Book(list(found.values()), whole=False)
    needs_groups = declared.groups or "groups" in params["purge"] or (params["absent"] or {}).get("groups")
    if needs_groups:
        book.groups = client.list_records(GROUP)
    managed = [group for group in declared.groups if group.members is not None]
    names, ids = {group.name for group in managed}, {group.id for group in managed}
    for group in book.groups:
        if group["name"] in names or group["group_id"] in ids:
            book.members[int(group["group_id"])] = client.members(group["group_id"])
    return book


def _spoken_of(params: Mapping[str, Any], declared: Declared) -> list[str]:
    """The numbers that a look-up would have to ask for, each once."""
    members = [ref.number for group in declared.groups for ref in group.members or []]
    absent = [str(value) for value in (params["absent"] or {}).get("contacts") or []]
    return list(dict.fromkeys([*(c.number for c in declared.contacts if c.number), *filter(None, members), *absent]))


def _lists(params: Mapping[str, Any], numbers: int, client: Client) -> bool:
    if params["read_strategy"] != "auto" or params["purge"] or numbers > LISTED:
        return bool(params["read_strategy"] != "lookup")
    return numbers * CONTACTS_A_LOOKUP >= client.count_contacts()


class _Converging:
    """The plan of an address book, its execution and its report."""

    def __init__(self, params: Mapping[str, Any], client: Client, book: Book, sync: Sync) -> None:
        self._params, self._client, self._book, self._sync = params, client, book, sync
        self._failed: list[tuple[str, str]] = list(sync.problems)

    def plan(self) -> Plan:
        sync, expected = self._sync, self._params["expect_plan_id"]
        if expected is not None and expected != sync.plan_id:
            raise GuardError(
                f"expect_plan_id: the plan is {sync.plan_id} now, and not {expected}; the account or the source has "
                "changed since. Nothing was written. Look at the new plan, and expect that.",
                plan_id=sync.plan_id,
            )
        if self._params["fail_on_drift"] and sync.changes:
            raise DriftError(
                f"fail_on_drift: the account differs from what is declared by {len(sync.changes)} changes. Nothing was "
                "written.",
                **self._report(),
            )
        plan = Plan(sync.changes, *self._diff(), result=lambda made: self._report(), perform=self._perform)
        plan.problems = [reason for _where, reason in self._failed]
        if sync.withheld:
            plan.warnings.append(f"purge: {sync.withheld} deletions wait until the entries with problems are mended.")
        if self._params["dest"]:
            plan.files = {self._params["dest"]: json.dumps([shown(change) for change in sync.changes], indent=1) + "\n"}
        return plan

    def _perform(self) -> dict[Key, Record]:
        if self._params["backup"] and self._sync.changes:
            write_private({self._params["backup"]: self._backup()})
        failures = apply_all(self._client, self._sync.changes, self._params["workers"], self._client.progress)
        self._failed += [(change.where, f"{change.where}: {reason}") for change, reason in failures]
        if self._failed:
            raise PartialFailure(
                f"{len(self._failed)} entries could not be converged; the rest is done, and a rerun does what is left. "
                + " ".join(reason for _where, reason in self._failed[:SHOWN]),
                **self._report(),
                problems=[reason for _where, reason in self._failed],
            )
        return {}

    def _report(self) -> dict[str, Any]:
        """Small whatever the size: counts, and the first of each kind."""
        sync = self._sync
        summary = {
            resource.name: {
                "created": self._count("create", resource),
                "updated": self._count("update", resource),
                "deleted": self._count("delete", resource),
                "unchanged": sync.unchanged.get(resource.name, 0),
            }
            for resource in (CONTACT, GROUP)
        }
        return {
            "plan_id": sync.plan_id,
            "contacts": summary["contact"],
            "groups": summary["group"],
            "members": {"added": self._count("add_member", GROUP), "removed": self._count("remove_member", GROUP)},
            "changes": [shown(change) for change in sync.changes[:SHOWN]],
            "unmanaged": {
                part: {"count": len(titles), "sample": titles[:SHOWN]} for part, titles in sync.unmanaged.items()
            },
        }

    def _count(self, action: str, resource: Resource) -> int:
        return sum(1 for change in self._sync.changes if change.action == action and change.resource is resource)

    def _diff(self) -> tuple[dict[str, Any], dict[str, Any]]:
        rows = [shown(change) for change in self._sync.changes[:SHOWN]]
        more = len(self._sync.changes) - len(rows)
        return {}, {"changes": rows, **({"more": more} if more else {})} if rows else {}

    def _backup(self) -> str:
        """What will be changed or deleted, as it is now, in the form that src reads."""
        touched = {(change.resource.name, change.id) for change in self._sync.changes if change.action != "create"}
        contacts = [r for r in self._book.contacts if ("contact", int(r["contact_id"])) in touched]
        groups = [r for r in self._book.groups if ("group", int(r["group_id"])) in touched]
        members = {int(r["group_id"]): self._members(r) for r in groups}
        book = as_code(contacts, groups, members, self._client.numbering)
        return json.dumps(book, ensure_ascii=False, indent=1) + "\n"

    def _members(self, group: Record) -> list[Record]:
        id = int(group["group_id"])
        return self._book.members[id] if id in self._book.members else self._client.members(id)


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
