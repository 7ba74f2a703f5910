# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook doctor: its exit status, its files, and its messages."""

from __future__ import annotations

from typing import Any

import pytest
import support

PEOPLE: dict[str, Any] = {
    "contacts": [{"ContactId": 1, "PhoneNumber": "4790555817"}],
    "groups": [{"GroupId": 12, "Name": "Vaktlaget", "members": [1]}],
}

pytestmark = [pytest.mark.slow, support.in_json]


def test_the_exit_status_says_whether_there_are_problems(
    simulator: Any, play: Any, tmp_path: Any, connection_env: Any
) -> None:
    simulator.seed(**PEOPLE)
    before = {**simulator.state(), "now": ""}
    probed = play("doctor", "-e", "dest=report", "-e", "probe=true", "-e", "own_number=+4790000001")
    assert probed.returncode == 0, probed.stdout + probed.stderr
    assert f"The report is in {tmp_path}/report/linkengage-doctor.md" in probed.stdout
    assert (
        "The doctor has scheduled a message that is due in one year, found this message in the message folders, and "
        "cancelled it." in probed.stdout
    )
    assert {**simulator.state(), "now": ""} == before
    delivered = simulator.control("GET", "deliveries")
    sent = play("doctor", "-e", "to=+4790555817", "-e", "wait_timeout=0", "-e", "owned_contact=90555817")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert "The service has sent the SMS. The delivery state is: unknown." in sent.stdout
    new = simulator.control("GET", "deliveries")[len(delivered) :]
    assert [delivery["phone"] for delivery in new] == ["4790555817"]
    assert "The doctor has deleted the sent SMS from the account." in sent.stdout
    written = "The service accepted the PUT of the contact in owned_contact. The contact has the same values as before."
    assert written in sent.stdout
    assert {**simulator.state(), "now": ""} == before
    connection_env["LINKENGAGE_PASSWORD"] = "wrong"
    refused = play("doctor")
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert "1 problem, " in refused.stdout
    assert "1 problem. The table above shows what to do." in refused.stdout
