# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Brings a whole address book to its declared state: read, plan, check the guards, write."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .._errors import DriftError, GuardError, InvalidInput
from .._machine.locks import SILENT
from .._model.listing import first_of
from .._model.phone import Numbering
from .._model.plan import Outcome
from .._model.values import all_read
from .._service.client import Client
from .book import Book, Sync
from .declared import LISTED, Declared, understand
from .documents import PARTS, distinct, placed
from .entries import Entries
from .lookalikes import similar_contacts, similar_groups
from .losses import deleted_ids, guard_losses, losses, with_memberships
from .options import BookOptions
from .planner import plan_book
from .report import (
    IN_PROBLEMS,
    SHOWN,
    BookPlan,
    counted,
    created_since,
    drift,
    first_problems,
    one_a_line,
    whole_plan,
)
from .rereading import Rereading
from .review import Review
from .scope import Scope
from .sources import Reading, Source, no_secrets, read_source
from .survey import read_book, with_all_members

if TYPE_CHECKING:
    from .backup_file import Backup

PAUSE = 0.5  # seconds between two readings that show whether another run is writing
LONGEST = 60.0  # seconds until a guard stops the plan even if another run is still writing


@dataclass(frozen=True)
class Declaration:
    """What the user declares: the options, and the entries in files and lists, or the backup to restore."""

    options: BookOptions
    declared: Declared
    scope: Scope
    warnings: list[str]
    backup: Backup | None = None


def read_declaration(options: BookOptions, client: Client) -> Declaration:
    """Read the files and check their entries. The only request is for the country code, if it is needed.

    Raises InvalidInput.
    """
    if options.restore is not None:
        from .backup_file import read_backup  # imported here, because only a restore needs it

        backup = read_backup(options.restore, client.account, client.decrypt or no_secrets)
        return Declaration(options, Declared(), Scope(), [], backup)
    source = _source(options, client)
    declared = _understand(options, source, client)
    return Declaration(options, declared, _scope(options, client.numbering), source.warnings)


def waits_in_check_mode(declaration: Declaration) -> bool:
    """Return whether a plan in check mode waits until no other run changes the account."""
    return declaration.options.lock == "always"


def plan_address_book(declaration: Declaration, client: Client) -> BookPlan:
    """Plan the changes to the declared address book, or the changes that restore a backup."""
    if declaration.backup is not None:
        return _plan_restore(declaration, declaration.backup, client)
    options, declared = declaration.options, declaration.declared
    rereading, book, sync = _plan_settled(declaration, client)
    sync = replace(sync, unmanaged={}) if options.unmanaged == "ignore" else sync
    problems = list(dict.fromkeys(reason for _where, reason in sync.problems))
    if options.on_invalid == "refuse":
        _refuse(problems)
    similar = [
        *similar_groups(declared.groups, declaration.scope.absent_groups, book.groups),
        *similar_contacts(sync.changes, book.contacts, client.numbering),
    ]
    notes = [*sync.notes, *similar]
    asked = [question.shown("names") for question in sync.questions]
    said = [
        *first_of(notes, SHOWN, "the return value `notes`", "note", LISTED),
        *first_of(asked, SHOWN, "the return value `questions`", "question", LISTED),
    ]
    review = Review(sync.changes, book, sync.places)
    plan = _plan(declaration, sync, problems, review, [*declaration.warnings, *said])
    plan = replace(plan, book=book, rereading=rereading, country_code=client.known_country_code, notes=notes)
    return replace(plan, refusal=_refusal(options, plan))


def _plan_settled(declaration: Declaration, client: Client) -> tuple[Rereading, Book, Sync]:
    """Make a plan. If a guard stops the plan, plan again as long as another run is changing the account.

    For example, while another run is filling a group, it looks as if the group would get too many members. Raises
    GuardError.
    """
    options, begun = declaration.options, time.monotonic()
    rereading, book = Rereading(options.reread, begun), read_book(options, declaration.declared, client)
    reported = False
    while True:
        try:
            return (rereading, *_plan_guarded(declaration, book, client))
        except GuardError:
            client.waiting.run.sleep(PAUSE)
            waited = time.monotonic() - begun
            rereading, now = Rereading(options.reread, begun + waited), read_book(options, declaration.declared, client)
            if now == book or waited > LONGEST:
                raise
            if waited > SILENT and not reported:
                reported = True
                client.waiting.announce(f"waiting for another run that changes this account; at most {LONGEST:.0f} s")
            book = now


