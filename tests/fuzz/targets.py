# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code that is fuzzed. A target makes one input from random numbers. It may raise only a LinkEngageError."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

import mutations

from ansible_collections.community.linkengage.plugins.module_utils._book.columns import Columns
from ansible_collections.community.linkengage.plugins.module_utils._book.declared import understand
from ansible_collections.community.linkengage.plugins.module_utils._book.sources import read_source
from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor, StoredCursor
from ansible_collections.community.linkengage.plugins.module_utils._machine.folder import FILE, FolderStore
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Entry
from ansible_collections.community.linkengage.plugins.module_utils._model import times
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import numbering_of
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import (
    CONTACT,
    FOLDER,
    FOLDER_MESSAGE,
    GROUP,
    MESSAGE,
    USER,
)
from ansible_collections.community.linkengage.plugins.module_utils._records.contacts import contact_ref
from ansible_collections.community.linkengage.plugins.module_utils._records.groups import group_ref
from ansible_collections.community.linkengage.plugins.module_utils._service.answers import Answers
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Answer, _moment, _seconds
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import Json
from ansible_collections.community.linkengage.plugins.module_utils._service.xml_format import Xml
from ansible_collections.community.linkengage.plugins.module_utils._sms import schedule
from ansible_collections.community.linkengage.plugins.module_utils._sms.options import SMS_SPEC, read_sms_options
from ansible_collections.community.linkengage.plugins.module_utils._sms.text import apply_policy, clean, measure

NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
NIL = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
TREES: dict[str, Any] = {
    "Contact": {
        **{"CPAAccepted": False, "ContactId": 4711, "CreatedDate": "/Date(1388577600000+0100)/", "Description": ""},
        **{"Email": None, "Firstname": "Kari", "IsPrivate": False, "PhoneNumber": "41234567", "New": {"a": ["b", 1]}},
    },
    "Group": {"Description": None, "GroupId": 12, "IsPrivate": False, "Name": "On call"},
    "Message": {
        **{"FolderId": 3, "HandledDate": "2026-01-31T09:00:00", "MessageId": "O_1234", "MessageStatus": "Sent"},
        **{"Receivers": "90011223;/contacts/4711", "SenderNumber": "LINK", "Tariff": 0, "Text": "Hi"},
    },
    "Folder": {"FolderId": 1, "Name": "Inbox", "SubFolders": [{"FolderId": 2, "Name": "A", "SubFolders": []}]},
    "FolderMessage": {"Direction": "I", "MessageId": "I_1", "SendReceiveTime": "/Date(0)/", "Text": "ACK"},
    "User": {
        **{"AllowedFunctions": ["SEND_SMS"], "Organization": {"Name": "Acme"}},
        **{"Settings": [{"Name": "NUMBER_PREFIX", "Value": "47"}]},
    },
}
RESOURCES = (CONTACT, GROUP, MESSAGE, FOLDER, FOLDER_MESSAGE, USER)
ELEMENTS = [
    "<Contact xmlns='urn:a' xmlns:b='urn:b'><b:New b:x='1'>n</b:New><ContactId>5</ContactId><Email/></Contact>",
    f"<ArrayOfContact><Contact><ContactId>5</ContactId><Email {NIL}/></Contact></ArrayOfContact>",
    "<A><Folder><FolderId>1</FolderId><SubFolders><Folder><FolderId>2</FolderId></Folder></SubFolders></Folder></A>",
    "<int>155</int>",
    "<Message><MessageId>O_1</MessageId><Text>a&#xC;b<![CDATA[c]]></Text><Tariff>0</Tariff></Message>",
]
MEDIA = ["application/json", "text/xml", "application/xml", "text/plain", "text/html", "", "x/\ud83d"]
DATES = [
    "/Date(1388577600000+0100)/",
    "2026-01-31T09:00:00.123",
    "2026-01-31T09:00:00+01:00",
    "2026-10-25T02:30:00",
    "9999-12-31T23:00Z",
]
QUIET = schedule.parse_quiet_hours({"from": "22:00", "to": "07:00", "zone": "Europe/Oslo", "action": "postpone"})
NUMBERS = ["+47 905 55 817", "004790555817", "90555817", "(905) 55.817", "+46701740605", "1881", "LINK"]
TABLES = [
    "phone_number;first_name\n90555817;Kari\n",
    'Phone,First name\n"905 55 817","Nord""mann"\n',
    "Telefon\tFornavn\n+4790555817\tÅse\n",
    "CONTACT;o;1;4799511111;Kari;Nordmann;k@a.example;;;3|4\n",
]
DOCUMENTS = [
    "contacts:\n  - phone_number: '90555817'\n    first_name: Kari\ngroups:\n  - name: A\n    members: ['90555817']\n",
    '{"contacts": [{"phone_number": "90555817"}], "groups": [{"name": "A", "members": {"set": ["90555817"]}}]}',
    "BEGIN:VCARD\nVERSION:3.0\nFN:Kari\nTEL;TYPE=cell:+4790555817\nEND:VCARD\n",
]
ENDINGS = [".yml", ".json", ".vcf", ".csv"]
FOLDER_OF_FILES = tempfile.TemporaryDirectory(prefix="linkengage-fuzz-")
HERE = Path(FOLDER_OF_FILES.name)


