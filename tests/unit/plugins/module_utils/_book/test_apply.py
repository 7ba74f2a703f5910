# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many changes: the reported progress, and the outcome of each change."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.apply import PATIENCE, make_all
from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    NotSent,
    UnknownChange,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    AddMember,
    Change,
    Delete,
    Update,
    require_known,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace


class Service:
    """A client whose changes fail as *failures* says, by the id of the record."""

    def __init__(self, failures: dict[int, Exception]) -> None:
        self.failures = failures
        self.made: list[Any] = []
        self.http = SimpleNamespace(pace=Pace(None, 180))
        self.waited = 1.5
        self.account = "kari"
        self.progress: Any = None
        self.stop = self.http.pace.stop

    def require_known(self, changes: Any) -> None:
        require_known(changes, [Update, Delete])

    def make(self, change: Change, made: Any, verify: bool) -> None:
        if change.id in self.failures:
            raise self.failures[change.id]
        self.made.append(change.id)


def updates(*ids: int) -> list[Change]:
    return [Update(CONTACT, id, {}) for id in ids]


def deletes(*ids: int, where: str = "") -> list[Change]:
    return [Delete(CONTACT, id, where=where) for id in ids]


def answer(status: int) -> ApiError:
    return ApiError("no", status=status, method="PUT", path="/contacts/1")


@pytest.mark.parametrize("workers", [1, 8])
def test_progress_is_reported_for_every_change_by_one_thread_at_a_time(workers: int) -> None:
    reported: list[tuple[int, int, float]] = []
    busy = threading.Lock()

    def progress(done: int, total: int, waited: float) -> None:
        assert busy.acquire(blocking=False)
        reported.append((done, total, waited))
        busy.release()

    service = Service({7: answer(400)})
    service.progress = progress
    outcome = make_all(service, updates(*range(100)) + deletes(1000, where="purge"), workers)
    assert len(reported) == 1 + 101
    assert reported[0] == (0, 101, 1.5)
    assert reported[-1] == (101, 101, 1.5)
    assert (len(outcome.done), len(outcome.failed), len(outcome.withheld), outcome.untried) == (99, 1, 1, [])


def test_one_kind_is_finished_before_the_next_begins() -> None:
    service = Service({})
    make_all(service, updates(*range(50)) + deletes(*range(50, 60)), 8)
    assert set(service.made[50:]) == set(range(50, 60))


def test_rejected_changes_do_not_stop_the_other_changes() -> None:
    outcome = make_all(Service({id: answer(400) for id in range(50)}), updates(*range(60)), 1)
    assert (len(outcome.failed), len(outcome.done), outcome.stopped) == (50, 10, "")


@pytest.mark.parametrize("status", [500, 503, 406])
def test_the_run_stops_after_many_failures_of_the_service(status: int) -> None:
    outcome = make_all(Service({id: answer(status) for id in range(5, 60)}), updates(*range(60)), 1)
    assert (len(outcome.done), len(outcome.failed), len(outcome.untried)) == (5, PATIENCE, 55 - PATIENCE)


@pytest.mark.parametrize("status", [400, 403, 406, 500])
def test_a_record_that_cannot_be_changed_does_not_stop_the_other_changes(status: int) -> None:
    outcome = make_all(Service({id: answer(status) for id in (3, 30)}), updates(*range(60)), 1)
    assert (len(outcome.failed), len(outcome.done), outcome.stopped) == (2, 58, "")


def test_the_run_stops_if_the_service_cannot_be_reached() -> None:
    outcome = make_all(Service({3: ConnectionFailed("gone")}), updates(*range(60)), 1)
    assert (len(outcome.done), len(outcome.failed), len(outcome.untried)) == (3, 1, 56)
    assert outcome.stopped == "because all remaining changes would fail too."


def test_the_run_stops_if_it_may_send_nothing_any_more() -> None:
    outcome = make_all(Service({3: NotSent("ansible-playbook has ended")}), updates(*range(60)), 1)
    assert (len(outcome.done), len(outcome.failed), len(outcome.untried)) == (3, 0, 57)
    assert outcome.stopped == "because ansible-playbook has ended"


@pytest.mark.parametrize("workers", [1, 8])
def test_with_a_change_of_an_unknown_kind_nothing_is_made(workers: int) -> None:
    service = Service({})
    with pytest.raises(UnknownChange):
        make_all(service, [*updates(*range(20)), AddMember(12, 7)], workers)
    assert service.made == []
