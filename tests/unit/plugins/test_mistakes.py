# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Frequent mistakes of users, and the sentence that explains each of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._service import transport

NUMBER = "+4790555817"
CONTACT = {"path": "/contacts", "method": "POST", "body": {"firstname": "Kari"}, "root": "Contact"}
REFUSAL = {"match": {"method": "POST"}, "action": "status", "status": 406, "body": "Unknown parameter firstname"}
FILES = {
    "people.csv": f"{NUMBER},Kari\n+4790555818,Ola\n",
    "contacts.yml": f"contacts:\n\t- phone_number: '{NUMBER}'\n",
    "groups.yml": (
        f"contacts:\n  - phone_number: '{NUMBER}'\ngroups:\n  - name: On call\n    members: {{set: ['{NUMBER}']}}\n"
    ),
}
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    (
        "group",
        {"name": "On call", "members": [NUMBER]},
        'members: a dictionary is expected, as in `{set: ["+4790555817"]}`; this is a list.',
    ),
    (
        "sms",
        {"msg": "Hi", "to": [NUMBER]},
        "There are no options `msg` and `to` (did you mean `text`, `numbers`?). `text` is required to send.",
    ),
    ("sms", {"txt": "Hi"}, "There is no option `txt` (did you mean `text`?). `text` is required to send."),
    (
        "address_book",
        {"src": "address-book"},
        "src: address-book does not exist (the module looked in the folder where ansible-playbook was started). "
        "Write {{ playbook_dir }}/address-book.",
    ),
    (
        "api",
        CONTACT,
        "The service rejected the request: Unknown parameter firstname. Names are case-sensitive: Firstname.",
    ),
    ("user_info", {"ca_path": "/nope.pem"}, "ca_path: /nope.pem does not exist."),
    (
        "address_book",
        {"src": "{folder}/people.csv"},
        "people.csv cannot be read: line 1 contains a phone number (\u202617), so the headers are missing; write the "
        "headers of the columns into the first line.",
    ),
    (
        "address_book",
        {"src": "{folder}/contacts.yml"},
        "contacts.yml line 2 begins with a tab; YAML is indented with spaces.",
    ),
    (
        "address_book",
        {"src": "{folder}/groups.yml"},
        "groups.yml line 4: in this module, `members` must be a list of phone numbers, not a dictionary. "
        "Fix the problem, then run the task again.",
    ),
]


@pytest.mark.parametrize(("module", "options", "said"), MISTAKES, ids=str)
def test_a_mistake_is_explained(
    json_account, tmp_path: Path, monkeypatch, module: str, options: Any, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if module == "api":
        json_account.simulator.faults([REFUSAL])
    given = {name: value.format(folder=tmp_path) if name == "src" else value for name, value in options.items()}
    result = json_account.run(module, **given)
    assert result["failed"]
    assert said in result["msg"]


def test_a_wrong_variable_is_explained(json_account, monkeypatch) -> None:
    monkeypatch.setenv("LINKENGAGE_TIMEOUT", "30s")
    assert json_account.run("user_info")["msg"] == "LINKENGAGE_TIMEOUT: '30s' is not a number of seconds."


def test_one_command_installs_all_missing_libraries(json_account) -> None:
    with mock.patch.object(transport, "REQUESTS_TRACE", "ModuleNotFoundError: No module named 'requests'"):
        message = json_account.run("user_info")["msg"]
    assert message.startswith(
        "Install the Python libraries: `pip install requests xmltodict phonenumberslite`, in the Python that runs "
        f"Ansible ({sys.executable})"
    )
