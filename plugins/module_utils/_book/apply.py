# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Makes many changes: changes of one kind in parallel, one kind after the other.

A failed change does not stop the other changes.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .._errors import ApiError, ConnectionFailed, LinkEngageError, NotSent, Throttled, UnknownOutcome, foreseen
from .._model.changes import AddMember, Change, Delete, Id, Key, RemoveMember, Update
from .._model.fields import Record
from .._model.resources import CONTACT
from .._service.client import Client
from .chains import Chain, after_parking, found_by, inverse, parking_of, phases
from .deletions import CREATED_SINCE, PURGE
from .rereading import Rereading, merged

PATIENCE = 10  # after this number of consecutive failures of the service, no more changes are tried
EXCHANGE_FAILED = {
    "contact": "the exchange of phone numbers between contacts failed",
    "group": "the exchange of names between groups failed",
}


@dataclass(frozen=True)
class Tally:
    """The outcome of the changes. Each list has the order of the plan.

    - ``failed`` has the changes that failed, each with the reason. The later changes of the same entry, which were not
      made, are the same problem. They are in no list.
    - ``untried`` has the changes that were not tried. ``stopped`` is the reason.
    - ``withheld`` has removals that wait until the failed changes are fixed.
    - ``made`` has the new records.
    """

    done: Sequence[Change]
    failed: Sequence[tuple[Change, str]]
    untried: Sequence[Change]
    withheld: Sequence[Change]
    stopped: str
    made: Mapping[Key, Record] = field(default_factory=dict)


def make_all(client: Client, changes: Sequence[Change], workers: int, rereading: Rereading | None = None) -> Tally:
    """Make the changes, and report the progress to ``client.progress``.

    Changes of one kind and resource run in parallel.

    *rereading* says when a record is read again before it is replaced. Without *rereading*, no record is read again.
    Raises UnknownChange before the first request if a change is of an unknown kind.
    """
    client.require_known(changes)
    run = _Run(client, len(changes), rereading or Rereading("never", 0.0))
    run.report_progress()  # the time before, such as a wait for the lock, says nothing about the remaining time
    _make_side_by_side(run, changes, workers)
    return run.tally(changes)


