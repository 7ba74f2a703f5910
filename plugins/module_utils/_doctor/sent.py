# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Sends one SMS to a phone of the user, follows its delivery, and deletes its record."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .._errors import ApiError, LinkEngageError, UnknownOutcome, WrongAnswer
from .._model.changes import Cancel
from .._model.delivery_states import state_of, waits
from .._model.fields import Record
from .._model.resources import MESSAGE
from .._service.client import Client
from .findings import Finding, ids, ok, problem, warning
from .left_behind import LATEST, SENT_TEXT, own_rows, text_of
from .message import REPORT, SOON, Receiver

CHECK, REMOVAL = "test message", "sent message"
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 8.0  # seconds between two reads
UNKNOWN, NO_REPORT = "unknown", "not reported"
CLEAN = "To delete the SMS from the account later, run the playbook doctor with -e clean=true."
NO_SMS = "Solve this problem, or omit the option `to`."
KEPT = "If you do not want to keep this SMS, delete it in the web application."


@dataclass
class Sending:
    """What is known about the message. ``posting`` is True while its id is not known."""

    id: str = ""
    posting: bool = False
    answer: str = ""
    findings: list[Finding] = field(default_factory=list)


def planned(receiver: Receiver) -> Finding:
    """Return the finding of a run that does not send."""
    if not receiver.number:
        return not_sent(receiver)
    return ok(
        CHECK,
        "The doctor will send one SMS to the phone number in the option `to`. After the delivery, the doctor will "
        "delete the SMS from the account.",
    )


def not_sent(receiver: Receiver) -> Finding:
    return warning(CHECK, f"The doctor does not send an SMS, because {receiver.reason}.", receiver.remedy or NO_SMS)


def send(client: Client, receiver: Receiver, timeout: float) -> Sending:
    """Send one SMS, and follow its delivery for *timeout* seconds.

    Its record is deleted at the end, even after an interruption.
    """
    sending = Sending()
    try:
        _send(client, receiver, timeout, sending)
    except UnknownOutcome as error:
        if not sending.posting:
            sending.findings.append(_failed(error))
        else:
            sending.findings.append(
                warning(
                    CHECK,
                    "The doctor got no valid response from the service, so it does not know whether the SMS was sent.",
                    REPORT,
                )
            )
            _delete_unknown(client, sending)
    except LinkEngageError as error:
        sending.findings.append(_failed(error))
    except KeyboardInterrupt:
        _delete_unknown(client, sending)
        raise
    return sending


def _failed(error: LinkEngageError) -> Finding:
    status = f" with status {error.facts['status']}" if "status" in error.facts else ""
    return problem(
        CHECK,
        f"The doctor tried to send an SMS to the phone number in the option `to`, but a request failed{status} "
        f"({error.kind}).",
        "Check the rights of the user. If the SMS is in the account, run the playbook doctor with -e clean=true to "
        "delete the SMS.",
    )


def _send(client: Client, receiver: Receiver, timeout: float, sending: Sending) -> None:
    sending.posting = True
    try:
        id = str(client.post(MESSAGE, {"text": SENT_TEXT, "receivers": receiver.number, "status": "Unknown"}))
    except ApiError as error:
        sending.posting = error.status >= 500
        raise
    stored = client.await_record(MESSAGE, id)
    if stored is not None and text_of(stored) != SENT_TEXT:
        raise WrongAnswer(
            "POST /messages: the service returned an id that belongs to another message, not to the new message."
        )
    sending.id, sending.posting = id, False
    stored, state = _followed(client, id, stored, timeout)
    if stored is None:
        sending.findings.append(
            warning(CHECK, "The service does not show the SMS that the doctor has sent.", f"{CLEAN} {REPORT}")
        )
    elif waits(stored["status"]) and state in (UNKNOWN, NO_REPORT):
        meaning = (
            "The service has accepted the SMS, but has not confirmed that the SMS was sent. Therefore, the doctor has "
            "not deleted the SMS from the account."
        )
        sending.findings.append(warning(CHECK, meaning, CLEAN))
    else:
        sending.findings.append(ok(CHECK, f"The service has sent the SMS. The delivery state is: {state}."))
        _delete(client, sending)


def _followed(client: Client, id: str, stored: Record | None, timeout: float) -> tuple[Record | None, str]:
    """Return the message and its delivery state, as soon as the service reports a state."""
    end, pause = time.monotonic() + timeout, FIRST_PAUSE
    while True:
        state = _state(client, id, stored)
        left = end - time.monotonic()
        if stored is None or state not in (UNKNOWN, NO_REPORT) or left <= 0:
            return stored, state
        client.waiting.announce(f"waiting for the delivery of the SMS; at most {left:.0f} s more")
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE)
        stored = client.get(MESSAGE, id)


def _state(client: Client, id: str, stored: Record | None) -> str:
    try:
        rows = client.folder_messages(stored["folder_id"]) if stored else []
    except LinkEngageError:
        return NO_REPORT
    states = {state_of(row["delivery_status"]) for row in rows if str(row["message_id"]) == id}
    return ", ".join(sorted(states)) or NO_REPORT


def _delete(client: Client, sending: Sending) -> None:
    """Delete the record of the sent message. The reaction of the service answers an open question."""
    try:
        client.delete(MESSAGE, sending.id)
    except ApiError as error:
        sending.answer = "refused" if error.status == 400 else ""
        sending.findings.append(refused(sending.id, error.status))
        return
    if client.get(MESSAGE, sending.id) is not None:
        sending.findings.append(
            warning(REMOVAL, "The service still shows the SMS after the doctor has deleted it.", REPORT)
        )
        return
    sending.answer = "deletes"
    sending.findings.append(ok(REMOVAL, "The doctor has deleted the sent SMS from the account."))


def refused(id: str, status: int) -> Finding:
    """Return the finding if the service refuses to delete a message that was sent."""
    meaning = (
        f"The service refused to delete the sent SMS (status {status}), so the SMS with {ids(MESSAGE.id, [id])} stays "
        "in the account."
    )
    return warning(REMOVAL, meaning, KEPT)


def _delete_unknown(client: Client, sending: Sending) -> None:
    """Delete the message after a lost answer or an interruption. Its id may not be known."""
    try:
        if sending.posting:
            time.sleep(LATEST)
        rows = own_rows(client, texts=(SENT_TEXT,)) if sending.posting else []
        for id in dict.fromkeys([sending.id, *(str(row["message_id"]) for row in rows)]):
            if id:
                sending.findings += _deleted(client, id)
    except LinkEngageError as error:
        sending.findings.append(
            problem(
                REMOVAL, f"The SMS is possibly still in the account, because a request failed ({error.kind}).", CLEAN
            )
        )


def _deleted(client: Client, id: str) -> list[Finding]:
    try:
        client.delete(MESSAGE, id)
    except ApiError as error:
        if error.status >= 500:
            raise
        return [refused(id, error.status)]
    return []


def clean(client: Client, change: Cancel) -> list[Finding]:
    """Delete a message of an earlier run. Returns a finding if the service refuses to delete a sent message.

    Raises LinkEngageError.
    """
    # The message still waits, so it must not be sent, and a failure here is an error.
    if change.due > client.now() + SOON:
        client.delete(MESSAGE, change.id)
        return []
    return _deleted(client, change.id)
