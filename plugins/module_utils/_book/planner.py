# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The plan that changes the current address book to the declared address book. Pure: no I/O and no Ansible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .._errors import GuardError, InvalidInput, LinkEngageError
from .._model.changes import AddMember, Change, Create, Id, Key, RemoveMember, Update, position
from .._model.fields import Record, Resource
from .._model.guards import FIRST, GUARD_FROM, SOME, all_of, guard_additions, guard_updates
from .._model.kept import stored_otherwise, warning_of
from .._model.listing import listed
from .._model.names import keys_of, trimmed
from .._model.phone import Numbering
from .._model.plan import Membership, differences, to_write
from .._model.resources import CONTACT, GROUP
from .._model.values import mask
from .._records.contacts import ContactRef, only
from .book import Book, Question, Sync
from .declared import Declared, DeclaredContact, DeclaredGroup, Entry, OneEntry
from .deletions import Deletions, Kept, plan_deletions
from .holders import is_another_person, of_the_new_holder
from .register import Register
from .scope import RecordPatterns, Scope

SHOWN = 10  # number of places that a message lists


def plan_book(declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> Sync:
    """Return the changes from *book* to *declared*. Raises InvalidInput, and GuardError before anything is written."""
    return _Planner(declared, book, scope, numbering).plan()


class _Planner:
    def __init__(self, declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> None:
        self._declared, self._book, self._scope, self._numbering = declared, book, scope, numbering
        self._ignored = RecordPatterns(scope.ignore, numbering)
        self._changes: list[Change] = []
        self._problems = list(declared.problems)
        self._unchanged: dict[str, int] = {}
        numbers = numbering.keys(record["phone_number"] for record in book.contacts)
        self._contacts = Register(CONTACT, lambda record: numbering.key(record["phone_number"]), book.contacts, numbers)
        self._groups = Register(GROUP, keys_of(book.groups), book.groups)
        self._coming: dict[str, Key] = {}
        # By the id of each contact that a group needs: the place of the member.
        self._needed: dict[int, str] = {}
        # By the id of each contact that now belongs to another person: the place of its entry.
        self._replaced: dict[int, str] = {}
        self._notes: list[str] = []
        # The limits that the plan exceeds.
        self._stops: list[GuardError] = []
        # Records in which the service stores texts in another form, each with these fields.
        self._otherwise: list[tuple[str, list[str]]] = []
        # Members to remove from groups, unless their contacts are deleted.
        self._leaving: list[tuple[DeclaredGroup, int, list[int]]] = []

    def plan(self) -> Sync:
        self._refuse_contradictions()
        for register in (self._contacts, self._groups):
            is_fixed = partial(self._ignored.match, register.resource)
            register.reserve(self._declared.entries(register.resource), is_fixed, self._scope.on_duplicate)
        others = self._not_as_declared()
        # Entries with an id come first, because it is certain which records they mean.
        for contact in sorted(others, key=lambda contact: contact.id is None):
            self._try(self._plan_contact, contact)
        for group in sorted(self._declared.groups, key=lambda group: group.id is None):
            self._try(self._plan_group, group)
        self._plan_departures()
        deletions = self._deletions()
        for group, id, leaving in self._leaving:
            stayed = [member for member in leaving if member not in deletions.contacts]
            self._changes += [RemoveMember(id, member, group.where) for member in stayed]
        changes = sorted([*self._changes, *deletions.changes], key=position)
        return Sync(
            changes,
            [*self._problems, *deletions.problems],
            self._unchanged,
            deletions.unmanaged,
            deletions.withheld,
            [*self._notes, *self._kept(), *self._notes_about_markers(changes)],
            self._questions(changes),
            self._groups.claimed,
        )

    def _notes_about_markers(self, changes: Sequence[Change]) -> list[str]:
        if not self._scope.marker:
            return []
        from .notes import notes_about_markers  # imported here, because most runs have no marker

        return notes_about_markers(self._scope, [self._contacts, self._groups], changes)

    def _questions(self, changes: Sequence[Change]) -> list[Question]:
        if not any(isinstance(change, Create) for change in changes):
            return []
        from .questions import questions_about  # imported here, because most runs create no records

        return questions_about(changes, self._contacts, self._groups, self._book.members, self._numbering)

    def _deletions(self) -> Deletions:
        """Plan the deletions. Raises GuardError with all limits that the plan exceeds."""
        kept = Kept(self._contacts, self._groups, self._needed)
        deletions = None
        try:
            deletions = plan_deletions(kept, self._book, self._scope, self._ignored, bool(self._problems))
        except GuardError as error:
            self._stops.append(error)
        self._guard()
        if self._stops or deletions is None:
            raise all_of(self._stops)
        return deletions

    def _limit(self, guard: Callable[..., None], *arguments: Any, **more: Any) -> None:
        """Check a limit. The errors of all limits are raised together later."""
        try:
            guard(*arguments, **more)
        except GuardError as error:
            self._stops.append(error)

    def _try(self, step: Callable[[OneEntry], None], entry: OneEntry) -> None:
        """Do a step for one entry. An error becomes a problem of this entry."""
        try:
            step(entry)
        except LinkEngageError as error:
            self._problems.append((entry.where, str(error)))

    # Contacts

    def _not_as_declared(self) -> list[DeclaredContact]:
        """Return the entries that need ``_plan_contact``. The plan for all others is finished."""
        contacts = self._declared.contacts
        if self._ignored:
            return contacts
        others = [contact for contact in contacts if not self._is_as_declared(contact)]
        if len(others) < len(contacts):
            self._unchanged[CONTACT.name] = len(contacts) - len(others)
        return others

    def _is_as_declared(self, contact: DeclaredContact) -> bool:
        """Return whether exactly one record has the number of an entry, and this record has all fields of the entry.

        This check is fast, because most of thousands of entries are unchanged.
        """
        if contact.id is not None or contact.previous:
            return False
        id = self._contacts.only_id(contact.number)
        if id is None:
            return False
        actual, desired = self._contacts.by_id[id], contact.fields
        if self._scope.marker:
            desired = self._scope.marked(CONTACT, desired, actual)
        for name, value in desired.items():
            if actual.get(name) != value and name != "phone_number":  # a stored spelling of the same number is kept
                return False
        return self._contacts.claimed.setdefault(id, contact.where) == contact.where

    def _plan_contact(self, contact: DeclaredContact) -> None:
        actual = self._matching(self._contacts, contact, contact.number, "number")
        moves = actual is None or self._gets_number(contact, actual)
        fields = contact.fields if actual is None or moves else self._of_holder(contact, actual)
        desired = self._scope.marked(CONTACT, fields, actual)
        if contact.number:
            if actual and not moves:
                spelling = actual["phone_number"]  # a stored spelling of the same number is kept
            else:
                spelling = self._numbering.written(desired["phone_number"], self._scope.number_format)
            desired = {**desired, "phone_number": spelling}
        if actual is None:
            self._coming[contact.number] = Key(CONTACT, contact.number)
        self._converge(CONTACT, contact, desired, actual)

    def _gets_number(self, contact: DeclaredContact, actual: Record) -> bool:
        """Return whether the contact gets another number. A contact that was found by its number keeps the number."""
        by_number = contact.id is None and not contact.previous
        return not by_number and self._contacts.name_of(actual) != contact.number

    def _of_holder(self, contact: DeclaredContact, actual: Record) -> Record:
        """Return the fields for an entry whose number possibly belongs to another person now. Raises InvalidInput."""
        option, fields = self._scope.new_holder, contact.fields
        if contact.id is not None or option == "keep" or not is_another_person(fields, actual):
            return fields
        id = self._contacts.id_of(actual)
        sentence = (
            f"{contact.where}: the contact with id {id} has the phone number of this entry, but a completely different "
            "name."
        )
        if option == "refuse":
            raise InvalidInput(
                f"{sentence} If the entry means the same person, add contact_id: {id} to the entry. If the entry means "
                "another person, set `new_holder` to `replace`."
            )
        if option == "replace":
            self._replaced[id] = contact.where
            return of_the_new_holder(fields)
        self._notes.append(
            f"{sentence} The contact keeps its groups, and also the fields that the entry omits, such as the e-mail "
            "address. If the entry means another person, set `new_holder` to `replace`. If the entry means the same "
            "person, set `new_holder` to `keep`."
        )
        return fields

    def _matching(self, register: Register, entry: Entry, name: str, noun: str) -> Record | None:
        """Return the record of an entry, or None. Two entries cannot have the same record.

        Raises InvalidInput, AmbiguousRecord.
        """
        resource, where = register.resource, entry.where
        found = register.find(entry, noun, self._scope.on_duplicate)
        if found is not None:
            register.claim(found, where)
            if self._ignored.match(resource, found):
                raise InvalidInput(
                    f"{where}: the {resource.name} with id {register.id_of(found)} is also in the option `ignore`. "
                    "Delete the entry, or change the option `ignore`."
                )
        return found

    def _converge(
        self, resource: Resource, entry: DeclaredContact | DeclaredGroup, desired: Record, actual: Record | None
    ) -> None:
        if actual is None:
            self._changes.append(Create(resource, Key(resource, entry.name), desired, entry.where))
            return
        changed: Record = {}
        # Most records are equal to their entries, and this comparison is the fastest.
        if not desired.items() <= actual.items():
            changed = to_write(desired, actual)
            self._note_kept(resource, desired, actual)
        if changed:
            id, after = int(actual[resource.id]), {**actual, **changed}
            # If only the marker needs a field, and the marker is already there, people may still edit the text of this
            # field.
            managed = tuple(name for name in desired if name in entry.fields or name in changed)
            self._changes.append(Update(resource, id, after, actual, entry.where, managed=managed))
        else:
            self._unchanged[resource.name] = self._unchanged.get(resource.name, 0) + 1

    def _note_kept(self, resource: Resource, desired: Record, actual: Record) -> None:
        """Remember a record in which the service stores a text in another form."""
        names = stored_otherwise(desired, actual)
        if names:
            self._otherwise.append((f"the {resource.name} with id {actual[resource.id]}", names))

    def _kept(self) -> list[str]:
        """Return the warning about records in which the service stores texts in another form."""
        if not self._otherwise:
            return []
        names = dict.fromkeys(name for _what, found in self._otherwise for name in found)
        return [warning_of(self._otherwise[0][0], list(names), len(self._otherwise))]

    # Groups

    def _plan_group(self, group: DeclaredGroup) -> None:
        actual = self._matching(self._groups, group, group.name, "name")
        desired = self._scope.marked(GROUP, group.fields, actual)
        if actual and trimmed(actual["name"]) == group.name and "name" in desired:
            desired = {**desired, "name": actual["name"]}  # a stored spelling of the same name is kept
        self._converge(GROUP, group, desired, actual)
        if group.members is None:
            return
        current = self._current_members(actual)
        wanted, whole = self._wanted(group, current)
        add, remove = Membership(set=frozenset(wanted)).changes(current)
        id: Id = int(actual["group_id"]) if actual else Key(GROUP, group.name)
        # Nobody sends to a new group yet, so it may get any number of members.
        if isinstance(id, int) and not self._book.is_empty:
            what = f"members of {group.name or id!r}"
            limit = self._scope.max_additions
            self._limit(guard_additions, len(add), len(current), limit, "max_additions", what)
        self._changes += [AddMember(id, member, wanted[member]) for member in add]
        if isinstance(id, int) and whole:
            self._leaving.append((group, id, remove))

    def _plan_departures(self) -> None:
        """Remove contacts that now belong to another person from their groups.

        Groups with declared members are not affected.
        """
        places = {group.where for group in self._declared.groups if group.members is not None}
        managed = {id for id, where in self._groups.claimed.items() if where in places}
        for id, records in self._book.members.items():
            for record in records if id not in managed and self._replaced else ():
                member = int(record["contact_id"])
                if member in self._replaced:
                    self._changes.append(RemoveMember(id, member, self._replaced[member]))

    def _current_members(self, actual: Record | None) -> list[int]:
        records = self._book.members.get(int(actual["group_id"]), []) if actual else []
        return [int(record["contact_id"]) for record in records]

    def _wanted(self, group: DeclaredGroup, current: list[int]) -> tuple[dict[Id, str], bool]:
        """Return the contacts of the members with their places, and whether every member has a contact."""
        # If a list names a contact by its id, a member with the number of this contact also means this contact.
        named = {ref.id for ref in group.members or [] if ref.id is not None}
        inside = {*current, *(named & self._contacts.by_id.keys())}
        wanted: dict[Id, str] = {}
        whole = group.whole
        for ref in group.members or []:
            try:
                found = self._meant(ref, inside)
            except LinkEngageError as error:
                self._problems.append((ref.option, str(error)))
                whole = False
                continue
            for id in found:
                wanted.setdefault(id, ref.option)
                if isinstance(id, int):
                    self._needed.setdefault(id, ref.option)
        return wanted, whole

    def _meant(self, ref: ContactRef, inside: set[int]) -> list[Id]:
        """Return the contacts that a member means. Raises AmbiguousRecord, and InvalidInput if there is no contact."""
        if ref.id is not None:
            if ref.id in self._contacts.by_id or ref.id in inside:
                return [ref.id]
        else:
            records = self._contacts.named(ref.number)
            # Several members of a group can have the same number. Then all of them are meant.
            members: list[Id] = [id for record in records if (id := int(record["contact_id"])) in inside]
            if members:
                return members
            one = only(records, "contact_id", str(ref), "{contact_id: ...}", self._scope.on_duplicate)
            if one:
                return [int(one["contact_id"])]
            if ref.number in self._coming:
                return [self._coming[ref.number]]
        changed = next((item for item in self._declared.contacts if ref.number and ref.number in item.previous), None)
        if changed:
            raise InvalidInput(
                f"{ref} is the previous number of the contact in {changed.where}. Write the new number, "
                f"{mask(changed.number)}."
            )
        raise InvalidInput(
            f"{ref} is not in the address book and is not declared. Declare the contact, or remove the member."
        )

    def _guard(self) -> None:
        """Stop the plan if it adds or overwrites so much that the file is probably wrong."""
        scope, book = self._scope, self._book
        created = sum(isinstance(change, Create) and change.resource is CONTACT for change in self._changes)
        total = len(book.contacts) if book.whole else book.total or 0
        # The first import has no limit. A file that has entries for at least half of the contacts is not a wrong file.
        if len(self._contacts.claimed) * 2 < total:
            some = FIRST if total < GUARD_FROM else SOME
            limit = scope.max_create_percent
            self._limit(guard_additions, created, total, limit, "max_create_percent", "contacts", some)
        changed = [change for change in self._changes if isinstance(change, Update) and change.resource is CONTACT]
        updated = sum(map(self._overwrites, changed))
        confirm = "" if scope.force else "force"
        limit, claimed = scope.max_update_percent, len(self._contacts.claimed)
        self._limit(guard_updates, updated, claimed, limit, "max_update_percent", "contacts", confirm=confirm)

    def _overwrites(self, change: Update) -> bool:
        """Return whether the change replaces or clears a value.

        Filling an empty field or adding the marker does not count.
        """
        after = differences(change.record, change.before)
        return any(
            isinstance(text, str) and text and not self._scope.differs_only_in_marker(text, after[name])
            for name in after
            for text in [change.before.get(name)]
        )

    def _refuse_contradictions(self) -> None:
        """Raise InvalidInput for declared records that are also ignored or absent."""
        contacts, groups, scope = self._declared.contacts, self._declared.groups, self._scope
        ignored = [item.where for item in contacts if self._ignored and self._ignored.match(CONTACT, item.fields)]
        ignored += [item.where for item in groups if self._ignored.match(GROUP, item.fields)]
        absent = [item.where for item in contacts if item.number in scope.absent_numbers]
        absent += [item.where for item in groups if item.name in scope.absent_groups]
        absent += [ref.option for item in groups for ref in item.members or [] if ref.number in scope.absent_numbers]
        for option, places in (("ignore", ignored), ("absent", absent)):
            if places:
                raise InvalidInput(
                    f"{option}: these records are also declared: {listed(places, SHOWN)}. Nothing was "
                    f"written. Remove each record from `{option}`, or from the declaration."
                )
