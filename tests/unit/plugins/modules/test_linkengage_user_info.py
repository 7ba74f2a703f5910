# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest


def test_the_user_is_read_with_settings_by_name(account) -> None:
    account.simulator.seed(
        user={
            "AllowedFunctions": ["SEND_SMS", "ALLOW_API"],
            "AllowedSenderIds": ["26112", "Ærlig & co"],
            "Settings": {"NUMBER_PREFIX": "46", "SENDER_ID": "26112"},
        }
    )
    user = account.twice("user_info")["user"]
    assert account.reads == ["/user"]
    assert user["allowed_functions"] == ["SEND_SMS", "ALLOW_API"]
    assert user["allowed_senders"] == ["26112", "Ærlig & co"]
    assert (user["settings"]["NUMBER_PREFIX"], user["settings"]["SENDER_ID"]) == ("46", "26112")
    assert {type(value) for value in user["settings"].values()} == {str}
    assert set(user["organization"]) == {
        "name",
        "description",
        "edition",
        "description1_alias",
        "description2_alias",
        "description3_alias",
    }
    assert user["organization"]["name"]


@pytest.mark.parametrize("senders", [[], ["ACME"], ["ACME", "26112"]], ids=len)
def test_lists_of_any_length_are_lists(account, senders: list[str]) -> None:
    account.simulator.seed(user={"AllowedSenderIds": senders})
    assert account.done("user_info")["user"]["allowed_senders"] == senders
