# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.resources import GROUP

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])

KARI, OLA, LARS, PER = 1, 2, 3, 4
PEOPLE = [
    {"ContactId": KARI, "PhoneNumber": "90555817", "Firstname": "Kari"},
    {"ContactId": OLA, "PhoneNumber": "4741234567", "Firstname": "Ola"},
    {"ContactId": LARS, "PhoneNumber": "+46701740605", "Firstname": "Lars"},
    {"ContactId": PER, "PhoneNumber": "92000004", "Firstname": "Per"},
]
NULL = {"str": None, "bool": "false", "int": "0"}  # a field that has no value, in a body
ON_CALL = {"GroupId": 12, "Name": "On call", "Description": "Woken at night", "IsPrivate": True}


@pytest.fixture
def people(account) -> Any:
    """The account with four contacts."""
    account.simulator.seed(contacts=PEOPLE)
    return account


@pytest.fixture
def on_call(people) -> Any:
    """The account with four contacts. Kari and Ola are in a group."""
    people.simulator.seed(groups=[{**ON_CALL, "members": [KARI, OLA]}])
    return people


@pytest.fixture
def crowd(account) -> Any:
    """The account with a group of twenty members."""
    account.simulator.seed(
        contacts=[{"ContactId": id, "PhoneNumber": f"479000{id:04}"} for id in range(1, 21)],
        groups=[{**ON_CALL, "members": list(range(1, 21))}],
    )
    return account


# The group itself


def test_a_new_group_is_created_with_its_members(people) -> None:
    result = people.twice(
        "group",
        name="On call",
        description="Woken at night",
        private=True,
        members={"set": ["90555817", "+4741234567"]},
    )
    (id,) = people.groups()
    assert people.writes == ["POST /groups", f"PUT /groups/{id}/contacts/1", f"PUT /groups/{id}/contacts/2"]
    assert people.body == {"Name": "On call", "Description": "Woken at night", "IsPrivate": "true"}
    assert people.members(id) == {KARI, OLA}
    assert result["group"] == {
        **GROUP.from_wire({}),
        "group_id": id,
        "name": "On call",
        "description": "Woken at night",
        "private": True,
        "members": [
            {"contact_id": KARI, "phone_number": "90555817"},
            {"contact_id": OLA, "phone_number": "4741234567"},
        ],
    }
    assert result["diff"]["before"] == {"members": []}
    assert result["diff"]["after"]["members"] == ["4741234567", "90555817"]


def test_one_field_is_changed_and_all_others_are_kept(on_call) -> None:
    result = on_call.twice("group", name="On call", description="Woken always")
    assert on_call.writes == ["PUT /groups/12"]
    known = {"Description": "Woken always", "GroupId": "12", "IsPrivate": "true", "Name": "On call"}
    assert on_call.body == {**{item.wire: NULL[item.kind.type] for item in GROUP.writable}, **known}
    assert on_call.members(12) == {KARI, OLA}
    assert result["diff"] == {"before": {"description": "Woken at night"}, "after": {"description": "Woken always"}}


def test_an_empty_description_clears_it(on_call) -> None:
    on_call.twice("group", name="On call", description="")
    assert on_call.groups()[12]["Description"] == ""


def test_without_members_the_membership_is_not_managed(on_call) -> None:
    result = on_call.twice("group", name="On call", members={})
    assert result["changed"] is False
    assert [member["contact_id"] for member in result["group"]["members"]] == [KARI, OLA]


@pytest.mark.parametrize("name", ["Å være på vakt", "a/b?c#d", " spaces ", '<&>"', "\N{FIRE}"])
def test_any_name_is_accepted(account, name: str) -> None:
    account.twice("group", name=name)
    assert [group["Name"] for group in account.groups().values()] == [name.strip()]


def test_an_empty_name_is_rejected(json_account) -> None:
    message = json_account.refused("group", name="")
    assert message.startswith("name: ")


def test_names_differ_by_case(on_call) -> None:
    on_call.twice("group", name="on call")
    assert len(on_call.groups()) == 2


def test_a_group_is_chosen_by_its_id_and_renamed(on_call) -> None:
    result = on_call.twice("group", group_id=12, name="Night watch")
    assert on_call.writes == ["PUT /groups/12"]
    assert on_call.members(12) == {KARI, OLA}
    assert result["group"]["name"] == "Night watch"


def test_an_unknown_id_cannot_be_created(account) -> None:
    message = account.refused("group", group_id=99, name="On call")
    assert message == (
        "group_id: there is no group with id 99. Correct the id. The service assigns the ids, so omit group_id "
        "for a new group."
    )


# Deleting


