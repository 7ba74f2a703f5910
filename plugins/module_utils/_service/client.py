# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The client of the service: it reads records and makes changes. It knows paths of the API, but no options."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from .._errors import (
    AmbiguousRecord,
    ApiError,
    GuardError,
    IncompleteList,
    InvalidInput,
    LinkEngageError,
    NoCountryCode,
    NotFound,
    NotSent,
    UnknownOutcome,
    UnreadableAnswer,
    WrongAnswer,
)
from .._machine.locks import SILENT, Waiting, account_lock
from .._machine.open_store import open_store
from .._machine.store import Store
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
from .._model.frozen import thawed
from .._model.kept import is_kept
from .._model.phone import Numbering, possibly_same
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, USER
from .._model.times import ServiceZone, is_local, parse_time
from .account import account_of
from .answers import Answers
from .calls import UNSURE, Answer, Call, Http
from .formats import FORMATS, Format
from .guard import Guard, can_send, read_guard, require_permitted
from .journal import Journal
from .limits import Limits, incomplete, is_counted, is_round
from .pace import Traffic
from .seen import Seen, seen_in

if TYPE_CHECKING:
    from .reach import Reach

Value = TypeVar("Value")
NO_USER = "the service has no resource /user with the setting"
ZONELESS = (
    "The dates from the service have no time zone. The collection assumed the time zone Europe/Oslo, so dates that "
    "end in Z are possibly wrong by some hours. Dates without Z were not converted to UTC. To get all dates in UTC, "
    "set data_format to json."
)
SETTLE = 1.0  # seconds before the first read that checks a request; later pauses are longer
# A read can show a new record some seconds late (contract: assumptions), so the client reads several times.
PAUSES = (1, 2, 4)  # each pause is this number times SETTLE


