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


def test_version_1_of_the_same_host_is_asked_if_version_2_has_no_user(account, api_version: int) -> None:
    account.simulator.assume(user="version_1")
    result = account.twice("user_info")
    assert result["user"]["settings"]["NUMBER_PREFIX"] == "47"
    asked = [(entry["version"], entry["path"]) for entry in account.requests]
    assert asked == [(version, "/user") for version in ((2, 1) if api_version == 2 else (1,))]


def test_the_error_says_that_no_version_has_the_user(account) -> None:
    account.simulator.assume(user="none")
    assert "GET /user: the service answered 404" in account.refused("user_info")
    message = account.refused("contact", phone_number="90555817")
    assert "default_country_code" in message
