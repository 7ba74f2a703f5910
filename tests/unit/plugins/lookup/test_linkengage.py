# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader
from ansible.utils.display import Display


class Lookup:
    """The lookup plugin on an account with two contacts and a group."""

    def __init__(self, account) -> None:
        self.account = account
        account.simulator.seed(
            contacts=[
                {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari"},
                {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "Ola"},
            ],
            groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}, {"GroupId": 13, "Name": "Empty"}],
        )

    def __call__(self, *terms: Any, **options: Any) -> list[Any]:
        self.account.simulator.clear_log()
        plugin = lookup_loader.get("community.linkengage.linkengage")
        return plugin.run(list(terms), variables={}, **{**self.account.connection, **options})

    @property
    def reads(self) -> list[str]:
        """The paths that the last run has read. It must have made no other requests."""
        log = self.account.simulator.log()
        assert {entry["method"] for entry in log} <= {"GET"}
        return [entry["path"] for entry in log]


@pytest.fixture
def lookup(account) -> Lookup:
    return Lookup(account)


@pytest.mark.parametrize("resource", ["group", "members"])
def test_the_integer_0_is_an_id_and_not_the_group_without_a_name(lookup, resource: str) -> None:
    lookup.account.simulator.seed(groups=[{"GroupId": 14, "Name": "", "members": [1]}])
    assert lookup(0, resource=resource, on_missing="skip") == []


@pytest.mark.parametrize(
    ("resource", "terms", "field", "found"),
    [
        ("contact", ["+47 412 34 567", "90555817"], "first_name", ["Ola", "Kari"]),
        ("contact", [2, {"contact_id": 1}, "4790555817"], "first_name", ["Ola", "Kari", "Kari"]),
        ("group", ["Empty", "On call", 12], "group_id", [13, 12, 12]),
        ("contact", [], "first_name", []),
    ],
)
def test_each_term_gives_one_result_in_the_same_order(lookup, resource, terms, field, found) -> None:
    for _time in range(2):
        assert [result[field] for result in lookup(*terms, resource=resource)] == found
        assert lookup.reads is not None


def test_the_default_resource_is_contact(lookup) -> None:
    (kari,) = lookup("90555817")
    assert (kari["contact_id"], kari["phone_number"]) == (1, "90555817")


def test_members_are_one_list_for_each_term(lookup) -> None:
    results = lookup("On call", "Empty", resource="members")
    assert [[contact["first_name"] for contact in members] for members in results] == [["Kari", "Ola"], []]


def test_the_user_takes_no_terms(lookup) -> None:
    (user,) = lookup(resource="user")
    assert user["settings"]["NUMBER_PREFIX"] == "47"


def test_equal_terms_are_read_once(lookup) -> None:
    assert len(lookup("90555817", "41234567", "90555817", default_country_code="47")) == 3
    assert lookup.reads == ["/contacts/search/9 0 5 8 1 7", "/contacts/search/4 1 2 3 5 6 7"]


def test_several_groups_are_read_as_one_list(lookup) -> None:
    lookup("On call", "Empty", 12, resource="group")
    assert lookup.reads == ["/groups"]


@pytest.mark.parametrize(
    ("resource", "missing"), [("contact", "+4799999999"), ("contact", 99), ("group", "Nobody"), ("members", 99)]
)
class TestATermWithoutARecord:
    def present(self, resource: str) -> Any:
        return "90555817" if resource == "contact" else "On call"

    def test_is_an_error(self, lookup, resource: str, missing: Any) -> None:
        with pytest.raises(AnsibleError, match="LINK Engage has no record for term 2"):
            lookup(self.present(resource), missing, resource=resource)

    def test_is_named_together_with_other_missing_records(self, lookup, resource: str, missing: Any) -> None:
        with pytest.raises(AnsibleError, match=r"for term 1, term 3 of this lookup\. Correct each term"):
            lookup(missing, self.present(resource), missing, resource=resource)

    def test_can_be_skipped(self, lookup, resource: str, missing: Any) -> None:
        assert len(lookup(missing, self.present(resource), resource=resource, on_missing="skip")) == 1

    def test_can_be_warned_about(self, lookup, resource: str, missing: Any, monkeypatch) -> None:
        warnings: list[str] = []
        monkeypatch.setattr(Display, "warning", lambda self, text, *args, **kwargs: warnings.append(text))
        assert len(lookup(self.present(resource), missing, resource=resource, on_missing="warn")) == 1
        assert [warning for warning in warnings if "LINK Engage has no record for term 2" in warning] == warnings
        assert len(warnings) == 1


@pytest.mark.parametrize(
    ("term", "options", "words"),
    [
        (4790555817, {}, "quote it"),
        ("90000001;/groups/5", {}, "SEMICOLON"),
        ("", {"resource": "group"}, "term 1"),
        ("90555817", {"password": None}, "password"),
        ("90555817", {"api_url": "http://intouchapi.pswin.com/2"}, "clear text"),
    ],
    ids=str,
)
def test_bad_options_are_rejected_before_any_request(json_account, term: Any, options, words: str, monkeypatch) -> None:
    monkeypatch.delenv("LINKENGAGE_PASSWORD", raising=False)
    lookup = Lookup(json_account)
    with pytest.raises(AnsibleError, match=words) as caught:
        lookup(term, default_country_code="47", **options)
    assert "linkengage lookup: " in str(caught.value)
    assert [path for path in lookup.reads if path != "/groups"] == []


def test_two_contacts_with_one_number_are_an_error_with_their_ids(lookup) -> None:
    lookup.account.simulator.seed(contacts=[{"ContactId": 44, "PhoneNumber": "+4790555817"}])
    with pytest.raises(AnsibleError, match="1, 44"):
        lookup("90555817")


def test_a_rejected_login_is_one_clear_error(lookup) -> None:
    with pytest.raises(AnsibleError, match=r"kari@acme\.example") as caught:
        lookup("+4790555817", password="wrong secret")
    assert "wrong secret" not in str(caught.value)
    assert len(lookup.reads) == 1


def test_the_options_come_from_the_environment(lookup, monkeypatch, connection_env) -> None:
    for name, value in connection_env.items():
        monkeypatch.setenv(name, value)
    plugin = lookup_loader.get("community.linkengage.linkengage")
    (kari,) = plugin.run(["90555817"], variables={})
    assert kari["first_name"] == "Kari"


def test_the_options_come_from_variables(lookup) -> None:
    variables = {f"linkengage_{name}": value for name, value in lookup.account.connection.items()}
    plugin = lookup_loader.get("community.linkengage.linkengage")
    (kari,) = plugin.run(["90555817"], variables=variables)
    assert kari["first_name"] == "Kari"
