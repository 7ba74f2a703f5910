# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Values that cannot be changed after they were made, at any depth. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

CONTAINERS = frozenset((dict, list, set, tuple))
INNER = frozenset((dict, list, tuple, MappingProxyType))  # what thawing converts


@dataclass(frozen=True)
class Value:
    """A frozen dataclass that contains no list, dictionary or set, at any depth: it has tuples and read-only mappings.

    A dictionary that is a field is copied. The dictionaries in it are not copied, because that would take long for long
    lists. So the code that makes a value must not use these dictionaries afterwards.
    """

    def __post_init__(self) -> None:
        for name, held in [item for item in vars(self).items() if type(item[1]) in CONTAINERS]:
            object.__setattr__(self, name, frozen(dict(held) if isinstance(held, dict) else held))


def frozen(value: Any) -> Any:
    """Return a list or tuple as a tuple, a dictionary as a read-only mapping, and a set as a frozenset, at any
    depth.
    """
    kind = type(value)
    if kind is dict:
        flat = CONTAINERS.isdisjoint(map(type, value.values()))
        return MappingProxyType(value if flat else {name: frozen(item) for name, item in value.items()})
    if kind in (list, tuple):
        return tuple(map(frozen, value))
    return frozenset(value) if kind is set else value


def thawed(value: Any) -> Any:
    """Return the opposite, for formats and results: lists and dictionaries, at any depth."""
    kind = type(value)
    if kind is MappingProxyType or kind is dict:
        flat = INNER.isdisjoint(map(type, value.values()))
        return dict(value) if flat else {name: thawed(item) for name, item in value.items()}
    return [thawed(item) for item in value] if kind in (list, tuple) else value
