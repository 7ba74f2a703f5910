# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter sms_segments: it counts like the module, returns plain types, and raises errors of Ansible."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import support
import yaml
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.community.linkengage.plugins.filter import sms_segments as plugin

sms_segments = plugin.FilterModule().filters()["sms_segments"]


def render(expression: str, **variables: Any) -> Any:
    """Evaluate an expression as in a task."""
    template = "{{ " + expression + " }}"
    try:
        from ansible.template import trust_as_template
    except ImportError:  # before ansible-core 2.19
        return Templar(DataLoader(), variables=variables).template(template)
    return Templar(DataLoader(), variables=variables).template(trust_as_template(template))


def sample() -> dict[str, Any]:
    return yaml.safe_load(plugin.RETURN)["_value"]["sample"]


def test_the_documented_sample_is_a_real_result() -> None:
    assert sms_segments("Disk full on db1 \u2013 call Ola") == sample()


def test_the_documented_samples_agree_with_each_other() -> None:
    value = yaml.safe_load(plugin.RETURN)["_value"]
    assert {key: part["sample"] for key, part in value["contains"].items()} == value["sample"]
    (offending,) = value["sample"]["offending_characters"]
    contains = value["contains"]["offending_characters"]["contains"]
    assert {key: part["sample"] for key, part in contains.items()} == offending


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("", "allow", ("gsm7", 1, 0)),
        ("a" * 160 + "\n", "allow", ("gsm7", 1, 160)),  # the line break at the end does not count, as in the module
        ("a\r\n" * 53 + "aa", "allow", ("gsm7", 1, 108)),
        ("\u2013" + "a" * 70, "allow", ("ucs2", 2, 71)),
        ("\u2013" + "a" * 70, "replace", ("gsm7", 1, 71)),
        ("a" * 161, "fail", ("gsm7", 2, 161)),
    ],
)
def test_the_count_is_the_same_as_in_the_module(text: str, policy: str, expected: tuple[str, int, int]) -> None:
    found = sms_segments(text, unsupported_characters=policy)
    assert (found["encoding"], found["segments"], found["units"]) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (4711, "an integer"),
        (1.5, "a number"),
        (True, "a boolean"),
        (["a"], "a list"),
        ({"text": "a"}, "a dictionary"),
    ],
)
def test_only_a_text_has_segments(value: Any, kind: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"sms_segments: a text is expected; this is {kind}"):
        sms_segments(value)


@pytest.mark.parametrize(
    ("text", "policy", "message"),
    [
        ("a\x00b", "allow", r"sms_segments: text: the character at position 2 \(U\+0000\)"),
        ("{{ name", "allow", "a template that was not evaluated"),
        ("a\u2013", "fail", r"EN DASH at position 2"),
        ("a", "ignore", "unsupported_characters must be one of allow, replace, fail"),
        ("a", ["allow"], "unsupported_characters must be one of allow, replace, fail"),
    ],
)
def test_a_text_that_cannot_be_sent_is_an_error(text: str, policy: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        sms_segments(text, policy)


def test_a_tab_is_a_blank_and_a_colour_does_not_count() -> None:
    assert sms_segments("\x1b[31ma\tb\x1b[0m")["units"] == 3


@pytest.mark.parametrize(("part_size", "segments"), [([], 3), (["vendor"], 3), (["gsm"], 2)])
def test_the_size_of_the_parts_can_be_chosen(part_size: list[str], segments: int) -> None:
    assert sms_segments("a" * 300, "allow", *part_size)["segments"] == segments


def test_an_unknown_size_of_the_parts_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match="part_size must be one of vendor, gsm"):
        sms_segments("a", part_size="parts")


def assert_plain(value: Any) -> None:
    assert type(value) in (dict, list, str, int)
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    for inner in value if isinstance(value, list) else []:
        assert_plain(inner)


def test_a_subclass_of_text_gives_plain_types() -> None:
    class Tagged(str):
        """A text of a subclass, as ansible-core passes texts to filters."""

        def __iter__(self) -> Any:
            return map(Tagged, str(self))

        def replace(self, *arguments: Any) -> Any:
            return Tagged(str(self).replace(*arguments))

    found = sms_segments(Tagged("a\u2013"), Tagged("allow"))
    assert found["encoding"] == "ucs2"
    assert_plain(found)


def test_the_filter_works_in_a_template() -> None:
    found = render("message | community.linkengage.sms_segments", message="Disk full on db1 \u2013 call Ola")
    assert json.loads(json.dumps(found)) == sample()
    found = render("message | community.linkengage.sms_segments('replace')", message="a\u2013")
    assert found == {"encoding": "gsm7", "segments": 1, "units": 2, "offending_characters": []}
    total = "texts | map('community.linkengage.sms_segments') | sum(attribute='segments')"
    assert int(render(total, texts=["a", "b" * 161])) == 3  # before ansible-core 2.19, the result is a text


def test_the_examples_run(run_playbook: Callable[..., support.PlaybookRun]) -> None:
    tasks = yaml.safe_load(plugin.EXAMPLES)
    ran = run_playbook(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    assert ran.rc == 0, ran.stdout
    first, second, by_gsm, third = (ran.result(task["name"]) for task in tasks)
    assert first["msg"] == "All assertions passed"
    assert [item["msg"] for item in second["results"]] == ["Character 18 is EN DASH"]
    assert int(by_gsm["msg"]) == 3  # 360 characters; a segment has room for 153
    assert third["msg"] == {"encoding": "gsm7", "segments": 1, "units": 27, "offending_characters": []}
