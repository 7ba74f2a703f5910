# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of other programs: good rows are created, bad rows are listed, and a second run writes nothing."""

from __future__ import annotations

import re

import pytest
from exports import COUNT, EXPORTS, people


def lines(problems: list[str]) -> set[int]:
    return {int(line) for problem in problems for line in re.findall(r"^\S+ line (\d+)", problem)}


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_is_applied_except_for_its_bad_rows(json_account, tmp_path, program: str) -> None:
    source, exported = tmp_path / "source", tmp_path / "exported"
    source.mkdir()
    bad = EXPORTS[program](source)
    options = {"src": str(source), "on_invalid": "skip", "default_country_code": "47", "workers": 16}
    result = json_account.twice("address_book", **options)
    assert lines(result["problems"]) == bad
    assert len(bad) > COUNT / 100
    assert result["contacts"]["created"] == len(json_account.contacts()) == COUNT - len(bad)
    stored = {contact["PhoneNumber"]: contact for contact in json_account.contacts().values()}
    good = [person for person in people() if f"47{person.number}" in stored]
    assert len(good) == len(stored)
    for person in good:
        contact = stored[f"47{person.number}"]
        found = (contact["Firstname"], contact["Lastname"], contact["Email"])
        assert found == (person.given, person.family, person.email)

    json_account.done("address_book_info", dest=str(exported), default_country_code="47")
    again = {"src": str(exported), "default_country_code": "47", "fail_on_drift": True}
    assert json_account.done("address_book", **again)["changed"] is False
    assert json_account.writes == []


def test_groups_of_syncopy_get_their_members(json_account, tmp_path) -> None:
    bad = EXPORTS["Syncopy"](tmp_path)
    json_account.twice("address_book", src=str(tmp_path), on_invalid="skip", default_country_code="47", workers=16)
    sizes = {group["Name"]: len(group["members"]) for group in json_account.groups().values()}
    contacts = range(COUNT)
    wrong = {line - 5 for line in bad}
    assert sizes == {
        "Vakt": sum(index % 4 in (0, 2) and index not in wrong for index in contacts),
        "Beredskap": sum(index % 4 in (1, 2) and index not in wrong for index in contacts),
    }
