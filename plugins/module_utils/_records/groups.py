# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Groups and their members: how options name them, and the plans of the modules that manage and read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import AmbiguousRecord, GuardError, InvalidInput, UnknownRecord
from .._model.fields import Record
from .._model.plan import Change, Id, Key, Membership, Plan, guard_share, plan_record, plan_removal
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .contacts import ContactRef, contact_refs, find_contact, only


@dataclass(frozen=True)
class GroupRef:
    """A group as an option names it: by ``name`` or by ``id``."""

    option: str
    name: str = ""
    id: int | None = None

    def __str__(self) -> str:
        return f"{self.option}: group {self.id}" if self.id is not None else f"{self.option}: group {self.name!r}"


def group_ref(value: Any, option: str) -> GroupRef:
    """What a name (text) or an id (an integer, or ``{group_id: 12}``) names. Raises InvalidInput."""
    if isinstance(value, Mapping) and value.get("group_id") is not None:
        value = int(value["group_id"]) if str(value["group_id"]).isdecimal() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return GroupRef(option, id=value)
    if isinstance(value, str) and value:
        return GroupRef(option, name=value)
    raise InvalidInput(f"{option}: a group's name, or {{group_id: 12}}, is expected.")


def find_group(client: Client, ref: GroupRef, on_duplicate: str = "fail") -> Record | None:
    """The group that *ref* names, or None. Raises AmbiguousRecord."""
    if ref.id is not None:
        return client.get(GROUP, ref.id)
    return only(client.groups_by_name(ref.name), "group_id", str(ref), "group_id", on_duplicate)


def choose_group(groups: Iterable[Record], ref: GroupRef) -> Record | None:
    """The group among *groups* that *ref* names, or None. Raises AmbiguousRecord."""
    wanted = [group for group in groups if (group["group_id"] == ref.id if ref.id else group["name"] == ref.name)]
    return only(wanted, "group_id", str(ref), "{group_id: ...}")


GROUP_SPEC: dict[str, Any] = {
    "group_id": {"type": "int"},
    **GROUP.argument_spec(),
    "members": {
        "type": "dict",
        "options": {name: {"type": "list", "elements": "raw"} for name in ("set", "add", "remove")},
    },
    "previous_names": {"type": "list", "elements": "str", "default": []},
    "unknown_members": {"choices": ["fail", "warn", "create"], "default": "fail"},
    "max_removals": {"type": "int", "default": 25},
    "force": {"type": "bool", "default": False},
    "on_duplicate": {"choices": ["fail", "first"], "default": "fail"},
    "state": {"choices": ["present", "absent"], "default": "present"},
}
GROUP_RULES: dict[str, Any] = {"required_one_of": [["name", "group_id"]]}


@dataclass
class Wanted:
    """The members option, understood. ``set`` is None where it is not managed."""

    set: list[ContactRef] | None = None
    add: list[ContactRef] = field(default_factory=list)
    remove: list[ContactRef] = field(default_factory=list)

    @property
    def incoming(self) -> list[ContactRef]:
        return [*(self.set or []), *self.add]


def plan_group(params: Mapping[str, Any], client: Client) -> Plan:
    """One group as declared, with its members, or gone."""
    wanted = _wanted_members(params["members"], client)
    desired = GROUP.from_params(params)
    if desired.get("name") == "":
        raise InvalidInput("name: a group needs a name; an empty one cannot be found again.")
    actual = _managed_group(params, client)
    if actual is None and params["group_id"] is not None and params["state"] == "present":
        raise UnknownRecord(f"group_id: there is no group {params['group_id']}, and the service gives out ids itself.")
    current = client.members(actual["group_id"]) if actual else []
    if params["state"] == "absent":
        return _plan_absent(actual, current, params["force"])
    key = Key(GROUP, desired.get("name", ""))
    plan = plan_record(GROUP, key, desired, actual)
    book = _Book(client, current, params["on_duplicate"])
    members = _plan_members(plan, actual["group_id"] if actual else key, wanted, book, params)
    expected = {"group_id": None, **(actual or {}), **desired}

    def result(made: Mapping[Key, Record]) -> dict[str, Any]:
        rows = [book.row(member, made) for member in members]
        return {"group": {**GROUP.present(made.get(key, expected)), "members": rows}}

    plan.result = result
    return plan


def _managed_group(params: Mapping[str, Any], client: Client) -> Record | None:
    """The record that the options mean: chosen by id, else by name, else by a previous name."""
    if params["group_id"] is not None:
        chosen = client.get(GROUP, params["group_id"])
        if chosen and params["name"] is not None and params["state"] == "present":
            _refuse_taken(client, params["name"], chosen)
        return chosen
    by_name: dict[str, list[Record]] = {}
    for record in sorted(client.list_records(GROUP), key=lambda record: int(record["group_id"])):
        by_name.setdefault(record["name"], []).append(record)
    names = [params["name"], *(name for name in params["previous_names"] if name != params["name"])]
    found = [
        group
        for name in names
        if (group := only(by_name.get(name, []), "group_id", f"group {name!r}", "group_id", params["on_duplicate"]))
    ]
    if len(found) > 1:
        ids = [group["group_id"] for group in found]
        listed = ", ".join(f"{group['name']!r} ({group['group_id']})" for group in found)
        raise AmbiguousRecord(
            f"previous_names: more than one of the names exists: {listed}; merge them first.", ids=ids
        )
    return found[0] if found else None


