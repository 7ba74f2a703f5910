# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Folders: the tree, the options that select folders, and the messages in each folder."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.modules import linkengage_folder_info

# The simulator has these folders: Inbox 1, Outbox 2, Sent 3, and Projects 4, which contains Archive 5.
KARI = {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Nordmann"}


@pytest.fixture
def mail(account) -> Any:
    """Folders on three levels, two folders with the same name, and messages in four folders."""
    account.simulator.seed(
        contacts=[KARI],
        folders=[{"Name": "Inbox", "ParentFolderId": 5}, {"Name": "Blåbær / 🎉", "ParentFolderId": 6}],
        inbound=[
            {"from": "90555817", "text": "Ja & <nei>", "time": "2026-01-31T09:00:00+01:00", "to": "26112"},
            {"from": "41234567", "text": "Old", "folder": 6},
            {"from": "41234567", "text": "Deep", "folder": 7},
        ],
        messages=[{"Receivers": "/contacts/7;90011223", "Text": "Hei", "SenderNumber": "LINK"}],
    )
    return account


def names(folders: list[dict[str, Any]]) -> list[Any]:
    """Return the tree as nested lists of names."""
    return [[folder["name"], *names(folder["sub_folders"])] for folder in folders]


def test_the_whole_tree_takes_one_request(mail) -> None:
    result = mail.twice("folder_info")
    assert result["changed"] is False
    assert names(result["folders"]) == [
        *(["Inbox"], ["Outbox"], ["Sent"]),
        ["Projects", ["Archive", ["Inbox", ["Blåbær / 🎉"]]]],
    ]
    assert mail.reads == ["/folders"]
    assert "messages" not in result["folders"][0]


def test_a_folder_has_all_its_fields(mail) -> None:
    (folder,) = mail.done("folder_info", folder_id=5)["folders"]
    (inner,) = folder.pop("sub_folders")
    assert folder == {
        "folder_id": 5,
        "name": "Archive",
        "type": "UserFolder",
        "parent_id": 4,
        "message_count": 0,
        "private": False,
        "deletable": True,
    }
    assert (inner["folder_id"], inner["parent_id"], inner["message_count"]) == (6, 5, 1)
    assert mail.done("folder_info", folder_id=1)["folders"][0]["parent_id"] is None


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"folder_id": 1}, [1]),
        ({"folder_id": 7}, [7]),
        ({"folder_id": 99}, []),
        ({"name": "Inbox"}, [1, 6]),
        ({"name": "Blåbær / 🎉"}, [7]),
        ({"name": "inbox"}, []),
        ({"type": "Inbox"}, [1]),
        ({"type": "UserFolder"}, [4, 5, 6, 7]),
        ({"type": "Nothing"}, []),
    ],
    ids=str,
)
def test_folders_are_chosen_at_every_level(mail, options: dict[str, Any], ids: list[int]) -> None:
    assert [folder["folder_id"] for folder in mail.twice("folder_info", **options)["folders"]] == ids
    assert mail.reads == ["/folders"]


@pytest.mark.parametrize("other", [{"name": "Inbox"}, {"type": "Inbox"}], ids=str)
def test_folders_are_chosen_by_one_option(json_account, other: dict[str, str]) -> None:
    message = json_account.refused("folder_info", folder_id=1, **other)
    assert message == "`folder_id`, `name`, `type` are mutually exclusive. Set only one of these options."
    assert json_account.requests == []


def test_messages_are_read_for_each_folder_that_is_returned(mail) -> None:
    (projects,) = mail.twice("folder_info", name="Projects", messages=True)["folders"]
    assert mail.reads == ["/folders", *(f"/folders/{id}/messages" for id in (4, 5, 6, 7))]
    archive = projects["sub_folders"][0]
    assert (projects["messages"], archive["messages"]) == ([], [])
    assert [row["text"] for row in archive["sub_folders"][0]["messages"]] == ["Old"]
    assert [row["text"] for row in archive["sub_folders"][0]["sub_folders"][0]["messages"]] == ["Deep"]


def test_a_folder_that_is_returned_twice_is_read_once(mail) -> None:
    folders = mail.done("folder_info", type="UserFolder", messages=True)["folders"]
    assert mail.reads == ["/folders", *(f"/folders/{id}/messages" for id in (4, 5, 6, 7))]
    assert folders[3]["messages"] == folders[0]["sub_folders"][0]["sub_folders"][0]["sub_folders"][0]["messages"] != []


def test_messages_have_all_their_fields(mail) -> None:
    (inbox,) = mail.done("folder_info", type="Inbox", messages=True)["folders"]
    (row,) = inbox["messages"]
    id = row["message_id"]
    assert row.pop("resource_uri") == f"{mail.connection['api_url']}/messages/{id}"
    assert row == {
        "message_id": id,
        "text": "Ja & <nei>",
        "direction": "I",
        "type": "SMS",
        "sender": "Kari Nordmann",
        "sender_number": "90555817",
        "receiver": "26112",
        "time": "2026-01-31T08:00:00Z",
        "delivery_status": "Unknown",
        "delivered": None,
    }


def test_a_message_has_a_row_for_each_receiver(mail) -> None:
    (folder,) = mail.done("folder_info", type="Sent", messages=True)["folders"]
    assert folder["message_count"] == 2
    assert [(row["receiver"].strip(), row["direction"]) for row in folder["messages"]] == [
        ("Kari Nordmann", "O"),
        ("90011223", "O"),
    ]


def test_check_mode_reads_the_same(mail) -> None:
    assert mail.done("folder_info", check=True, messages=True) == mail.done("folder_info", messages=True)


def test_without_the_right_to_read_the_error_says_so(json_account) -> None:
    json_account.simulator.seed(user={"AllowedFunctions": ["ALLOW_API"]})
    message = json_account.refused("folder_info")
    assert message.startswith('GET /folders: the service answered 406 ("The user may not READ_SMS")')


def test_the_result_has_the_documented_fields(mail) -> None:
    documented = yaml.safe_load(linkengage_folder_info.RETURN)["folders"]["contains"]
    (folder,) = mail.done("folder_info", type="Inbox", messages=True)["folders"]
    assert list(folder) == list(documented)
    assert list(folder["messages"][0]) == list(documented["messages"]["contains"])


def test_a_message_that_arrives_between_the_list_and_the_count_is_no_incomplete_list(mail, monkeypatch) -> None:
    """A list with ten messages can be cut off, so the service is asked for the number of messages."""
    mail.simulator.seed(inbound=[{"from": "41234567", "text": f"Number {number}"} for number in range(9)])
    read, lengths = Client._listed, []

    def listed(self: Client, resource: Any, path: str) -> Any:
        records = read(self, resource, path)
        if path.endswith("/messages"):
            lengths.append(len(records))
            mail.simulator.seed(inbound=[{"from": "41234567", "text": "Late"}])
        return records

    monkeypatch.setattr(Client, "_listed", listed)
    result = mail.done("folder_info", folder_id=1, messages=True)
    assert (lengths, len(result["folders"][0]["messages"])) == ([10, 11], 11), result
