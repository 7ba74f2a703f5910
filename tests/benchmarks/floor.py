# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plain script, which the option ``--method`` calls "floor": shows the least time that the task needs in Python.

This script reads the account and the source, compares them, and writes the differences. It has no options, checks,
retries, guards or reports, and phone numbers are only digits. It is written to be fast: one session, no copies, and the
C parsers of the standard library.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from xml.etree import ElementTree

import requests
from requests.auth import HTTPBasicAuth

FIELDS = {
    "phone_number": "PhoneNumber",
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "description": "Description",
}
SPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
Tree = dict[str, object]


def parse_json(body: bytes) -> list[Tree]:
    trees: list[Tree] = json.loads(body)
    return trees


def parse_xml(body: bytes) -> list[Tree]:
    cut = len(SPACE) + 2
    return [{child.tag[cut:]: child.text for child in element} for element in ElementTree.fromstring(body)]


def dump_json(_root: str, tree: Tree) -> bytes:
    return json.dumps(tree).encode()


def dump_xml(root: str, tree: Tree) -> bytes:
    element = ElementTree.Element(root, xmlns=SPACE)
    for name in sorted(tree):
        if tree[name] is not None:
            ElementTree.SubElement(element, name).text = str(tree[name])
    return ElementTree.tostring(element)


class Account:
    def __init__(self, wire: str) -> None:
        self.api = os.environ["LINKENGAGE_API_URL"]
        self.session = requests.Session()
        login = (os.environ[f"LINKENGAGE_{name}"].encode() for name in ("USERNAME", "PASSWORD"))
        self.session.auth = HTTPBasicAuth(*login)
        kind = f"application/{wire}"
        self.session.headers.update({"Accept": kind, "Content-Type": kind})
        self.parse = parse_xml if wire == "xml" else parse_json
        self.dump = dump_xml if wire == "xml" else dump_json

    def read(self, path: str) -> list[Tree]:
        return self.parse(self.send("GET", path))

    def write(self, method: str, path: str, root: str = "", tree: Tree | None = None) -> bytes:
        return self.send(method, path, self.dump(root, tree) if tree else None)

    def create(self, path: str, root: str, tree: Tree) -> int:
        answer = self.write("POST", path, root, tree)
        return int(ElementTree.fromstring(answer).text or 0 if answer.startswith(b"<") else json.loads(answer))

    def send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        response = self.session.request(method, self.api + path, data=body)
        response.raise_for_status()
        return response.content


def converge_contacts(account: Account, wanted: Iterable[dict[str, str]]) -> dict[str, int]:
    """Create and update contacts. Returns the ids of all contacts by the digits of their numbers."""
    held = {str(tree["PhoneNumber"]): tree for tree in account.read("/contacts")}
    ids = {}
    for contact in wanted:
        number = contact["phone_number"].lstrip("+")
        tree: Tree = {FIELDS[name]: value for name, value in contact.items()}
        tree["PhoneNumber"] = number
        there = held.get(number)
        if there is None:
            ids[number] = account.create("/contacts", "Contact", tree)
            continue
        ids[number] = int(str(there["ContactId"]))
        if any(there[name] != value for name, value in tree.items()):
            account.write("PUT", f"/contacts/{ids[number]}", "Contact", {**there, **tree})
    return ids


def converge_groups(account: Account, wanted: Iterable[Tree], ids: dict[str, int]) -> None:
    held = {tree["Name"]: tree for tree in account.read("/groups")}
    for group in wanted:
        there = held.get(group["name"])
        tree: Tree = {"Name": group["name"], "Description": group["description"]}
        if there is None:
            id, now = account.create("/groups", "Group", tree), set[int]()
        else:
            id = int(str(there["GroupId"]))
            now = {int(str(member["ContactId"])) for member in account.read(f"/groups/{id}/contacts")}
            if there["Description"] != tree["Description"]:
                account.write("PUT", f"/groups/{id}", "Group", {**there, **tree})
        members = {ids[str(number).lstrip("+")] for number in group["members"]}  # type: ignore[attr-defined]
        for member in members - now:
            account.write("PUT", f"/groups/{id}/contacts/{member}")
        for member in now - members:
            account.write("DELETE", f"/groups/{id}/contacts/{member}")


def main() -> int:
    source, wire = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        wanted = json.load(file)
    account = Account(wire)
    ids = converge_contacts(account, wanted["contacts"])
    converge_groups(account, wanted["groups"], ids)
    return 0


if __name__ == "__main__":
    sys.exit(main())
