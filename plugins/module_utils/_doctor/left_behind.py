# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The records that a probe has made: how they are recognised, searched and deleted.

Every record of a probe has MARKER in one of its texts. So a later run finds the records of an interrupted run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Union

from .._errors import IncompleteList, LinkEngageError
from .._model.changes import Cancel, Delete
from .._model.fields import Record, Resource
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE
from .._model.times import parse_time
from .._service.client import Client, flattened
from .findings import Finding, ids, ok, problem

MARKER = "linkengage-doctor-probe"
TEXT = f"{MARKER}: a test message that is cancelled before it is sent"
SENT_TEXT = f"{MARKER}: a test message. No answer is needed."
TEXTS = (TEXT, SENT_TEXT)
INBOX = "Inbox"
LATEST = 7  # seconds after which a read must show a new record
BY_HAND = "Run the playbook doctor with -e clean=true, or delete the test records in the web application."

Made = tuple[Resource, Union[int, str]]
Deletion = Union[Cancel, Delete]


def is_ours(resource: Resource, record: Record) -> bool:
    """Return whether a probe made the record. No person writes these texts into these fields."""
    if resource is MESSAGE:
        return text_of(record) in TEXTS
    marked = ("name",) if resource is GROUP else ("first_name", "description3")
    return all(record[name] == MARKER for name in marked)


def text_of(message: Record) -> str:
    """Return the text of a message with single blanks. *message* can also be a message as a folder lists it."""
    return " ".join((message["text"] or "").split())


def own_rows(client: Client, folder_id: int | None = None, texts: Sequence[str] = (TEXT,)) -> list[Record]:
    """Return the messages with these *texts*, as their folders list them.

    With *folder_id*, the search begins in this folder and stops at the first folder that has such a message.
    """
    folders = [folder for folder in flattened(client.list_records(FOLDER)) if folder["type"] != INBOX]
    found: list[Record] = []
    for folder in sorted(folders, key=lambda item: bool(item[FOLDER.id] != folder_id)):
        found += [row for row in _rows(client, folder[FOLDER.id], texts) if _has(row, texts)]
        if found and folder_id is not None:
            break
    return found


def _has(row: Record, texts: Sequence[str]) -> bool:
    return row["direction"] == "O" and text_of(row) in texts


def _rows(client: Client, folder_id: int, texts: Sequence[str]) -> list[Record]:
    """Return the messages in a folder.

    If the service cuts off the list, the list is still used if it shows a message with the texts.
    """
    try:
        return client.folder_messages(folder_id)
    except IncompleteList:
        rows = client.list_records(FOLDER_MESSAGE, f"{FOLDER.path}/{folder_id}/messages")
        if not any(_has(row, texts) for row in rows):
            raise
        return rows


def record_deletions(client: Client) -> list[Deletion]:
    """Return the changes that delete the groups and contacts of probes. Groups come first."""
    found = ((GROUP, client.list_records(GROUP)), (CONTACT, client.search_contacts(MARKER)))
    return [
        Delete(resource, int(record[resource.id]))
        for resource, records in found
        for record in records
        if is_ours(resource, record)
    ]


def message_deletions(client: Client, texts: Sequence[str] = (TEXT,)) -> list[Deletion]:
    """Return the changes that delete the messages with these texts. Deleting a message that waits cancels it."""
    times = {str(row["message_id"]): str(row["time"] or "") for row in own_rows(client, texts=texts)}
    return [Cancel(id, parse_time(time) or client.now()) for id, time in times.items()]


def remove(client: Client, made: Sequence[Made], search_messages: bool, lost: bool) -> Finding:
    """Delete what was made. Each record is deleted by its id; after a lost answer, it is searched by its texts.

    *lost* is True if the answer to a POST was lost. Then its record can appear some seconds later. The finding names
    what could not be deleted.
    """
    kept = [(resource, id) for resource, id in dict.fromkeys(reversed(made)) if not _deleted(client, resource, id)]
    try:
        if lost:
            client.waiting.announce(f"waiting {LATEST} s for a record that the service has possibly created")
            time.sleep(LATEST)
        for change in [*(message_deletions(client) if search_messages else ()), *record_deletions(client)]:
            if (change.resource, change.id) not in kept:
                client.delete(change.resource, change.id)
    except LinkEngageError as error:
        return problem(
            "removal",
            f"Some records of the probe are possibly still in the account, because a request failed ({error.kind}).",
            BY_HAND,
        )
    if kept:
        return problem("removal", f"The service did not delete these test records: {_named(kept)}.", BY_HAND)
    return ok("removal", "The doctor has deleted all records of the probe.")


def _deleted(client: Client, resource: Resource, id: int | str) -> bool:
    """Delete a record, unless it is not a record of a probe. Returns False if the deletion failed."""
    try:
        record = client.get(resource, id)
        if record is None or is_ours(resource, record):
            client.delete(resource, id)
    except LinkEngageError:
        return False
    return True


def _named(kept: Sequence[Made]) -> str:
    names = [(resource, [id for other, id in kept if other is resource]) for resource in (MESSAGE, GROUP, CONTACT)]
    return " and ".join(ids(resource.id, found) for resource, found in names if found)
