# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The address book as an inventory: which contacts are hosts, and the names of hosts and groups."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ..module_utils._book.scope import RecordPatterns
from ..module_utils._errors import GuardError
from ..module_utils._model.fields import Record
from ..module_utils._model.listing import listed
from ..module_utils._model.names import alike_among, trimmed
from ..module_utils._model.resources import CONTACT, GROUP, title
from ..module_utils._model.values import require_text
from ..module_utils._records.many import members_of
from ..module_utils._service.client import Client

FILTERS = ("include_groups", "exclude_groups", "include_contacts", "exclude_contacts")
# Groups cannot have these names, because they have a meaning in Ansible.
OF_ANSIBLE = frozenset({"all", "ungrouped", "localhost"})
# Characters of a person's name in a host name; fact caches use the host name as a file name, which must be short.
LONGEST = 50
SHOWN = 10  # number of groups that one error lists

Filters = dict[str, "list[str] | None"]
# ``groups`` have group_id and name. ``contacts`` have their fields and group_ids. Both are plain data and sorted by id,
# so that every cache can store them.
Book = dict[str, list[Record]]


def filters_of(option: Callable[[str], Any]) -> Filters:
    """Return the patterns of each filter, or None for an omitted filter. Raises InvalidInput for an unquoted
    number.
    """
    given = {name: option(name) for name in FILTERS}
    return {
        name: None if values is None else [require_text(value, f"{name}[{i}]") for i, value in enumerate(values)]
        for name, values in given.items()
    }


def read_book(filters: Filters, ungrouped: bool, client: Client, warn: Callable[[str], None]) -> Book:
    """Return the hosts and their groups. Takes one request, one for each group, and one more for *ungrouped* contacts.

    The members of a group that is neither included nor excluded are read only with *ungrouped*. A group is left out if
    somebody has deleted it after the groups were listed. Raises GuardError if this group is excluded.
    """
    stored = client.list_records(GROUP)
    groups = {int(record["group_id"]): str(record["name"] or "") for record in stored}
    excluded = _named(groups, filters["exclude_groups"] or [])
    included = _named(groups, filters["include_groups"]) - excluded
    read = sorted(groups if ungrouped else included | excluded)
    members = members_of(client, read, 1)
    deleted = set(read) - members.keys()
    _require_known({id: groups[id] for id in sorted(deleted & excluded)})
    included -= deleted
    for warning in _unmatched({id: name for id, name in groups.items() if id not in deleted}, filters):
        warn(warning)
    for warning in alike_among(stored, included | excluded):
        warn(warning)
    contacts, groups_of = _contacts_of(members)
    if ungrouped:
        contacts.update((int(record["contact_id"]), record) for record in client.list_records(CONTACT))
    wanted = _contact_test(filters, client)

    def is_host(id: int) -> bool:
        held = groups_of[id]
        return bool(not held or held & included) and not held & excluded and wanted(contacts[id])

    hosts = client.present(CONTACT, [contacts[id] for id in sorted(contacts) if is_host(id)])
    return {
        "groups": [{"group_id": id, "name": groups[id]} for id in sorted(included)],
        "contacts": [{**host, "group_ids": sorted(groups_of[host["contact_id"]] & included)} for host in hosts],
    }


def _require_known(deleted: Mapping[int, str]) -> None:
    """Raise GuardError if excluded groups were deleted before their members were read.

    Otherwise their members would become hosts, although the user has excluded them.
    """
    if deleted:
        groups = listed([f"group {name!r} (group_id {id})" for id, name in deleted.items()], SHOWN)
        raise GuardError(
            f"exclude_groups: somebody deleted {groups} while the inventory was read, so it is not known which "
            "contacts to exclude. This inventory has no hosts. Run the command again. To exclude people who were in a "
            "deleted group, use exclude_contacts."
        )


def _unmatched(groups: dict[int, str], filters: Filters) -> list[str]:
    """Return a warning for each pattern that matches no group."""
    return [
        f"{name}: no group matches {pattern!r}."
        for name in ("include_groups", "exclude_groups")
        for pattern in filters[name] or []
        if not _named(groups, [pattern])
    ]


def _contacts_of(members: Mapping[int, Iterable[Record]]) -> tuple[dict[int, Record], dict[int, set[int]]]:
    """Return the members of all groups by their ids, and the groups of each member."""
    contacts: dict[int, Record] = {}
    groups_of: dict[int, set[int]] = defaultdict(set)
    for group_id, records in members.items():
        for record in records:
            contacts[int(record["contact_id"])] = record
            groups_of[int(record["contact_id"])].add(group_id)
    return contacts, groups_of


def _named(groups: dict[int, str], patterns: list[str] | None) -> set[int]:
    """Return the ids of the groups that a pattern matches. Without patterns (None), all groups match."""
    return {
        id
        for id, name in groups.items()
        if patterns is None or any(fnmatchcase(trimmed(name), trimmed(pattern)) for pattern in patterns)
    }


def _contact_test(filters: Filters, client: Client) -> Callable[[Record], bool]:
    include = filters["include_contacts"]
    included = RecordPatterns(include or [], client.numbering)
    excluded = RecordPatterns(filters["exclude_contacts"] or [], client.numbering)
    return lambda record: (include is None or included.match(CONTACT, record)) and not excluded.match(CONTACT, record)


def host_name(contact: Record, with_name: bool) -> str:
    """Return a unique host name such as ``contact_4711``, optionally with the name of the person.

    It does not depend on other contacts. Because of its first word, no contact can get the name of a real machine.
    """
    name = unicodedata.normalize("NFC", title(CONTACT, contact)) if with_name else ""
    words = re.sub(r"\W+", "_", name)[:LONGEST].strip("_")
    return "_".join(filter(None, ("contact", str(contact["contact_id"]), words)))


def group_names(
    groups: list[Record], safe: Callable[[str], str], taken: Collection[str]
) -> tuple[dict[int, str], list[str]]:
    """Return the name of each group in the inventory by its id, and warnings.

    *safe* makes a name that Ansible accepts. If groups would then share a name, or have a name in *taken*, all of them
    get their id after the name. So no name can mean the wrong group.
    """
    wanted = {int(group["group_id"]): safe(str(group["name"])) or "group" for group in groups}
    names = dict(wanted)
    while clashing := _clashing(names, taken):
        names.update({id: f"{names[id]}_{id}" for id in clashing})
    renamed: dict[str, list[str]] = {}
    for id, name in names.items():
        if name != wanted[id]:
            renamed.setdefault(wanted[id], []).append(f"the group with id {id} as {name}")
    return names, [
        f"More than one group or host would have the name {name}, so the inventory contains {', '.join(are)}."
        for name, are in renamed.items()
    ]


def _clashing(names: dict[int, str], taken: Collection[str]) -> list[int]:
    counts = Counter(names.values())
    return [id for id, name in names.items() if counts[name] > 1 or name in taken]
