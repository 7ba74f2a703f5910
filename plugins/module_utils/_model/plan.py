# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Plans: what would be written, as values. Pure: no I/O and no Ansible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from .._errors import GuardError, LinkEngageError
from .fields import Record, Resource

GUARD_FROM = 10  # records: below this a share says nothing


@dataclass(frozen=True)
class Key:
    """A record that the same plan creates, and that has no id yet: its canonical number or its name."""

    resource: Resource
    text: str


Id = Union[int, Key]


@dataclass(frozen=True)
class Change:
    """One write. ``action``: create, update, delete, add_member, remove_member, send or request.

    ``before`` is the record as it is, and ``where`` what asked for the change, for plans that have many.
    """

    action: str
    resource: Resource
    id: Id
    record: Record = field(default_factory=dict)
    member: Id | None = None
    before: Record = field(default_factory=dict)
    where: str = ""

    @property
    def key(self) -> Key:
        if not isinstance(self.id, Key):
            raise TypeError(f"{self.action} of {self.resource.name} {self.id} makes no new record")
        return self.id


@dataclass
class Plan:
    """What a run would do and say.

    ``before`` and ``after`` hold only what changes (the diff). ``result`` gives the module's return values, told which
    records were made. ``unknown`` are sentences about records that do not exist: an error, but in check mode a
    warning, because an earlier task of the run may be the one that makes them. ``problems`` are sentences about entries
    that cannot be planned: a warning in check mode, and told by ``perform`` else. ``files`` are written here, text by
    path; so are ``reports``, which tell of the plan itself, before anything else, in check mode too, and are no
    change. ``refusal`` is why the plan must not be applied. ``changed`` overrules whether there are changes.
    ``perform`` applies the plan where that takes more than making the changes in their order.
    """

    changes: list[Change] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    result: Callable[[Mapping[Key, Record]], dict[str, Any]] = lambda made: {}
    unknown: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    refusal: LinkEngageError | None = None
    changed: bool | None = None
    perform: Callable[[], dict[Key, Record]] | None = None

    @property
    def creates(self) -> bool:
        return any(change.action == "create" for change in self.changes)


def differences(desired: Mapping[str, Any], actual: Mapping[str, Any]) -> Record:
    """The desired fields that the actual record does not hold; null and an empty string are one."""
    return {name: value for name, value in desired.items() if _filled(value) != _filled(actual.get(name))}


def _filled(value: Any) -> Any:
    return "" if value is None else value


def plan_record(resource: Resource, key: Key, desired: Record, actual: Record | None) -> Plan:
    """Create what is not there; else one update of the whole record, if anything differs; else nothing."""
    if actual is None:
        return Plan([Change("create", resource, key, desired)], {}, dict(desired))
    changed = differences(desired, actual)
    if not changed:
        return Plan()
    update = Change("update", resource, actual[resource.id], {**actual, **changed})
    return Plan([update], {name: actual.get(name) for name in changed}, changed)


def plan_removal(resource: Resource, actual: Record | None) -> Plan:
    """Delete what is there."""
    if actual is None:
        return Plan()
    return Plan([Change("delete", resource, actual[resource.id])], {resource.name: resource.present(actual)}, {})


@dataclass(frozen=True)
class Membership:
    """What is asked of a group's members: sets of contact ids, or keys of contacts that are yet to be."""

    set: frozenset[Id] | None = None
    add: frozenset[Id] = frozenset()
    remove: frozenset[Id] = frozenset()

    def changes(self, current: Iterable[Id]) -> tuple[list[Id], list[Id]]:
        """Whom to add and whom to remove, each in a stable order."""
        now = frozenset(current)
        wanted = ((now if self.set is None else self.set) | self.add) - self.remove
        return sorted(wanted - now, key=_order), sorted(now - wanted, key=_order)


def _order(id: Id) -> tuple[int, int, str]:
    return (1, 0, id.text) if isinstance(id, Key) else (0, id, "")


def guard_share(removed: int, total: int, limit: float, option: str, what: str) -> None:
    """Raise GuardError where more than *limit* percent of *total* would go, counted from ten records up."""
    if total >= GUARD_FROM and removed * 100 > limit * total:
        raise GuardError(
            f"{removed} of {total} {what} would be removed, which is {removed * 100 / total:.0f} % and more than "
            f"{option} allows ({limit:g} %). Nothing was written. Raise {option} if this is meant.",
            removed=removed,
            total=total,
            limit=limit,
            option=option,
        )
