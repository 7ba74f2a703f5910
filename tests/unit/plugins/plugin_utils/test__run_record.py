# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.plugin_utils._run_record import RunRecord, error_of, is_rescued
from ansible_collections.community.linkengage.plugins.plugin_utils._run_report import Failure


def task(name: str = "Test", parent: Any = None, delegate_to: str | None = None) -> Any:
    return SimpleNamespace(_uuid=name, _parent=parent, delegate_to=delegate_to, get_name=lambda: name)


def block(uuid: str, parent: Any = None) -> Any:
    return SimpleNamespace(_uuid=uuid, _parent=parent, block=[], rescue=[], always=[])


def result(host: str, of: Any, **said: Any) -> Any:
    """Return a result in the form of ansible-core before 2.19."""
    return SimpleNamespace(_host=SimpleNamespace(get_name=lambda: host), _task=of, _result=said)


def new_result(host: str, of: Any, **said: Any) -> Any:
    return SimpleNamespace(host=SimpleNamespace(get_name=lambda: host), task=of, result=said)


def stats(processed: int = 9, **counts: dict[str, int]) -> Any:
    known: dict[str, Any] = {name: {} for name in ("dark", "failures", "changed")}
    return SimpleNamespace(processed=dict.fromkeys(range(processed)), **{**known, **counts})


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"msg": "No such file", "stderr": "hunter2", "cmd": ["x"]}, "No such file"),
        ({"msg": "non-zero return code", "rc": 3}, "non-zero return code (rc 3)"),
        ({"msg": "failed", "rc": 0}, "failed"),
        ({"msg": "Task failed: 'x' is undefined"}, "'x' is undefined"),
        ({"msg": ["one", 2]}, "one\n2"),
        ({"reason": "Could not find tasks.yml"}, "Could not find tasks.yml"),
        ({"censored": "the output has been hidden", "msg": "hunter2"}, "hidden by no_log"),
        ({"msg": ""}, "no message"),
        ({}, "no message"),
        ({"msg": "x " * 3999 + "hunter2hunter2"}, ("x " * 3999).strip()),
        ({"msg": "x" * 9000}, ""),
    ],
)
def test_only_the_message_of_a_result_is_reported(said: dict[str, Any], error: str) -> None:
    assert error_of(said) == error


@pytest.mark.parametrize("make", [result, new_result], ids=["2.16", "2.19"])
def test_the_first_error_of_a_host_counts(make) -> None:
    record = RunRecord()
    record.failed(make("web1", task("Ignored"), msg="no"), ignored=True)
    record.failed(make("web1", task("First"), msg="a"))
    record.failed(make("web1", task("Second"), msg="b"))
    record.failed(make("web2", task("Second", delegate_to="lb1"), msg="c"), unreachable=True)
    report = record.report("x", stats(failures={"web1": 2}, dark={"web2": 1}, changed={"web3": 1, "web4": 0}), False)
    assert sorted(report.failures, key=lambda failure: failure.host) == [
        Failure("web1", "First", "a", place=1),
        Failure("web2", "Second", "c", "lb1", True, 2),
    ]
    assert (report.hosts, report.changed, report.status) == (9, ["web3"], "failed")


def test_the_failed_hosts_come_from_ansibles_counts() -> None:
    record = RunRecord()
    record.failed(result("web1", task("Saved in another way"), msg="a"))
    report = record.report("x", stats(failures={"web1": 0, "web2": 1}), True)
    assert report.failures == [Failure("web2", place=1)]
    assert report.check_mode


def test_the_first_failed_item_of_a_loop_is_reported() -> None:
    loop, record = task("Loop"), RunRecord()
    for error in ("first", "second"):
        record.item_failed(result("web1", task("Loop", delegate_to="lb1"), msg=error))
    record.failed(result("web1", loop, msg="One or more items failed"), ignored=True)
    record.item_failed(result("web1", loop, msg="third"))
    record.failed(result("web1", loop, msg="One or more items failed"))
    (failure,) = record.report("x", stats(failures={"web1": 1}), False).failures
    assert failure.error == "third"


def play(*hosts: str) -> Any:
    manager = SimpleNamespace(get_vars=lambda **_more: {"ansible_play_hosts_all": hosts})
    return SimpleNamespace(hosts=list(hosts), get_variable_manager=lambda: manager)


