# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much a run does for each contact. Tests count calls, because they do not measure time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from in_memory import Machine, Service

from ansible_collections.community.linkengage.plugins.module_utils._model import numbering_plans

COUNT = 40


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were read as phone numbers."""
    texts: list[str] = []

    def counted(function: Callable[[str], str]) -> Callable[[str], str]:
        def count(text: str) -> str:
            texts.append(text)
            return function(text)

        return count

    reader, quick = numbering_plans.reader, numbering_plans.quick
    monkeypatch.setattr(numbering_plans, "quick", counted(quick))
    monkeypatch.setattr(numbering_plans, "reader", lambda code: counted(reader(code)))
    return texts


@pytest.mark.parametrize("plus", ["+", ""], ids=["declared with a plus sign", "declared without a plus sign"])
def test_a_number_of_an_unchanged_contact_is_read_once_in_the_file_and_once_in_the_account(
    read: list[str], tmp_path: Path, plus: str
) -> None:
    stored = [f"479010{index:04}" for index in range(COUNT)]
    source = tmp_path / "book.json"
    source.write_text(json.dumps({"contacts": [{"phone_number": f"{plus}{number}"} for number in stored]}))
    machine = Machine(Service(contacts=[{"PhoneNumber": number} for number in stored]))
    result = machine.run("address_book", src=str(source), read_strategy="list")
    assert not result["changed"]
    assert sorted(read) == sorted([*stored, *(f"{plus}{number}" for number in stored)])
