# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Contacts: the options that identify a contact, and the plan of the module that manages a contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import AmbiguousRecord, InvalidInput, UnknownRecord
from .._model.arguments import did_you_mean
from .._model.changes import Key
from .._model.fields import Record
from .._model.frozen import Value
from .._model.phone import NUMBER_FORMATS, Numbering
from .._model.plan import Outcome, Plan, plan_record, plan_removal, to_write
from .._model.resources import CONTACT
from .._model.values import is_id, mask, require_text
from .._service.client import Client

# An unquoted integer with at least this number of digits is a phone number, so it is not accepted as an id.
PHONE_LIKE = 7


@dataclass(frozen=True)
class ContactRef:
    """A contact that an option names by a phone number or by an id.

    ``number`` is the canonical number, and ``text`` is the number as it is written in the option.
    """

    option: str
    id: int | None = None
    number: str = ""
    text: str = ""

    def __str__(self) -> str:
        named = f"contact with id {self.id}" if self.id is not None else f"number {mask(self.text)}"
        return f"{self.option}: the {named}"


def contact_refs(
    values: Iterable[Any] | None, option: str, numbering: Numbering, problems: list[str]
) -> list[ContactRef]:
    """Return the contacts in a list of phone numbers (texts) and contact ids (integers, or ``{contact_id: 4711}``).

    For each wrong entry, the reason is added to *problems*, with the index of the entry.
    """
    refs = []
    for index, value in enumerate(values or []):
        try:
            refs.append(contact_ref(value, f"{option}[{index}]", numbering))
        except InvalidInput as error:
            problems.append(str(error))
    return refs


def contact_ref(value: Any, option: str, numbering: Numbering) -> ContactRef:
    """Return the contact that one entry names. Raises InvalidInput."""
    id = _entry_id(value, option)
    if id is not None:
        return ContactRef(option, id=id)
    if isinstance(value, Mapping):
        if value.get("phone_number") is None:
            hint = "".join(did_you_mean(name, ("phone_number", CONTACT.id)) for name in value)
            raise InvalidInput(f"{option}: expected a dictionary with phone_number or contact_id{hint}.")
        value = value["phone_number"]
    return ContactRef(option, number=numbering.canonical(value, option), text=str(value))


def _entry_id(value: Any, option: str) -> int | None:
    if isinstance(value, Mapping) and value.get("contact_id") is not None:
        if not is_id(value["contact_id"]):
            raise InvalidInput(f"{option}: contact_id must be a whole number.")
        return int(value["contact_id"])
    if isinstance(value, int) and not isinstance(value, bool):
        if len(str(value)) < PHONE_LIKE and value >= 0:
            return value
        raise InvalidInput(
            f"{option}: the integer with {len(str(value))} digits is probably a phone number without quotes; "
            'quote it, as in "+4790555817". If the integer is the id of a contact, write {contact_id: ...}.'
        )
    return None


def only(records: list[Record], id_name: str, what: str, option: str, on_duplicate: str = "fail") -> Record | None:
    """Return the only record, or None. If there are several, raise AmbiguousRecord.

    If *on_duplicate* is ``first``, the record with the lowest id is returned instead.
    """
    if len(records) > 1 and on_duplicate == "fail":
        ids, kind = [record[id_name] for record in records], id_name.partition("_")[0]
        raise AmbiguousRecord(
            f"{what} is used by {len(ids)} {kind}s ({id_name} {', '.join(map(str, ids))}). "
            f"To choose one of these {kind}s, use {option}. Otherwise, merge the {kind}s.",
            ids=ids,
        )
    return records[0] if records else None


def find_contact(client: Client, ref: ContactRef, on_duplicate: str = "fail") -> Record | None:
    """Return the contact that *ref* names, or None. Raises AmbiguousRecord."""
    if ref.id is not None:
        return client.get(CONTACT, ref.id)
    found = client.contacts_by_number(ref.text, ref.option)
    return only(found, "contact_id", str(ref), "contact_id", on_duplicate)


CONTACT_SPEC: dict[str, Any] = {
    "contact_id": {"type": "int"},
    **CONTACT.argument_spec(),
    "previous_phone_number": {"type": "raw"},
    "number_format": {"choices": list(NUMBER_FORMATS), "default": "msisdn"},
    "on_duplicate": {"choices": ["fail", "first"], "default": "fail"},
    "state": {"choices": ["present", "absent"], "default": "present"},
}
CONTACT_RULES: dict[str, Any] = {"required_one_of": [["phone_number", "contact_id"]]}