def _plan_guarded(declaration: Declaration, book: Book, client: Client) -> tuple[Book, Sync]:
    """Return the plan, and the address book with the members of all groups that lose members. Raises GuardError."""
    sync = plan_book(declaration.declared, book, declaration.scope, client.numbering)
    book = with_all_members(book, *deleted_ids(sync.changes), client, declaration.options.workers)
    sync = replace(sync, changes=with_memberships(sync.changes, book))
    guard_losses(losses(sync.changes, book), declaration.scope)
    return book, sync


def _plan_restore(declaration: Declaration, backup: Backup, client: Client) -> BookPlan:
    """Plan to restore a backup. The guards do not apply."""
    from .restore import plan_restore, read_current  # imported here, because only a restore needs it

    options = declaration.options
    rereading = Rereading(options.reread, time.monotonic())
    book = read_current(backup, client, options.workers)
    found = plan_restore(backup, book, client.numbering, options.remove_created)
    book = with_all_members(book, *deleted_ids(found.sync.changes), client, options.workers)
    sync = replace(found.sync, changes=with_memberships(found.sync.changes, book))
    problems = list(dict.fromkeys(reason for _where, reason in sync.problems))
    if options.on_invalid == "refuse":
        _refuse(problems)
    newer = [] if options.remove_created else created_since(found.created)
    plan = _plan(declaration, sync, problems, Review(sync.changes, book), [*found.warnings, *newer])
    plan = replace(plan, book=book, rereading=rereading, created=found.created)
    return replace(plan, refusal=_refusal(options, plan))


def apply_address_book(plan: BookPlan, client: Client) -> Outcome:
    """Write a backup and make the changes. Raises PartialFailure if an entry or a change failed."""
    if not (plan.changes or plan.failing or plan.backup):
        return Outcome()
    from .carry_out import carry_out  # imported here, because most runs change nothing

    return carry_out(plan, client)


def _plan(declaration: Declaration, sync: Sync, problems: list[str], review: Review, warnings: list[str]) -> BookPlan:
    options, declared = declaration.options, declaration.declared
    skip = options.on_invalid == "skip"
    failing = [] if skip else problems
    skipped = problems + declared.repeated if skip else []
    reported = skipped if options.warn_skipped else []
    said = first_problems([f"Skipped: {reason}" for reason in reported], IN_PROBLEMS, options.dest or "", LISTED)
    warnings = [*warnings, *_numberless(declared), *said]
    if sync.withheld:
        waits = counted(sync.withheld, "deletion waits", "deletions wait")
        warnings.append(f"purge: {waits} until you have corrected all wrong entries.")
    before, after = review.diff()
    plan = BookPlan(
        changes=sync.changes,
        before=before,
        after=after,
        problems=first_problems(failing, IN_PROBLEMS, options.dest or ""),
        warnings=warnings,
        sync=sync,
        review=review,
        failing=failing,
        skipped=skipped,
        without_number=len(declared.without_number),
        workers=options.workers,
        backup=options.backup,
        dest=options.dest,
        people=options.show_people,
        scope=declaration.scope,
        declared="in the backup" if options.restore else "in the files" if options.src else "declared",
    )
    return replace(plan, reports={options.dest: whole_plan(plan, options.dest)}) if options.dest else plan


def _numberless(declared: Declared) -> list[str]:
    """Return the warning about contacts that were skipped because they have no number."""
    places = declared.without_number
    if not places:
        return []
    skipped = counted(len(places), "contact is skipped, because it has", "contacts are skipped, because they have")
    return [
        f"without_number: {skipped} no phone number and no contact_id. The first entry without a number is {places[0]}."
    ]


