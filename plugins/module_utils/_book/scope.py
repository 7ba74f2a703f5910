# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The records that a run manages without an entry, and the records that it never changes. Pure."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._errors import InvalidInput
from .._model.fields import Record, Resource
from .._model.phone import Numbering
from .._model.resources import CONTACT, title
from .._model.spelling import ALLOWED, normalised

if TYPE_CHECKING:
    from .marks import Mark

MARKER_FIELDS = ("description", "description2", "description3")
CUT, OLDER = "cut", "older"  # what can be wrong with the marker of a record


@dataclass(frozen=True)
class Scope:
    """What a run manages. ``absent_numbers`` are canonical. ``marker`` is written with or without its brackets."""

    purge: frozenset[str] = frozenset()
    marker: str = ""
    marker_field: str = "description3"
    previous_markers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    absent_numbers: frozenset[str] = frozenset()
    absent_groups: frozenset[str] = frozenset()
    number_format: str = "msisdn"
    on_duplicate: str = "fail"
    max_delete_percent: float = 25
    max_create_percent: float = 100
    max_update_percent: float = 50
    max_additions: float = 100
    allow_empty: bool = False
    force: bool = False
    new_holder: str = "report"

    @property
    def confirm(self) -> str:
        """The option that allows a run to remove most of a few records; empty if this option is already set."""
        return "" if self.allow_empty else "allow_empty"

    def marked(self, resource: Resource, desired: Record, actual: Record | None) -> Record:
        """Return the record with the marker at the end of its field, and without the marker in other fields.

        A marker that the service has cut off is not written again, because it would be cut off again.
        """
        mark, held = self.mark, actual or {}
        if mark is None:
            return desired
        name = self.field_of(resource)
        marked = {**desired, name: mark.added(self._unmarked(desired.get(name, held.get(name)) or ""))}
        stored = held.get(name) or ""
        if mark.is_cut_in(stored) and marked[name].startswith(stored.rstrip()):
            marked[name] = stored
        for other in self._others(resource):
            text = held.get(other) or ""
            if other not in desired and self._is_in(text):
                marked[other] = mark.removed(self._unmarked(text))
        return marked

    def is_marked(self, resource: Resource, record: Mapping[str, Any]) -> bool:
        return self._is_in(record.get(self.field_of(resource)) or "")

    @cached_property
    def mark(self) -> Mark | None:
        if not self.marker:
            return None
        from .marks import Mark  # imported here, because most runs have no marker

        return Mark(self.marker)

    @cached_property
    def _previous(self) -> tuple[Mark, ...]:
        if not self.previous_markers:
            return ()
        from .marks import Mark  # imported here, because most runs have no marker

        return tuple(map(Mark, self.previous_markers))

    def field_of(self, resource: Resource) -> str:
        """Return the field that has the marker."""
        return self.marker_field if resource is CONTACT else "description"

    def _others(self, resource: Resource) -> list[str]:
        return [name for name in MARKER_FIELDS if name != self.marker_field] if resource is CONTACT else []

    def place_of_mark(self, resource: Resource, record: Mapping[str, Any]) -> str:
        """Return where the marker of an unmarked record is: ``cut``, ``older``, the name of another field, or
        empty.
        """
        mark, text = self.mark, record.get(self.field_of(resource)) or ""
        if mark is None or self._is_in(text):
            return ""
        if mark.is_cut_in(text):
            return CUT
        if mark.is_older_in(text):
            return OLDER
        return next((name for name in self._others(resource) if self._is_in(record.get(name) or "")), "")

    def differs_only_in_marker(self, before: str, after: Any) -> bool:
        """Return whether two texts differ only because the marker was added or removed."""
        mark = self.mark
        return (
            mark is not None and isinstance(after, str) and mark.removed(self._unmarked(before)) == mark.removed(after)
        )

    def _is_in(self, text: str) -> bool:
        return self.mark is not None and any(mark.is_in(text) for mark in (self.mark, *self._previous))

    def _unmarked(self, text: str) -> str:
        """Return the text without the previous markers."""
        for mark in self._previous:
            text = mark.removed(text) if mark.is_in(text) else text
        return text


class RecordPatterns:
    """Patterns that match contacts and groups: shell patterns of names and numbers, and numbers in any spelling."""

    def __init__(self, patterns: Iterable[str], numbering: Numbering) -> None:
        self._numbering = numbering
        self._patterns = [re.compile(fnmatch.translate(pattern.strip())) for pattern in patterns]
        self._numbers = {_number(pattern, numbering) for pattern in patterns} - {""}

    def __bool__(self) -> bool:
        """Return whether there are any patterns."""
        return bool(self._patterns)

    def match(self, resource: Resource, record: Mapping[str, Any]) -> bool:
        """Return whether a pattern matches the record."""
        if not self._patterns:
            return False
        texts = [title(resource, record).strip()]
        if resource is CONTACT:
            stored = record.get("phone_number") or ""
            key = self._numbering.key(stored)
            if key in self._numbers:
                return True
            texts += [stored, key, key.lstrip("+")]
            texts += [self._numbering.national(key)] if key.startswith("+") else []
        return any(pattern.match(text) for text in texts if text for pattern in self._patterns)


def _number(pattern: str, numbering: Numbering) -> str:
    if not set(normalised(pattern)) <= ALLOWED:
        return ""
    try:
        return numbering.canonical(pattern)
    except InvalidInput:
        return ""