class Client:
    """The access to one account. Raises only errors of ``_errors``."""

    def __init__(
        self,
        http: Http,
        wire: Format,
        country_code: str | None = None,
        waiting: Waiting | None = None,
        foreign_numbers: str = "any",
        store: Store | None = None,
    ) -> None:
        self.http = http
        self.waiting = waiting or Waiting()
        self.store = store or open_store(None, None, self.account, self.waiting)
        # Identifies the task of a playbook. It is the same in each attempt of the task (until, retries). It is empty if
        # the client does not belong to a task.
        self.attempt = ""
        self.numbering = Numbering(self.country_code, foreign_numbers)
        self.offline_numbering = Numbering(self._code_without_request, foreign_numbers)
        self.wire = wire
        self._answers = Answers(wire, http.settings.limits.memory)
        self._country_code = country_code
        self._user: Record | None = None
        self._unread: list[str] = []  # warnings about records that were created but could not be read again
        self._lost: list[tuple[Resource, Mapping[str, Any]]] = []  # records whose POST got no answer
        self._noted: dict[str, None] = {}
        # By path: the address of version 1, or "" if version 1 must not be asked again.
        self._older: dict[str, str] = {}
        self._limits = Limits()
        # This function is called before and during a large number of changes. It gets the number of finished changes,
        # the number of all changes, and the seconds of waiting for the throttle.
        self.progress: Callable[[int, int, float], None] | None = None
        # Decrypts content of ansible-vault. It is set only on the controller, because only the controller has the
        # secrets.
        self.decrypt: Callable[[bytes], bytes] | None = None
        self.journal = Journal()
        self._guard: Guard | None = None  # None: no message may be sent
        self.zone = ServiceZone()

    @property
    def account(self) -> str:
        """A text that identifies this account on this service."""
        return account_of(self.http.settings.login, self.http.settings.api_url)

    # One task

    def now(self) -> datetime:
        """Return the time of the service if an answer has shown it, otherwise the time of this machine."""
        return self.http.service_now()

    def renew(self) -> None:
        """Begin a new task. The limits for waits start again for each task."""
        self.http.pace.renew()
        self.waiting.renew()
        self.journal.begin()
        self._guard = None
        self.notes()
        self._unread.clear()
        self._lost.clear()
        self._limits = Limits()

    def limit_receivers(self, redirect_to: Any, allowlist: Sequence[Any] | None) -> Guard:
        """Set who may get messages in this task. Without this call, the client sends no messages."""
        self._guard = read_guard(redirect_to, allowlist, self.numbering)
        return self._guard

    @contextmanager
    def lock(self) -> Iterator[str]:
        """Hold the lock of the account, against other tasks on this machine and all users of a shared store.

        Yields the record of the previous holder, or "" if it is not known.
        """
        with ExitStack() as held:
            with self.waiting.together():
                before = held.enter_context(account_lock(self.account, self.waiting))
                if self.store.shared:
                    held.enter_context(self.store.hold("account", what="the lock of this account"))
            yield "" if self.store.shared else before

    def stop(self, why: str) -> None:
        """Stop sending. Every later request raises NotSent with *why*."""
        self.http.pace.stop(why)

    def warnings(self) -> list[str]:
        """Return the warnings of this task, such as doubtful phone numbers and long waits."""
        return [*self._unread, *self.notes(), *self.waiting.report(), *self.http.pace.report()]

    @property
    def risks(self) -> list[str]:
        """The warnings about the options of the connection."""
        return self.http.settings.risks()

    def note(self, sentence: str) -> None:
        """Add a warning to this task. A warning that is added twice is reported once."""
        self._noted[sentence] = None

    def notes(self) -> list[str]:
        """Return the warnings since the last call, about phone numbers, names, times and the connection."""
        noted = list(self._noted)
        self._noted.clear()
        return [*self.numbering.doubts(), *noted, *self.risks]

    def on_wait(self, report: Callable[[str], None]) -> None:
        """Set a function that is called before each wait for the throttle, with a text about the wait."""
        self.http.pace.on_wait = report

    def share(self, traffic: dict[str, Traffic]) -> None:
        """Count requests together with all other clients of this account that get the same *traffic*."""
        self.http.pace.traffic = traffic.setdefault(self.account, self.http.pace.traffic)

    @contextmanager
    def watched(self) -> Iterator[list[Seen]]:
        """Yield a list that gets each answer, including answers to other clients of the same connection."""
        seen: list[Seen] = []
        self.http.on_answer = lambda call, received, seconds: seen.append(seen_in(call, received, seconds, self._api))
        try:
            yield seen
        finally:
            self.http.on_answer = None

    @property
    def _api(self) -> str:
        return self.http.settings.api_url

    def in_format(self, name: str) -> Client:
        """Return a new client of the same connection that uses another format. The new client sends no messages.

        It shares what is known about complete lists, so that it does not read long lists again.
        """
        other = Client(self.http, FORMATS[name](), self._country_code, self.waiting, store=self.store)
        other._limits = self._limits
        return other

    def reach(self) -> Reach:
        """Return how the service is reached: name resolution, proxy and certificate. Sends no request."""
        from .reach import reach  # imported here, because only the doctor needs it

        return reach(self._api, self.http.settings.verify, self.timeout)

    @property
    def skew(self) -> timedelta | None:
        """How far the clock of the service is ahead of this machine; None if no answer has shown it."""
        return self.http.skew

    @property
    def refusals(self) -> int:
        """The number of requests of this task that the throttle refused."""
        return self.http.pace.refusals

    @property
    def timeout(self) -> float:
        """How many seconds to wait for an answer."""
        return self.http.settings.limits.timeout

    @property
    def waited(self) -> float:
        """How many seconds this task has waited for the throttle."""
        return self.http.pace.waited

    @property
    def writes(self) -> int:
        """The number of requests that were sent and can change something."""
        return self.http.writes

    @property
    def clock_known(self) -> bool | None:
        """None before the first answer. Then whether an answer has shown the clock of the service."""
        return self.http.clock_known

    # Reading records

    def time_in_json(self, message_id: str) -> datetime | None:
        """Return when a message was or will be handled, according to its JSON. There, unlike in XML, a date has a zone.

        Returns None if JSON does not show it either, or if the client already uses JSON.
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

    def present(self, resource: Resource, records: Iterable[Record]) -> list[Record]:
        """Return the records for results. If the zone of their times is not known, the task gets a warning.

        Contacts need no warning: the contract shows the creation of one contact in JSON and in XML, and so the zone.
        """
        unknown = self.zone.offset is None and resource is not CONTACT
        shown = []
        for record in records:
            row = resource.present(record, self.zone)
            dates = [name for name in resource.times if is_local(str(record[name] or ""))]
            if any(unknown or is_local(row[name]) for name in dates):
                self.note(ZONELESS)
            shown.append(row)
        return shown

    def get(self, resource: Resource, id: int | str) -> Record | None:
        """Return one record, or None if it does not exist. Raises InvalidInput for a text that cannot be an id."""
        try:
            call = self._call("GET", _path(resource, id), integer_id=isinstance(id, int))
            return self._ask(call, self._answers.record(resource, id))
        except NotFound:
            return None

    def list_records(self, resource: Resource, path: str | None = None) -> list[Record]:
        """Return all records at *path*. Without *path*, return all records of the resource.

        Raises IncompleteList if the service seems to leave out records (contract: assumptions, paging).
        """
        records = self._listed(resource, path or resource.path)
        if resource is CONTACT and path is None:
            records = self._complete(records)
        elif resource in (CONTACT, GROUP) and self._limits.suspects(len(records)):
            if self._limits.later is None:
                self._require_unlimited(path or resource.path, len(records))
            else:
                self._limits.later[len(records)] = path or resource.path
        self._limits.saw(len(records))
        return records

    @contextmanager
    def lists_checked_together(self) -> Iterator[None]:
        """Check lists whose length is a round number only after all lists were read.

        If one of the lists is longer, the other lists are complete, because all lists have the same limit. Raises
        IncompleteList.
        """
        later = self._limits.later = {}
        try:
            yield
        finally:
            self._limits.later = None
        for length, path in later.items():
            if self._limits.suspects(length):
                self._require_unlimited(path, length)

    def _listed(self, resource: Resource, path: str) -> list[Record]:
        return self._ask(self._call("GET", path), self._answers.records(resource))

    def _complete(self, contacts: list[Record]) -> list[Record]:
        """Return the list of all contacts. It is read again if it has fewer contacts than the service counts."""
        total = self._known_count() if is_counted(len(contacts)) else 0
        for pause in PAUSES:
            if len(contacts) >= total:
                return contacts
            self._pause(pause, "the complete list of contacts")
            total, contacts = self.count_contacts(), self._listed(CONTACT, CONTACT.path)
        if len(contacts) < total:
            raise incomplete(CONTACT.path, len(contacts), f"The service counts {total} contacts.")
        return contacts

    def _known_count(self) -> int:
        """Return the number of all contacts at the last count; 0 if the service cannot count."""
        return self._counted() if self._limits.total is None else self._limits.total

    def _counted(self) -> int:
        """Count all contacts now; 0 if the service cannot count."""
        try:
            return self.count_contacts()
        except (ApiError, UnreadableAnswer) as error:
            if isinstance(error, ApiError) and error.status >= 500:
                raise
            self.note(
                "It is not known whether the service returned all contacts of a list, because the contacts could "
                f"not be counted: {error}"
            )
            self._limits.total = 0
            return 0

    def _require_unlimited(self, path: str, length: int) -> None:
        """Raise IncompleteList if the list of all contacts is cut off at this length too.

        The length is a round number, so the list at *path* may be cut off.
        """
        if self._counted() <= length:
            return
        try:
            self.list_records(CONTACT)
        except IncompleteList as error:
            total = self._limits.total
            short = f"the list of all contacts has only {error.facts['length']} of {total} contacts"
            why = f"The service cuts off long lists. For example, {short}."
            raise incomplete(path, length, why) from error

    def _pause(self, times: float, what: str) -> None:
        if times * SETTLE > SILENT:
            self.waiting.announce(f"waiting for {what}; at most {times * SETTLE:.0f} s more")
        time.sleep(times * SETTLE)

    def user(self) -> Record:
        """Return the current user, who is read only once.

        Raises NotFound if no version of the service has this resource.
        """
        if self._user is None:
            self._user = self._ask(self._call("GET", USER.path), self._answers.record(USER))
        return self._user

    def known_user(self) -> Record | None:
        """Return the current user, or None if no version of the service has this resource (contract: assumptions)."""
        try:
            return self.user()
        except NotFound:
            return None

    def country_code(self) -> str:
        """Return the country code of national numbers: from the option, otherwise from NUMBER_PREFIX of the account.

        Raises NoCountryCode.
        """
        if not self._country_code:
            user = self.known_user()
            prefix = user["settings"].get("NUMBER_PREFIX", "").strip().lstrip("+0") if user else ""
            if not prefix.isdecimal():
                raise NoCountryCode(
                    f"A phone number has no country code, and {'the account has no setting' if user else NO_USER} "
                    'NUMBER_PREFIX. Set default_country_code, such as "47", or write numbers with their country code.'
                )
            self._country_code = prefix
        return self._country_code

    def _code_without_request(self) -> str:
        """Return the country code if it is known.

        Otherwise raise InvalidInput without a text, because nothing is wrong.
        """
        if not self._country_code:
            raise InvalidInput("")
        return self._country_code

    @property
    def known_country_code(self) -> str | None:
        """The country code, if an option has set it or an earlier number has needed it. Makes no request."""
        return self._country_code

    def search_contacts(self, text: str, group_id: int | None = None) -> list[Record]:
        """Return the contacts that contain every term of *text*. Terms are separated by blanks."""
        return self.list_records(CONTACT, _search(text, group_id))

    def contacts_by_number(self, number: str, place: str = "") -> list[Record]:
        """Return all contacts with *number* in any spelling, sorted by id.

        Makes one request, or up to three if none is found.

        *place* is where the number is written. With *place*, a contact that possibly has the same number is reported as
        a warning, if no contact has the number.

        The first request searches for each single digit. It finds every spelling, even with other characters between
        the digits, such as ``08-123 4``. Two more requests are for services that ignore such short terms. The second
        request searches for the national digits. If the text has separators, the third request looks up the exact text
        (contract: the number must match the stored text).
        """
        canonical = self.numbering.canonical(number)
        national = self.numbering.national(canonical)
        path = _search(" ".join(dict.fromkeys(national)))
        reader = self._answers.chosen(CONTACT, "phone_number", self._can_be(canonical))
        found = self._ask(self._call("GET", path), reader)
        seen = [contact for contact in found if contact is not None]
        matches = self._holding(canonical, seen)
        if not matches:
            if self._limits.suspects(len(found)):
                self._require_unlimited(path, len(found))
            seen = seen + self.search_contacts(national)
            matches = self._holding(canonical, seen)
        if not matches and not number.strip().lstrip("+").isdecimal():
            exact = self._contact_by_exact_number(number)
            matches = self._holding(canonical, [exact] if exact else [])
        if place and not matches:
            self._note_similar(place, canonical, seen)
        return sorted(matches, key=lambda record: int(record["contact_id"]))

    def _can_be(self, canonical: str) -> Callable[[str | None], bool]:
        """Return a fast check that rejects most stored numbers which cannot be *canonical*.

        The check accepts all numbers while the country code is not known. Then a number that needs the country code
        causes its error before a contact is created, and not after it.
        """
        return self.numbering.can_mean(canonical) if self.known_country_code else lambda _number: True

    def _note_similar(self, place: str, canonical: str, contacts: list[Record]) -> None:
        others = self.numbering.possibly_same(canonical) if contacts else set()
        for contact in contacts:
            number = self.numbering.key(contact["phone_number"])
            if number in others:
                where = f"the contact with id {contact['contact_id']}"
                self.note(possibly_same(place, canonical, number, where))

    def _holding(self, canonical: str, contacts: list[Record]) -> list[Record]:
        return [contact for contact in contacts if self.numbering.key(contact["phone_number"]) == canonical]

    def count_contacts(self) -> int:
        """Return the number of all contacts."""
        self._limits.total = self._ask(self._call("GET", f"{CONTACT.path}/count"), self._answers.count())
        return self._limits.total

    def total_contacts(self) -> int:
        """Return the number of all contacts. It is the length of their list if the service cannot count."""
        return self._counted() or len(self._listed(CONTACT, CONTACT.path))

    def folder_messages(self, folder_id: int) -> list[Record]:
        """Return the messages in one folder, with the fields that messages have in a folder."""
        path = f"{FOLDER.path}/{folder_id}/messages"
        rows = self._listed(FOLDER_MESSAGE, path)
        if is_round(len(rows)):
            folders = [item for item in flattened(self._listed(FOLDER, FOLDER.path)) if item[FOLDER.id] == folder_id]
            counted = max((int(item["message_count"]) for item in folders), default=0)
            if counted > len(rows):
                return self._longer(rows, path, counted)
        return rows

    def _longer(self, rows: list[Record], path: str, counted: int) -> list[Record]:
        """Read the messages again, because the service may have received a message after it sent the list."""
        again = self._listed(FOLDER_MESSAGE, path)
        if len(again) <= len(rows):
            why = f"The service counts {counted} messages in this folder."
            raise incomplete(path, len(rows), why, "Delete old messages from the folder, then run the task again. ")
        return again

    def members(self, group_id: int) -> list[Record]:
        """Return the members of a group, with all fields."""
        return self.list_records(CONTACT, f"{GROUP.path}/{group_id}/contacts")

    # Writing records

    def create(self, resource: Resource, record: Mapping[str, Any], verify: bool = True) -> Record:
        """Create a record, and return it as the service stores it.

        The record is searched by ``found_by`` of the resource, such as a number or a name. After a lost answer, the
        record is searched before it is posted again.

        If another run created the same record at the same moment, the record with the lowest id stays: the other copy
        is deleted, and the record that stays is returned.

        Without *verify*, only the id is returned, and no copy is deleted. A record that cannot be searched is posted
        only once. Raises UnknownOutcome if the answer is lost.
        """
        if not (resource.found_by and record.get(resource.found_by)):
            return self._create_unfindable(resource, record, verify)
        failure: LinkEngageError | None = None
        for _repetition in range(self.http.settings.retries + 1):
            own, failure = self._posted(resource, record, failure)
            if own is not None and not verify:
                return {resource.id: own}
            try:
                stored = self._stored(resource, record, own)
            except NotSent as error:  # NotSent says nothing about the earlier request, so the earlier error is raised
                raise failure or error from None
            if stored and not verify:
                return {resource.id: stored[0][resource.id]}
            if stored or own is not None:
                return self._settled(resource, record, stored, own)
        raise failure or LinkEngageError(f"The {resource.name} could not be created. Run the task again.")

    def _posted(
        self, resource: Resource, record: Mapping[str, Any], failure: LinkEngageError | None
    ) -> tuple[int | str | None, LinkEngageError | None]:
        """Post a record. Returns its id, or None if the answer is lost, and the error of the latest lost answer."""
        try:
            return self.post(resource, record), failure
        except UnknownOutcome as error:
            self._lost.append((resource, record))
            return None, error
        except ApiError as error:
            if failure is None or error.status not in REFUSED:
                raise
            return None, failure  # the request whose answer was lost has created the record, so this POST was rejected

    def _stored(self, resource: Resource, record: Mapping[str, Any], own: int | str | None) -> list[Record]:
        """Return the records like a posted record, as soon as a read shows them.

        *own* is the id of the posted record, if the answer contained it.
        """
        stored = [] if own is None else self._alike(resource, record)
        for pause in PAUSES:
            if any(own in (None, found[resource.id]) for found in stored):
                break
            found = None if own is None else self.get(resource, own)
            if found:
                # The service stores another number or name than the record was posted with.
                return sorted([*stored, found], key=resource.age)
            self._pause(pause, f"the new {resource.name} to appear in the account")
            stored = self._alike(resource, record)
        return stored

    def _unconfirmed(self, resource: Resource, record: Mapping[str, Any], id: int | str | None) -> Record:
        """Return a new record that no read shows yet.

        It is only a warning, because the service confirmed the creation.
        """
        stored = None if id is None else self.get(resource, id)
        if stored is None:
            self._unread.append(
                f"The {resource.name} with id {id} was created, but the service does not find the record. "
                f"Check whether the {resource.name} exists."
            )
        return stored or {**record, resource.id: id}

    def _create_unfindable(self, resource: Resource, record: Mapping[str, Any], verify: bool) -> Record:
        try:
            return self._create_once(resource, record, verify)
        except UnknownOutcome as error:
            raise UnknownOutcome(
                f"{error} The request was not repeated, because the first request has possibly created the "
                f"{resource.name}. Before you run the task again, check whether the {resource.name} "
                "exists.",
                **error.facts,
            ) from error

    def _create_once(self, resource: Resource, record: Mapping[str, Any], verify: bool = True) -> Record:
        id = self.post(resource, record)
        if not verify:
            return {resource.id: id}
        try:
            stored, why = self.await_record(resource, id), "The service does not find the record."
        except LinkEngageError as error:  # the record was created, so the task must not fail
            stored, why = None, str(error)
        if stored is None:
            done = "was sent, so do not send it" if resource is MESSAGE else "was created, so do not create it"
            self._unread.append(f"The {resource.name} with id {id} {done} again. Its record cannot be read. {why}")
        return stored or {**record, resource.id: id}

    def await_record(self, resource: Resource, id: int | str) -> Record | None:
        """Return a new record as soon as a read shows it, or None if no read shows it."""
        for pause in PAUSES:
            stored = self.get(resource, id)
            if stored is not None:
                return stored
            self._pause(pause, f"the new {resource.name} to appear in the account")
        return self.get(resource, id)

    def post(self, resource: Resource, record: Mapping[str, Any]) -> int | str:
        """POST once, and return the id of the new record. Raises UnknownOutcome if the answer has no id.

        The service can reject a body because of its form, if no answer has shown the form of such a record yet. Then a
        list is read, and the body is sent again in the form of that answer. The second POST is safe, because the
        service did nothing when it rejected the first (contract: status codes).
        """
        form = self.wire.form_of(resource.wire)
        try:
            return self._post(resource, record)
        except ApiError as error:
            if error.status != 400 or not self.wire.needs_root:
                raise
            try:
                self._listed(GROUP, GROUP.path)
            except LinkEngageError:
                raise error from None
            if self.wire.form_of(resource.wire) == form:
                raise
            return self._post(resource, record)

    def _post(self, resource: Resource, record: Mapping[str, Any]) -> int | str:
        call = self._call("POST", resource.path, self._body(resource, record))
        return self._ask(call, self._answers.new_id(resource))

    def _body(self, resource: Resource, record: Mapping[str, Any]) -> bytes:
        return self.wire.dumps(resource.wire, self.wire.named(resource.to_wire(thawed(record))))

    def send(self, message: Mapping[str, Any]) -> Record:
        """Send a message once, and return the stored message. Raises UnknownOutcome."""
        return self._create_once(MESSAGE, message)

    def put(self, resource: Resource, id: int | str, record: Mapping[str, Any]) -> None:
        """Replace a whole record (contract: PUT replaces)."""
        body = self._body(resource, record)
        call = self._call("PUT", _path(resource, id), body, isinstance(id, int))
        written = {item.name: record[item.name] for item in resource.writable if item.name in record}

        def is_made() -> bool:
            stored = self.get(resource, id)
            return stored is not None and all(
                (stored[name] or None) == (value or None) for name, value in written.items()
            )

        self._write(call, self._answers.done((resource, id)), is_made)

    def put_bytes(self, resource: Resource, id: int, body: bytes, content_type: str) -> int:
        """PUT a body as it is, and return the status, even if the service refuses the request."""
        call = Call("PUT", f"{resource.path}/{id}", self.wire.content_type, body, content_type, True)
        try:
            return int(self._ask(call, self._answers.anything())["status"])
        except ApiError as error:
            return error.status

    def delete(self, resource: Resource, id: int | str) -> None:
        """Delete a record. A record that no longer exists counts as deleted."""
        is_made = partial(self._is_gone, resource, id)
        self._delete(_path(resource, id), isinstance(id, int), is_made, (resource, id))

    def _is_gone(self, resource: Resource, id: int | str) -> bool:
        return self.get(resource, id) is None

    def add_member(self, group_id: int, contact_id: int) -> None:
        call = self._call("PUT", f"{GROUP.path}/{group_id}/contacts/{contact_id}", integer_id=True)
        done = self._answers.done((GROUP, group_id), (CONTACT, contact_id))
        self._write(call, done, lambda: self._is_member(group_id, contact_id))

    def remove_member(self, group_id: int, contact_id: int) -> None:
        path = f"{GROUP.path}/{group_id}/contacts/{contact_id}"
        records = ((GROUP, group_id), (CONTACT, contact_id))
        self._delete(path, True, lambda: not self._is_member(group_id, contact_id), *records)

    def _is_member(self, group_id: int, contact_id: int) -> bool:
        return any(member[CONTACT.id] == contact_id for member in self.members(group_id))

    def apply(self, changes: Sequence[Change]) -> dict[Key, Record]:
        """Make the changes in their order, and return the new records by their keys.

        Raises UnknownChange before the first request if a change is of an unknown kind.
        """
        self.require_known(changes)
        made: dict[Key, Record] = {}
        for change in changes:
            self.make(change, made)
        return made

    def require_known(self, changes: Iterable[Change]) -> None:
        """Raise UnknownChange if this client cannot make one of the changes."""
        require_known(changes, MAKERS)

    def make(self, change: Change, made: dict[Key, Record], verify: bool = True) -> None:
        """Make one change. *made* has the records of earlier changes, and the new record is added to it.

        *verify* is passed to ``create``. Raises UnknownChange.
        """
        self.require_known([change])
        MAKERS[type(change)](self, change, made, verify)

    def _make_create(self, change: Create, made: dict[Key, Record], verify: bool) -> None:
        create = self._create_unfindable if change.again else self.create
        made[change.id] = create(change.resource, change.record, verify)

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
        """Make a request for linkengage_api.

        *request* has ``method``, the quoted ``path``, ``body`` (a tree or None), and ``root``, the root element for
        XML.
        """
        return self._ask(self._requested(request), self._answers.anything())

    def require_permitted(self, request: Mapping[str, Any]) -> None:
        """Raise GuardError if a request of linkengage_api could send a message that is not allowed."""
        self._require_permitted(self._requested(request))

    # Helpers

    def _ask(self, call: Call, read: Callable[[Answer], Value]) -> Value:
        self._require_permitted(call)
        first, *others = self._in_versions(call)
        try:
            return self.journal.ask(self.http, first, read)
        except NotFound as error:
            if not others:
                raise
            missing = error
        try:
            value = self.journal.ask(self.http, others[0], read)
        except NotFound:
            raise missing from None
        self._older[call.path] = others[0].api_url
        return value

    def _in_versions(self, call: Call) -> list[Call]:
        """Return the request, and if necessary the same request to version 1 of the same host (contract: assumptions).

        Version 1 is asked once in a run. After that, only the version that has the resource is asked.
        """
        root = _root(call)
        if self._older.get(root):
            return [replace(call, api_url=self._older[root])]
        older = VERSION.sub("/1", self.http.settings.api_url)
        if call.path not in OLDER or call.path != root or root in self._older or older == self.http.settings.api_url:
            return [call]
        self._older[root] = ""
        return [call, replace(call, api_url=older)]

    def _require_permitted(self, call: Call) -> None:
        """Raise GuardError for a message that is not allowed. Every request passes this check."""
        if not can_send(call, self.http.settings.api_url):
            return
        if self._guard is None:
            raise GuardError(
                f"{call.shown}: this plugin is not allowed to send messages. Nothing was sent. This is an error "
                "of the collection. Report the error as an issue."
            )
        require_permitted(call, self._guard, self.wire, self.numbering)

    def _requested(self, request: Mapping[str, Any]) -> Call:
        body = None if request["body"] is None else self.wire.dumps(request["root"], thawed(request["body"]))
        path = request["path"]
        return self._call(request["method"], path, body, path.partition("?")[0].rpartition("/")[2].isdecimal())

    def _call(self, method: str, path: str, body: bytes | None = None, integer_id: bool = False) -> Call:
        content_type = self.wire.content_type if body is not None else None
        return Call(method, path, self.wire.content_type, body, content_type, integer_id)

    def _contact_by_exact_number(self, number: str) -> Record | None:
        """Return the contact with exactly this number, or None.

        If there is no contact, the answer can be 404, empty or null (contract: assumptions).
        """
        try:
            call = self._call("GET", f"{CONTACT.path}/phonenumber/{quote(number, safe='')}")
            return self._ask(call, self._answers.record_or_nothing(CONTACT))
        except NotFound:
            return None

    def _delete(
        self, path: str, integer_id: bool, is_made: Callable[[], bool], *records: tuple[Resource, int | str]
    ) -> None:
        """Make a DELETE. After the status 404, a read must confirm that the record is gone.

        Some proxies block the method DELETE with 404. Raises ApiError if the record still exists.
        """
        try:
            self._write(self._call("DELETE", path, integer_id=integer_id), self._answers.done(*records), is_made)
        except NotFound as error:
            try:
                made = is_made()
            except NotFound:
                return
            if not made:
                raise ApiError(f"{error} {BLOCKED}", **error.facts) from error

    def _write(self, call: Call, read: Callable[[Answer], None], is_made: Callable[[], bool]) -> None:
        """Make a PUT or DELETE.

        If the answer is not from the service, *is_made* reads once whether the change was made.

        Raises WrongAnswer if the change was not made, or if the read failed.
        """
        try:
            self._ask(call, read)
        except WrongAnswer as error:
            try:
                made = is_made()
            except LinkEngageError:
                raise error from None
            if not made:
                message = str(error).replace(
                    UNSURE, "The service has not made the change: a later request does not show the change."
                )
                raise WrongAnswer(message, **error.facts) from error
            self.journal.confirm(call)
            self.note(
                f"{call.shown}: the answer could not be read, but a later request shows that the change was made."
            )

    def _alike(self, resource: Resource, record: Mapping[str, Any]) -> list[Record]:
        """Return the records with the same value in the field ``found_by``, sorted by id."""
        name = resource.found_by or ""
        if resource is CONTACT:
            return self.contacts_by_number(record[name])
        wanted = record[name]
        every = self.list_records(resource)
        matches = [found for found in every if found[name] == wanted]
        matches = matches or [found for found in every if is_kept(wanted, found[name])]
        return sorted(matches, key=resource.age)

    def lost(self, resource: Resource) -> list[Mapping[str, Any]]:
        """Return the records that this task posted without an answer. The service can still create them much later."""
        return [record for posted, record in self._lost if posted is resource]

    def _settled(
        self, resource: Resource, record: Mapping[str, Any], stored: list[Record], own: int | str | None
    ) -> Record:
        """Delete the copies that this run created, and return the record that stays."""
        if not stored:  # reads do not show the new record yet
            return self._unconfirmed(resource, record, own)
        if own is None and len(stored) > 1:
            ids = [item[resource.id] for item in stored]
            raise AmbiguousRecord(
                f"POST {resource.path}: the answer was lost, and another run created the same {resource.name} at the "
                f"same moment. Now the account contains this {resource.name} several times ({resource.id} "
                f"{', '.join(map(str, ids))}). Keep one of these records, and delete the others.",
                ids=ids,
            )
        lost = [posted for posted in self.lost(resource) if posted is record]
        from .._model.copies import own_copies  # imported here, because most runs create no records

        for copy in own_copies(resource, stored, [own], lost):
            self.delete(resource, copy[resource.id])
        return stored[0]


# Resources that version 2 may lack (contract: assumptions).
OLDER = (USER.path, FOLDER.path)
VERSION = re.compile(r"/2$")
# What the user can do if DELETE gets the status 404 although the record exists.
BLOCKED = (
    "However, a later request shows that the record still exists. "
    "Perhaps a proxy blocks DELETE requests. Set method_override to always."
)
# With these statuses, the service did nothing because a similar record exists (contract: assumptions, duplicates).
REFUSED = (400, 409)

# The method that makes each kind of change.
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


def _search(text: str, group_id: int | None = None) -> str:
    base = CONTACT.path if group_id is None else f"{GROUP.path}/{group_id}/contacts"
    return f"{base}/search/{quote(text, safe='')}"


def _root(call: Call) -> str:
    """Return the path of the resource, if the request is a GET; otherwise an empty text."""
    return f"/{call.path.split('/')[1]}" if call.method == "GET" else ""


def _number(id: Id, made: Mapping[Key, Record]) -> int:
    return int(made[id][id.resource.id] if isinstance(id, Key) else id)


def _path(resource: Resource, id: int | str) -> str:
    """Return the path of a record.

    An id of only dots is rejected, because it would lead to another path (RFC 3986, 5.2.4).
    """
    text = str(id)
    if not text.strip(" .") or not text.isprintable():
        raise InvalidInput(f"{resource.id}: the id of a {resource.name} is expected, such as I_1234.")
    return f"{resource.path}/{quote(text, safe='')}"


def flattened(folders: list[Record]) -> list[Record]:
    """Return a tree of folders as one list. Each folder stands before its subfolders."""
    return [inner for folder in folders for inner in (folder, *flattened(folder["sub_folders"]))]
