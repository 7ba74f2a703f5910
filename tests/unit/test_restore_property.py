# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any run with a backup can be undone: after restore, the account is as before, except for ids of new copies.

``make test`` tries 200 cases. The session ``restores`` of ``make test-all`` tries 2,000.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from memory_account import Account, Record
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, PartialFailure
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.modules import linkengage_address_book

CASES = int(os.environ.get("LINKENGAGE_RESTORE_CASES") or examples(200))
MARKER = "[code]"
NUMBERS = ["9055581{}", "479055581{}", "+479055581{}", "9055 581{}"]
UNREADABLE = ["Kari", "1;2", "90555817 ext 5", " "]
NAMES = ["A", "B", "C", " A", "a"]
FREE: dict[str, Any] = {
    "max_delete_percent": 100,
    "max_create_percent": 1000,
    "max_update_percent": 100,
    "max_additions": 1000,
    "allow_empty": True,
    "force": True,
}
texts = st.sampled_from([None, "", "x", "Å\n<&>", "{{ y }}", MARKER])
people = st.integers(0, 4)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(NUMBERS)).format(draw(people))


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Contacts and groups, also with shared and unreadable numbers and shared names."""
    stored = st.one_of(numbers(), numbers(), numbers(), st.sampled_from(UNREADABLE[:3]))
    contacts: list[Record] = [
        {
            "ContactId": 11 + index,
            "PhoneNumber": draw(stored),
            "Firstname": draw(texts),
            "Description3": draw(texts),
            "IsPrivate": draw(st.booleans()),
        }
        for index in range(draw(st.integers(0, 6)))
    ]
    # The service accepts no new contact without a number, so no run may delete or change these.
    contacts += [{"ContactId": 31, "PhoneNumber": None, "Firstname": "Nobody"}] * draw(st.integers(0, 1))
    ids = [contact["ContactId"] for contact in contacts]
    groups = [
        {
            "GroupId": 41 + index,
            "Name": draw(st.sampled_from(NAMES)),
            "Description": draw(texts),
            "members": draw(st.lists(st.sampled_from(ids), unique=True)) if ids else [],
        }
        for index in range(draw(st.integers(0, 4)))
    ]
    return Account(draw(st.sampled_from(sorted(FORMATS))), draw(st.sampled_from([1, 2])), contacts, groups)


@st.composite
def runs(draw: st.DrawFn, account: Account) -> Record:
    """The options of a run: entries by number, name and id, deletions, a purge."""
    ids, groups = [id for id in account.contacts if id != 31], list(account.groups)
    fields = {"first_name": texts.filter(lambda text: text is not None), "private": st.booleans()}
    by_number = st.fixed_dictionaries({"phone_number": numbers()}, optional=fields)
    by_id = st.fixed_dictionaries(
        {"contact_id": st.sampled_from(ids or [99])}, optional={**fields, "phone_number": numbers()}
    )
    member = st.one_of(numbers(), st.sampled_from([{"contact_id": id} for id in ids] or ["90555810"]))
    more = {"description": st.sampled_from(["", "new"]), "members": st.lists(member, max_size=3)}
    by_name = st.fixed_dictionaries({"name": st.sampled_from([*NAMES, "D"])}, optional=more)
    group_by_id = st.fixed_dictionaries(
        {"group_id": st.sampled_from(groups or [99])}, optional={**more, "name": st.sampled_from(NAMES)}
    )
    purge = draw(st.sets(st.sampled_from(["contacts", "groups"])))
    absent = {
        "contacts": draw(st.lists(numbers(), max_size=2)),
        "groups": draw(st.lists(st.sampled_from(NAMES), max_size=2)),
    }
    return {
        "contacts": draw(st.lists(st.one_of(by_number, by_id), max_size=4)),
        "groups": draw(st.lists(st.one_of(by_name, group_by_id), max_size=3)),
        "absent": draw(st.sampled_from([None, absent])),
        "read_strategy": "auto" if purge else draw(st.sampled_from(["auto", "list", "lookup"])),
        **({"marker": MARKER, "purge": sorted(purge)} if purge else {}),
    }


def state(account: Account) -> Any:
    """All records without their ids: each contact with its groups, each group with its members."""
    contacts, groups = account.contacts, account.groups

    def content(record: Record) -> Any:
        left_out = ("ContactId", "GroupId", "CreatedDate", "members")
        return sorted((name, str(value or "")) for name, value in record.items() if name not in left_out)

    def groups_of(id: int) -> Any:
        return sorted(content(group) for group in groups.values() if id in group["members"])

    return (
        sorted((content(record), groups_of(id)) for id, record in contacts.items()),
        sorted((content(group), sorted(content(contacts[id]) for id in group["members"])) for group in groups.values()),
    )


def restore(account: Account, file: Path, **options: Any) -> Record:
    return account.run(linkengage_address_book.TASK, restore=str(file), remove_created=True, **options)


@settings(max_examples=CASES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data(), accounts())
def test_restore_undoes_any_run(data: st.DataObject, account: Account) -> None:
    options = data.draw(runs(account))
    before, contacts, groups = state(account), account.contacts, account.groups
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "before.json")
        try:
            with suppress(PartialFailure):
                account.run(linkengage_address_book.TASK, **options, **known(FREE), backup=str(file))
        except InvalidInput:  # a contradiction, for which nothing is written
            assert state(account) == before
        assume(file.exists())
        predicted = restore(account, file, check=True)
        assert account.writes == []
        result = restore(account, file, expect_plan_id=predicted["plan_id"])
        assert (result["changed"], result["plan_id"]) == (predicted["changed"], predicted["plan_id"])
        assert state(account) == before
        for id in contacts.keys() & account.contacts.keys():
            assert same(account.contacts[id], contacts[id])
        for id in groups.keys() & account.groups.keys():
            assert account.groups[id]["Name"] == groups[id]["Name"]
        assert restore(account, file)["changed"] is False
        assert account.writes == []


def known(options: Record) -> Record:
    """The options that the module has."""
    return {name: value for name, value in options.items() if name in linkengage_address_book.TASK.spec}


def same(one: Record, other: Record) -> bool:
    return all((one[name] or "") == (other[name] or "") for name in one)
