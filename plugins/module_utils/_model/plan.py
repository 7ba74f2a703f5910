# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""Plans: what a run would change, and the result after it was applied. Pure: no I/O and no Ansible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import LinkEngageError
from .changes import ORDER, Change, Create, Delete, Id, Key, Update, require_known
from .fields import Record, Resource
from .frozen import Value
from .kept import is_kept, stored_otherwise, warning_of


@dataclass(frozen=True)
class Plan(Value):
    """The changes and the report of a run, as an immutable value.

    - ``before`` and ``after`` are the diff: only the changed fields.
    - ``result`` has the return values that are already known.
    - ``unknown`` has sentences about records that do not exist. They are an error. In check mode they are a warning,
      because an earlier task of the run can create the record.
    - ``problems`` has sentences about entries that cannot be planned or are doubtful. In check mode they are warnings.
      Otherwise the step ``apply`` handles them.
    - ``files`` (text by path) are written when the plan is applied.
    - ``reports`` (text by path) describe the plan. They are written first, also in check mode, and do not count as a
      change.
    - ``refusal`` is the reason why the plan must not be applied.
    - ``changed`` replaces the value that the changes would give.

    A subject that reports more has a subclass. Raises UnknownChange for a change of an unknown kind.
    """

    changes: Sequence[Change] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    reports: Mapping[str, str] = field(default_factory=dict)
    refusal: LinkEngageError | None = None
    changed: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_known(self.changes, ORDER)

    @property
    def creates(self) -> list[Create]:
        return [change for change in self.changes if isinstance(change, Create)]

    @property
    def awaited(self) -> str:
        """What an earlier task of the run must do, so that ``unknown`` is not an error."""
        return f"creates the missing {'record' if len(self.unknown) == 1 else 'records'}"

    @property
    def remedy(self) -> str:
        """What to do about the sentences in ``unknown``."""
        return "Correct the task or the address book."


@dataclass(frozen=True)
class Outcome(Value):
    """The result of a plan: the changes that were made (in check mode: would be made), and the new records."""

    done: Sequence[Change] = ()
    made: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)
    warnings: Sequence[str] = ()


def differences(desired: Mapping[str, Any], actual: Mapping[str, Any]) -> Record:
    """Return the desired fields that differ from the actual record. Null and an empty string count as equal."""
    return {
        name: value
        for name, value in desired.items()
        if value != actual.get(name) and _filled(value) != _filled(actual.get(name))
    }


def to_write(desired: Mapping[str, Any], actual: Mapping[str, Any]) -> Record:
    """Return the fields to write: those that differ, without texts that the service only stores in a shorter form."""
    found = differences(desired, actual)
    return {name: value for name, value in found.items() if not is_kept(value, actual.get(name))}


def _filled(value: Any) -> Any:
    return "" if value is None else value


def plan_record(resource: Resource, key: Key, desired: Record, actual: Record | None) -> Plan:
    """Plan to create a missing record, or to update the whole record if a field differs."""
    if actual is None:
        return Plan([Create(resource, key, desired)], {}, desired)
    changed = to_write(desired, actual)
    otherwise = stored_otherwise(desired, actual)
    warnings = [warning_of(f"the {resource.name} with id {actual[resource.id]}", otherwise)] if otherwise else []
    if not changed:
        return Plan(warnings=warnings)
    update = Update(resource, actual[resource.id], {**actual, **changed}, actual)
    return Plan([update], {name: actual.get(name) for name in changed}, changed, warnings=warnings)


def plan_removal(resource: Resource, actual: Record | None) -> Plan:
    """Plan to delete a record, if it exists."""
    if actual is None:
        return Plan()
    return Plan([Delete(resource, actual[resource.id], actual)], {resource.name: resource.present(actual)}, {})


@dataclass(frozen=True)
class Membership:
    """The wanted members of a group: ids of contacts, and keys of contacts that do not exist yet."""

    set: frozenset[Id] | None = None
    add: frozenset[Id] = frozenset()
    remove: frozenset[Id] = frozenset()

    def changes(self, current: Iterable[int]) -> tuple[list[Id], list[int]]:
        """Return the members to add and the members to remove, each in a stable order."""
        now = frozenset(current)
        wanted = ((now if self.set is None else self.set) | self.add) - self.remove
        return sorted(wanted - now, key=_order), sorted(now - wanted)


def _order(id: Id) -> tuple[int, int, str]:
    return (1, 0, id.text) if isinstance(id, Key) else (0, id, "")
