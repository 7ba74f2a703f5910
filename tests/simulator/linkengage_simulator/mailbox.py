# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages and their deliveries to phones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from . import receiver as receivers
from .account import Account
from .assumptions import Assumptions
from .book import Book
from .clock import EPOCH, Clock
from .errors import NonsenseError, NotFoundError
from .folders import INBOX, OUTBOX, SENT, Folders
from .keeping import Keeping
from .receiver import NUMBER, Receiver, full_name
from .schema import MESSAGE, Record, complete

WAITS = "Unknown"
#: Other words for the states that the simulator itself sets, and for the usual delivery states.
STATES = {
    "numbers": {"Unknown": "0", "Sent": "1", "Delivered": "2", "Failed": "3", "Expired": "4", "Rejected": "5"},
    "norwegian": {
        "Unknown": "Ukjent",
        "Sent": "Sendt",
        "Delivered": "Levert",
        "Failed": "Feilet",
        "Expired": "Utløpt",
        "Rejected": "Avvist",
    },
}
TEXT_SENDER = re.compile("[!-~]{1,11}")


@dataclass
class Row:
    """One receiver of a message, with the delivery to this receiver. A folder shows it as one line."""

    receiver: Receiver
    to: str
    status: str = "Unknown"
    time: datetime | None = None


def _row(kept: Mapping[str, Any]) -> Row:
    return Row(**{**kept, "receiver": Receiver(**kept["receiver"])})


@dataclass
class Mail:
    """A message as the service stores it."""

    record: Record
    shown_from: str
    direction: str
    born: datetime = EPOCH  # the time when a request created the message, because reads can show it with a delay
    rows: list[Row] = field(default_factory=list)

    def lines(self, address: str, assume: Mapping[str, str]) -> list[Record]:
        """Return the lines of the message in its folder. *address* is the address of the resource messages."""
        record, rows = self.record, self.rows
        if assume["folder_rows"] == "per_message" and rows:
            rows = [Row(rows[0].receiver, ", ".join(row.to for row in rows), rows[0].status, rows[0].time)]
        shared = {
            "Direction": self.direction,
            "From": self.shown_from,
            "FromNumber": record["SenderNumber"],
            "MessageId": record["MessageId"],
            "MessageType": "SMS",
            "ResourceURI": f"{address}/{record['MessageId']}",
            "SendReceiveTime": record["HandledDate"],
            "Text": record["Text"],
        }
        words = STATES.get(assume["states"], {})
        return [
            {**shared, "DeliverStatus": words.get(row.status, row.status), "DeliverTime": row.time, "To": row.to}
            for row in rows
        ]


class Delivery(NamedTuple):
    """A text that a phone received. Tests count these deliveries, so duplicates are kept."""

    message_id: str
    number: str
    phone: str
    contact_id: int | None
    sender: str
    text: str
    at: datetime