def _refusal(options: BookOptions, plan: BookPlan) -> GuardError | DriftError | None:
    """Return the reason why the plan must not be applied, or None."""
    plan_id, expected = plan.sync.plan_id, options.expect_plan_id
    if plan.changes and expected is not None and expected != plan_id:
        return GuardError(
            f"expect_plan_id: the id of the plan is now {plan_id}, and not {expected}. The account or the declaration "
            "has changed since you reviewed the plan. Nothing was written. Review the new plan, and set "
            "expect_plan_id to its new id.",
            plan_id=plan_id,
        )
    if options.unmanaged == "fail" and any(plan.sync.unmanaged.values()):
        return drift(plan, unmanaged=True)
    if options.fail_on_drift and (plan.changes or plan.problems):
        return drift(plan, unmanaged=False)
    return None


def _understand(options: BookOptions, source: Source, client: Client) -> Declared:
    """Return the valid entries.

    Raises InvalidInput for invalid entries that must not be skipped, and if no entry is valid.
    """
    choices = (options.on_invalid, options.without_number, source.members)
    declared = understand(source.entries, client.numbering, *choices, client.offline_numbering)
    bad = [reason for _where, reason in declared.problems]
    if options.on_invalid == "refuse":
        _refuse(bad + declared.repeated)
    elif options.on_invalid == "skip" and not (declared.contacts or declared.groups):
        _refuse(bad)
    return declared


def _refuse(problems: list[str]) -> None:
    if problems:
        bad = counted(len(problems), "entry has", "entries have")
        raise InvalidInput(
            one_a_line(f"{bad} to be corrected. Nothing was written.", problems),
            problems=problems[:LISTED],
            problem_count=len(problems),
        )


def _source(options: BookOptions, client: Client) -> Source:
    """Return the declared entries.

    Raises InvalidInput if nothing is declared, or if a part that is purged has no entries.
    """
    if options.src is not None:
        decrypt = client.decrypt or no_secrets
        reading = Reading(options.columns, options.unknown_columns, options.delimiter, options.encoding, decrypt)
        source = read_source(options.src, reading)
    else:
        source = _inline(options)
    if not options.allow_empty:
        _refuse_empty(options, source.entries)
    return source


def _inline(options: BookOptions) -> Source:
    """Return the entries in the options, with their places if the places are known."""
    entries = {part: placed(getattr(options, part), options.places.get(part, ()), part) for part in PARTS}
    members = zip(entries["groups"], options.places.get("members", ()))
    return Source(entries, members={where: distinct(places, "members") for (where, _group), places in members})


def _refuse_empty(options: BookOptions, entries: Entries) -> None:
    """Raise InvalidInput if nothing is declared, or if a part that is purged has no entries."""
    if not any(entries.values()) and not options.absent_contacts and not options.absent_groups:
        raise InvalidInput(
            "src, contacts, groups: nothing is declared, which is usually a mistake. Nothing was written. "
            "Set `allow_empty` to allow this."
        )
    for part in PARTS:
        if part in options.purge and not entries[part]:
            raise InvalidInput(
                f"purge: no {part} are declared, so `purge` would delete all {part} with the marker "
                f"{_shown(options)}. "
                "Nothing was written. Set `allow_empty` to allow this."
            )


def _shown(options: BookOptions) -> str:
    """Return the marker in its brackets."""
    mark = Scope(marker=options.marker).mark
    return mark.text if mark else ""


def _scope(options: BookOptions, numbering: Numbering) -> Scope:
    """Return the scope of the run. Raises InvalidInput for an absent number that is not a phone number."""
    numbers = all_read(options.absent_contacts, "absent.contacts", numbering.canonical)
    return Scope(
        purge=options.purge,
        marker=options.marker,
        marker_field=options.marker_field,
        previous_markers=tuple(options.previous_markers),
        ignore=tuple(options.ignore),
        absent_numbers=frozenset(numbers),
        absent_groups=frozenset(options.absent_groups),
        number_format=options.number_format,
        on_duplicate=options.on_duplicate,
        max_delete_percent=options.max_delete_percent,
        max_create_percent=options.max_create_percent,
        max_update_percent=options.max_update_percent,
        max_additions=options.max_additions,
        allow_empty=options.allow_empty,
        force=options.force or options.allow_empty,
        new_holder=options.new_holder,
    )