def _make_side_by_side(run: _Run, changes: Sequence[Change], workers: int) -> None:
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        for chains in phases(changes, run.key):
            list(pool.map(run.make_chain, chains))
    except BaseException:  # after an interrupt, started changes are finished, and no other change starts
        run.stop("because the run was interrupted.")
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _Run:
    """The state while a plan is applied. All workers call the methods at the same time."""

    def __init__(self, client: Client, total: int, rereading: Rereading) -> None:
        self._client, self._total, self._rereading = client, total, rereading
        self._lock = threading.Lock()
        self._done: set[int] = set()
        self._failed: dict[int, str] = {}
        self._withheld: set[int] = set()
        self._dropped: set[int] = set()  # changes that were not made because an earlier change of their entry failed
        self._made: dict[Key, Record] = {}
        self._hurt: set[Id] = set()  # groups to which a member could not be added
        self._sick = 0
        self._stopped = ""

    def stop(self, why: str) -> None:
        self._stopped = self._stopped or why
        self._client.stop(self._stopped)

    def key(self, stored: str) -> str:
        """Return the canonical form of a stored number."""
        return self._client.numbering.key(stored)

    def make_chain(self, chain: Chain) -> None:
        """Make changes that depend on each other, in their order. If one fails, the changes after it are not made."""
        parking = self._park(chain.parked) if chain.parked and not self._stopped else None
        going, last = True, chain.changes[0]
        for change in chain.changes:
            if going:
                last = change
                self.make(change, parking if change is chain.parked else None)
                going = id(change) in self._done
            elif not self._stopped:
                self._drop(change, last)
        if chain.parked and not going:
            self._undo(chain, chain.parked, parking)

    def _park(self, parked: Update) -> Update | None:
        """Give a record its temporary value. If the service rejects the value, the changes are made without it."""
        try:
            parking = self._rereading.current(parking_of(parked), self._client)
            if isinstance(parking, Update):
                self._send(parking)
                return parking
        except LinkEngageError:
            pass  # if the service fails in general, the next change reports it
        return None

    def _undo(self, chain: Chain, parked: Update, parking: Update | None) -> None:
        """Restore the previous values after an exchange of values failed, so that no two records have the same
        value.
        """
        made = [change for change in chain.changes if isinstance(change, Update) and id(change) in self._done]
        steps = [(change, change) for change in reversed(made)]
        steps += [(parked, parking)] if parking else []
        for change, step in steps:
            record, failed = f"{step.resource.name} with id {step.id}", EXCHANGE_FAILED[step.resource.name]
            name = found_by(step.resource).replace("_", " ")
            try:
                current = self._rereading.current(inverse(step), self._client)
                if current:
                    self._send(current)
                reason = f"{failed}, so the {record} has its old {name} again."
            except LinkEngageError as error:
                reason = f"{failed}. Then the old {name} of the {record} could not be restored: {error}"
            with self._lock:
                self._done.discard(id(change))
                earlier = self._failed.get(id(change))
                self._failed[id(change)] = f"{earlier} {reason[0].upper()}{reason[1:]}" if earlier else reason

    def make(self, change: Change, parking: Update | None = None) -> None:
        """Make a change. *parking* is the change that gave the record a temporary value, if there was one."""
        if self._stopped:
            return
        if self._waits(change):
            self._withheld.add(id(change))
            self.report_progress()
            return
        try:
            self._require(change)
            with foreseen(lambda: f"{change.action} of a {change.resource.name}"):
                planned = after_parking(change, parking) if parking and isinstance(change, Update) else change
                current = self._rereading.current(planned, self._client)
                if current:
                    self._send(current)
        except NotSent as reason:
            self.stop(f"because {reason}")
            return
        except LinkEngageError as error:
            self._fail(change, error)
        else:
            self._sick = 0
            self._done.add(id(change))
        self.report_progress()

    def _send(self, change: Change) -> None:
        """Make a change. If the answer to an update is lost, a read shows whether the service has acted.

        Otherwise an exchange would be undone although its last change was made. Raises LinkEngageError.
        """
        try:
            self._client.make(change, self._made, verify=False)
        except UnknownOutcome:
            if not (isinstance(change, Update) and self._is_made(change)):
                raise

    def _is_made(self, change: Update) -> bool:
        try:
            return merged(change, self._client.get(change.resource, change.id)) is None
        except LinkEngageError:
            return False

    def tally(self, changes: Sequence[Change]) -> Tally:
        def those(ids: Collection[int]) -> list[Change]:
            return [change for change in changes if id(change) in ids]

        settled = self._done | self._failed.keys() | self._withheld | self._dropped
        return Tally(
            done=those(self._done),
            failed=[(change, self._failed[id(change)]) for change in those(self._failed)],
            untried=[change for change in changes if id(change) not in settled],
            withheld=those(self._withheld),
            stopped=self._stopped,
            made=self._made,
        )

    def _waits(self, change: Change) -> bool:
        """Return whether a removal must wait.

        If a member could not be added to a group, no member is removed from this group. After a failed change, no
        record is purged.
        """
        if isinstance(change, RemoveMember):
            return change.id in self._hurt
        return isinstance(change, Delete) and change.where in (PURGE, CREATED_SINCE) and bool(self._failed)

    def _require(self, change: Change) -> None:
        """Raise LinkEngageError if a record of the same plan that the change needs was not created."""
        for needed in (change.id, change.member) if isinstance(change, AddMember) else ():
            if isinstance(needed, Key) and needed not in self._made:
                if needed.resource is CONTACT:
                    raise LinkEngageError(
                        "a new contact could not be created, so this contact cannot be added to the group."
                    )
                raise LinkEngageError("the group could not be created, so its members cannot be added.")

    def _fail(self, change: Change, error: LinkEngageError) -> None:
        with self._lock:
            self._failed[id(change)] = str(error)
            self._hurt.update({change.id} if isinstance(change, AddMember) else ())
            self._sick = self._sick + 1 if _is_sick(error) else 0
            if _is_general(error):
                self.stop("because all remaining changes would fail too.")
            elif self._sick >= PATIENCE:
                self.stop("because too many changes failed one after another.")

    def _drop(self, change: Change, failed: Change) -> None:
        """Do not make a change, because *failed* comes first and was not made."""
        if failed.where == change.where:
            self._dropped.add(id(change))
        else:
            why = f"this entry depends on another change, which failed ({failed.where})."
            self._fail(change, LinkEngageError(why))

    def report_progress(self) -> None:
        if self._client.progress:
            with self._lock:
                dealt_with = len(self._done) + len(self._failed) + len(self._withheld) + len(self._dropped)
                self._client.progress(dealt_with, self._total, self._client.waited)


def _is_general(error: LinkEngageError) -> bool:
    """Return whether every other change would fail with the same error."""
    rejected = isinstance(error, ApiError) and error.status in (401, 406) and error.facts.get("method") == "POST"
    return isinstance(error, (ConnectionFailed, Throttled)) or rejected


def _is_sick(error: LinkEngageError) -> bool:
    """Return whether the service may have failed, and not only this change.

    With the statuses 401, 403 and 406, the login may be rejected from now on, or the vendor's directory sync owns the
    record.
    """
    failed = isinstance(error, ApiError) and (error.status >= 500 or error.status in (401, 403, 406))
    return isinstance(error, UnknownOutcome) or failed