class Mailbox:
    """The messages. Call ``settle`` before you read or change messages, because it sends the messages that are due."""

    def __init__(self, clock: Clock, book: Book, account: Account, assume: Assumptions) -> None:
        self._clock, self._book, self._account, self._assume = clock, book, account, assume
        self._keeping = Keeping(assume, account)
        self._next = 5001
        self._mails: dict[str, Mail] = {}
        self._waiting: list[Mail] = []
        self.deliveries: list[Delivery] = []
        self.folders = Folders()

    def get(self, ident: str) -> Mail:
        """Return one message. Raises NotFoundError."""
        if ident not in self._mails:
            raise NotFoundError(f"There is no message {ident}")
        return self._mails[ident]

    def read(self, ident: str) -> Mail:
        """Return one message, if reads already show it. Raises NotFoundError otherwise."""
        mail = self.get(ident)
        if not self._shows(mail):
            raise NotFoundError(f"There is no message {ident} yet")
        return mail

    def _shows(self, mail: Mail) -> bool:
        return mail.born + timedelta(seconds=self._keeping.lag) <= self._clock.now()

    def shown(self, mail: Mail) -> Record:
        """Return the record of a message for an answer."""
        words = STATES.get(self._assume["states"], {})
        return {**mail.record, "MessageStatus": words.get(mail.record["MessageStatus"], mail.record["MessageStatus"])}

    def require_deletable(self, mail: Mail) -> None:
        """Raise NonsenseError for a sent message, if the assumptions forbid to delete it."""
        sent = mail.direction == "O" and mail not in self._waiting
        if sent and self._assume["delete_sent"] == "refused":
            raise NonsenseError("A sent message cannot be deleted")

    def all(self) -> list[Mail]:
        """Return all messages, oldest first."""
        return list(self._mails.values())

    def remove(self, ident: str) -> None:
        """Cancel a scheduled message. Of a sent message, only the record is deleted."""
        mail = self.get(ident)
        del self._mails[ident]
        self._waiting = [other for other in self._waiting if other is not mail]

    def folder_tree(self) -> list[Record]:
        """Return the tree of folders, each with its number of lines."""
        counts: Counter[int] = Counter()
        for mail in self._mails.values():
            if self._shows(mail):
                counts[mail.record["FolderId"]] += len(mail.lines("", self._assume))
        return self.folders.tree(counts)

    def folder_lines(self, folder: int, address: str) -> list[Record]:
        """Return the lines of one folder."""
        self.folders.shelf.get(folder)
        mails = [mail for mail in self._mails.values() if mail.record["FolderId"] == folder and self._shows(mail)]
        return [line for mail in mails for line in mail.lines(address, self._assume)]

    def post(self, values: Record, earliest: datetime | None = None) -> Mail:
        """Send a message now, or store it until its time.

        A time before *earliest* (by default: now) is replaced by it.
        """
        parts = receivers.parse(values.get("Receivers"), self._book)
        most = self._assume.number("max_receivers")
        if most is not None and len(parts) > most:
            raise NonsenseError(f"A message has at most {most:g} receivers")
        if not (values.get("Text") or "").strip():
            raise NonsenseError("Text is missing")
        if not 0 <= values.get("Tariff", 0) <= int(self._account.settings["MAX_TARIFF"]):
            raise NonsenseError("Tariff is out of range")
        sender = self._sender(values.get("SenderNumber"))
        now = self._clock.now()
        due = max(values.get("HandledDate") or now, earliest or now)
        if self._assume["message_times"] == "minutes":
            due = due.replace(second=0, microsecond=0)
        mail = self._keep("O", sender, {**values, "SenderNumber": sender, "HandledDate": due, "FolderId": OUTBOX})
        mail.born = now
        mail.rows = [Row(part, self._to(part)) for part in parts]
        self._waiting.append(mail)
        self.settle()
        return mail

    def _to(self, part: Receiver) -> str:
        return part.shown(self._book, self._assume["row_receiver"])

    def _sender(self, sender: str | None) -> str:
        sender = sender or self._account.settings["SENDER_ID"]
        if not self._account.may_send_as(sender):
            raise NonsenseError(f"The sender {sender!r} is not allowed")
        if not self._account.lists_sender(sender) and not (NUMBER.fullmatch(sender) or TEXT_SENDER.fullmatch(sender)):
            raise NonsenseError(f"The sender {sender!r} is too long, or has a character that is not allowed")
        return sender

    def _keep(self, direction: str, shown_from: str, values: Record) -> Mail:
        number, self._next = self._next, self._next + 1
        ident = str(number) if self._assume["message_ids"] == "bare" else f"{direction}_{number}"
        kept = self._keeping.stored(MESSAGE, values)
        record = complete(MESSAGE, {**kept, "MessageId": ident, "MessageStatus": WAITS})
        self._mails[ident] = Mail(record, shown_from, direction)
        return self._mails[ident]

    def settle(self) -> None:
        """Send the messages whose time has come."""
        now = self._clock.now()
        due = [mail for mail in self._waiting if mail.record["HandledDate"] <= now]
        if due:
            self._waiting = [mail for mail in self._waiting if mail.record["HandledDate"] > now]
        for mail in sorted(due, key=lambda mail: mail.record["HandledDate"]):
            self._send(mail)

    def _send(self, mail: Mail) -> None:
        record = mail.record
        record.update(FolderId=SENT, MessageStatus="Sent")
        ident, sender, text, at = (record[name] for name in ("MessageId", "SenderNumber", "Text", "HandledDate"))
        for row in mail.rows:
            row.to = self._to(row.receiver)
            for contact, number in row.receiver.phones(self._book):
                phone = self._account.phone(number)
                self.deliveries.append(Delivery(ident, number, phone, contact, sender, text, at))

    def receive(self, number: str, text: str, at: datetime | None, to: str, folder: int = INBOX) -> Record:
        """Store a message from a phone to the organisation."""
        self.folders.shelf.get(folder)
        values = {"Receivers": to, "SenderNumber": number, "Text": text, "FolderId": folder}
        mail = self._keep("I", self._name_of(number), {**values, "HandledDate": at or self._clock.now()})
        mail.rows = [Row(Receiver(to), to)]
        return mail.record

    def _name_of(self, number: str) -> str:
        phone = self._account.phone(number)
        contacts = [contact for contact in self._book.contacts.all() if contact["PhoneNumber"]]
        found = [contact for contact in contacts if self._account.phone(contact["PhoneNumber"]) == phone]
        return full_name(found[0]) if found else number

    def report(self, ident: str, changes: Mapping[str, object], receiver: str | None = None) -> int:
        """Set the delivery status and time for all receivers or one receiver of a message.

        Returns the number of receivers.
        """
        rows = [row for row in self.get(ident).rows if receiver in (None, row.receiver.text, row.to)]
        for row in rows:
            for name, value in changes.items():
                setattr(row, name, value)
        return len(rows)

    def kept(self) -> dict[str, Any]:
        """Return the whole state, for ``restore``."""
        return {
            "next": self._next,
            "mails": [asdict(mail) for mail in self._mails.values()],
            "waiting": [mail.record["MessageId"] for mail in self._waiting],
            "deliveries": [delivery._asdict() for delivery in self.deliveries],
            "folders": self.folders.shelf.kept(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the whole state with a result of ``kept``."""
        self._next = int(kept["next"])
        mails = [Mail(**{**mail, "rows": [_row(row) for row in mail["rows"]]}) for mail in kept["mails"]]
        self._mails = {mail.record["MessageId"]: mail for mail in mails}
        self._waiting = [self._mails[ident] for ident in kept["waiting"]]
        self.deliveries = [Delivery(**delivery) for delivery in kept["deliveries"]]
        self.folders.shelf.restore(kept["folders"])
