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
from typing import Any

from .._errors import InvalidInput
from .._model.fields import Record, Resource
from .._model.phone import Numbering
from .._model.resources import CONTACT, title
from .._model.spelling import ALLOWED, normalised


@dataclass(frozen=True)
class Scope:
    """``absent_numbers`` are canonical, and ``marker`` has no white space around it."""

    purge: frozenset[str] = frozenset()
    marker: str = ""
    marker_field: str = "description3"
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

    @property
    def confirm(self) -> str:
        """The option that allows to remove most of a few records; empty if it is set."""
        return "" if self.allow_empty else "allow_empty"

    def marked(self, resource: Resource, desired: Record, actual: Record | None) -> Record:
        """The record with the marker at the end of the text in its field."""
        if not self.marker:
            return desired
        name = self._field(resource)
        text = desired.get(name, (actual or {}).get(name)) or ""
        if self._has_marker(text):
            return desired
        return {**desired, name: f"{text} {self.marker}".strip()}

    def is_marked(self, resource: Resource, record: Mapping[str, Any]) -> bool:
        return self._has_marker(record.get(self._field(resource)) or "")

    def _field(self, resource: Resource) -> str:
        return self.marker_field if resource is CONTACT else "description"

    def _has_marker(self, text: str) -> bool:
        """Whether the marker is in the text as a separate word. A part of a longer word does not count."""
        return bool(self.marker) and f" {' '.join(self.marker.split())} " in f" {' '.join(text.split())} "


class RecordPatterns:
    """Shell patterns of names and numbers, and numbers in any spelling, that match contacts and groups."""

    def __init__(self, patterns: Iterable[str], numbering: Numbering) -> None:
        self._numbering = numbering
        self._patterns = [re.compile(fnmatch.translate(pattern)) for pattern in patterns]
        self._numbers = {_number(pattern, numbering) for pattern in patterns} - {""}

    def match(self, resource: Resource, record: Mapping[str, Any]) -> bool:
        """Whether a pattern matches the record."""
        if not self._patterns:
            return False
        texts = [title(resource, record)]
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
