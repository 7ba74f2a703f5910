# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Notes about markers: older forms, markers in other fields, and markers that the service has cut off. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._model.changes import Change, Update
from .._model.listing import listed
from .._model.resources import CONTACT, GROUP
from .marks import markers_of
from .register import Register
from .scope import CUT, OLDER, Scope

SHOWN = 10  # number of records that a sentence lists


def notes_about_markers(scope: Scope, registers: Sequence[Register], changes: Iterable[Change]) -> list[str]:
    """Return sentences about the records whose marker is not where this run writes it."""
    if scope.mark is None:
        return []
    found: dict[str, list[str]] = {}
    for register in registers:
        for name, place in _wrong(scope, register):
            found.setdefault(place, []).append(name)
    strangers = [
        f"{change.resource.name} {change.id}"
        for change in changes
        if isinstance(change, Update) and not scope.previous_markers and _gets_a_second_marker(scope, change)
    ]
    return [sentence for sentence in _sentences(scope, found, strangers) if sentence]


def _wrong(scope: Scope, register: Register) -> Iterator[tuple[str, str]]:
    """Yield the records whose marker is in a wrong place, with this place.

    Records that are not declared are included only for a purge.
    """
    part = f"{register.resource.name}s"
    for id, record in register.by_id.items():
        place = scope.place_of_mark(register.resource, record)
        if not place:
            continue
        if id in register.claimed:
            yield f"{register.resource.name} {id}", CUT if place == CUT else "moved"
        elif part in scope.purge:
            yield f"{register.resource.name} {id}", place if place in (CUT, OLDER) else "elsewhere"


def _gets_a_second_marker(scope: Scope, change: Update) -> bool:
    text = _text(scope, change, change.before)
    return bool(markers_of(text)) and not scope.is_marked(change.resource, change.before)


def _text(scope: Scope, change: Update, record: Mapping[str, Any]) -> str:
    return record.get(scope.field_of(change.resource)) or ""


def _sentences(scope: Scope, found: dict[str, list[str]], strangers: list[str]) -> Iterator[str]:
    mark = scope.mark.text if scope.mark else ""
    about = {place: f"{_records(len(names))} ({listed(names, SHOWN)})" for place, names in found.items()}
    if CUT in about:
        yield (
            f"marker: the service has cut off the marker of {about[CUT]}, so the option `purge` does not recognise "
            f"{_these(found[CUT])}. Shorten the text in the field {_field(scope, found[CUT])}"
            f"{_or_another_field(found[CUT])}."
        )
    if "moved" in about:
        yield (
            f"marker: in {about['moved']}, the marker has no brackets, or is in a wrong position. The task "
            f"writes {mark} at the end of the field {_field(scope, found['moved'])}."
        )
    if OLDER in about:
        these = _these(found[OLDER])
        yield (
            f"marker: in {about[OLDER]}, the marker has no brackets, or is not at the end of the field. The option "
            f"`purge` does not delete {these}. To delete {these} with `purge`, write {mark} at the end of the field "
            f"{_field(scope, found[OLDER])}."
        )
    if "elsewhere" in about:
        these = _these(found["elsewhere"])
        yield (
            f"marker: in {about['elsewhere']}, the marker is not in the field `{scope.marker_field}`, but in another "
            f"field. The option `purge` does not delete {these}. To delete {these} with `purge`, set marker_field to "
            "the other field."
        )
    if strangers:
        has = "has" if len(strangers) == 1 else "have"
        yield (
            f"marker: {_records(len(strangers))} ({listed(strangers, SHOWN)}) already {has} another marker. The task "
            f"adds the marker {mark}. If this playbook wrote the other marker earlier, add the other marker to "
            f"previous_markers. The task then replaces the other marker with {mark}."
        )


def _field(scope: Scope, names: Sequence[str]) -> str:
    """Return the field that has the marker in the named records. In contacts and groups, the fields can differ."""
    kinds = [resource for resource in (CONTACT, GROUP) if any(name.startswith(resource.name) for name in names)]
    fields = [f"`{scope.field_of(resource)}`" for resource in kinds]
    if len(set(fields)) == 1:
        return fields[0]
    return " or ".join(f"{field} ({resource.name}s)" for field, resource in zip(fields, kinds))


def _or_another_field(names: Sequence[str]) -> str:
    """Return the second remedy for a marker that was cut off. In a group, the field cannot be chosen."""
    return ", or choose another marker_field" if any(name.startswith(CONTACT.name) for name in names) else ""


def _these(names: Sequence[str]) -> str:
    return "this record" if len(names) == 1 else "these records"


def _records(count: int) -> str:
    return f"{count} record{'' if count == 1 else 's'}"