@dataclass(frozen=True)
class ContactOptions(Value):
    """The options of the module. ``fields`` has the writable fields that are set."""

    id: int | None
    number: str | None
    previous: str | None
    fields: Mapping[str, Any]
    number_format: str
    on_duplicate: str
    absent: bool

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> ContactOptions:
        """Read the options. Raises InvalidInput for an unquoted number, and for text that the service cannot store."""
        number, previous = (
            None if params[option] is None else require_text(params[option], option)
            for option in ("phone_number", "previous_phone_number")
        )
        return cls(
            id=params["contact_id"],
            number=number,
            previous=previous,
            fields=CONTACT.from_params(params),
            number_format=params["number_format"],
            on_duplicate=params["on_duplicate"],
            absent=params["state"] == "absent",
        )


@dataclass(frozen=True)
class ContactPlan(Plan):
    """The plan for one contact.

    ``expected`` is the contact after the plan, or None if the plan deletes it. ``key`` is the key of a new contact.
    """

    expected: Record | None = None
    key: Key | None = None


def plan_contact(options: ContactOptions, client: Client) -> ContactPlan:
    """Plan to create, update or delete one contact."""
    named = (("phone_number", options.number), ("previous_phone_number", options.previous))
    refs = {option: contact_ref(text, option, client.numbering) for option, text in named if text is not None}
    actual = _managed_contact(options, client, refs)
    if options.absent:
        plan = plan_removal(CONTACT, actual)
        return ContactPlan(changes=plan.changes, before=plan.before, after=plan.after, expected=actual)
    if actual is None and options.id is not None:
        raise UnknownRecord(
            f"contact_id: there is no contact with id {options.id}. Correct the id. The service assigns the ids, so "
            "omit contact_id for a new contact."
        )
    desired = dict(options.fields)
    if options.number is not None:
        if actual and client.numbering.key(actual["phone_number"]) == refs["phone_number"].number:
            desired["phone_number"] = actual["phone_number"]  # a stored spelling of the same number is kept
        else:
            desired["phone_number"] = client.numbering.written(options.number, options.number_format)
    key = Key(CONTACT, refs["phone_number"].number if options.number is not None else "")
    plan = plan_record(CONTACT, key, desired, actual)
    wanted = to_write(desired, actual) if actual else desired
    expected = {"contact_id": None, **(actual or {}), **wanted}
    return ContactPlan(
        changes=plan.changes,
        before=plan.before,
        after=plan.after,
        warnings=plan.warnings,
        expected=expected,
        key=key,
    )


def report_contact(plan: ContactPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the contact as it is stored, or as it was before it was deleted."""
    record = plan.expected if plan.key is None else outcome.made.get(plan.key, plan.expected)
    return {"contact": CONTACT.present(record) if record else {}}


def _managed_contact(options: ContactOptions, client: Client, refs: Mapping[str, ContactRef]) -> Record | None:
    """Return the record that the options identify: by id, by number, or by previous number."""
    if options.id is not None:
        chosen = client.get(CONTACT, options.id)
        if chosen and "phone_number" in refs and not options.absent:
            _refuse_taken(client, refs["phone_number"], chosen)
        return chosen
    target = refs["phone_number"]
    current = find_contact(client, target, options.on_duplicate)
    old = refs.get("previous_phone_number")
    if old is None or old.number == target.number:
        return current
    former = find_contact(client, old, options.on_duplicate)
    if current and former:
        ids = [former["contact_id"], current["contact_id"]]
        raise AmbiguousRecord(
            f"previous_phone_number: the contact with id {ids[0]} has the previous number, but the contact with id "
            f"{ids[1]} already has the number in phone_number. Merge these contacts, or omit previous_phone_number.",
            ids=ids,
        )
    return current or former


def _refuse_taken(client: Client, target: ContactRef, chosen: Record) -> None:
    """Raise AmbiguousRecord if another contact has the new number, because two contacts would then have it."""
    if client.numbering.key(chosen["phone_number"]) == target.number:
        return
    others = client.contacts_by_number(target.text, target.option)
    if others:
        ids = [chosen["contact_id"], others[0]["contact_id"]]
        raise AmbiguousRecord(
            f"phone_number: the contact with id {ids[1]} already has the number {mask(target.text)}, so the contact "
            f"with id {ids[0]} cannot get this number. Merge these contacts.",
            ids=ids,
        )