def test_a_group_without_members_is_deleted(account) -> None:
    account.simulator.seed(groups=[ON_CALL])
    result = account.twice("group", name="On call", state="absent")
    assert account.writes == ["DELETE /groups/12"]
    assert result["group"]["name"] == "On call"


@pytest.mark.parametrize("check", [False, True])
def test_a_group_with_members_is_not_deleted_without_force(on_call, check: bool) -> None:
    result = on_call.run("group", check=check, name="On call", state="absent")
    assert result["failed"] is True
    assert result["failure"] == {"kind": "guard", "members": 2, "option": "force"}
    assert "2 members" in result["msg"]
    assert on_call.writes == []


def test_force_deletes_a_group_with_members_and_leaves_its_contacts(on_call) -> None:
    on_call.twice("group", name="On call", state="absent", force=True)
    assert on_call.groups() == {}
    assert len(on_call.contacts()) == 4


def test_absent_succeeds_without_a_group(on_call) -> None:
    assert on_call.twice("group", name="Other", state="absent")["changed"] is False


# Members


def test_set_adds_before_it_removes(on_call) -> None:
    result = on_call.twice("group", name="On call", members={"set": ["90555817", "+46701740605", "92000004"]})
    assert on_call.writes == [
        "PUT /groups/12/contacts/3",
        "PUT /groups/12/contacts/4",
        "DELETE /groups/12/contacts/2",
    ]
    assert on_call.members(12) == {KARI, LARS, PER}
    assert [member["contact_id"] for member in result["group"]["members"]] == [KARI, LARS, PER]
    assert result["diff"] == {
        "before": {"members": ["4741234567"]},
        "after": {"members": ["+46701740605", "92000004"]},
    }


def test_add_and_remove_keep_the_other_members(on_call) -> None:
    on_call.twice("group", name="On call", members={"add": ["92000004"], "remove": ["90555817"]})
    assert on_call.writes == ["PUT /groups/12/contacts/4", "DELETE /groups/12/contacts/1"]


@pytest.mark.parametrize(
    "members",
    [
        {"set": ["+4741234567", "905 55 817"]},
        {"set": ["90555817", "4790555817", "004790555817", "+47 412 34 567"]},
        {"add": ["+4790555817"]},
        {"remove": ["+4792000004"]},
        {"remove": ["+4799999999"]},
        {"add": [], "remove": []},
        {"set": [1, {"contact_id": 2}]},
        {"set": ["90555817"], "add": ["41234567"]},
    ],
    ids=str,
)
def test_no_change_takes_no_write_and_no_look_up(on_call, members: dict[str, Any]) -> None:
    result = on_call.twice("group", name="On call", members=members)
    assert result["changed"] is False
    assert set(on_call.reads) <= {"/user", "/groups", "/groups/12/contacts"}


def test_two_spellings_of_one_person_are_one_request(on_call) -> None:
    on_call.twice("group", name="On call", members={"add": ["92000004", "+47 920 00 004", "004792000004"]})
    assert on_call.writes == ["PUT /groups/12/contacts/4"]
    assert on_call.reads.count("/contacts/search/9 2 0 4") == 1


def test_a_number_and_an_id_of_one_person_are_one_request(on_call) -> None:
    on_call.twice("group", name="On call", members={"add": ["92000004", 4, {"contact_id": 4}]})
    assert on_call.writes == ["PUT /groups/12/contacts/4"]


@pytest.mark.parametrize("other", ["add", "set"])
@pytest.mark.parametrize(
    ("coming", "going"), [("90555817", "+47 905 55 817"), (4, 4), (4, {"contact_id": 4})], ids=["number", "id", "dict"]
)
def test_a_member_that_is_both_added_and_removed_is_an_error(on_call, other: str, coming: Any, going: Any) -> None:
    message = on_call.refused("group", name="On call", members={other: [coming], "remove": [going]})
    assert message.startswith("members.remove[0]: ")
    assert f"members.{other}[0]" in message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (4741234567, "quote it"),
        (True, "read as true. Write"),
        ("90000001;/groups/5", "SEMICOLON"),
        ("", "empty"),
        ({"contact_id": "x"}, "whole number"),
        ({"name": "Kari"}, "expected a dictionary with phone_number or contact_id"),
        (-4, "integer"),
    ],
)
@pytest.mark.parametrize("part", ["set", "add", "remove"])
def test_a_bad_member_is_rejected_with_its_index_before_any_request(
    json_account, part: str, value: Any, words: str
) -> None:
    members = {part: ["+4790555817", value]}
    message = json_account.refused("group", name="On call", members=members, default_country_code="47")
    assert message.startswith(f"members.{part}[1]: ")
    assert words in message
    assert json_account.requests == []


