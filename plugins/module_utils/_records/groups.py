# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Groups: the options that identify a group, and the plan of the module that manages a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import AmbiguousRecord, GuardError, InvalidInput, UnknownRecord
from .._model.arguments import did_you_mean
from .._model.changes import Id, Key
from .._model.fields import Record
from .._model.frozen import Value
from .._model.index import by_name
from .._model.names import alike, trimmed
from .._model.plan import Outcome, Plan, plan_record, plan_removal
from .._model.resources import GROUP
from .._model.values import is_id, read_as
from .._service.client import Client
from .contacts import only
from .members import MemberOptions, plan_members, read_members


@dataclass(frozen=True)
class GroupRef:
    """A group that an option names by ``name`` or by ``id``."""

    option: str
    name: str = ""
    id: int | None = None

    def __str__(self) -> str:
        return f"{self.option}: {f'the group with id {self.id}' if self.id is not None else f'group {self.name!r}'}"

    @property
    def what(self) -> str:
        """The name, for the error that several groups have this name."""
        return f"{self.option}: {_name(self.name)}"


def group_ref(value: Any, option: str) -> GroupRef:
    """Return the group that a name (text) or an id (integer, or ``{group_id: 12}``) identifies. Raises
    InvalidInput.
    """
    if isinstance(value, Mapping) and value.get("group_id") is not None:
        if not is_id(value["group_id"]):
            raise InvalidInput(f"{option}: group_id must be a whole number.")
        value = int(value["group_id"])
    if isinstance(value, int) and not isinstance(value, bool):
        return GroupRef(option, id=value)
    if isinstance(value, str) and trimmed(value):
        return GroupRef(option, name=trimmed(value))
    changed = (
        ""
        if isinstance(value, (str, Mapping))
        else f", but the value was read as {read_as(value)}. Write the name in quotes"
    )
    hint = "".join(did_you_mean(name, (GROUP.id,)) for name in value) if isinstance(value, Mapping) else ""
    raise InvalidInput(f"{option}: expected the name of a group, or an id such as {{group_id: 12}}{changed}{hint}.")


def find_group(client: Client, ref: GroupRef, on_duplicate: str = "fail") -> Record | None:
    """Return the group that *ref* names, or None. Raises AmbiguousRecord."""
    if ref.id is not None:
        return client.get(GROUP, ref.id)
    return only(groups_named(client, ref.name, ref.option), "group_id", ref.what, "group_id", on_duplicate)


def choose_group(groups: Sequence[Record], ref: GroupRef, client: Client) -> Record | None:
    """Return the group in *groups* that *ref* names, or None. Raises AmbiguousRecord."""
    if ref.id is not None:
        return next((group for group in groups if group["group_id"] == ref.id), None)
    return only(groups_named(client, ref.name, ref.option, groups), "group_id", ref.what, "{group_id: ...}")


def _name(name: str) -> str:
    return f"the group name {name!r}"


def groups_named(client: Client, name: str, option: str, groups: Sequence[Record] | None = None) -> list[Record]:
    """Return the groups with this trimmed name, sorted by id.

    If another group has a name that looks like it, the client gets a warning.
    """
    every = client.list_records(GROUP) if groups is None else groups
    for warning in alike(option, name, every):
        client.note(warning)
    return by_name(every).named(name)


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
    "max_additions": {"type": "int", "default": 100},
    "force": {"type": "bool", "default": False},
    "on_duplicate": {"choices": ["fail", "first"], "default": "fail"},
    "state": {"choices": ["present", "absent"], "default": "present"},
}
GROUP_RULES: dict[str, Any] = {"required_one_of": [["name", "group_id"]]}


@dataclass(frozen=True)
class GroupOptions(Value):
    """The options of the module. ``fields`` has the writable fields that are set."""

    id: int | None
    name: str | None
    as_written: str | None
    fields: Mapping[str, Any]
    members: MemberOptions
    previous_names: Sequence[str]
    force: bool
    on_duplicate: str
    absent: bool

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> GroupOptions:
        """Read the options. Raises InvalidInput for an empty name, and for text that the service cannot store."""
        fields = GROUP.from_params(params)
        as_written = fields.get("name")
        if "name" in fields:
            fields["name"] = trimmed(fields["name"])
        if fields.get("name") == "":
            raise InvalidInput("name: the name is empty. A group needs a name.")
        return cls(
            id=params["group_id"],
            name=fields.get("name"),
            as_written=as_written,
            fields=fields,
            members=MemberOptions.read(params),
            previous_names=tuple(map(trimmed, params["previous_names"])),
            force=params["force"],
            on_duplicate=params["on_duplicate"],
            absent=params["state"] == "absent",
        )

    def keeps(self, stored: str) -> bool:
        """Return whether the stored spelling of the name stays.

        If only blanks around the name differ, the name is changed only if the group is identified by its id.
        """
        return stored == self.as_written or (self.id is None and trimmed(stored) == self.name)


