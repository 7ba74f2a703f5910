# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The probe: writes, reads and deletes a private contact, a private group and a message."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .._errors import ApiError, LinkEngageError, UnknownOutcome, WrongAnswer
from .._model.fields import Record
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .._service.formats import FORMATS
from .._service.seen import Seen
from .findings import Finding, ok, problem, warning
from .left_behind import LATEST, MARKER, Made, is_ours, remove
from .message import CHECK, Mail, Messenger, Receiver, skipped
from .odd_requests import date_slashes, finds_other_spelling, form_bodies, other_case, repeated_name

NUMBER = "+999000417290"  # no country has the code 999
OTHER_SPELLING = NUMBER.lstrip("+")
LONG = "Æ" * 49 + "\N{GRINNING FACE}" + "b" * 249
LINES = "a\nb"
BLANKS = " Probe "
PAUSE = 1.0
CONTACTS = "probe of contacts"
REPORT = "Attach the report to an issue."
RIGHTS = "Check the rights of the user. If the request still fails, attach the report to an issue."
# The finding is certain, because the second attempt has no long text and nothing else that is unusual.
NAMES = problem(
    "field names",
    "The service refuses JSON requests with the documented field names.",
    "Set the option data_format to xml, and run the probe again. Attach the report to an issue.",
)


@dataclass
class Notes:
    """What the steps of a probe have shown. The default of each value means that nothing was shown."""

    made: list[Made] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    stored: Record | None = None
    respelled: str = ""  # how the service stores the number after it was written as OTHER_SPELLING
    lag: float | None = None  # seconds until a read showed the new contact; None if no read showed it
    # What happened when a second contact with the number was posted: created, same_record, or a status.
    duplicate: str = ""
    same_name: str = ""  # what happened when a second group with the name was posted
    refused: bool = False  # True if the service refused the long text
    other_spelling: bool | None = None  # True if the lookup found another spelling of the number
    slashes: str = ""
    any_case: bool | None = None
    form: str = ""
    mail: Mail | None = None
    contact: int | None = None
    group: int | None = None


def probe(client: Client, receiver: Receiver) -> Notes:
    """Write, read and delete records. All of them are deleted, even after an error or an interruption."""
    notes, lost = Notes(), False
    messenger = Messenger(client, notes.made)
    with client.watched() as notes.seen:
        try:
            _steps(client, notes, messenger, receiver)
        except LinkEngageError as error:
            lost = isinstance(error, UnknownOutcome)
            notes.findings.append(_failed("probe", error))
        finally:
            notes.mail = messenger.mail
            notes.findings.append(_remove(client, notes.made, messenger.posting, lost or messenger.posting))
    return notes


def _remove(client: Client, made: Sequence[Made], search_messages: bool, lost: bool) -> Finding:
    """Delete what was made. After an interruption, the deletion starts again; a second interruption stops it."""
    try:
        return remove(client, made, search_messages, lost)
    except KeyboardInterrupt:
        remove(client, made, search_messages, lost)
        raise


def _failed(check: str, error: LinkEngageError) -> Finding:
    status = f" with status {error.facts['status']}" if "status" in error.facts else ""
    return warning(check, f"A request of the probe failed{status} ({error.kind}).", RIGHTS)


def _steps(client: Client, notes: Notes, messenger: Messenger, receiver: Receiver) -> None:
    """Run the steps. If the service refuses a step, the next step still runs. Any other error ends the steps."""
    steps: dict[str, Callable[[], None]] = {
        CONTACTS: lambda: _probe_contact(client, notes),
        "probe of groups": lambda: _probe_group(client, notes),
        CHECK: lambda: _probe_message(notes, messenger, receiver),
        "probe of members": lambda: _remove_member(client, notes),
    }
    for name, step in steps.items():
        try:
            step()
        except ApiError as error:
            notes.findings.append(_failed(name, error))
            if error.status == 400 and not client.wire.needs_root and name == CONTACTS and not notes.made:
                notes.findings.append(NAMES)
    if notes.group is not None and notes.contact is not None:
        notes.findings.append(ok("probe", "The probe has written and read a test contact and a test group."))


def _probe_contact(client: Client, notes: Notes) -> None:
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
    if notes.stored and not is_ours(CONTACT, notes.stored):
        raise WrongAnswer(
            "POST /contacts: the service returned an id that belongs to another contact, not to the new contact."
        )
    notes.contact = id
    written = {**contact, "phone_number": OTHER_SPELLING, "description": "changed"}
    client.put(CONTACT, id, written)
    _compare(client, id, notes)
    if notes.stored:
        _odd_requests(client, id, written, notes)
    _repeat(client, written, id, notes)


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
    """Return the new record, and the seconds until a read showed it."""
    for looks in range(LATEST + 1):
        stored = client.get(CONTACT, id)
        if stored is not None:
            return stored, looks * PAUSE
        time.sleep(PAUSE)
    return None, None


def _compare(client: Client, id: int, notes: Notes) -> None:
    """Read the contact in both formats, and search for it."""
    texts = ("first_name", "last_name", "description", "description2", "description3", "phone_number")
    read = [client.in_format(name).get(CONTACT, id) or {} for name in FORMATS]
    notes.respelled = str(read[0].get("phone_number") or "")
    if len({tuple(record.get(name) for name in texts) for record in read}) > 1:
        notes.findings.append(
            warning("texts", "In JSON and in XML, the service returns different texts for the same contact.", REPORT)
        )
    if any(record.get("description") != "changed" for record in read):
        notes.findings.append(
            warning(
                "update", "The service does not show the new values of a contact immediately after the update.", REPORT
            )
        )
    if id not in [int(contact["contact_id"]) for contact in client.search_contacts(MARKER)]:
        notes.findings.append(
            warning("search", "When the doctor searches for the contact of the probe, no contact is found.", REPORT)
        )


def _odd_requests(client: Client, id: int, contact: Record, notes: Notes) -> None:
    notes.other_spelling = finds_other_spelling(client, notes.respelled)
    notes.slashes = date_slashes(client, id, contact)
    notes.any_case = other_case(client, id, contact)
    notes.form = form_bodies(client, id, contact)


def _repeat(client: Client, contact: Record, id: int, notes: Notes) -> None:
    """Post a contact with the same number again."""
    try:
        again = int(client.post(CONTACT, contact))
    except ApiError as error:
        notes.duplicate = str(error.status)
        return
    notes.made.append((CONTACT, again))
    notes.duplicate = "same_record" if again == id else "created"


def _probe_group(client: Client, notes: Notes) -> None:
    record = {"name": MARKER, "description": LINES, "private": True}
    id = int(client.post(GROUP, record))
    notes.made.append((GROUP, id))
    client.await_record(GROUP, id)
    notes.same_name = repeated_name(client, record, id, notes.made)
    if notes.contact is None:
        return
    client.add_member(id, notes.contact)
    if [int(member["contact_id"]) for member in client.members(id)] != [notes.contact]:
        notes.findings.append(
            warning("members", "The service does not show a new member of a group immediately.", REPORT)
        )
    notes.group = id


def _probe_message(notes: Notes, messenger: Messenger, receiver: Receiver) -> None:
    if not receiver.number:
        notes.findings.append(skipped(receiver))
        return
    notes.findings += messenger.run(receiver, notes.contact, notes.group)


def _remove_member(client: Client, notes: Notes) -> None:
    if notes.group is not None and notes.contact is not None:
        client.remove_member(notes.group, notes.contact)
