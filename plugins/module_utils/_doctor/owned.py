# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks whether a contact of the directory sync refuses changes.

The contact is written back exactly as it was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from .._errors import InvalidInput, LinkEngageError
from .._model.fields import Record
from .._model.resources import CONTACT
from .._service.bodies import Body
from .._service.client import Client
from .findings import Finding, counted, ids, ok, problem, warning

CHECK = "owned contact"
REFUSALS = (400, 403, 406, 409)  # the statuses in the row owned_records of the table of open questions
REPORT = "Attach the report to an issue."


@dataclass(frozen=True)
class Asked:
    """The findings, and the answer to the open question. The answer is "" if it is still not known."""

    findings: tuple[Finding, ...]
    answer: str = ""


def planned(client: Client, number: str) -> Finding:
    """Return the finding of a run that does not write. Raises InvalidInput for an invalid number."""
    try:
        client.numbering.canonical(number, "owned_contact")
    except InvalidInput:
        raise
    except LinkEngageError:  # the country of the number is not known
        pass
    return ok(
        CHECK,
        "The doctor will read the contact in owned_contact, and write the contact back unchanged.",
    )


def ask(client: Client, number: str) -> Asked:
    """Write the contact with this number back unchanged, and read it again. Makes at most one write request."""
    try:
        found = client.contacts_by_number(number)
        if len(found) != 1:
            remedy = "Set owned_contact to the phone number of exactly one contact that comes from the directory sync."
            return _unasked(f"The phone number in owned_contact belongs to {counted(len(found), 'contact')}.", remedy)
        return _written_back(client, int(found[0][CONTACT.id]))
    except LinkEngageError as error:
        failed = (
            f"A request about the contact in owned_contact failed ({error.kind}). If the doctor has written to this "
            "contact, it has written only the values that it had read from the contact."
        )
        return _unasked(failed, REPORT)


def _unasked(meaning: str, remedy: str) -> Asked:
    return Asked((warning(CHECK, meaning, remedy),))


def _written_back(client: Client, id: int) -> Asked:
    before = client.get(CONTACT, id)
    if before is None:
        return _unasked(
            "The contact in owned_contact was deleted while the doctor was running.",
            "Run the doctor again.",
        )
    body = client.wire.dumps(CONTACT.wire, client.wire.named(CONTACT.to_wire(before)))
    if CONTACT.from_wire(client.wire.loads(Body(body))) != before:
        return _unasked(
            "The doctor has not written to the contact in owned_contact, because it cannot write the contact exactly "
            "as the service returned it.",
            REPORT,
        )
    status = client.put_bytes(CONTACT, id, body, client.wire.content_type)
    after = client.get(CONTACT, id) or {}
    if after != before:
        return Asked((_changed(id, before, after),), _answer(status))
    if status < 300:
        accepted = (
            "The service accepted the PUT of the contact in owned_contact. The contact has the same values as before."
        )
        return Asked((ok(CHECK, accepted),), "none")
    refused = (
        f"The service refused the PUT of the contact in owned_contact (status {status}). The contact has the same "
        "values as before."
    )
    if status not in REFUSALS:
        return _unasked(refused, REPORT)
    return Asked((ok(CHECK, refused),), _answer(status))


def _answer(status: int) -> str:
    return "none" if status < 300 else f"refused_{status}" if status in REFUSALS else ""


def _changed(id: int, before: Record, after: Record) -> Finding:
    """Return the finding if the contact has changed although it was written back unchanged."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return problem(
        CHECK,
        f"The doctor read {ids(CONTACT.id, [id])} and wrote the contact back unchanged, but the service changed these "
        f"fields: {', '.join(names)}.",
        "Compare the changed fields with the fields of this contact in the directory that Syncopy reads. " + REPORT,
    )
