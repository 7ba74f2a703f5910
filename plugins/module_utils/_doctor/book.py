# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks of the address book: complete lists, phone numbers, duplicates, invisible characters. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .._errors import IncompleteList
from .._model.fields import Record
from .._model.names import folded, trimmed
from .._model.phone import Numbering
from .findings import Finding, counted, ids, ok, problem, warning
from .survey import Survey

TEXTS = ("first_name", "last_name", "email", "phone_number", "name")
LONG = 100  # records; the largest limit of lists that the table of open questions names
SHORT = (
    f"The account has too few records to show whether the service returns lists of more than {LONG} records "
    "completely. To find out, run the playbook doctor with -e probe=true, or run the doctor again when the account has "
    f"more than {LONG} contacts. "
    "If the service returns an incomplete list, a task fails before its first write request."
)
INVISIBLE = ("Cf", "Cc", "Zl", "Zp")


def check_lists(survey: Survey) -> Iterator[Finding]:
    """Check whether the lists can be read, and whether they are complete."""
    for name in ("contacts", "groups"):
        error = survey.errors.get(name)
        if isinstance(error, IncompleteList):
            yield problem(
                "list against count",
                f"The list of {name} contains only {counted(error.facts['length'], 'record')}, but the account has "
                f"more {name}.",
                "Attach the report to an issue. Until the issue is solved, use only modules for single records.",
            )
        elif error:
            failed = f"The doctor cannot read the list of {name} ({error.kind})."
            yield problem(f"list of {name}", failed, "Attach the report to an issue.")
    if survey.contacts is not None:
        if survey.count == len(survey.contacts):
            groups = f" and {counted(len(survey.groups), 'group')}" if survey.groups is not None else ""
            complete = f"The doctor has read the whole address book: {counted(survey.count, 'contact')}{groups}."
            yield ok("list against count", complete if survey.longest > LONG else f"{complete} {SHORT}")
        else:
            yield warning(
                "list against count",
                f"The list from the service contains {counted(len(survey.contacts), 'contact')}, but GET "
                f"/contacts/count returns {survey.count}.",
                "Run the doctor again while nobody changes the address book.",
            )


def with_lists(finding: Finding, limits: tuple[str, ...]) -> Finding:
    """Return the finding about lists after a probe. The probe may have shown whether lists are complete."""
    return replace(finding, meaning=finding.meaning.replace(f" {SHORT}", "")) if len(limits) == 1 else finding


def check_numbers(survey: Survey, numbering: Numbering) -> Iterator[Finding]:
    """Find phone numbers that cannot be read, and contacts with the same number. Needs the country code."""
    contacts = survey.contacts or ()
    read = {int(contact["contact_id"]): numbering.number(contact["phone_number"]) for contact in contacts}
    unread = [id for id, number in read.items() if not number]
    if unread:
        yield warning(
            "phone numbers",
            f"{_having(len(unread), 'contact')} no valid phone number: {ids('contact_id', unread)}.",
            "Correct these phone numbers in the account, or do not manage these contacts with the collection.",
        )
    else:
        yield ok("phone numbers", "Every contact has a valid phone number.")
    yield _duplicates(
        "duplicate numbers",
        "contact_id",
        _same(contacts, "contact_id", lambda contact: read[int(contact["contact_id"])]),
        "contact",
        "No contact has the phone number of another contact.",
        "Delete the contacts that you do not need. If you need two contacts with the same phone number, select each "
        "contact by contact_id.",
    )


def check_names(survey: Survey) -> Iterator[Finding]:
    """Find groups with the same name or with names that look alike, and invisible characters."""
    groups = survey.groups or ()
    exact = _same(groups, "group_id", lambda group: trimmed(group["name"]))
    yield _duplicates(
        "duplicate groups",
        "group_id",
        exact,
        "group",
        "No group has the name of another group.",
        "Rename or delete the duplicate groups. If you need two groups with the same name, select each group by "
        "group_id.",
    )
    alike = sorted(set(_same(groups, "group_id", lambda group: folded(group["name"] or ""))) - set(exact))
    if alike:
        yield _duplicates(
            "similar groups",
            "group_id",
            alike,
            "group",
            "No group has a name that differs from the name of another group only in spaces, invisible characters, or "
            "upper and lower case.",
            "Delete each of these groups that is a duplicate.",
        )
    yield _invisible(survey)


def _same(records: Iterable[Record], id: str, key: Callable[[Record], str]) -> list[int]:
    """Return the ids of all records whose key another record has too."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for record in records:
        by_key[key(record)].append(int(record[id]))
    return sorted(id for name, found in by_key.items() if name and len(found) > 1 for id in found)


def _duplicates(check: str, id: str, found: list[int], noun: str, none: str, remedy: str) -> Finding:
    """Return the finding about records that are alike. *none* is the sentence if there are no such records."""
    if not found:
        return ok(check, none)
    some = none.removesuffix(".").replace(f"No {noun} has", _having(len(found), noun))
    return warning(check, f"{some}: {ids(id, found)}.", remedy)


def _having(number: int, noun: str) -> str:
    return f"{counted(number, noun)} {'has' if number == 1 else 'have'}"


def _invisible(survey: Survey) -> Finding:
    check, found = "invisible characters", []
    for id, records in (("contact_id", survey.contacts or ()), ("group_id", survey.groups or ())):
        hidden = [int(record[id]) for record in records if any(map(_is_hidden, _texts(record)))]
        found += [ids(id, hidden)] if hidden else []
    if not found:
        return ok(check, "No name or phone number contains invisible characters.")
    meaning = f"Names or phone numbers contain invisible characters in these records: {'; '.join(found)}."
    return warning(check, meaning, "Enter these names and phone numbers again, without the invisible characters.")


def _texts(record: Record) -> Iterator[str]:
    return (record[name] for name in TEXTS if record.get(name))


def _is_hidden(text: str) -> bool:
    return any(unicodedata.category(character) in INVISIBLE and character != "\u200d" for character in text)