def test_all_unknown_members_are_reported_at_once(on_call) -> None:
    result = on_call.run("group", name="On call", members={"set": ["90555817", "99000001", "+46 70 174 06 09", 77]})
    assert result["failed"] is True
    assert result["failure"]["kind"] == "unknown_record"
    assert [problem.split(":")[0] for problem in result["failure"]["problems"]] == [
        "members.set[1]",
        "members.set[2]",
        "members.set[3]",
    ]
    assert "99000001" not in result["msg"]
    assert on_call.writes == []


def test_an_unknown_member_stops_a_new_group_too(people) -> None:
    people.refused("group", name="New", members={"add": ["99000001"]})
    assert people.groups() == {}


def test_in_check_mode_an_unknown_member_is_a_warning(people) -> None:
    result = people.done("group", check=True, name="New", members={"set": ["99000001"]})
    assert result["changed"] is True
    assert result["diff"]["after"] == {"name": "New", "members": ["4799000001"]}
    (warning,) = result["warnings"]
    assert "members.set[0]" in str(warning)


def test_unknown_members_can_be_skipped(on_call) -> None:
    result = on_call.done("group", name="On call", unknown_members="warn", members={"add": ["99000001", "92000004"]})
    assert on_call.writes == ["PUT /groups/12/contacts/4"]
    (warning,) = result["warnings"]
    assert "members.add[0]" in str(warning)
    assert len(on_call.contacts()) == 4


def test_unknown_members_can_be_created(on_call) -> None:
    members = {"add": ["990 00 001", "+4799000001", "+46 70 174 06 09"]}
    on_call.twice("group", name="On call", unknown_members="create", members=members)
    made = {contact["PhoneNumber"]: id for id, contact in on_call.contacts().items() if id > PER}
    assert set(made) == {"4799000001", "46701740609"}
    assert on_call.members(12) == {KARI, OLA, *made.values()}
    assert on_call.writes[:2] == ["POST /contacts", "POST /contacts"]
    assert len(on_call.writes) == 4


def test_an_unknown_id_cannot_be_created_as_a_member(on_call) -> None:
    message = on_call.refused("group", name="On call", unknown_members="create", members={"add": [77]})
    assert "members.add[0]: the contact with id 77" in message


def test_many_new_members_are_read_as_a_list(json_account) -> None:
    numbers = [f"+47920{number:05}" for number in range(300)]
    json_account.simulator.seed(contacts=[{"PhoneNumber": text} for text in numbers], groups=[{"Name": "All"}])
    options = {"name": "All", "members": {"set": numbers}, "default_country_code": "47", "max_additions": 3000}
    json_account.done("group", **options, check=True)
    assert sorted(path for path in json_account.reads if path.startswith("/contacts")) == [
        "/contacts",
        "/contacts/count",
    ]


def test_a_member_with_two_records_is_rejected(on_call) -> None:
    on_call.simulator.seed(contacts=[{"ContactId": 44, "PhoneNumber": "4792000004"}])
    result = on_call.run("group", name="On call", members={"add": ["92000004"]})
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [4, 44]}
    assert on_call.writes == []


def test_on_duplicate_first_uses_the_lowest_id_of_a_member(on_call) -> None:
    on_call.simulator.seed(contacts=[{"ContactId": 44, "PhoneNumber": "4792000004"}])
    on_call.twice("group", name="On call", on_duplicate="first", members={"add": ["92000004"]})
    assert on_call.members(12) == {KARI, OLA, PER}


def test_the_last_member_goes_only_with_force(on_call) -> None:
    on_call.done("group", name="On call", members={"remove": ["+4741234567"]})
    message = on_call.refused("group", name="On call", members={"remove": ["90555817"]})
    assert message.startswith(
        "1 of 1 members of the group would be removed, so no members would be left. Nothing was written."
    )
    assert "Set `force`" in message
    on_call.twice("group", name="On call", members={"remove": ["90555817"], "add": ["92000004"]})
    on_call.twice("group", name="On call", members={"remove": ["92000004"]}, force=True)
    assert on_call.members(12) == set()


def test_removing_a_number_removes_every_record_of_it(on_call) -> None:
    on_call.simulator.seed(contacts=[{"ContactId": 44, "PhoneNumber": "4790555817"}])
    on_call.simulator.control("POST", "seed", {"groups": [{"GroupId": 13, "Name": "Both", "members": [1, 2, 44]}]})
    on_call.twice("group", name="Both", members={"remove": ["+4790555817"]})
    assert on_call.members(13) == {OLA}


# Guards