@dataclass(frozen=True)
class GroupPlan(Plan):
    """The plan for one group.

    - ``expected`` is the group after the plan, or None if there was no group to delete.
    - ``key`` is the key of a new group.
    - ``members`` are the ids or keys of the members after the plan. If the group is deleted, they are its last members.
    """

    expected: Record | None = None
    key: Key | None = None
    members: Mapping[Id, Record] = field(default_factory=dict)


def plan_group(options: GroupOptions, client: Client) -> GroupPlan:
    """Plan to create, update or delete one group, and to change its members."""
    wanted = read_members(options.members, client)
    actual = _managed_group(options, client)
    if actual is None and options.id is not None and not options.absent:
        raise UnknownRecord(
            f"group_id: there is no group with id {options.id}. Correct the id. The service assigns the ids, so omit "
            "group_id for a new group."
        )
    current = client.members(actual["group_id"]) if actual else []
    if options.absent:
        return _plan_absent(actual, current, options.force)
    key = Key(GROUP, options.name or "")
    fields = dict(options.fields)
    if actual and options.keeps(actual["name"]):
        fields["name"] = actual["name"]
    plan = plan_record(GROUP, key, fields, actual)
    members = plan_members(int(actual["group_id"]) if actual else key, current, wanted, options.members, client)
    return GroupPlan(
        changes=[*plan.changes, *members.changes],
        before={**plan.before, **members.before},
        after={**plan.after, **members.after},
        unknown=members.unknown,
        warnings=[*plan.warnings, *members.warnings],
        expected={"group_id": None, **(actual or {}), **fields},
        key=key,
        members=members.members,
    )


def report_group(plan: GroupPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the group with its members as it is stored, or as it was before it was deleted."""
    record = plan.expected if plan.key is None else outcome.made.get(plan.key, plan.expected)
    rows = [outcome.made.get(id, member) if isinstance(id, Key) else member for id, member in plan.members.items()]
    return {"group": {**GROUP.present(record), "members": [_row(row) for row in rows]} if record else {}}


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"contact_id": record["contact_id"], "phone_number": record["phone_number"]}


def _managed_group(options: GroupOptions, client: Client) -> Record | None:
    """Return the record that the options identify: by id, by name, or by a previous name."""
    if options.id is not None:
        chosen = client.get(GROUP, options.id)
        if chosen and options.name is not None and not options.absent and not options.keeps(chosen["name"]):
            _refuse_taken(client, options.name, chosen)
        return chosen
    every = client.list_records(GROUP)
    groups_named(client, options.name or "", "name", every)
    groups = by_name(every)
    names = [options.name or "", *(name for name in options.previous_names if name != options.name)]
    for name in names if options.absent else names[1:]:
        refuse_other_blanks(_name(name), name, every, options.on_duplicate)
    found = [
        group
        for name in names
        if (group := only(groups.named(name), "group_id", _name(name), "group_id", options.on_duplicate))
    ]
    if len(found) > 1:
        ids = [group["group_id"] for group in found]
        listed = ", ".join(f"{group['name']!r} (group_id {group['group_id']})" for group in found)
        raise AmbiguousRecord(
            f"previous_names: the new name and the old names belong to several groups: {listed}. Merge these "
            "groups first.",
            ids=ids,
        )
    return found[0] if found else None


def refuse_other_blanks(what: str, name: str, groups: Iterable[Record], on_duplicate: str = "fail") -> None:
    """Raise AmbiguousRecord for a group to delete or rename if other names differ from its name only in blanks.

    After the change, the name would mean another of these groups, and the next run would change that one too.
    """
    same = [group for group in groups if trimmed(group["name"]) == name]
    only(same, "group_id", f"{what} (spaces before and after the name are ignored)", "group_id", on_duplicate)


def _refuse_taken(client: Client, name: str, chosen: Record) -> None:
    """Raise AmbiguousRecord if another group already has the new name."""
    if name == chosen["name"]:
        return
    others = groups_named(client, name, "name", [group for group in client.list_records(GROUP) if group != chosen])
    if others:
        ids = [chosen["group_id"], others[0]["group_id"]]
        raise AmbiguousRecord(
            f"name: the group with id {ids[1]} already has the name {name!r}, so the group with id {ids[0]} cannot "
            f"get this name. Rename the group with id {ids[1]}, or merge these groups.",
            ids=ids,
        )


def _plan_absent(actual: Record | None, current: list[Record], force: bool) -> GroupPlan:
    if actual and current and not force:
        count = f"{len(current)} member{'s' if len(current) > 1 else ''}"
        raise GuardError(
            f"Group {actual['name']!r} has {count} and would be deleted. Nothing was written. Set `force` to delete "
            "the group. Its members stay in the address book as contacts.",
            members=len(current),
            option="force",
        )
    plan = plan_removal(GROUP, actual)
    members: dict[Id, Record] = {int(record["contact_id"]): record for record in current}
    return GroupPlan(changes=plan.changes, before=plan.before, after=plan.after, expected=actual, members=members)
