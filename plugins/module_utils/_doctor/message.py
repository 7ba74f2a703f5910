# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The message of the probe.

It goes to the account's own number in a year, is found in the folders, and is cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .._errors import ApiError, IncompleteList, InvalidInput, LinkEngageError, WrongAnswer
from .._model.fields import Record
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP, MESSAGE
from .._service.client import Client
from .._service.formats import FORMATS
from .findings import Finding, ok, problem, warning
from .left_behind import LATEST, TEXT, Made, is_ours, own_rows
from .survey import Survey

CHECK, RECEIVERS = "message", "receivers"
FEW = 3  # number of receivers of the message
# Numbers of receivers of a second message: one more than a limit in the table of open questions, and this limit.
MANY = (101, 100)
AHEAD = timedelta(days=365)
SOON = timedelta(days=180)
ODD = 37  # seconds of the time to send, to recognise a service that leaves out seconds
SHORTEST = 9  # digits of a receiver with its country code at least (contract: messages)
PAUSE = 1.0
REPORT = "Attach the report to an issue."


@dataclass(frozen=True)
class Receiver:
    """The phone number that gets the message. It is "" if no message may be written, because of ``reason``.

    ``alone`` is True if no contact and no group may be a receiver too.
    """

    number: str = ""
    alone: bool = False
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Crowd:
    """What messages to many receivers showed. All receivers are the contact of the probe, which is repeated.

    - ``accepted`` is the number of receivers that the service accepted, or 0.
    - ``refused`` is the number of receivers that the service refused, or 0.
    - ``shown`` is the number of receivers of the stored message.
    - ``rows`` is the length of the complete list of the folder, or 0.
    - ``cut`` is the length of a list of the folder that the service has cut off, or 0.
    """

    accepted: int = 0
    refused: int = 0
    shown: int = 0
    rows: int = 0
    cut: int = 0

    def findings(self) -> list[Finding]:
        if not self.accepted:
            limit = (
                f"The service refuses a message to {self.refused} receivers, and accepts a message to {FEW} "
                "receivers. Either the limit is between these two numbers, or the service refuses a message that "
                "lists a receiver several times."
            )
            return [ok(RECEIVERS, limit)]
        if self.refused:
            limit = (
                f"The service accepts a message to {self.accepted} receivers, and refuses a message to {self.refused} "
                "receivers. To reach more receivers, send the message to a group."
            )
            return [ok(RECEIVERS, limit), *self._cut()]
        doubt = (
            f"The service accepts a message that lists the same contact {self.accepted} times as a receiver. If the "
            f"service counted this contact only once, a message to {self.accepted} different contacts possibly fails."
        )
        return [ok(RECEIVERS, doubt), *self._cut()]

    def _cut(self) -> list[Finding]:
        cut = f"The service lists only {self.cut} messages of a message folder that contains more messages."
        return (
            [warning("long lists", cut, f"Keep fewer than {self.cut} messages in each message folder. {REPORT}")]
            if self.cut
            else []
        )


@dataclass(frozen=True)
class Mail:
    """What the message showed. ``refused`` is the smallest number of receivers that the service refused, or 0."""

    id: str
    due: datetime
    receivers: int
    refused: int
    contact: int | None
    stored: Record
    times: tuple[str, ...]  # the time as each format shows it
    rows: tuple[Record, ...]
    crowd: Crowd | None = None


def receiver_of(
    survey: Survey, option: str, given: Any, redirect_to: Any, allowlist: Any, client: Client, folders: bool = True
) -> Receiver:
    """Return who gets a message: the *given* number in an option, or else the number of the account.

    With *folders*, the message must be found in the folders. Raises InvalidInput for an invalid option.
    """
    try:
        guard = client.limit_receivers(redirect_to, allowlist)
        number = None if given is None else client.numbering.canonical(given, option)
    except InvalidInput:
        raise
    except LinkEngageError as error:
        options = f"{option}, receiver_allowlist and redirect_to"
        return Receiver(reason=f"the doctor cannot check the phone numbers in the options {options} ({error.kind})")
    reason = _obstacle(survey, folders)
    if reason:
        return Receiver(reason=reason)
    number = guard.redirect_to or number or _number_of(survey.user, client.numbering)
    if not number:
        remedy = "To include a message in the probe, set own_number to the number of your own phone."
        return Receiver(reason="no sender of the account is a phone number", remedy=remedy)
    if not guard.permits(number):
        return Receiver(reason="the phone number of the receiver is not in receiver_allowlist")
    return Receiver(number.lstrip("+"), guard.limited)


def _obstacle(survey: Survey, folders: bool) -> str:
    if folders and "folders" in survey.errors:
        return "the doctor cannot look for the message in the message folders"
    if survey.user and "SEND_SMS" not in survey.user["allowed_functions"]:
        return "the user does not have the right to send messages (SEND_SMS)"
    return ""


def _number_of(user: Mapping[str, Any] | None, numbering: Numbering) -> str:
    """Return the default sender or an allowed sender that is a phone number; empty if there is none."""
    senders = [user["settings"].get("SENDER_ID", ""), *user["allowed_senders"]] if user else []
    for sender in senders:
        try:
            number = numbering.number(sender) if any(map(str.isdigit, sender)) else ""
        except LinkEngageError:  # the country of the number is not known
            continue
        if len(number.lstrip("+")) >= SHORTEST:
            return number
    return ""