@EITHER_FORMAT
@pytest.mark.parametrize(
    ("removed", "limit", "passes"),
    [(5, None, True), (6, None, False), (6, 30, True), (7, 30, False), (1, 0, False), (20, 100, True), (20, 99, False)],
)
def test_removals_are_limited_by_percentage(crowd, removed: int, limit: int | None, passes: bool) -> None:
    options = {} if limit is None else {"max_removals": limit}
    members = {"set": list(range(removed + 1, 21))}
    if passes:
        crowd.twice("group", name="On call", members=members, **options)
        assert crowd.members(12) == set(members["set"])
    else:
        result = crowd.run("group", name="On call", members=members, **options)
        assert result["failure"]["kind"] == "guard"
        assert f"{removed} of 20" in result["msg"]
        assert "max_removals" in result["msg"]
        assert crowd.writes == []


def test_the_guard_stops_the_other_writes_too(crowd) -> None:
    crowd.simulator.seed(contacts=[{"ContactId": 50, "PhoneNumber": "41234567"}])
    crowd.refused("group", name="On call", description="New", members={"set": [50]})
    assert crowd.members(12) == set(range(1, 21))


def test_check_mode_applies_the_guard(crowd) -> None:
    assert "max_removals" in crowd.run("group", check=True, name="On call", members={"set": []})["msg"]


def test_an_empty_set_empties_a_small_group_only_with_force(on_call) -> None:
    message = on_call.refused("group", name="On call", members={"set": []})
    assert message.startswith(
        "2 of 2 members of the group would be removed, so no members would be left. Nothing was written."
    )
    on_call.twice("group", name="On call", members={"set": []}, force=True)
    assert on_call.writes == ["DELETE /groups/12/contacts/1", "DELETE /groups/12/contacts/2"]


# Names: duplicates and renaming


@pytest.fixture
def same_names(people) -> Any:
    """The account with two groups of the same name."""
    people.simulator.seed(groups=[{"GroupId": 31, "Name": "On call"}, {"GroupId": 12, "Name": "On call"}])
    return people


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_groups_with_one_name_are_an_error_with_their_ids(same_names, state: str) -> None:
    result = same_names.run("group", name="On call", state=state, description="New")
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [12, 31]}
    assert "group_id" in result["msg"]
    assert same_names.writes == []


def test_on_duplicate_first_uses_the_group_with_the_lowest_id(same_names) -> None:
    same_names.twice("group", name="On call", description="New", on_duplicate="first")
    assert same_names.writes == ["PUT /groups/12"]


def test_a_group_cannot_take_the_name_of_another_group(account) -> None:
    account.simulator.seed(groups=[{"GroupId": 31, "Name": "On call"}, {"GroupId": 32, "Name": "Night watch"}])
    message = account.refused("group", group_id=32, name="On call")
    assert message == (
        "name: the group with id 31 already has the name 'On call', so the group with id 32 cannot get this name. "
        "Rename the group with id 31, or merge these groups."
    )


def test_a_group_id_chooses_among_groups_of_one_name(same_names) -> None:
    same_names.twice("group", name="On call", group_id=31, description="New")
    assert same_names.writes == ["PUT /groups/31"]


def test_a_previous_name_is_renamed_with_one_put(on_call) -> None:
    result = on_call.twice("group", name="Night watch", previous_names=["Nobody", "On call"])
    assert on_call.writes == ["PUT /groups/12"]
    assert on_call.members(12) == {KARI, OLA}
    assert on_call.groups()[12]["Description"] == "Woken at night"
    assert result["diff"] == {"before": {"name": "On call"}, "after": {"name": "Night watch"}}


def test_a_group_is_renamed_and_its_members_changed_at_once(on_call) -> None:
    on_call.twice("group", name="Night watch", previous_names=["On call"], members={"add": ["92000004"]})
    assert on_call.writes == ["PUT /groups/12", "PUT /groups/12/contacts/4"]


def test_previous_names_without_a_group_are_ignored(account) -> None:
    account.twice("group", name="Night watch", previous_names=["On call"])
    assert account.writes == ["POST /groups"]


@pytest.mark.parametrize("previous", [["On call"], ["Nobody", "On call"]])
def test_an_old_and_a_new_name_that_both_exist_are_rejected(on_call, previous: list[str]) -> None:
    on_call.simulator.seed(groups=[{"GroupId": 5, "Name": "Night watch"}])
    result = on_call.run("group", name="Night watch", previous_names=previous)
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [5, 12]}
    assert on_call.writes == []


def test_the_name_can_also_be_a_previous_name(on_call) -> None:
    assert on_call.twice("group", name="On call", previous_names=["On call"])["changed"] is False


