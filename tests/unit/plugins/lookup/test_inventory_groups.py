# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import (
    Numbering,
    calling_code,
    numbering_of,
)
from ansible_collections.community.linkengage.plugins.plugin_utils._membership import Gathering

GROUP = {"name": "On call", "hosts": "web", "numbers_from": "on_call"}
KARI, OLA = "+4790555817", "+4741234567"


def gather(*values: Any, groups: tuple[dict[str, Any], ...] = (GROUP,), **options: Any) -> dict[str, Any]:
    """Return the address book for hosts web1, web2, ... with these values of on_call.

    None stands for a host without the variable.
    """
    hosts = {f"web{index}": value for index, value in enumerate(values, 1)}

    def value_of(host: str, variable: str) -> Any:
        if hosts[host] is None or variable != "on_call":
            raise KeyError(variable)
        return hosts[host]

    code = options.pop("country_code", None)
    numbering = Numbering(lambda: calling_code("NO") or "") if code == "NO" else numbering_of(code)
    gathering = Gathering(lambda pattern: list(hosts) if pattern == "web" else [], value_of, numbering, **options)
    return gathering.book(list(groups))


@pytest.mark.parametrize(
    ("values", "members"),
    [
        ([KARI], [KARI]),
        ([[KARI, OLA], OLA], [KARI, OLA]),
        (["+47 905 55 817", [KARI]], ["+47 905 55 817"]),
        ([[], KARI], [KARI]),
        ([{"phone_number": KARI, "first_name": "Kari"}], [KARI]),
        ([{"contact_id": 4711}, [{"contact_id": 4711}]], [{"contact_id": 4711}]),
        (["905 55 817", "90555817"], ["905 55 817"]),
    ],
)
def test_each_person_is_one_member(values: list[Any], members: list[Any]) -> None:
    assert gather(*values)["groups"] == [{"name": "On call", "members": members}]


@pytest.mark.parametrize(
    ("values", "contacts"),
    [
        ([KARI], []),
        ([{"contact_id": 4711}], []),
        ([{"phone_number": KARI}], [{"phone_number": KARI}]),
        ([OLA, {"phone_number": KARI, "first_name": "Kari"}], [{"phone_number": KARI, "first_name": "Kari"}]),
        (
            [{"phone_number": KARI, "first_name": "Kari"}, {"phone_number": "+47 90555817", "email": "k@acme.example"}],
            [{"phone_number": KARI, "first_name": "Kari", "email": "k@acme.example"}],
        ),
        ([{"contact_id": 4711, "first_name": "Kari"}], [{"contact_id": 4711, "first_name": "Kari"}]),
    ],
)
def test_a_dictionary_declares_a_contact(values: list[Any], contacts: list[Any]) -> None:
    assert gather(*values)["contacts"] == contacts


def test_a_number_declares_a_contact_with_create_contacts() -> None:
    book = gather([KARI, {"contact_id": 1}], {"phone_number": KARI, "first_name": "Kari"}, create_contacts=True)
    assert book["contacts"] == [{"phone_number": KARI, "first_name": "Kari"}]
    assert book["groups"][0]["members"] == [KARI, {"contact_id": 1}]


@pytest.mark.parametrize(
    "spelling",
    ["905 55 817", "4790555817", "+47\u00a0905\u00a055\u00a0817", "\u202a90555817\u202c", "90\u201155\u201158\u201117"],
)
def test_one_number_in_several_spellings_is_one_contact_with_a_country_code(spelling: str) -> None:
    values = [{"phone_number": "905 55 817"}, {"phone_number": KARI}, {"phone_number": spelling}, spelling]
    assert len(gather(*values, country_code="47")["contacts"]) == 1
    # Whether they are one contact depends on the country code of the account.
    assert len(gather(*values)["contacts"]) > 1


def test_the_places_are_hosts_and_variables() -> None:
    values = [KARI, [OLA, {"phone_number": KARI, "first_name": "Kari"}], {"contact_id": 7, "email": "a@acme.example"}]
    assert gather(*values)["places"] == {
        "contacts": ["web2: on_call[1]", "web3: on_call"],
        "groups": ["web: on_call"],
        "members": [["web1: on_call", "web2: on_call[0]", "web3: on_call"]],
    }


