# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejected arguments: the error says which option is wrong, and what to write."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.linkengage.plugins.module_utils._model.arguments import (
    Arguments,
    by_variable,
    unknown_options,
    variables_of,
)
from ansible_collections.community.linkengage.plugins.modules import (
    linkengage_address_book,
    linkengage_contact,
    linkengage_group,
    linkengage_sms,
)

MANUAL = "ansible-doc x"
GROUP = {"name": "On call"}
SMS = {"text": "Hei", "numbers": ["+4790555817"]}


def complaint(module: Any, given: dict[str, Any], environment: dict[str, str] | None = None) -> str:
    task = module.TASK
    found = ArgumentSpecValidator(task.argument_spec, **task.rules).validate(given)
    errors = [(type(error).__name__, error.msg) for error in found.errors]
    arguments = Arguments(
        found.validated_parameters, task.argument_spec, MANUAL, {"present": "to send"}, environment or {}
    )
    return arguments.complaint(errors)


@pytest.mark.parametrize(
    ("module", "given", "said"),
    [
        (
            linkengage_sms,
            {"msg": "Hei", "to": ["+4790555817"]},
            "There are no options `msg` and `to` (did you mean `text`, `numbers`?). `text` is required to send.",
        ),
        (linkengage_sms, {"text": "Hei"}, "One of `numbers`, `contacts`, `groups` is required to send."),
        (
            linkengage_sms,
            {**SMS, "state": "absent"},
            "One of `message_id`, `idempotency_key` is required with state=absent.",
        ),
        (
            linkengage_sms,
            {**SMS, "quiet_hours": {"from": "22:00", "until": "07:00", "zone": "Europe/Oslo"}},
            "There is no option `quiet_hours.until` (`ansible-doc x` lists the options). "
            "missing required arguments: to found in quiet_hours.",
        ),
        (linkengage_sms, {**SMS, "wait": "perhaps"}, "wait: 'perhaps' is not true or false."),
        (linkengage_sms, {**SMS, "wait_timeout": "1 m"}, "wait_timeout: '1 m' is not a whole number of seconds."),
        (linkengage_sms, {**SMS, "max_segments": [1]}, "max_segments: a whole number is expected; this is a list."),
        (
            linkengage_sms,
            {**SMS, "quiet_hours": "22:00"},
            "quiet_hours: a dictionary is expected, as in "
            '`{from: "22:00", to: "07:00", zone: Europe/Oslo}`; this is a text.',
        ),
        (
            linkengage_group,
            {**GROUP, "members": ["+4790555817"]},
            'members: a dictionary is expected, as in `{set: ["+4790555817"]}`; this is a list.',
        ),
        (
            linkengage_group,
            {**GROUP, "members": {"set": {"a": 1}, "ad": []}},
            "There is no option `members.ad` (did you mean `members.add`?). "
            "members.set: a list is expected; this is a dictionary.",
        ),
        (linkengage_group, {}, "One of `name`, `group_id` is required."),
        (
            linkengage_contact,
            {"phone": "+4790555817", "firstName": "Kari"},
            "There are no options `firstName` and `phone` (did you mean `first_name`, `phone_number`?). "
            "One of `phone_number`, `contact_id` is required.",
        ),
        (linkengage_contact, {"contact_id": "+47 905 55 817"}, "contact_id: '+47...17' is not a whole number."),
        (linkengage_sms, {**SMS, "part_size": "parts"}, "part_size: 'parts' is not one of vendor, gsm."),
        (
            linkengage_address_book,
            {"src": "a", "purge": ["persons"]},
            "value of purge must be one or more of: contacts, groups. Got no match for: persons.",
        ),
    ],
)
def test_an_error_names_the_option_and_what_to_write(module: Any, given: dict[str, Any], said: str) -> None:
    assert complaint(module, given) == said


def test_a_value_from_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"LINKENGAGE_TIMEOUT": "30s"}
    monkeypatch.setenv("LINKENGAGE_TIMEOUT", "30s")
    assert complaint(linkengage_group, GROUP, environment) == "LINKENGAGE_TIMEOUT: '30s' is not a number of seconds."
    assert complaint(linkengage_group, {**GROUP, "timeout": "soon"}, environment) == (
        "timeout: 'soon' is not a number of seconds."
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["zzz"], "There is no option `zzz` (`ansible-doc x` lists the options)."),
        (["txt"], "There is no option `txt` (did you mean `text`?)."),
        (["c", "message", "txt"], "There are no options `c`, `message` and `txt` (did you mean `text`?)."),
        (["out.inner"], "There is no option `out.inner` (did you mean `out.inner_one`?)."),
    ],
)
def test_an_error_names_unknown_options_and_similar_options(names: list[str], said: str) -> None:
    assert unknown_options(names, ["text", "inner", "out", "out.inner_one"], MANUAL) == said


@pytest.mark.parametrize(
    ("given", "environment", "found"),
    [
        ({}, {"LINKENGAGE_TIMEOUT": "20"}, {"timeout": "LINKENGAGE_TIMEOUT"}),
        ({"timeout": None}, {"LINKENGAGE_TIMEOUT": "20"}, {"timeout": "LINKENGAGE_TIMEOUT"}),
        ({"timeout": 0}, {"LINKENGAGE_TIMEOUT": "20"}, {}),
        ({}, {"LINKENGAGE_TIMEOUT": " ", "LINKENGAGE_TEXT": "Hi", "TIMEOUT": "1"}, {}),
        (
            {"redirect_to": "1"},
            {"LINKENGAGE_REDIRECT_TO": "2", "LINKENGAGE_RECEIVER_ALLOWLIST": ","},
            {"receiver_allowlist": "LINKENGAGE_RECEIVER_ALLOWLIST"},
        ),
    ],
)
def test_options_from_environment_variables_are_found(given, environment, found) -> None:
    assert variables_of(given, linkengage_sms.TASK.argument_spec, environment) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeout: too small.", "LE_TIMEOUT: too small."),
        ("numbers[0]: bad. timeout: too small.", "LE_NUMBERS[0]: bad. LE_TIMEOUT: too small."),
        ("none left (numbers[12]: bad; numbers[13]: bad).", "none left (LE_NUMBERS[12]: bad; LE_NUMBERS[13]: bad)."),
        ("Correct them:\nnumbers[0]: bad.", "Correct them:\nLE_NUMBERS[0]: bad."),
        ("Correct them: numbers[0]: bad.", "Correct them: LE_NUMBERS[0]: bad."),
        ("answer_timeout: too small.", "answer_timeout: too small."),
        ("The timeout: it was long.", "The timeout: it was long."),
        ("numbers, contacts, groups: empty.", "numbers, contacts, groups: empty."),
    ],
)
def test_a_message_names_the_variables(text: str, said: str) -> None:
    assert by_variable(text, {"timeout": "LE_TIMEOUT", "numbers": "LE_NUMBERS"}) == said