# Races and lost answers


def test_a_group_that_appears_before_our_post_is_kept(people) -> None:
    theirs = {"groups": [{"GroupId": 99, "Name": "On call", "Description": "Theirs", "members": [KARI]}]}
    people.simulator.faults([{"match": {"method": "POST"}, "action": "hook", "seed": theirs}])
    people.done("group", name="On call", description="Ours", members={"set": ["41234567"]})
    assert len(people.groups()) == 1
    ((id, group),) = people.groups().items()
    assert group["Description"] == "Ours"
    people.done("group", name="On call", description="Ours", members={"set": ["41234567"]})
    assert people.members(id) == {OLA}


@pytest.mark.parametrize("action", ["drop_after", "drop_before", "status_after", "status", "truncate"])
def test_a_post_with_a_lost_answer_creates_one_group(people, action: str) -> None:
    people.simulator.faults([{"match": {"method": "POST"}, "action": action}])
    result = people.done("group", name="On call", members={"set": ["41234567"]})
    (id,) = people.groups()
    assert result["group"]["group_id"] == id
    assert people.members(id) == {OLA}
    assert people.writes.count("POST /groups") == (1 if action in ("drop_after", "status_after", "truncate") else 2)


def test_an_interrupted_run_is_finished_by_the_next(on_call) -> None:
    on_call.simulator.faults([{"match": {"method": "DELETE"}, "action": "status", "status": 400, "times": None}])
    members = {"set": ["92000004"]}
    assert on_call.run("group", name="On call", members=members, force=True)["failed"] is True
    assert on_call.members(12) == {KARI, OLA, PER}
    on_call.simulator.clear_faults()
    on_call.twice("group", name="On call", members=members, force=True)
    assert on_call.writes == ["DELETE /groups/12/contacts/1", "DELETE /groups/12/contacts/2"]


def test_the_diff_does_not_depend_on_the_order_of_the_service(account) -> None:
    numbers = ["4790000003", "4790000001", "4790000002"]
    account.simulator.seed(contacts=[{"PhoneNumber": number} for number in numbers])
    result = account.twice("group", name="On call", members={"set": [*numbers]})
    assert result["diff"]["after"]["members"] == sorted(numbers)
    emptied = account.twice("group", name="On call", members={"set": []}, force=True)
    assert emptied["diff"] == {"before": {"members": sorted(numbers)}, "after": {"members": []}}


# Any state of an account

NUMBERS = ["90555817", "+4741234567", "46701740605", "92000004", "4792000005"]
any_members = st.frozensets(st.integers(1, len(NUMBERS)))


@EITHER_FORMAT
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(current=any_members, wanted=any_members, description=st.sampled_from([None, "", "Old", "New \N{FIRE}"]))
def test_any_change_of_members_takes_the_fewest_writes(account, current, wanted, description) -> None:
    people = [{"ContactId": id, "PhoneNumber": number} for id, number in enumerate(NUMBERS, 1)]
    groups = [
        {"GroupId": 12, "Name": "On call", "Description": "Old", "IsPrivate": True, "members": sorted(current)},
        {"GroupId": 13, "Name": "Other", "Description": "Old", "members": [1, 2]},
    ]
    account.simulator.reset(contacts=people, groups=groups)
    before = account.groups()[13], account.contacts()
    members = {"set": [NUMBERS[id - 1] for id in wanted]}
    account.twice("group", name="On call", description=description, members=members, force=True)
    group = account.groups()[12]
    assert set(group["members"]) == wanted
    assert (group["Description"], group["IsPrivate"]) == ("Old" if description is None else description, True)
    assert (account.groups()[13], account.contacts()) == before
    assert len(account.writes) == len(current ^ wanted) + (description not in (None, "Old"))


@pytest.mark.parametrize("status", [404, 405])
def test_a_service_that_does_not_count_contacts_lists_them(json_account, status) -> None:
    """The group has a round number of members, so its list is compared with the number of all contacts."""
    contacts = [{"ContactId": id, "PhoneNumber": f"479200{id:04}"} for id in range(1, 11)]
    json_account.simulator.seed(contacts=contacts, groups=[{"Name": "All", "members": list(range(1, 11))}])
    fault = {"match": {"path": "^/contacts/count$"}, "action": "status", "status": status, "times": None}
    json_account.simulator.faults([fault])
    added = {"add": [f"479300{id:04}" for id in range(10)]}
    json_account.twice("group", name="All", unknown_members="create", members=added)
    result = json_account.done("group", name="All", members=added)
    assert "It is not known whether the service returned all contacts of a list" in str(result["warnings"])
