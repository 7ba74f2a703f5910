# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of the doctor: what it recognises, and that it leaves nothing behind, however it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._doctor import probe
from ansible_collections.community.linkengage.plugins.module_utils._doctor.probed import BY_PROBE
from ansible_collections.community.linkengage.plugins.module_utils._model.assumptions import TABLE
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service.reach import Reach
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost

Json = dict[str, Any]
SEED: Json = {
    "contacts": [{"ContactId": 1, "PhoneNumber": "4790555817", "Firstname": "Kari"}],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1]}],
}
EACH = [(row["name"], value) for row in TABLE if row["name"] in BY_PROBE for value in row["values"]]
WRITES = 9  # of a probe and its removal


class Stopped(Account):
    """An account whose nth write ends the process, before or after the service has acted."""

    def __init__(self, *arguments: Any, **seed: Any) -> None:
        super().__init__(*arguments, **seed)
        self.left, self.acts, self.ends = -1, False, KeyboardInterrupt

    def exchange(self, method: str, *arguments: Any, **more: Any) -> Any:
        if method != "GET" and self.left > 0:
            self.left -= 1
        if self.left == 0:  # also each later request, as a process that is gone makes none
            if self.acts:
                self.acts = False
                super().exchange(method, *arguments, **more)
            raise self.ends
        return super().exchange(method, *arguments, **more)


@pytest.fixture
def new_account(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stopped]:
    monkeypatch.setattr(client, "reach", lambda *_address: Reach(True, False, issuer="Example CA", days=90))

    def create(assume: Json | None = None, data_format: str = "json") -> Stopped:
        account = Stopped(assume or {}, data_format, **SEED)
        for module in (client, probe):
            monkeypatch.setattr(module, "time", account)
        return account

    return create


def probed(account: Account, **options: Any) -> Json:
    result = account.run("doctor", probe=True, **options)
    assert not result.get("failed"), result
    return result


def statuses(result: Json) -> dict[str, str]:
    return {finding["check"]: finding["status"] for finding in result["findings"]}


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize(("name", "value"), EACH)
def test_the_probe_recognises_each_answer_and_leaves_nothing(
    new_account: Any, name: str, value: str, data_format: str
) -> None:
    account = new_account({name: value}, data_format)
    before = repr(account.book)
    result = probed(account)
    assert result["answers"][name] == [value]
    assert repr(account.book) == before
    assert statuses(result)["removal"] == "ok"
    assert account.deliveries == []


@pytest.mark.parametrize("name", [row["name"] for row in TABLE])
def test_the_probe_leaves_nothing_under_any_answer(new_account: Any, name: str) -> None:
    for value in next(row["values"] for row in TABLE if row["name"] == name):
        account = new_account({name: value})
        before = repr(account.book)
        assert "removal" in statuses(probed(account))
        assert repr(account.book) == before, value


@pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, WRITES + 1))
def test_what_a_killed_probe_left_behind_is_deleted(new_account: Any, step: int, acts: bool) -> None:
    account = new_account()
    before = repr(account.book)
    account.left, account.acts = step, acts
    with pytest.raises(KeyboardInterrupt):
        account.run("doctor", probe=True)
    account.left = -1
    planned = account.run("doctor", clean=True, check=True)
    assert account.writes == []
    cleaned = account.run("doctor", clean=True)
    assert repr(account.book) == before
    assert cleaned["changed"] == planned["changed"] == bool(account.writes)
    assert account.run("doctor", clean=True)["changed"] is False
    assert account.writes == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_leaves_nothing(new_account: Any, method: str) -> None:
    account = new_account()
    before = repr(account.book)
    account.lose = method
    probed(account)
    assert repr(account.book) == before


def test_what_cannot_be_deleted_is_a_problem_that_names_it(new_account: Any) -> None:
    account = new_account()
    account.left, account.ends = 6, Lost("the connection broke", passing=True)
    result = probed(account)
    assert statuses(result)["removal"] == "problem"
    assert result["problem_count"] > 0
    assert "clean=true" in str(result["findings"])


def test_check_mode_only_plans_the_probe(new_account: Any, tmp_path: Path) -> None:
    account = new_account()
    result = probed(account, check=True, dest=str(tmp_path / "report"))
    assert account.writes == []
    assert "probe (planned)" in statuses(result)
    assert not (tmp_path / "report").exists()


def test_the_report_has_the_answers_of_the_probe(new_account: Any, tmp_path: Path) -> None:
    result = probed(new_account({"put_answer": "record"}), dest=str(tmp_path))
    report = (tmp_path / "linkengage-doctor.md").read_text(encoding="utf-8")
    assert "| What does PUT answer? | record |" in report
    assert "planned" not in report
    assert len(result["files"]) == 2
    assert "90555817" not in report


def test_records_of_other_people_are_never_deleted(new_account: Any) -> None:
    account = new_account()
    account.service.store.book.contacts.get(1).update({"Description": probe.MARKER})
    before = repr(account.book)
    assert account.run("doctor", clean=True)["changed"] is False
    assert repr(account.book) == before


def test_an_answer_with_the_id_of_another_contact_changes_nothing(
    new_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = new_account()
    before = repr(account.book)
    post = client.Client.post
    monkeypatch.setattr(client.Client, "post", lambda *arguments: post(*arguments) and 1)
    result = probed(account)
    assert statuses(result)["probe"] == "warning"
    assert repr(account.book) == before