def _refuse_taken(client: Client, name: str, chosen: Record) -> None:
    """Renaming a group to what another is called would make two of one name."""
    others = client.groups_by_name(name) if name != chosen["name"] else []
    if others:
        ids = [chosen["group_id"], others[0]["group_id"]]
        raise AmbiguousRecord(
            f"name: group {ids[1]} has the name {name!r} already; group {ids[0]} cannot take it.", ids=ids
        )


def _plan_absent(actual: Record | None, current: list[Record], force: bool) -> Plan:
    if actual and current and not force:
        raise GuardError(
            f"Group {actual['name']!r} has {len(current)} members and would be deleted. Nothing was written. "
            "Set force if this is meant (the contacts stay in the address book).",
            members=len(current),
            option="force",
        )
    plan = plan_removal(GROUP, actual)
    rows = [_row(record) for record in current]
    plan.result = lambda made: {"group": {**GROUP.present(actual), "members": rows} if actual else {}}
    return plan


def _wanted_members(members: Mapping[str, Any] | None, client: Client) -> Wanted:
    """Read the option. Raises InvalidInput for an entry that is no number or id, and for one both added and removed."""
    if members is None:
        return Wanted()
    refs = {
        name: contact_refs(members[name], f"members.{name}", client.numbering)
        for name in ("set", "add", "remove")
        if members.get(name) is not None
    }
    wanted = Wanted(**refs)
    coming = {(ref.id, ref.number): ref for ref in wanted.incoming}
    for ref in wanted.remove:
        both = coming.get((ref.id, ref.number))
        if both:
            raise InvalidInput(f"{ref} is also in {both.option}; a member is either in the group or out of it.")
    return wanted


class _Book:
    """The contacts that the plan speaks of: the group's own, and those that had to be looked up."""

    def __init__(self, client: Client, current: Iterable[Record], on_duplicate: str) -> None:
        self._client = client
        self._on_duplicate = on_duplicate
        self._records: dict[Id, Record] = {}
        self._by_number: dict[str, list[int]] = {}
        self.current = [self._remember(record) for record in current]

    def _remember(self, record: Record) -> int:
        id = int(record["contact_id"])
        self._records[id] = record
        self._by_number.setdefault(self._client.numbering.key(record["phone_number"]), []).append(id)
        return id

    def known(self, ref: ContactRef) -> list[int]:
        """The contacts at hand that *ref* names. One number may be several members of a group."""
        if ref.id is not None:
            return [ref.id] if ref.id in self._records else []
        return self._by_number.get(ref.number, [])

    def ids(self, ref: ContactRef) -> list[int]:
        """The contacts that *ref* names, looked up where they are not at hand; none if there is none."""
        if not self.known(ref):
            record = find_contact(self._client, ref, self._on_duplicate)
            if record:
                self._remember(record)
        return self.known(ref)

    def foretell(self, number: str) -> Key:
        """A contact that does not exist yet."""
        key = Key(CONTACT, number)
        self._records[key] = {"contact_id": None, "phone_number": self._client.numbering.written(number)}
        return key

    def record(self, id: Id) -> Record:
        return self._records[id]

    def row(self, id: Id, made: Mapping[Key, Record]) -> dict[str, Any]:
        return _row(made[id] if isinstance(id, Key) and id in made else self._records[id])


def _row(record: Record) -> dict[str, Any]:
    return {"contact_id": record["contact_id"], "phone_number": record["phone_number"]}


def _plan_members(plan: Plan, group: Id, wanted: Wanted, book: _Book, params: Mapping[str, Any]) -> list[Id]:
    """Add the membership's changes to *plan*; the members as they will be."""
    incoming = {ref: _incoming(ref, plan, book, params["unknown_members"]) for ref in wanted.incoming}
    membership = Membership(
        None if wanted.set is None else frozenset(id for ref in wanted.set for id in incoming[ref]),
        frozenset(id for ref in wanted.add for id in incoming[ref]),
        frozenset(id for ref in wanted.remove for id in book.known(ref)),
    )
    added, removed = membership.changes(book.current)
    guard_share(len(removed), len(book.current), params["max_removals"], "max_removals", "members of the group")
    plan.changes += [Change("add_member", GROUP, group, member=id) for id in added]
    plan.changes += [Change("remove_member", GROUP, group, member=id) for id in removed]
    if added or removed:
        plan.before["members"] = sorted(str(book.record(id)["phone_number"]) for id in removed)
        plan.after["members"] = sorted(str(book.record(id)["phone_number"]) for id in added)
    gone = set(removed)
    return [*(id for id in book.current if id not in gone), *added]


def _incoming(ref: ContactRef, plan: Plan, book: _Book, unknown_members: str) -> list[Id]:
    """The contacts to have in the group for *ref*; for one that does not exist, what ``unknown_members`` says."""
    found = book.ids(ref)
    if found:
        return list(found)
    if unknown_members == "create" and ref.id is None:
        key = book.foretell(ref.number)
        create = Change("create", CONTACT, key, {"phone_number": book.record(key)["phone_number"]})
        if create not in plan.changes:
            plan.changes.append(create)
        return [key]
    sentence = f"{ref} is not in the address book"
    if unknown_members == "warn":
        plan.warnings.append(f"{sentence}; it is left out.")
        return []
    plan.unknown.append(sentence)
    return [] if ref.id is not None else [book.foretell(ref.number)]
