# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The probe: one private contact and one private group with difficult texts, which are written, read and deleted.

Everything that the probe makes has MARKER in a text, so that a later run finds what an interrupted run left behind. No
message is sent.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .._errors import ApiError, LinkEngageError, WrongAnswer
from .._model.changes import Delete
from .._model.fields import Record, Resource
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .._service.formats import FORMATS
from .._service.seen import Seen
from .findings import Finding, ids, ok, problem, warning

MARKER = "linkengage-doctor-probe"
NUMBER = "+999000417290"  # no country has the code 999
LONG = "Æ" * 49 + "\N{GRINNING FACE}" + "b" * 249
LINES = "a\nb"
BLANKS = " Probe "
LATEST = 7  # seconds until a read must show a new record
PAUSE = 1.0
REPORT = "Attach the report to an issue."
BY_HAND = "Run the playbook with -e clean=true, or delete these records in the web application."


@dataclass(frozen=True)
class Probed:
    """What the probe found. ``lag`` is None if the new contact was never found."""

    findings: tuple[Finding, ...]
    seen: tuple[Seen, ...]
    stored: Record | None
    lag: float | None
    duplicate: str  # what a second contact with the number did: created, same_record, a status, or ""
    refused: bool  # whether the service refused the long text


@dataclass
class Notes:
    """What the steps of a probe collect."""

    made: list[tuple[Resource, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    stored: Record | None = None
    lag: float | None = None
    duplicate: str = ""
    refused: bool = False


def left_behind(client: Client) -> dict[Resource, list[int]]:
    """The ids of the records of earlier probes. The groups come first."""
    found = ((GROUP, client.list_records(GROUP)), (CONTACT, client.search_contacts(MARKER)))
    return {
        resource: [int(record[resource.id]) for record in records if _is_ours(resource, record)]
        for resource, records in found
    }


def _is_ours(resource: Resource, record: Record) -> bool:
    """Whether a probe made the record: no person writes the marker into these fields."""
    marked = ("name",) if resource is GROUP else ("first_name", "description3")
    return all(record[name] == MARKER for name in marked)


def deletions(client: Client) -> list[Delete]:
    """The changes that delete what a probe left behind."""
    return [Delete(resource, id) for resource, found in left_behind(client).items() for id in found]


def probe(client: Client) -> Probed:
    """Write, read and delete. Everything is deleted, also after an error or an interruption."""
    notes = Notes()
    with client.watched() as seen:
        try:
            _steps(client, notes)
        except LinkEngageError as error:
            status = f" with status {error.facts['status']}" if "status" in error.facts else ""
            shown = f"A request failed ({error.kind}){status}."
            notes.findings.append(
                warning("probe", shown, "Check the rights of the user. Attach the report to an issue.")
            )
        else:
            notes.findings.append(ok("probe", "A contact and a group were written and read."))
        finally:
            notes.findings.append(_remove(client, notes.made))
    return Probed(tuple(notes.findings), tuple(seen), notes.stored, notes.lag, notes.duplicate, notes.refused)


def _remove(client: Client, made: list[tuple[Resource, int]]) -> Finding:
    """Delete what was made, by its id, and after a lost answer by its marker. Names what could not be deleted."""
    kept: dict[Resource, list[int]] = {GROUP: [], CONTACT: []}
    for resource, id in dict.fromkeys(reversed(made)):
        try:
            record = client.get(resource, id)
            if record is None or _is_ours(resource, record):
                client.delete(resource, id)
        except LinkEngageError:
            kept[resource].append(id)
    try:
        for change in deletions(client):
            if change.id not in kept[change.resource]:
                client.delete(change.resource, change.id)
    except LinkEngageError as error:
        return problem("removal", f"What the probe made is possibly not all deleted ({error.kind}).", BY_HAND)
    named = [ids(resource.id, found) for resource, found in kept.items() if found]
    if named:
        return problem("removal", f"The service did not delete {' and '.join(named)}.", BY_HAND)
    return ok("removal", "Everything that the probe made is deleted.")


def _steps(client: Client, notes: Notes) -> None:
    contact = {
        "phone_number": NUMBER,
        "first_name": MARKER,
        "last_name": BLANKS,
        "description": LONG,
        "description2": LINES,
        "description3": MARKER,
        "private": True,
    }
    id = _post_contact(client, contact, notes)
    notes.stored, notes.lag = _appearance(client, id)
    if notes.stored and not _is_ours(CONTACT, notes.stored):
        raise WrongAnswer("POST /contacts: the answer has the id of another contact.")
    written = {**contact, "description": "changed"}
    client.put(CONTACT, id, written)
    _compare(client, id, notes)
    _repeat(client, written, id, notes)
    group = int(client.post(GROUP, {"name": MARKER, "description": LINES, "private": True}))
    notes.made.append((GROUP, group))
    client.await_record(GROUP, group)
    client.add_member(group, id)
    members = [int(member["contact_id"]) for member in client.members(group)]
    if members != [id]:
        notes.findings.append(warning("members", "A new member of a group is not shown at once.", REPORT))
    client.remove_member(group, id)


def _post_contact(client: Client, contact: Record, notes: Notes) -> int:
    try:
        id = int(client.post(CONTACT, contact))
    except ApiError as error:
        if error.status != 400:
            raise
        contact["description"] = ""
        id = int(client.post(CONTACT, contact))
        notes.refused = True
    notes.made.append((CONTACT, id))
    return id


def _appearance(client: Client, id: int) -> tuple[Record | None, float | None]:
    """The new record, and the seconds until it was found."""
    for looks in range(LATEST + 1):
        stored = client.get(CONTACT, id)
        if stored is not None:
            return stored, looks * PAUSE
        time.sleep(PAUSE)
    return None, None


def _compare(client: Client, id: int, notes: Notes) -> None:
    """Read the contact in both formats, and search it."""
    texts = ("first_name", "last_name", "description", "description2", "description3", "phone_number")
    read = [client.in_format(name).get(CONTACT, id) or {} for name in FORMATS]
    if len({tuple(record.get(name) for name in texts) for record in read}) > 1:
        notes.findings.append(warning("texts", "JSON and XML show different texts of one contact.", REPORT))
    if any(record.get("description") != "changed" for record in read):
        notes.findings.append(warning("update", "An update of a contact is not shown at once.", REPORT))
    if id not in [int(contact["contact_id"]) for contact in client.search_contacts(MARKER)]:
        notes.findings.append(warning("search", "The search does not find a new contact.", REPORT))


def _repeat(client: Client, contact: Record, id: int, notes: Notes) -> None:
    """Post a contact with the same number again."""
    try:
        again = int(client.post(CONTACT, contact))
    except ApiError as error:
        notes.duplicate = str(error.status)
        return
    notes.made.append((CONTACT, again))
    notes.duplicate = "same_record" if again == id else "created"
