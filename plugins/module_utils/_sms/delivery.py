# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The delivery of a sent message to its receivers: our state and the status of the service."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from .._errors import LinkEngageError
from .._model.fields import Record
from .._model.resources import FOLDER, FOLDER_MESSAGE, MESSAGE
from .._service.client import Client, flattened

# Assumption: the list of states is not published. These words are recognised, in upper and lower case.
DELIVERED = frozenset({"delivered", "delivrd", "received", "read"})
FAILED = frozenset(
    {"failed", "undelivered", "undeliv", "rejected", "rejectd", "expired", "deleted", "error", "cancelled", "barred"}
)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two reads


def state_of(word: str | None) -> str:
    """``delivered``, ``failed`` or ``unknown`` for a status of the service."""
    folded = (word or "").strip().casefold()
    return "delivered" if folded in DELIVERED else "failed" if folded in FAILED else "unknown"


def deliveries(client: Client, message: Record) -> list[dict[str, Any]]:
    """One row for each receiver in the reports of the service, with our ``state`` and the ``status`` of the service."""
    rows = [row for row in _rows(client, message) if row["message_id"] == message[MESSAGE.id]]
    shown = [FOLDER_MESSAGE.present(row) for row in rows]
    return [
        {
            "receiver": (row["receiver"] or "").strip(),
            "state": state_of(row["delivery_status"]),
            "status": row["delivery_status"],
            "delivered": row["delivered"],
        }
        for row in shown
    ]


def wait_for_delivery(client: Client, message: Record, receivers: int, timeout: timedelta) -> list[dict[str, Any]]:
    """Read the reports, with growing pauses, until every receiver has a final state or the time is over.

    If a read fails, it is repeated: the message was sent, so this is not an error of the task.
    """
    end = time.monotonic() + timeout.total_seconds()
    pause, rows = FIRST_PAUSE, []
    while True:
        try:
            rows = deliveries(client, message)
        except LinkEngageError:
            rows = rows or []
        final = [row for row in rows if row["state"] != "unknown"]
        left = end - time.monotonic()
        if (rows and len(final) == len(rows) >= receivers) or left <= 0:
            return rows
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE)


def _rows(client: Client, message: Record) -> list[Record]:
    """The rows of the folder of the message, or of all folders if the message has no folder id."""
    current = client.get(MESSAGE, message[MESSAGE.id]) or message
    rows = client.folder_messages(current["folder_id"]) if current.get("folder_id") else []
    if any(row["message_id"] == message[MESSAGE.id] for row in rows):
        return rows
    folders = flattened(client.list_records(FOLDER))
    return [row for folder in folders for row in client.folder_messages(folder["folder_id"])]