def test_errors_that_are_cleared_are_not_failures() -> None:
    """The task clear_host_errors lets the hosts of its play continue, unless the task is skipped."""
    record, clearing = RunRecord(), task("Clear")
    counts = stats(failures={"web1": 1, "web2": 1}, dark={"web3": 1})
    record.begin(play("web1", "web3"))
    for host in ("web1", "web2"):
        record.failed(result(host, task("First"), msg=host))
    record.failed(result("web3", task("First"), msg="no route"), unreachable=True)
    record.clear_errors(clearing)
    assert [failure.host for failure in record.report("x", counts).failures] == ["web2"]
    assert [failure.host for failure in record.report("x").failures] == ["web2"]
    record.skipped(result("web1", clearing))
    assert {failure.error for failure in record.report("x", counts).failures} == {"web1", "web2", "no route"}
    record.clear_errors(clearing)
    record.failed(result("web1", task("Second"), msg="again"))
    assert {failure.error for failure in record.report("x", counts).failures} == {"web2", "again"}


def test_an_interrupted_run_is_reported_as_far_as_it_is_known() -> None:
    record = RunRecord()
    record.begin(play("web1", "web2", "web3", "web4"))
    record.succeeded(result("web2", task("Change"), changed=True))
    record.succeeded(result("web3", task("Look"), changed=False))
    assert record.report("x").status == "changed"
    record.failed(result("web4", task("Try"), changed=True, msg="no"), ignored=True)
    record.failed(result("web1", task("First"), msg="no"))
    report = record.report("x", ended="interrupted")
    assert (report.status, report.hosts, report.changed) == ("failed", 4, ["web2", "web4"])
    assert [failure.host for failure in report.failures] == ["web1"]


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ({"item": "nginx"}, "nginx"),
        ({"item": 8080}, "8080"),
        ({"item": {"name": "kari", "pin": "1234"}}, "kari"),
        ({"item": {"key": "web", "value": {"pin": "1234"}}}, "web"),
        ({"item": {"key": "secret", "pin": "1234"}}, ""),
        ({"item": [{"name": "kari", "pin": "1234"}, "ssh"]}, "kari, ssh"),
        ({"item": {"pin": "1234"}, "_ansible_item_label": "the label"}, "the label"),
        ({"item": "nginx", "_ansible_no_log": True}, ""),
        ({"item": "nginx", "censored": "the output has been hidden"}, ""),
        ({"item": None}, ""),
        ({}, ""),
    ],
)
def test_the_failed_item_has_a_short_name(item: dict[str, Any], label: str) -> None:
    record, loop = RunRecord(), task("Loop")
    record.item_failed(result("web1", loop, msg="no", **item))
    record.failed(result("web1", loop, msg="One or more items failed"))
    assert record.report("x").first.item == label


@pytest.mark.parametrize(
    ("written", "said", "shown"),
    [
        ("Set {{ pin }} of {{ user }}", {"censored": "hidden"}, "Set *** of ***"),
        ("Set {% if x %}{{ pin }}{% endif %}", {"censored": "hidden"}, "Set *********"),
        ("Set {{ pin", {"censored": "hidden"}, "Set ***"),
        ("Set the pin", {"censored": "hidden"}, "Set the pin"),
        ("Set {{ pin }}", {"msg": "no"}, "Set 1234"),
        (None, {"censored": "hidden"}, "command"),
    ],
)
def test_values_in_the_name_of_a_hidden_task_are_hidden(written: str | None, said: dict[str, Any], shown: str) -> None:
    templated = (written or "command").replace("{{ pin }}", "1234")
    hidden = task(templated)
    hidden._ds = {"name": written} if written else {}
    record = RunRecord()
    record.failed(result("web1", hidden, **said))
    assert record.report("x").first.task == shown


@pytest.mark.parametrize(
    ("outer_part", "inner_part", "rescued"),
    [
        ("block", "block", True),
        ("block", "rescue", True),
        ("block", "always", True),
        ("rescue", "block", True),
        ("rescue", "rescue", False),
        ("always", "rescue", False),
        ("always", "always", False),
    ],
)
def test_a_task_is_rescued_in_the_main_part_of_a_block_with_a_rescue(outer_part, inner_part, rescued) -> None:
    outer = block("outer")
    include = task("include", parent=outer)  # a dynamic include is between the two blocks
    inner = block("inner", parent=include)
    failing = task("failing", parent=inner)
    for whole, part, below in ((outer, outer_part, include), (inner, inner_part, failing)):
        whole.rescue.append(task(f"rescue of {whole._uuid}"))
        getattr(whole, part).append(below)
    assert is_rescued(failing) is rescued


def test_a_block_without_rescue_is_not_a_rescue() -> None:
    only = block("only")
    failing = task("failing", parent=only)
    only.block.append(failing)
    assert not is_rescued(failing)