def answers(random: Random) -> None:
    """An answer with any body and media type, to any request. What is read must also be writable and showable."""
    if random.random() < 0.6:
        wire: Any = Json()
        name = random.choice(sorted(TREES))
        tree = mutations.value(random, TREES[name])
        good = json.dumps([tree] if random.random() < 0.5 else tree, default=repr, ensure_ascii=random.random() < 0.5)
        body = mutations.data(random, [good])
    else:
        wire, body = Xml(), mutations.data(random, ELEMENTS)
    headers = {"Content-Type": random.choice(MEDIA) if random.random() < 0.2 else wire.content_type}
    headers["Location"] = mutations.text(random, ["http://h/2/contacts/5"])
    answer = Answer(random.choice((200, 201, 204, 206)), headers, Body(body))
    resource, reader = random.choice(RESOURCES), Answers(wire)
    question = random.randrange(6)
    if question == 0:
        for record in reader.records(resource)(answer):
            wire.dumps(resource.wire, resource.to_wire(record))
            json.dumps(resource.present(record))
    elif question == 1:
        record = reader.record(resource, random.choice((None, 5, "O_1234")))(answer)
        wire.dumps(resource.wire, resource.to_wire(record))
        json.dumps(resource.present(record))
    elif question == 2:
        reader.count()(answer)
    elif question == 3:
        reader.new_id(random.choice((CONTACT, GROUP, MESSAGE)))(answer)
    elif question == 4:
        reader.done((CONTACT, 5), (GROUP, 12))(answer)
    else:
        json.dumps(reader.anything()(answer)["content"])


def dates(random: Random) -> None:
    """Dates of the service, of headers and of options."""
    found = mutations.text(
        random, [*DATES, "Thu, 26 Nov 2026 12:00:00 GMT", "+90m", "2026-01-31 09:00 Europe/Oslo", "3"]
    )
    zone = times.ServiceZone(times.HOUR * random.randrange(-12, 14), NOW) if random.random() < 0.5 else None
    for moment in (zone or times.ServiceZone()).readings(found):
        times.iso_utc(moment)
        (zone or times.ServiceZone()).learned(found, moment)
    CONTACT.present({"created": found})
    given = _moment(found)
    _seconds(found, given or NOW)
    question = random.randrange(4)
    if question == 0:
        QUIET.over_at(schedule.parse_send_at(found, NOW))
    elif question == 1:
        schedule.parse_duration(mutations.text(random, ["24h", "1d12h", "90m"]), "option")
    elif question == 2:
        times.parse_moment(found, "since")
    else:
        good = {"from": "22:00", "to": "07:00", "zone": "Europe/Oslo", "action": "postpone"}
        changed = mutations.value(random, mutations.text(random, ["22:00", found]))
        hours = schedule.parse_quiet_hours({**good, random.choice(["from", "to"]): changed})
        hours.over_at(NOW)


def numbers(random: Random) -> None:
    """Phone numbers and country codes of any type."""
    found = mutations.value(random, mutations.text(random, NUMBERS))
    numbering = numbering_of(mutations.value(random, "47") if random.random() < 0.2 else "47")
    if isinstance(found, str):
        numbering.key(found)
    numbering.written(numbering.canonical(found, "number"), random.choice(("e164", "msisdn", "national")))


def receivers(random: Random) -> None:
    """References to contacts and groups, and the options of a message."""
    numbering = numbering_of("47")
    entry = random.choice(["+4790555817", 4711, {"contact_id": 5}, {"group_id": 12}, "On call"])
    if random.random() < 0.5:
        try:
            contact_ref(mutations.value(random, entry), "contacts[0]", numbering)
        except LinkEngageError:
            group_ref(mutations.value(random, entry), "groups[0]")
        return
    params = {name: option.get("default") for name, option in SMS_SPEC.items()}
    params.update(
        text=mutations.text(random, TEXTS), numbers=["+4790555817"], idempotency_key=random.choice(["x", None])
    )
    params["idempotency_window"] = mutations.text(random, ["24h", "90m"])
    params["wait_timeout"] = random.choice([1, 60, -1, 10**15, 10**400])
    params["wait"] = random.random() < 0.5
    read_sms_options(params)


