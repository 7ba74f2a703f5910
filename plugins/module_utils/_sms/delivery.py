# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The delivery of a sent message to its receivers: the state in results, and the status of the service."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from .._errors import LinkEngageError, NotSent
from .._machine.locks import SILENT
from .._model.delivery_states import state_of
from .._model.fields import Record
from .._model.phone import Numbering
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, full_name
from .._service.client import Client, flattened
from .receivers import Person

BETWEEN = re.compile("[,;]")  # characters between several receivers in one delivery report
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two reads


def deliveries(client: Client, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a dictionary for each receiver in the delivery reports of the service.

    It has ``state`` (delivered, failed or unknown) and ``status``, the word of the service.
    """
    rows = [row for row in _rows(client, message) if row["message_id"] == message[MESSAGE.id]]
    shown = [FOLDER_MESSAGE.present(row, client.zone) for row in rows]
    return [
        {
            "receiver": (row["receiver"] or "").strip(),
            "state": state_of(row["delivery_status"]),
            "status": row["delivery_status"],
            "delivered": row["delivered"],
        }
        for row in shown
    ]


def states_of(people: Sequence[Person], rows: Sequence[Mapping[str, Any]], numbering: Numbering) -> list[str]:
    """Return the state of each person, according to the delivery reports (*rows*) of the message.

    A report shows a number, the name of a contact, or the name of a group. A report for a group counts for all of its
    members. Several reports for one person are combined. A report that shows something else is counted for a person
    without a report. One report can list several receivers (contract: assumptions, rows of a message).
    """
    shared = Counter(name for person in people for name in _names_of(person))
    known = {*shared, *(name for person in people for name in _groups_of(person))}
    answers: dict[str, list[str]] = {}
    for row in rows:
        for receiver in _receivers_of(row["receiver"], known, numbering):
            answers.setdefault(receiver, []).append(row["state"])
    one_by_one = {key: iter(states) for key, states in answers.items()}
    found: list[str] = []
    seen: set[str] = set()
    for person in people:
        keys = [name for name in _names_of(person) if name in answers]
        keys = keys or [name for name in _groups_of(person) if name in answers]
        seen.update(keys)
        # Several people have the same name, so each of them gets one of the reports.
        if any(shared[key] > 1 for key in keys):
            found.append(next(one_by_one[keys[-1]], "unknown"))
        else:
            found.append(_together([state for key in keys for state in answers[key]]) if keys else "")
    others = iter([_together(states) for key, states in answers.items() if key not in seen])
    return [state or next(others, "unknown") for state in found]


def _receivers_of(text: str, known: Collection[str], numbering: Numbering) -> list[str]:
    """Return the receivers that a report shows.

    The text is split only if all parts are known receivers, because a name can contain a comma.
    """
    parts = [_shown(part, numbering) for part in BETWEEN.split(text)]
    return parts if len(parts) > 1 and all(part in known for part in parts) else [_shown(text, numbering)]


def _shown(receiver: str, numbering: Numbering) -> str:
    return numbering.number(receiver) or _folded(receiver)


def _names_of(person: Person) -> list[str]:
    """Return what a report can show for a person, except the names of groups."""
    contact = person.contact or {}
    id = contact.get("contact_id")
    references = () if id is None else (f"{CONTACT.path}/{id}", str(id))
    return list(filter(None, (person.number, _folded(person.stored), _folded(full_name(contact)), *references)))


def _groups_of(person: Person) -> list[str]:
    group = person.group
    return [_folded(group["name"]), f"{GROUP.path}/{group['group_id']}", str(group["group_id"])] if group else []


def _folded(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()


def _together(states: Sequence[str]) -> str:
    """Return the state of a person with several reports: delivered only if each part of the message was delivered."""
    return next((state for state in ("unknown", "failed") if state in states), "delivered")


def wait_for_delivery(
    client: Client, message: Mapping[str, Any], people: Sequence[Person], timeout: timedelta
) -> list[dict[str, Any]]:
    """Read the delivery reports until every person has a final state or the time is over. The pauses grow.

    A failed read is repeated. It is not an error of the task, because the message was sent. Raises NotSent if the run
    is over.
    """
    begun = time.monotonic()
    end, reported = begun + timeout.total_seconds(), False
    pause, rows = FIRST_PAUSE, []
    while True:
        try:
            rows = deliveries(client, message)
        except NotSent:
            raise
        except LinkEngageError:
            rows = rows or []
        left = end - time.monotonic()
        if "unknown" not in states_of(people, rows, client.numbering) or left <= 0:
            return rows
        if not reported and time.monotonic() - begun >= SILENT:
            reported = True
            what = f"the delivery of message {message[MESSAGE.id]}"
            client.waiting.announce(f"waiting for {what}; at most {left:.0f} s more (wait_timeout)")
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE)


def _rows(client: Client, message: Mapping[str, Any]) -> list[Record]:
    """Return the messages in the folder of the message, or in all folders if the message has no folder id."""
    current = client.get(MESSAGE, message[MESSAGE.id]) or message
    rows = client.folder_messages(current["folder_id"]) if current.get("folder_id") else []
    if any(row["message_id"] == message[MESSAGE.id] for row in rows):
        return rows
    folders = flattened(client.list_records(FOLDER))
    return [row for folder in folders for row in client.folder_messages(folder["folder_id"])]