def skipped(receiver: Receiver) -> Finding:
    """Return the finding if no message is written."""
    return Finding(CHECK, "ok", f"The probe did not schedule a message, because {receiver.reason}.", receiver.remedy)


class Messenger:
    """Writes, reads and cancels the message. ``made`` gets its id. ``posting`` is True while its id is not known."""

    def __init__(self, client: Client, made: list[Made]) -> None:
        self.client, self.made = client, made
        self.posting = False
        self.mail: Mail | None = None

    def run(self, receiver: Receiver, contact: int | None, group: int | None) -> list[Finding]:
        """Run all steps, and return the findings. Raises LinkEngageError if a request fails."""
        due = (self.client.now() + AHEAD).replace(second=ODD, microsecond=0)
        lists, many = [[receiver.number]], []
        if contact is not None and group is not None and not receiver.alone:
            contact_path, group_path = f"{CONTACT.path}/{contact}", f"{GROUP.path}/{group}"
            lists = [[receiver.number, contact_path, group_path], [receiver.number, contact_path], *lists]
            many = [[contact_path] * most for most in MANY]
        id, count, refused = self._post(lists, due)
        stored = self.client.await_record(MESSAGE, id)
        if stored is None:
            return [warning(CHECK, "The service does not show the message that the probe has scheduled.", REPORT)]
        if not is_ours(MESSAGE, stored):
            raise WrongAnswer(
                "POST /messages: the service returned an id that belongs to another message, not to the new message."
            )
        rows = self._rows(stored)
        self.mail = Mail(id, due, count, refused, contact, stored, self._times(id), tuple(rows))
        findings = [*self._time_finding(stored)]
        self._cancel(id)
        if self.client.get(MESSAGE, id) is not None:
            shown = "The service still shows the scheduled message of the probe, although the probe has cancelled it."
            findings.append(warning(CHECK, shown, REPORT))
        if not rows:
            findings.append(
                warning(CHECK, "The message folders do not show the message that the probe has scheduled.", REPORT)
            )
        if findings:
            return findings
        done = ok(
            CHECK,
            "The doctor has scheduled a message that is due in one year, found this message in the message folders, "
            "and cancelled it.",
        )
        return [done, *(self._crowd(many, due) if many and count == FEW else ())]

    def _crowd(self, many: list[list[str]], due: datetime) -> list[Finding]:
        """Write and cancel a message to many receivers.

        All of them are one contact, and nobody has the number of this contact.
        """
        try:
            id, accepted, refused = self._post(many, due)
        except ApiError as error:
            if error.status != 400:
                raise
            crowd = Crowd(refused=min(MANY))
        else:
            stored = self.client.await_record(MESSAGE, id)
            if stored is not None and not is_ours(MESSAGE, stored):
                raise WrongAnswer(
                    "POST /messages: the service returned an id that belongs to another message, not to the new "
                    "message."
                )
            rows, cut = self._listed(stored)
            self._cancel(id)
            shown = len(str((stored or {}).get("receivers") or "").split(";"))
            crowd = Crowd(accepted, refused, shown, rows, cut)
        if self.mail:
            self.mail = replace(self.mail, crowd=crowd)
        return crowd.findings()

    def _listed(self, stored: Record | None) -> tuple[int, int]:
        """Return the length of the complete list of the message's folder, and the length of a list that was cut
        off.
        """
        try:
            return len(self.client.folder_messages(stored["folder_id"])) if stored else 0, 0
        except IncompleteList as error:
            return 0, int(error.facts["length"])

    def _cancel(self, id: str) -> None:
        self.client.delete(MESSAGE, id)
        self.made.remove((MESSAGE, id))

    def _post(self, lists: list[list[str]], due: datetime, refused: int = 0) -> tuple[str, int, int]:
        """Post a message.

        Returns its id, the number of its receivers, and the smallest number of receivers that was refused.
        """
        addresses, *shorter = lists
        record = {"text": TEXT, "receivers": ";".join(addresses), "status": "Unknown", "handled": due}
        self.posting = True
        try:
            id = str(self.client.post(MESSAGE, record))
        except ApiError as error:
            self.posting = error.status >= 500
            if error.status != 400 or not shorter:
                raise
            return self._post(shorter, due, len(addresses))
        self.made.append((MESSAGE, id))
        self.posting = False
        return id, len(addresses), refused

    def _rows(self, stored: Record) -> list[Record]:
        """Return the message as the folders list it, as soon as a folder shows it."""
        for _look in range(LATEST):
            rows = own_rows(self.client, stored["folder_id"])
            if rows:
                return rows
            time.sleep(PAUSE)
        return []

    def _times(self, id: str) -> tuple[str, ...]:
        found = [self.client.in_format(name).get(MESSAGE, id) for name in FORMATS]
        return tuple(str(message["handled"] or "") for message in found if message)

    def _time_finding(self, stored: Record) -> list[Finding]:
        """Return a problem if the service did not postpone the message."""
        readings = self.client.zone.readings(str(stored["handled"] or ""))
        if readings and readings[-1] > self.client.now() + SOON:
            return []
        remedy = "Do not use the option send_at with this account. " + REPORT
        meaning = (
            "The probe scheduled a message that is due in one year, but the service has stored another time. The "
            "service possibly ignores the time of a scheduled message."
        )
        return [problem(CHECK, meaning, remedy)]
