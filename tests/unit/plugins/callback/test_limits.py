# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits on receivers in the callback plugin: nothing switches them off, and a message to nobody is a warning."""

from __future__ import annotations

from typing import Any

import pytest
import support

NAME = "community.linkengage.linkengage_sms"
FAILING = "[{hosts: localhost, gather_facts: false, tasks: [ansible.builtin.fail: ]}]"
STRANGER, TESTER = "4790000001", "4792000009"
GROUP: dict[str, Any] = {
    "contacts": [{"ContactId": 1, "PhoneNumber": STRANGER}, {"ContactId": 2, "PhoneNumber": TESTER}],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1, 2]}, {"GroupId": 13, "Name": "Test", "members": [2]}],
}


@support.in_json
@pytest.mark.parametrize(
    ("variables", "extra", "phones", "said"),
    [
        ({"LINKENGAGE_REDIRECT_TO": f"+{TESTER}"}, "{}", [TESTER], ""),
        (
            {"LINKENGAGE_REDIRECT_TO": f"+{TESTER}"},
            '{"linkengage_redirect_to": null}',
            [],
            "linkengage_redirect_to: the value is",
        ),
        (
            {"LINKENGAGE_REDIRECT_TO": f"+{TESTER}"},
            '{"linkengage_redirect_to": ""}',
            [],
            "linkengage_redirect_to: the value is",
        ),
        (
            {"LINKENGAGE_RECEIVER_ALLOWLIST": f"+{TESTER},"},
            '{"linkengage_receiver_allowlist": null}',
            [],
            "linkengage_receiver_allowlist: the value is null or empty",
        ),
        ({"LINKENGAGE_RECEIVER_ALLOWLIST": f", +{TESTER},"}, "{}", [TESTER], ""),
        (
            {"LINKENGAGE_RECEIVER_ALLOWLIST": "+4792000008"},
            "{}",
            [],
            "LINKENGAGE_RECEIVER_ALLOWLIST: nobody gets the message",
        ),
        ({"LINKENGAGE_SMS_GROUPS": "", "LINKENGAGE_SMS_NUMBERS": "nobody"}, "{}", [], "LINKENGAGE_SMS_NUMBERS[0]: "),
        ({"LINKENGAGE_REDIRECT_TO": "nobody"}, "{}", [], "LINKENGAGE_REDIRECT_TO: "),
    ],
)
def test_nothing_switches_off_the_limits(
    simulator, run_playbook, connection_env, tmp_path, variables, extra, phones, said: str
) -> None:
    simulator.seed(**GROUP)
    environment = {
        **connection_env,
        "ANSIBLE_CALLBACKS_ENABLED": NAME,
        "LINKENGAGE_SMS_GROUPS": "On call",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        **variables,
    }
    done = run_playbook(FAILING, "-e", extra, env=environment)
    assert done.rc == 2
    assert [delivery["phone"] for delivery in simulator.deliveries()] == phones
    output = " ".join(done.stdout.split())
    assert said in output
    if not said:
        assert "linkengage_sms callback" not in output
