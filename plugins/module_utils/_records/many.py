# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads many contacts, or the members of many groups, with few requests or in a short time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._errors import NotFound
from .._model.fields import Record
from .._model.index import Index, by_number
from .._model.phone import possibly_same
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .contacts import ContactRef, find_contact, only

# Up to this number of terms is always looked up one by one; it is not checked whether a list takes fewer requests.
FEW = 4
# Reading a list of CONTACTS_A_LOOKUP contacts takes about as long as one lookup. For more than LISTED lookups, all
# contacts are listed. The answer to each lookup has every contact that contains the digits of the number, which is
# some percent of all contacts.
CONTACTS_A_LOOKUP, LISTED = 1_000, 30


def listing_pays(look_ups: int, total: int | None = None) -> bool:
    """Return whether one list of all contacts is faster than single lookups.

    *total* is the number of all contacts, if it is known.
    """
    return look_ups > LISTED or (total is not None and look_ups * CONTACTS_A_LOOKUP >= total)


def members_of(client: Client, groups: Sequence[int], workers: int) -> dict[int, list[Record]]:
    """Return the members of groups. At most *workers* requests run in parallel.

    A group is left out if somebody has deleted it after the groups were listed.
    """

    def read(group: int) -> list[Record] | None:
        try:
            return client.members(group)
        except NotFound:
            if client.get(GROUP, group) is None:
                return None
            raise

    def present(read_groups: Iterable[list[Record] | None]) -> dict[int, list[Record]]:
        return {group: members for group, members in zip(groups, read_groups) if members is not None}

    if workers == 1:  # without another thread, so that Ctrl-C ends the request at once
        return present(map(read, groups))
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        return present(pool.map(read, groups))
    finally:
        pool.shutdown(cancel_futures=True)


def contacts_and_members(
    client: Client, members: Mapping[int, Sequence[Record]]
) -> tuple[list[Record], dict[int, Sequence[Record]]]:
    """Read all contacts. Also return *members*, the members of groups that were read before.

    Another run can create a contact and add it to a group in the meantime. So a member that is missing in the list of
    contacts is looked up. If it was deleted in the meantime, it is also removed from *members*.
    """
    contacts = client.list_records(CONTACT)
    known = {int(record["contact_id"]) for record in contacts}
    strays = {int(record["contact_id"]): record for records in members.values() for record in records}
    strays = {id: record for id, record in strays.items() if id not in known}
    if not strays:
        return contacts, dict(members)
    few = len(strays) <= LISTED
    found = {id: client.get(CONTACT, id) if few else record for id, record in strays.items()}
    gone = {id for id, record in found.items() if record is None}
    left: dict[int, Sequence[Record]] = {
        group: [record for record in records if int(record["contact_id"]) not in gone]
        for group, records in members.items()
    }
    return [*contacts, *(record for record in found.values() if record)], left


def find_contacts(
    client: Client, refs: Sequence[ContactRef], on_duplicate: str = "fail"
) -> dict[ContactRef, Record | None]:
    """Return the contact that each of the *refs* names, or None. Each contact is read once. Raises AmbiguousRecord.

    If there are many refs, all contacts are read as a list.
    """
    distinct: dict[Any, ContactRef] = {}
    for ref in refs:
        distinct.setdefault(key_of(ref), ref)
    if _listing_helps(client, len(distinct)):
        held = by_number(client.list_records(CONTACT), client.numbering)
        found = {key: _listed(held, ref, on_duplicate) for key, ref in distinct.items()}
        _note_similar(client, held, [ref for key, ref in distinct.items() if found[key] is None and ref.id is None])
    else:
        found = {key: find_contact(client, ref, on_duplicate) for key, ref in distinct.items()}
    return {ref: found[key_of(ref)] for ref in refs}


def _note_similar(client: Client, held: Index, missing: Sequence[ContactRef]) -> None:
    """Warn about contacts whose number is possibly another form of the number of a missing contact."""
    for ref in missing:
        for number in sorted(client.numbering.possibly_same(ref.number)):
            for id in held.ids(number):
                client.note(possibly_same(ref.option, ref.number, number, f"the contact with id {id}"))


def key_of(ref: ContactRef) -> Any:
    """Return what identifies a contact: its id, or its canonical number."""
    return ref.number if ref.id is None else ref.id


def _listing_helps(client: Client, look_ups: int) -> bool:
    """Return whether to list all contacts. The contacts are counted only if the decision depends on the count."""
    return look_ups > FEW and (listing_pays(look_ups) or listing_pays(look_ups, client.total_contacts()))


def _listed(held: Index, ref: ContactRef, on_duplicate: str) -> Record | None:
    if ref.id is not None:
        return held.by_id.get(ref.id)
    return only(held.named(ref.number), "contact_id", str(ref), "contact_id", on_duplicate)