def test_other_fields_of_a_group_are_passed_on() -> None:
    group = {**GROUP, "description": "Woken at night", "private": True}
    assert gather(KARI, groups=(group,))["groups"] == [
        {"name": "On call", "description": "Woken at night", "private": True, "members": [KARI]}
    ]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([KARI, 4790555817], "Host web2: on_call: the number was read as an integer (10 digits, ending in 17)"),
        ([[KARI, 4790555817]], "Host web1: on_call[1]: the number was read"),
        ([4790555817], "quote the number twice: on_call=\"'+4790555817'\"."),
        ([{"phone_number": 4790555817}], "quote the number twice"),
        ([True], "a phone number in quotes is expected, but the value was read as true"),
        (
            ["Kari"],
            "Host web1: on_call: the character at position 1 (LATIN CAPITAL LETTER K) is not allowed in a phone number",
        ),
        ([""], "Host web1: on_call: the phone number is empty"),
        ([{"first_name": "Kari"}], "Host web1: on_call: a contact needs a phone_number."),
        ([KARI, None, None], "Group 'On call': the variable on_call is not set for the hosts web2, web3"),
        ([None], "Group 'On call': the variable on_call is not set for host web1. Set the variable"),
        ([[]], "Group 'On call' would have no members, because the variable on_call contains no members for host web1"),
        ([], "because no host of the inventory matches 'web'. Set `allow_empty` to allow this"),
        (
            [{"phone_number": KARI, "first_name": "Kari"}, {"phone_number": KARI, "first_name": "Karin"}],
            "Host web2: on_call: `first_name` of this contact differs from the value in `on_call` of host web1.",
        ),
    ],
)
def test_an_error_names_the_host(values: list[Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as error:
        gather(*values)
    assert reason in str(error.value)
    assert str(error.value).endswith("Nothing was written.")
    assert "Karin" not in str(error.value)


def test_an_error_of_an_option_does_not_name_a_host() -> None:
    with pytest.raises(InvalidInput, match=r"^default_country_code: 'NO' is not a country calling code"):
        gather("90555817", country_code="NO")


@pytest.mark.parametrize("lacking", ["name", "hosts", "numbers_from"])
def test_a_group_with_missing_keys_is_rejected(lacking: str) -> None:
    group = {name: value for name, value in GROUP.items() if name != lacking}
    with pytest.raises(InvalidInput, match=f"Entry 2 in the list of groups: set a value for `{lacking}`."):
        gather(KARI, groups=(GROUP, group))


def test_on_missing_ignore_ignores_hosts_without_the_variable() -> None:
    assert gather(None, KARI, on_missing="ignore")["groups"][0]["members"] == [KARI]
    with pytest.raises(InvalidInput, match="would have no members"):
        gather(None, on_missing="ignore")


def test_allow_empty_allows_an_empty_group() -> None:
    assert gather([], allow_empty=True)["groups"] == [{"name": "On call", "members": []}]
    assert gather(allow_empty=True)["groups"] == [{"name": "On call", "members": []}]


def test_all_errors_are_reported_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        gather(*[4790000001] * 11, None, groups=(GROUP, {**GROUP, "name": "Other", "hosts": "db"}))
    assert len(error.value.facts["problems"]) == 13
    assert len(str(error.value).splitlines()) == 14


numbers = st.sampled_from([KARI, "+47 905 55 817", OLA, "004741234567", "+46701740605"])
entries = numbers | st.fixed_dictionaries({"phone_number": numbers}, optional={"first_name": st.just("Kari")})


@given(st.lists(st.lists(entries, max_size=4), min_size=1, max_size=4), st.booleans())
def test_every_person_is_included_once(values: list[list[Any]], create: bool) -> None:
    key = numbering_of(None).canonical
    spelt = [entry["phone_number"] if isinstance(entry, dict) else entry for value in values for entry in value]
    book = gather(*values, create_contacts=create, allow_empty=True)
    members = [key(member) for member in book["groups"][0]["members"]]
    assert sorted(members) == sorted(set(map(key, spelt)))
    declared = [key(contact["phone_number"]) for contact in book["contacts"]]
    wanted = (
        {key(number) for number in spelt}
        if create
        else {key(entry["phone_number"]) for value in values for entry in value if isinstance(entry, dict)}
    )
    assert sorted(declared) == sorted(wanted)


def test_a_spelling_with_a_country_code_is_used() -> None:
    """This spelling means the same person even if a module has another country code."""
    book = gather({"phone_number": "905 55 817", "first_name": "Kari"}, [KARI], "4790555817", country_code="47")
    assert book["contacts"] == [{"phone_number": KARI, "first_name": "Kari"}]
    assert book["groups"][0]["members"] == [KARI]
    book = gather([KARI], {"phone_number": "905 55 817", "first_name": "Kari"}, country_code="47")
    assert book["contacts"] == [{"phone_number": KARI, "first_name": "Kari"}]


GROUP_DEFAULTS, MODULE_DEFAULTS = (
    "group/community.linkengage.linkengage",
    "community.linkengage.linkengage_address_book",
)


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
@pytest.mark.parametrize("login_in", ["environment", "module_defaults"])
@pytest.mark.parametrize("code_in", ["account", "environment", "variable", "module_defaults", "of the module"])
def test_the_role_uses_the_country_code_of_the_modules(
    run_playbook, connection, connection_env, simulator, tmp_path, login_in: str, code_in: str
) -> None:
    """Several hosts name one person in several spellings.

    The account has another country code, except where its country code is used.
    """
    simulator.seed(user={"Settings": {"NUMBER_PREFIX": "46" if code_in == "account" else "47"}})
    hosts = {
        "web1": {"on_call": {"phone_number": "070-174 06 05", "first_name": "Kari"}},
        "web2": {"on_call": {"phone_number": "+46701740605", "last_name": "Nordmann"}},
        "web3": {"on_call": "0046701740605"},
        "web4": {"on_call": "0701740605"},
    }
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"web": {"hosts": hosts}}), encoding="utf-8")
    variables: dict[str, Any] = {"group_membership_groups": [{**GROUP, "hosts": "web"}]}
    defaults: dict[str, dict[str, Any]] = {GROUP_DEFAULTS: {}, MODULE_DEFAULTS: {}}
    environment = {}
    if login_in == "environment":
        environment.update(connection_env)
    else:
        defaults[GROUP_DEFAULTS].update(connection)
    if code_in == "environment":
        environment["LINKENGAGE_DEFAULT_COUNTRY_CODE"] = "46"
    elif code_in == "variable":
        variables["group_membership_default_country_code"] = "46"
    elif code_in == "module_defaults":
        defaults[GROUP_DEFAULTS]["default_country_code"] = "46"
    elif code_in == "of the module":
        defaults[MODULE_DEFAULTS]["default_country_code"] = "46"
    play = {
        "hosts": "web",
        "gather_facts": False,
        "module_defaults": {name: options for name, options in defaults.items() if options},
        "roles": [{"role": "community.linkengage.group_membership"}],
        "vars": variables,
    }
    for _run in range(2):
        simulator.clear_log()
        ran = run_playbook(json.dumps([play]), "-i", str(tmp_path / "hosts.yml"), env=environment)
        assert ran.rc == 0, ran.stdout
    assert simulator.log(writes_only=True) == []
    assert ("/user" in str(simulator.log())) == (code_in == "account")
    (contact,) = simulator.state()["contacts"]
    assert (contact["PhoneNumber"], contact["Firstname"], contact["Lastname"]) == ("46701740605", "Kari", "Nordmann")
    assert [len(group["members"]) for group in simulator.state()["groups"]] == [1]


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
def test_an_integer_is_not_a_country_code_of_the_role(run_playbook, connection_env, simulator) -> None:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "roles": [{"role": "community.linkengage.group_membership"}],
        "vars": {
            "group_membership_groups": [{**GROUP, "hosts": "localhost"}],
            "on_call": KARI,
            "group_membership_default_country_code": 39,
        },
    }
    ran = run_playbook(json.dumps([play]), env=connection_env)
    assert ran.rc != 0
    assert "group_membership_default_country_code was read as 39" in str(ran.results)
    assert simulator.log() == []
