# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The service as records: resources and changes in, records out. Knows paths, not options."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from .._errors import (
    AmbiguousRecord,
    InvalidInput,
    LinkEngageError,
    NoCountryCode,
    NotFound,
    NotSent,
    UnknownOutcome,
)
from .._machine.locks import Waiting
from .._model.changes import (
    AddMember,
    Cancel,
    Change,
    Create,
    Delete,
    Id,
    Key,
    RemoveMember,
    Request,
    Send,
    Update,
    require_known,
)
from .._model.fields import Record, Resource
from .._model.phone import Numbering
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, USER
from .._model.times import ServiceZone, is_local, parse_time
from .account import account_of
from .answers import Answers
from .formats import FORMATS, Format
from .http import Answer, Call, Http
from .journal import Journal
from .pace import Traffic

ENDS = 4  # digits: a number no longer than this has no more than its ends
Value = TypeVar("Value")
SETTLE = 1.0  # seconds that a request whose answer was lost gets to finish, before we look what it did


class Client:
    """One account. Raises the kinds of ``_errors`` only."""

    def __init__(
        self,
        http: Http,
        wire: Format,
        country_code: str | None = None,
        waiting: Waiting | None = None,
        foreign_numbers: str = "any",
    ) -> None:
        self.http = http
        self.waiting = waiting or Waiting()
        self.numbering = Numbering(self.country_code, foreign_numbers)
        self.wire = wire
        self._answers = Answers(wire)
        self._country_code = country_code
        self._user: Record | None = None
        self._unread: list[str] = []  # what was made, and could not be read again
        # Called while many changes are made, with the finished changes, all changes, and the wait for the throttle.
        self.progress: Callable[[int, int, float], None] | None = None
        # Gives the content of what ansible-vault encrypted; only the controller has the secrets.
        self.decrypt: Callable[[bytes], bytes] | None = None
        self.journal = Journal()
        self.zone = ServiceZone()

    @property
    def account(self) -> str:
        """A text that identifies one account on one service."""
        return account_of(self.http.settings.login, self.http.settings.api_url)

    # A run

    def now(self) -> datetime:
        """The time of the service if an answer has shown it, otherwise the time of this machine."""
        return self.http.service_now()

    def renew(self) -> None:
        """Begin a task: it may wait for the throttle and for locks as long as its own options say."""
        self.http.pace.renew()
        self.waiting.renew()
        self.journal.begin()
        self.numbering.doubts()
        self._unread.clear()

    def stop(self, why: str) -> None:
        """Send no more requests: whatever is still to be sent raises NotSent with *why*."""
        self.http.pace.stop(why)

    def warnings(self) -> list[str]:
        """What a person should know of this task, such as strange numbers and long waits."""
        return [*self._unread, *self.numbering.doubts(), *self.waiting.report(), *self.http.pace.report()]

    def on_wait(self, report: Callable[[str], None]) -> None:
        """Call *report* before each wait for the throttle, with the reason, the duration and the end."""
        self.http.pace.on_wait = report

    def share(self, traffic: dict[str, Traffic]) -> None:
        """Count the requests together with all clients of this account that share the same *traffic*."""
        self.http.pace.traffic = traffic.setdefault(self.account, self.http.pace.traffic)

    @property
    def waited(self) -> float:
        """Seconds that the throttle was waited for."""
        return self.http.pace.waited

    @property
    def writes(self) -> int:
        """How many requests that may change something were sent."""
        return self.http.writes

    @property
    def clock_known(self) -> bool | None:
        """Whether an answer has shown the clock of the service. None before any answer."""
        return self.http.clock_known

    # Reading

    def time_in_json(self, message_id: str) -> datetime | None:
        """When a message was or will be handled, as JSON gives it: there, unlike in XML, a date is one moment.

        None if that is not known either.
        """
        wire = FORMATS["json"]()
        if self.wire.content_type == wire.content_type:
            return None
        call = replace(self._call("GET", _path(MESSAGE, message_id)), accept=wire.content_type)
        try:
            handled = str(self._ask(call, Answers(wire).record(MESSAGE, message_id))["handled"] or "")
        except LinkEngageError:
            return None
        return None if is_local(handled) else parse_time(handled)

    def get(self, resource: Resource, id: int | str) -> Record | None:
        """One record, or None. Raises InvalidInput for a text that is no id."""
        try:
            call = self._call("GET", _path(resource, id), integer_id=isinstance(id, int))
            return self._ask(call, self._answers.record(resource, id))
        except NotFound:
            return None

    def list_records(self, resource: Resource, path: str | None = None) -> list[Record]:
        """Every record at *path*, by default every one of the resource; lists come whole (contract: assumptions)."""
        return self._ask(self._call("GET", path or resource.path), self._answers.records(resource))

    def user(self) -> Record:
        """The current user, asked for once."""
        if self._user is None:
            self._user = self._ask(self._call("GET", USER.path), self._answers.record(USER))
        return self._user

    def country_code(self) -> str:
        """What stands before national numbers: the option, else the account's NUMBER_PREFIX."""
        if not self._country_code:
            prefix = self.user()["settings"].get("NUMBER_PREFIX", "").strip().lstrip("+0")
            if not prefix.isdecimal():
                raise NoCountryCode(
                    "A phone number without a country code must be understood, and the account has no NUMBER_PREFIX: "
                    'set default_country_code, such as "47", or write numbers with their country code.'
                )
            self._country_code = prefix
        return self._country_code

    def search_contacts(self, text: str, group_id: int | None = None) -> list[Record]:
        """The contacts in which every space-separated term of *text* is found."""
        base = CONTACT.path if group_id is None else f"{GROUP.path}/{group_id}/contacts"
        return self.list_records(CONTACT, f"{base}/search/{quote(text, safe='')}")

    def contacts_by_number(self, number: str) -> list[Record]:
        """Every contact that holds *number* in any spelling, by id; one request where it is found, else up to three.

        The search for the national digits finds each spelling that has them in one piece. Then comes the exact text as
        given (contract: the number must match the stored text), which only matters where something stands between the
        digits; and last a search that needs no more than the first and the last two digits in one piece, so that nobody
        who is stored as ``905 55 817`` is taken for missing.
        """
        canonical = self.numbering.canonical(number)
        national = self.numbering.national(canonical)
        matches = self._holding(canonical, self.search_contacts(national))
        if not matches and not number.strip().lstrip("+").isdecimal():
            exact = self._contact_by_exact_number(number)
            matches = self._holding(canonical, [exact] if exact else [])
        if not matches and len(national) > ENDS:
            matches = self._holding(canonical, self.search_contacts(f"{national[:2]} {national[-2:]}"))
        return sorted(matches, key=lambda record: int(record["contact_id"]))

    def _holding(self, canonical: str, contacts: list[Record]) -> list[Record]:
        return [contact for contact in contacts if self.numbering.key(contact["phone_number"]) == canonical]

    def groups_by_name(self, name: str) -> list[Record]:
        """Every group of exactly this name, by id; one request."""
        return self._alike(GROUP, {"name": name})

    def count_contacts(self) -> int:
        """How many contacts there are."""
        return self._ask(self._call("GET", f"{CONTACT.path}/count"), self._answers.count())

    def folder_messages(self, folder_id: int) -> list[Record]:
        """The messages in one folder, in the folders' own shape."""
        return self.list_records(FOLDER_MESSAGE, f"{FOLDER.path}/{folder_id}/messages")

    def members(self, group_id: int) -> list[Record]:
        """A group's contacts, whole."""
        return self.list_records(CONTACT, f"{GROUP.path}/{group_id}/contacts")

    # Writing

    def create(self, resource: Resource, record: Record, verify: bool = True) -> Record:
        """Make a record and give it as the service holds it.

        The record is found again by the resource's ``found_by``, such as a number or a name. After a lost answer it is
        looked for before it is posted again. Where somebody else made the same record at the same moment, the record
        with the lowest id stays: ours, an instant old, is withdrawn and the other is given. Without *verify* an answer
        that came is believed, and only the id is given. What cannot be found again is posted once; raises
        UnknownOutcome where the answer was lost.
        """
        if not (resource.found_by and record.get(resource.found_by)):
            return self._create_unfindable(resource, record, verify)
        failure: LinkEngageError | None = None
        for _repetition in range(self.http.settings.retries + 1):
            try:
                own = self.post(resource, record)
            except UnknownOutcome as error:
                failure, own = error, None
                time.sleep(SETTLE)
            if own is not None and not verify:
                return {resource.id: own}
            try:
                stored = self._alike(resource, record)
            except NotSent as error:  # which does not unmake the request before it
                raise failure or error from None
            if stored or own is not None:
                return self._settled(resource, stored, own)
        raise failure or LinkEngageError(f"The {resource.name} could not be made.")

    def _create_unfindable(self, resource: Resource, record: Record, verify: bool) -> Record:
        try:
            return self._create_once(resource, record, verify)
        except UnknownOutcome as error:
            raise UnknownOutcome(
                f"{error} It was not repeated, because no field identifies a {resource.name}. Check whether the "
                f"{resource.name} exists before you run the task again.",
                **error.facts,
            ) from error

    def _create_once(self, resource: Resource, record: Record, verify: bool = True) -> Record:
        id = self.post(resource, record)
        if not verify:
            return {resource.id: id}
        try:
            stored, why = self.get(resource, id), "the service does not find it"
        except LinkEngageError as error:  # it is made, and must not look like a failure
            stored, why = None, str(error)
        if stored is None:
            done = "was sent" if resource is MESSAGE else "was created"
            self._unread.append(f"The {resource.name} {id} {done}, but its record cannot be read: {why}")
        return stored or {**record, resource.id: id}

    def post(self, resource: Resource, record: Record) -> int | str:
        """POST once; the new record's id. Raises UnknownOutcome where the answer does not hold it."""
        call = self._call("POST", resource.path, self.wire.dumps(resource.wire, resource.to_wire(record)))
        return self._ask(call, self._answers.new_id(resource))

    def send(self, message: Record) -> Record:
        """Send a message, once; the message as the service holds it. Raises UnknownOutcome."""
        return self._create_once(MESSAGE, message)

    def put(self, resource: Resource, id: int | str, record: Record) -> None:
        """Replace a record whole (contract: PUT replaces)."""
        body = self.wire.dumps(resource.wire, resource.to_wire(record))
        call = self._call("PUT", f"{resource.path}/{id}", body, isinstance(id, int))
        self._ask(call, self._answers.done((resource, id)))

    def delete(self, resource: Resource, id: int | str) -> None:
        """Delete a record; one that is gone already is deleted."""
        self._delete(_path(resource, id), isinstance(id, int))

    def add_member(self, group_id: int, contact_id: int) -> None:
        call = self._call("PUT", f"{GROUP.path}/{group_id}/contacts/{contact_id}", integer_id=True)
        self._ask(call, self._answers.done((GROUP, group_id), (CONTACT, contact_id)))

    def remove_member(self, group_id: int, contact_id: int) -> None:
        self._delete(f"{GROUP.path}/{group_id}/contacts/{contact_id}", True)

    def apply(self, changes: Sequence[Change]) -> dict[Key, Record]:
        """Make the changes in their order; the records that they made, by their keys.

        Raises UnknownChange before the first request where one of them is of an unknown kind.
        """
        self.require_known(changes)
        made: dict[Key, Record] = {}
        for change in changes:
            self.make(change, made)
        return made

    def require_known(self, changes: Iterable[Change]) -> None:
        """Raise UnknownChange where one of the changes is of a kind that this client does not make."""
        require_known(changes, MAKERS)

    def make(self, change: Change, made: dict[Key, Record], verify: bool = True) -> None:
        """Make one change; *made* has the records that earlier changes made, and gets what this one makes.

        *verify* is what ``create`` takes. Raises UnknownChange.
        """
        self.require_known([change])
        MAKERS[type(change)](self, change, made, verify)

    def _make_create(self, change: Create, made: dict[Key, Record], verify: bool) -> None:
        made[change.id] = self.create(change.resource, change.record, verify)

    def _make_update(self, change: Update, _made: dict[Key, Record], _verify: bool) -> None:
        self.put(change.resource, change.id, change.record)

    def _make_delete(self, change: Delete, _made: dict[Key, Record], _verify: bool) -> None:
        self.delete(change.resource, change.id)

    def _make_add(self, change: AddMember, made: dict[Key, Record], _verify: bool) -> None:
        self.add_member(_number(change.id, made), _number(change.member, made))

    def _make_remove(self, change: RemoveMember, _made: dict[Key, Record], _verify: bool) -> None:
        self.remove_member(change.id, change.member)

    def _make_send(self, change: Send, made: dict[Key, Record], _verify: bool) -> None:
        made[change.id] = self.send(change.record)

    def _make_cancel(self, change: Cancel, _made: dict[Key, Record], _verify: bool) -> None:
        self.delete(MESSAGE, change.id)

    def _make_request(self, change: Request, made: dict[Key, Record], _verify: bool) -> None:
        made[change.id] = self.request(change.record)

    def request(self, request: Mapping[str, Any]) -> Record:
        """A request of the user's own: ``method``, quoted ``path``, ``body`` (a tree or None), ``root`` for XML."""
        body = None if request["body"] is None else self.wire.dumps(request["root"], request["body"])
        path = request["path"]
        call = self._call(request["method"], path, body, path.partition("?")[0].rpartition("/")[2].isdecimal())
        return self._ask(call, self._answers.anything())

    # Helpers

    def _ask(self, call: Call, read: Callable[[Answer], Value]) -> Value:
        return self.journal.ask(self.http, call, read)

    def _call(self, method: str, path: str, body: bytes | None = None, integer_id: bool = False) -> Call:
        content_type = self.wire.content_type if body is not None else None
        return Call(method, path, self.wire.content_type, body, content_type, integer_id)

    def _contact_by_exact_number(self, number: str) -> Record | None:
        """The answer may be 404, empty or null where nothing is found (contract: assumptions)."""
        try:
            call = self._call("GET", f"{CONTACT.path}/phonenumber/{quote(number, safe='')}")
            return self._ask(call, self._answers.record_or_nothing(CONTACT))
        except NotFound:
            return None

    def _delete(self, path: str, integer_id: bool) -> None:
        try:
            self._ask(self._call("DELETE", path, integer_id=integer_id), self._answers.done())
        except NotFound:
            return

    def _alike(self, resource: Resource, record: Mapping[str, Any]) -> list[Record]:
        """The records with the same ``found_by``, by id."""
        name = resource.found_by or ""
        if resource is CONTACT:
            return self.contacts_by_number(record[name])
        matches = [found for found in self.list_records(resource) if found[name] == record[name]]
        return sorted(matches, key=lambda found: int(found[resource.id]))

    def _settled(self, resource: Resource, stored: list[Record], own: int | str | None) -> Record:
        if not stored:  # a search that lags behind
            return (None if own is None else self.get(resource, own)) or {resource.id: own}
        if own is None and len(stored) > 1:
            ids = [item[resource.id] for item in stored]
            raise AmbiguousRecord(
                f"POST {resource.path}: the answer was lost, and somebody else made the same {resource.name} at the "
                f"same moment, so that there are several now ({resource.id} {', '.join(map(str, ids))}). Delete all "
                "but one.",
                ids=ids,
            )
        kept = stored[0]
        if own is not None and own != kept[resource.id] and any(item[resource.id] == own for item in stored):
            self.delete(resource, own)
        return kept


# Who makes which kind of change, in one place.
MAKERS: dict[type, Callable[[Client, Any, dict[Key, Record], bool], None]] = {
    Create: Client._make_create,
    Update: Client._make_update,
    Delete: Client._make_delete,
    AddMember: Client._make_add,
    RemoveMember: Client._make_remove,
    Send: Client._make_send,
    Cancel: Client._make_cancel,
    Request: Client._make_request,
}


def _number(id: Id, made: Mapping[Key, Record]) -> int:
    return int(made[id][id.resource.id] if isinstance(id, Key) else id)


def _path(resource: Resource, id: int | str) -> str:
    """Where a record is. What is only dots would name another place (RFC 3986, 5.2.4)."""
    text = str(id)
    if not text.strip(" .") or not text.isprintable():
        raise InvalidInput(f"{resource.id}: the id of a {resource.name} is expected, such as I_1234.")
    return f"{resource.path}/{quote(text, safe='')}"


def flattened(folders: list[Record]) -> list[Record]:
    """A tree of folders as one list, each before those below it."""
    return [inner for folder in folders for inner in (folder, *flattened(folder["sub_folders"]))]
