# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Names of groups. Blanks around a name do not count, and names that look alike are reported. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

Group = Mapping[str, Any]

DIFFERENCE = "only in spaces, case or characters that look the same"
TWO_MEANT = "Check whether you really need different groups."


def trimmed(name: str | None) -> str:
    """Return a name without the blanks around it."""
    return (name or "").strip()


def folded(name: str) -> str:
    """Return a text that is equal for names that look alike.

    Blanks, invisible characters, upper and lower case, and kinds of dashes make no difference.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kinds = ((character, unicodedata.category(character)) for character in "".join(text.split()))
    return "".join("-" if kind == "Pd" else character for character, kind in kinds if kind != "Cf")


def keys_of(groups: Collection[Group]) -> Callable[[Group], str]:
    """Return a function that returns the name under which a group is searched.

    This is the name without outer blanks, unless another group has exactly this name.
    """
    exact = {group["name"] for group in groups}

    def key(group: Group) -> str:
        name = group["name"] or ""
        return name if trimmed(name) in exact else trimmed(name)

    return key


def alike(place: str, name: str, groups: Collection[Group]) -> list[str]:
    """Return a warning if another group has a name that looks like *name*. *place* is the option with this name."""
    look = folded(name)
    others = [group for group in groups if group["name"] and group["name"] != name and folded(group["name"]) == look]
    if not (name and others):
        return []
    key = keys_of(groups)
    used = [str(group["group_id"]) for group in others if key(group) == name]
    end = f"The task uses the group with id {used[0]}." if len(used) == 1 else TWO_MEANT
    return [f"{place}: the name {name!r} differs from {_listed(others)} {DIFFERENCE}. {end}"]


def alike_among(groups: Iterable[Group], named: Collection[int] | None = None) -> list[str]:
    """Return a warning for each set of groups whose names look alike.

    With *named*, at least one of these groups must have its id in *named*.
    """
    looks: dict[str, list[Group]] = {}
    for group in groups:
        if trimmed(group["name"]):
            looks.setdefault(folded(group["name"]), []).append(group)
    return [
        f"The names {_listed(found)} differ {DIFFERENCE}. {TWO_MEANT}"
        for found in looks.values()
        if len({group["name"] for group in found}) > 1
        and (named is None or any(group["group_id"] in named for group in found))
    ]


def _listed(groups: Iterable[Group]) -> str:
    return " and ".join(f"{group['name']!r} (group_id {group['group_id']})" for group in groups)