TEXTS = ["Hei på deg", "{Fornavn} \N{FIRE}", "a" * 161, "€[]^", "ﬁ½ \N{EN DASH}"]


def texts(random: Random) -> None:
    """Texts of messages."""
    found, _replaced = apply_policy(
        clean(mutations.text(random, TEXTS)), random.choice(("allow", "replace", "reject", "fail"))
    )
    measure(found)


def tables(random: Random) -> None:
    """CSV files with any bytes, and the entries that they declare."""
    _declared(random, ".csv", TABLES)


def documents(random: Random) -> None:
    """Address books in other formats."""
    _declared(random, random.choice(ENDINGS), DOCUMENTS)


def _declared(random: Random, ending: str, good: list[str]) -> None:
    path = HERE / f"book{ending}"
    path.write_bytes(mutations.data(random, good))
    entries = read_source(str(path)).entries
    understand(entries, numbering_of("47"), random.choice(("continue", "refuse", "skip")))


def columns(random: Random) -> None:
    """The option ``columns``."""
    good = {"Mobile": "phone_number", "last_name": ["Surname", "Name"]}
    Columns({mutations.text(random, [name]): mutations.value(random, item) for name, item in good.items()}, "fail")


def connection(random: Random) -> None:
    """The options of the connection."""
    params = {name: option.get("default") for name, option in CONNECTION_SPEC.items()}
    params.update(username="kari", password="secret", api_url=mutations.text(random, ["https://h.example:8443/2"]))
    for name in ("timeout", "answer_timeout", "lock_timeout"):
        if random.random() < 0.2:
            params[name] = random.choice([float("inf"), float("nan"), 1e400, -1.0, 0.0, 10.0**15, 5.0])
    for name in ("retries", "throttle_timeout", "requests_per_minute", "max_answer_size"):
        if random.random() < 0.2:
            params[name] = random.choice([-1, 0, 5, 10**15, 10**400])
    for name in ("username", "domain", "password"):
        if random.random() < 0.2:
            params[name] = mutations.text(random, ["kari@acme.example"])
    params["default_country_code"] = mutations.value(random, "47")
    connect(params.get)


class Texts:
    """A store of one cursor, in memory."""

    name = "memory"

    def __init__(self) -> None:
        self.present: str | None = None
        self.next: str | None = None

    def cursor(self, name: str) -> tuple[str | None, str | None]:
        return self.present, self.next

    def prepare_cursor(self, name: str, text: str) -> None:
        self.next = text

    def commit_cursor(self, name: str) -> None:
        self.present, self.next = self.next, None


def cursor(random: Random) -> None:
    """The stored cursor of the event source."""
    store = Texts()
    stored = StoredCursor(store, "inbox")
    stored.save(Cursor("2026-01-31T08:00:00Z", [1], {"I_1": "2026-01-31T08:00:00Z"}, ["I_2"]))
    good = store.present or ""
    if random.random() < 0.5:
        good = json.dumps(mutations.value(random, json.loads(good)), default=repr)
    store.present = mutations.data(random, [good]).decode("utf-8", "replace")
    json.dumps(asdict(stored.load().after("I_3", "")))


def store(random: Random) -> None:
    """The database of sends, with damaged pages or entries."""
    path, good = HERE / "store" / FILE, HERE / "good" / FILE
    if not good.exists():
        FolderStore(str(good.parent), "account", Waiting()).record("key", Entry("hash", "sent", "O_1", 1.0))
        path.parent.mkdir(exist_ok=True)
    found = bytearray(good.read_bytes())
    if random.random() < 0.5:
        for _change in range(random.choice((1, 5, 200))):
            found[random.randrange(len(found))] = random.randrange(256)
    path.write_bytes(found)
    if random.random() < 0.5:
        name = random.choice(["content", "state", "message_id", "at", "tried", "due", "look"])
        value = random.choice([b"\xff", "x", 5, -1.5, 9e999, None])
        # The damage can make SQLite itself reject the change, or the end of the change.
        with suppress(sqlite3.Error, ValueError), closing(sqlite3.connect(path)) as opened:
            opened.execute(f"UPDATE sends SET {name} = ?", (value,))
            opened.commit()
    asdict(FolderStore(str(path.parent), "account", Waiting()).find("key") or Entry("", "sent", None, 0.0))
