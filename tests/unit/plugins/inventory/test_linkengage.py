# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin with the simulator: hosts, groups, variables, and the number of its requests."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.loader import inventory_loader
from ansible.utils.display import Display

from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC

NAME = "community.linkengage.linkengage"
KARI = {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Nordmann", "Description2": "Oslo"}
OLA = {
    "ContactId": 2,
    "PhoneNumber": "+4741234567",
    "Firstname": "Ola",
    "Lastname": "Nordmann",
    "Email": "ola@a.example",
}
SAME_NAME = {"ContactId": 3, "PhoneNumber": "4790555817", "Firstname": "Kari", "Lastname": "Nordmann"}
ALONE = {"ContactId": 4, "PhoneNumber": "2000", "Firstname": "Åse", "Lastname": "Öst"}
BOOK: dict[str, Any] = {
    "contacts": [KARI, OLA, SAME_NAME, ALONE],
    "groups": [
        {"GroupId": 12, "Name": "On call", "members": [1, 2]},
        {"GroupId": 13, "Name": "Kitchen", "members": [2, 3]},
        {"GroupId": 14, "Name": "Empty"},
    ],
}


class Inventory:
    """Reads inventories of an account, and records the requests of each reading."""

    def __init__(self, account: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account, self.path = account, folder / "linkengage.yml"
        self.warnings: list[str] = []
        monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: self.warnings.append(str(text)))
        account.simulator.seed(**BOOK)

    def write(self, **options: Any) -> str:
        """Write the inventory file, with the options of the connection in it. Returns its path."""
        config = {"plugin": NAME, **self.account.connection, **options}
        given = {name: value for name, value in config.items() if value is not None}
        self.path.write_text(yaml.safe_dump(given), encoding="utf-8")
        return str(self.path)

    def read(self, use_cache: bool = True, before: InventoryData | None = None, /, **options: Any) -> InventoryData:
        """Read the inventory as Ansible does."""
        path = self.write(**options)
        self.account.simulator.clear_log()
        self.warnings.clear()
        inventory = before or InventoryData()
        plugin = inventory_loader.get(NAME)
        assert plugin.verify_file(path)
        plugin.parse(inventory, DataLoader(), path, use_cache)
        if options.get("cache"):
            plugin.update_cache_if_changed()
        inventory.reconcile_inventory()
        return inventory

    def hosts(self, **options: Any) -> list[str]:
        return sorted(self.read(**options).hosts)

    @property
    def reads(self) -> list[str]:
        """The paths that the last run has read. It must have made no other requests."""
        log = self.account.simulator.log()
        assert {entry["method"] for entry in log} <= {"GET"}
        return [entry["path"] for entry in log]


@pytest.fixture
def inventory(account, tmp_path, monkeypatch) -> Inventory:
    """An inventory in both formats and both versions."""
    return Inventory(account, tmp_path, monkeypatch)


@pytest.fixture
def one(json_account, tmp_path, monkeypatch) -> Inventory:
    """An inventory in JSON, for tests in which neither the format nor the version matters."""
    return Inventory(json_account, tmp_path, monkeypatch)


def groups(inventory: InventoryData) -> dict[str, list[str]]:
    """Return the hosts of each group, except the groups that Ansible creates by itself."""
    return {
        name: [host.name for host in group.get_hosts()]
        for name, group in inventory.groups.items()
        if name not in ("all", "ungrouped")
    }


def variables(inventory: InventoryData, host: str) -> dict[str, Any]:
    return inventory.hosts[host].get_vars()


class TestTheWholeBook:
    def test_has_contacts_as_hosts_and_groups_as_groups(self, inventory) -> None:
        for _time in range(2):
            found = inventory.read()
            assert sorted(found.hosts) == ["contact_1", "contact_2", "contact_3"]
            assert groups(found) == {
                "On_call": ["contact_1", "contact_2"],
                "Kitchen": ["contact_2", "contact_3"],
                "Empty": [],
            }
            assert inventory.warnings == []

    def test_takes_one_request_and_one_for_each_group(self, inventory) -> None:
        inventory.read()
        assert inventory.reads == ["/groups", "/groups/12/contacts", "/groups/13/contacts", "/groups/14/contacts"]

    def test_contain_all_fields_of_the_service(self, inventory) -> None:
        stored = {contact["ContactId"]: contact for contact in inventory.account.simulator.state()["contacts"]}[2]
        facts = variables(inventory.read(), "contact_2")
        for field in CONTACT.fields:
            shown = facts.pop(f"linkengage_{field.name}")
            assert (
                shown
                if field.name == "created"
                else shown == ("" if stored[field.wire] is None else stored[field.wire])
            )
        assert facts.pop("linkengage_groups") == ["On call", "Kitchen"]
        assert facts.pop("linkengage_group_ids") == [12, 13]
        assert [name for name in facts if name.startswith("linkengage_")] == []

    def test_has_no_address_that_could_be_reached(self, inventory) -> None:
        found = inventory.read()
        for host in found.hosts:
            facts = variables(found, host)
            assert facts["ansible_host"] == host.replace("_", "-") + ".invalid"
            assert not {"ansible_connection", "ansible_user", "ansible_port"} & set(facts)

    def test_reads_contacts_in_no_group_and_compares_their_count(self, inventory) -> None:
        found = inventory.read(ungrouped=True)
        assert sorted(found.hosts) == ["contact_1", "contact_2", "contact_3", "contact_4"]
        assert [host.name for host in found.groups["ungrouped"].get_hosts()] == ["contact_4"]
        assert variables(found, "contact_4")["linkengage_groups"] == []
        assert inventory.reads[-2:] == ["/contacts", "/contacts/count"]
        assert len(inventory.reads) == 6

    @pytest.mark.parametrize("ungrouped", [False, True])
    def test_leaves_out_a_group_that_is_deleted_while_it_is_read(self, one, ungrouped: bool) -> None:
        deleted = {"action": "hook", "delete": ["/groups/13"]}
        one.account.simulator.faults([{"match": {"path": "^/groups/13/contacts"}, **deleted}])
        found = one.read(ungrouped=ungrouped)
        assert groups(found) == {"On_call": ["contact_1", "contact_2"], "Empty": []}
        assert sorted(found.hosts) == ["contact_1", "contact_2", *(["contact_3", "contact_4"] if ungrouped else [])]

    def test_may_be_empty(self, inventory) -> None:
        inventory.account.simulator.reset()
        assert inventory.hosts() == []
        assert inventory.reads == ["/groups"]


def test_variables_are_never_options_of_the_connection() -> None:
    names = {*(field.name for field in CONTACT.fields), "groups", "group_ids"}
    assert not names & {*CONNECTION_SPEC, "in_process"}


class TestHostNames:
    def test_can_contain_the_name_of_the_person_and_are_unique(self, one) -> None:
        assert one.hosts(hostname="name", ungrouped=True) == [
            *("contact_1_Kari_Nordmann", "contact_2_Ola_Nordmann", "contact_3_Kari_Nordmann", "contact_4_Åse_Öst")
        ]

    @pytest.mark.parametrize("hostname", ["id", "name"])
    def test_stay_if_a_contact_with_the_same_name_is_added(self, one, hostname: str) -> None:
        before = one.hosts(hostname=hostname)
        one.account.simulator.seed(
            contacts=[{**KARI, "ContactId": 99}], groups=[{"GroupId": 99, "Name": "New", "members": [99]}]
        )
        after = one.hosts(hostname=hostname)
        assert set(before) < set(after)
        assert len(after) == len(before) + 1


class TestFilters:
    @pytest.mark.parametrize(
        ("options", "hosts", "names", "read"),
        [
            ({"include_groups": ["On*"]}, [1, 2], ["On_call"], [12]),
            ({"include_groups": ["Kitchen", "Empty"]}, [2, 3], ["Kitchen", "Empty"], [13, 14]),
            ({"include_groups": []}, [], [], []),
            ({"exclude_groups": ["Kitchen"]}, [1], ["On_call", "Empty"], [12, 13, 14]),
            ({"include_groups": ["On call"], "exclude_groups": ["K*"]}, [1], ["On_call"], [12, 13]),
            ({"include_groups": ["*"], "exclude_groups": ["*"]}, [], [], [12, 13, 14]),
            ({"include_groups": ["Kitchen"], "ungrouped": True}, [2, 3, 4], ["Kitchen"], [12, 13, 14]),
            ({"exclude_groups": ["On call"], "ungrouped": True}, [3, 4], ["Kitchen", "Empty"], [12, 13, 14]),
        ],
        ids=str,
    )
    def test_by_group(self, one, options, hosts, names, read) -> None:
        found = one.read(**options)
        assert list(found.hosts) == [f"contact_{id}" for id in hosts]
        assert list(groups(found)) == names
        paths = [
            "/groups",
            *(f"/groups/{id}/contacts" for id in read),
            *["/contacts", "/contacts/count"] * options.get("ungrouped", False),
        ]
        assert one.reads == paths
        assert one.warnings == []

    @pytest.mark.parametrize(
        ("options", "hosts"),
        [
            ({"include_contacts": ["Kari *"]}, [1, 3]),
            ({"include_contacts": ["+47 412 34 567"]}, [2]),
            # Both contacts with this number, although it is stored in different spellings.
            ({"exclude_contacts": ["905 55 817"]}, [2, 4]),
            ({"exclude_contacts": ["*Nordmann", "nobody"]}, [4]),
            ({"include_contacts": ["*Nordmann", "2000"], "exclude_contacts": ["Ola*"]}, [1, 3, 4]),
            ({"include_contacts": []}, []),
        ],
        ids=str,
    )
    def test_by_contact(self, inventory, options, hosts) -> None:
        found = inventory.read(ungrouped=True, default_country_code="47", **options)
        assert list(found.hosts) == [f"contact_{id}" for id in hosts]
        assert len(inventory.reads) == 6
        assert list(groups(found)) == ["On_call", "Kitchen", "Empty"]

    def test_read_the_country_code_if_it_is_not_given(self, one) -> None:
        assert one.hosts(exclude_contacts=["90555817"]) == ["contact_2"]
        assert sorted(set(one.reads) - {"/groups"}) == [f"/groups/{id}/contacts" for id in (12, 13, 14)] + ["/user"]
        assert len(one.reads) == 5

    def test_leave_only_the_groups_of_the_inventory_in_the_variables(self, one) -> None:
        facts = variables(one.read(include_groups=["Kitchen"]), "contact_2")
        assert (facts["linkengage_groups"], facts["linkengage_group_ids"]) == (["Kitchen"], [13])

    def test_warn_about_a_pattern_without_a_group(self, one) -> None:
        one.read(include_groups=["On call", "Kitchn"], exclude_groups=["On Holiday"])
        assert one.warnings == [
            "linkengage inventory: include_groups: no group matches 'Kitchn'.",
            "linkengage inventory: exclude_groups: no group matches 'On Holiday'.",
        ]

    @pytest.mark.parametrize("ungrouped", [False, True])
    def test_fail_if_an_excluded_group_is_deleted_while_it_is_read(self, one, ungrouped: bool) -> None:
        """It is not known who was in the group, so nobody in the account may become a host."""
        deleted = {"action": "hook", "delete": ["/groups/13"]}
        one.account.simulator.faults([{"match": {"path": "^/groups/13/contacts"}, **deleted}])
        before = InventoryData()
        with pytest.raises(AnsibleParserError) as caught:
            one.read(True, before, exclude_groups=["Kitchen", "Empty"], ungrouped=ungrouped)
        assert str(caught.value) == (
            "linkengage inventory: exclude_groups: somebody deleted group 'Kitchen' (group_id 13) while the inventory "
            "was read, so it is not known which contacts to exclude. This inventory has no hosts. Run the command "
            "again. To exclude people who were in a deleted group, use exclude_contacts."
        )
        assert before.hosts == {}
        assert one.hosts(exclude_groups=["Kitchen", "Empty"]) == ["contact_1", "contact_2"]
        assert one.warnings == ["linkengage inventory: exclude_groups: no group matches 'Kitchen'."]

    def test_warn_about_an_included_group_that_is_deleted_while_it_is_read(self, one) -> None:
        deleted = {"action": "hook", "delete": ["/groups/13"]}
        one.account.simulator.faults([{"match": {"path": "^/groups/13/contacts"}, **deleted}])
        assert one.hosts(include_groups=["On call", "Kitchen"]) == ["contact_1", "contact_2"]
        assert one.warnings == ["linkengage inventory: include_groups: no group matches 'Kitchen'."]

    @pytest.mark.parametrize("option", ["include_groups", "exclude_groups", "include_contacts", "exclude_contacts"])
    def test_reject_an_unquoted_number(self, one, option: str) -> None:
        with pytest.raises(AnsibleParserError, match=rf"{option}\[1\].*quote it"):
            one.read(**{option: ["+4790555817", 4790555817]})
        assert one.reads == []


class TestGroupNames:
    def rename(self, one: Inventory, *names: str) -> InventoryData:
        stored = [{"GroupId": 20 + index, "Name": name, "members": [1]} for index, name in enumerate(names)]
        one.account.simulator.reset(contacts=[KARI], groups=stored)
        return one.read()

    def test_that_would_be_equal_get_their_ids_and_a_warning(self, one) -> None:
        found = self.rename(one, "On call", "On-call", "Kitchen", "On call")
        assert list(groups(found)) == ["On_call_20", "On_call_21", "Kitchen", "On_call_23"]
        assert one.warnings == [
            "linkengage inventory: More than one group or host would have the name On_call, so the inventory contains "
            "the group with id 20 as On_call_20, the group with id 21 as On_call_21, the group with id 23 as "
            "On_call_23."
        ]

    @pytest.mark.parametrize("name", ["all", "ungrouped", "localhost", "contact_1"])
    def test_with_a_meaning_in_ansible_get_their_id_and_a_warning(self, one, name: str) -> None:
        found = self.rename(one, name)
        assert list(groups(found)) == [f"{name}_20"]
        warning = (
            f"More than one group or host would have the name {name}, so the inventory contains the group with id "
            f"20 as {name}_20."
        )
        assert one.warnings == [f"linkengage inventory: {warning}"]

    def test_do_not_hide_a_host_of_another_source(self, one) -> None:
        before = InventoryData()
        before.add_host("web1")
        one.account.simulator.reset(contacts=[KARI], groups=[{"GroupId": 20, "Name": "web1", "members": [1]}])
        assert list(groups(one.read(True, before))) == ["web1_20"]

    def test_can_have_a_prefix(self, one) -> None:
        found = one.read(group_prefix="link-engage ")
        assert list(groups(found)) == ["link_engage_On_call", "link_engage_Kitchen", "link_engage_Empty"]
        assert variables(found, "contact_1")["linkengage_groups"] == ["On call"]


class TestConstructed:
    def test_variables_and_groups_are_built_from_fields(self, one) -> None:
        found = one.read(
            compose={"full": "linkengage_first_name ~ ' ' ~ linkengage_last_name", "ansible_host": "'localhost'"},
            groups={"by_email": "linkengage_email is truthy"},
            keyed_groups=[{"key": "linkengage_description2", "prefix": "city", "default_value": "unknown"}],
            strict=True,
        )
        assert variables(found, "contact_2")["full"] == "Ola Nordmann"
        assert variables(found, "contact_2")["ansible_host"] == "localhost"
        assert groups(found)["by_email"] == ["contact_2"]
        assert groups(found)["city_Oslo"] == ["contact_1"]
        assert groups(found)["city_unknown"] == ["contact_2", "contact_3"]

    def test_leading_separator_can_be_omitted(self, one) -> None:
        assert "Nordmann" in groups(
            one.read(keyed_groups=[{"key": "linkengage_last_name"}], leading_separator=False, strict=True)
        )

    @pytest.mark.parametrize(
        "option",
        [
            {"compose": {"wrong": "no_such_variable"}},
            {"groups": {"wrong": "no_such_variable"}},
            {"keyed_groups": [{"key": "no_such_variable"}]},
        ],
        ids=str,
    )
    def test_strict_decides_whether_a_mistake_is_an_error(self, one, option) -> None:
        assert one.hosts(**option) == ["contact_1", "contact_2", "contact_3"]
        with pytest.raises(AnsibleError, match="no_such_variable"):
            one.read(strict=True, **option)


class TestCache:
    @pytest.fixture
    def cached(self, inventory, tmp_path) -> Callable[..., InventoryData]:
        """Return a function that reads the inventory with a cache on disk."""
        folder = {
            "cache": True,
            "cache_plugin": "ansible.builtin.jsonfile",
            "cache_connection": str(tmp_path / "cache"),
        }
        return lambda *arguments, **options: inventory.read(*arguments, **{**folder, **options})

    def seen(self, found: InventoryData) -> Any:
        return {name: host.get_vars() for name, host in found.hosts.items()}, groups(found)

    def test_makes_a_second_read_without_a_request(self, inventory, cached) -> None:
        options = {"exclude_contacts": ["+4741234567"], "ungrouped": True}
        first = self.seen(cached(**options))
        assert len(inventory.reads) == 7
        second = self.seen(cached(**options))
        assert inventory.reads == []
        assert second == first

    def test_is_read_again_after_a_flush(self, inventory, cached) -> None:
        cached()
        inventory.account.simulator.seed(groups=[{"GroupId": 30, "Name": "New", "members": [4]}])
        assert "New" not in groups(cached())
        assert "New" in groups(cached(False))
        assert len(inventory.reads) == 5
        assert "New" in groups(cached())
        assert inventory.reads == []

    def test_contains_no_credentials(self, inventory, cached, tmp_path) -> None:
        cached()
        (file,) = (tmp_path / "cache").iterdir()
        connection = inventory.account.connection
        for secret in (connection["password"], connection["username"], connection["domain"]):
            assert secret not in file.name
            assert secret not in file.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "change",
        [{"username": "else"}, {"domain": "b.example"}, {"include_groups": ["On call"]}, {"ungrouped": True}],
        ids=str,
    )
    def test_is_used_only_for_the_same_account_and_filters(self, inventory, cached, change) -> None:
        cached()
        try:
            cached(**change)
        except AnsibleParserError as error:
            assert "406" in str(error)
        assert inventory.reads[0] == "/groups"

    def test_is_used_for_other_host_names_and_constructed_groups(self, inventory, cached) -> None:
        cached()
        found = cached(hostname="name", group_prefix="x_", compose={"first": "linkengage_first_name"})
        assert inventory.reads == []
        assert variables(found, "contact_2_Ola_Nordmann")["first"] == "Ola"
        assert "x_On_call" in groups(found)

    def test_is_not_used_if_it_is_disabled(self, inventory, cached) -> None:
        cached()
        cached(cache=False)
        assert len(inventory.reads) == 4

    def test_keeps_nothing_after_a_failed_read(self, inventory, cached) -> None:
        inventory.account.simulator.faults([{"match": {"path": "/groups/13"}, "action": "status", "status": 400}])
        with pytest.raises(AnsibleParserError, match="/groups/13/contacts"):
            cached()
        assert "Kitchen" in groups(cached())


class TestConnection:
    def test_comes_from_the_environment(self, one, monkeypatch) -> None:
        for name, value in one.account.connection.items():
            monkeypatch.setenv(f"LINKENGAGE_{name.upper()}", value)
        one.account.connection = {}
        assert len(one.hosts()) == 3

    def test_can_be_templates_in_the_file(self, one, monkeypatch) -> None:
        for name, value in one.account.connection.items():
            monkeypatch.setenv(f"OWN_{name.upper()}", value)
            one.account.connection[name] = f"{{{{ lookup('ansible.builtin.env', 'OWN_{name.upper()}') }}}}"
        assert len(one.hosts()) == 3

    def test_is_not_evaluated_in_the_environment(self, one, monkeypatch, tmp_path) -> None:
        monkeypatch.setenv("LINKENGAGE_PASSWORD", f"{{{{ lookup('pipe', 'touch {tmp_path}/evaluated') }}}}")
        with pytest.raises(AnsibleParserError, match="406"):
            one.read(password=None)
        assert not (tmp_path / "evaluated").exists()

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"password": None}, "password: the option is not set"),
            ({"username": None}, "username: the option is not set"),
            ({"api_url": "http://intouchapi.pswin.com/2"}, "clear text"),
            ({"exlude_groups": ["x"]}, "There is no option `exlude_groups` .did you mean `exclude_groups`"),
        ],
        ids=str,
    )
    def test_mistakes_are_errors_before_any_request(self, one, options, words: str, monkeypatch) -> None:
        monkeypatch.delenv("LINKENGAGE_PASSWORD", raising=False)
        monkeypatch.delenv("LINKENGAGE_USERNAME", raising=False)
        with pytest.raises(AnsibleParserError, match=f"linkengage inventory: {words}|{words}"):
            one.read(**options)
        assert one.reads == []

    def test_a_rejected_login_is_one_clear_error(self, inventory) -> None:
        with pytest.raises(AnsibleParserError, match=r"linkengage inventory: .*406.*kari@acme\.example") as caught:
            inventory.read(password="a wrong secret")
        assert "a wrong secret" not in str(caught.value)
        assert inventory.reads == ["/groups"]

    def test_a_server_that_is_down_is_one_clear_error(self, one) -> None:
        with pytest.raises(AnsibleParserError, match="linkengage inventory: GET /groups: "):
            one.read(api_url="http://127.0.0.1:9/2", retries=0)

    def test_a_failure_in_the_middle_leaves_nothing_behind(self, one) -> None:
        page = {"action": "body", "body": "<html>", "times": None}
        one.account.simulator.faults([{"match": {"path": "/groups/14"}, **page}])
        found = InventoryData()
        with pytest.raises(AnsibleParserError, match="/groups/14/contacts"):
            one.read(True, found)
        assert (list(found.hosts), sorted(found.groups)) == ([], ["all", "ungrouped"])

    def test_the_wait_for_the_throttle_is_reported(self, one) -> None:
        refusal = {"body": "Number of allowed API requests per minute exceeded", "headers": {"Retry-After": "1"}}
        fault = {"match": {"path": "/groups/12"}, "action": "status", "status": 503, **refusal}
        one.account.simulator.faults([fault])
        assert len(one.hosts()) == 3
        (warning,) = one.warnings
        until = r"until \d\d:\d\d:\d\d"
        assert re.fullmatch(rf"linkengage inventory: the service is throttled; waiting 1 s, {until}\.", warning)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("linkengage.yml", True),
        ("linkengage.yaml", True),
        ("on-call.linkengage.yml", True),
        ("on-call.linkengage.yaml", True),
        ("my_linkengage.yml", False),
        ("linkengage.json", False),
        ("linkengage", False),
        ("linkengage.yml.bak", False),
        ("hosts.yml", False),
    ],
)
def test_only_files_with_its_names_are_accepted(tmp_path, name: str, ours: bool) -> None:
    path = tmp_path / "some.linkengage.yml.d" / name
    path.parent.mkdir()
    assert inventory_loader.get(NAME).verify_file(str(path)) is False
    path.touch()
    assert inventory_loader.get(NAME).verify_file(str(path)) is ours


@pytest.mark.slow
class TestOnTheCommandLine:
    @pytest.fixture
    def graph(self, one, collections_path, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
        """``graph(*arguments, **env)``: run ``ansible-inventory --graph`` with the file, as a user does."""
        (tmp_path / "ansible.cfg").touch()

        def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
            one.account.simulator.clear_log()
            where = {"collections_path": collections_path, "folder": tmp_path, "env": env}
            return support.run_inventory(str(one.path), "--graph", *arguments, **where)

        return run

    def test_the_password_can_be_encrypted(self, one, graph, tmp_path) -> None:
        (tmp_path / "key").write_text("a key", encoding="utf-8")
        encrypted = VaultLib([("default", VaultSecret(b"a key"))]).encrypt(one.account.connection["password"]).decode()
        one.write(password=None)
        with one.path.open("a", encoding="utf-8") as file:
            file.write("password: !vault |\n" + "".join(f"  {line}\n" for line in encrypted.splitlines()))
        done = graph("--vault-password-file", str(tmp_path / "key"))
        assert done.returncode == 0, done.stderr
        assert "@Kitchen" in done.stdout

    def test_the_cache_is_used_until_it_is_flushed(self, one, run_playbook, tmp_path) -> None:
        one.write(cache=True, cache_plugin="ansible.builtin.jsonfile", cache_connection=str(tmp_path / "cache"))
        play = "- {hosts: Kitchen, gather_facts: false, tasks: [ansible.builtin.debug: {var: linkengage_first_name}]}"
        for arguments, requests in (([], 4), ([], 0), (["--flush-cache"], 4), ([], 0)):
            one.account.simulator.clear_log()
            ran = run_playbook(play, "-i", str(one.path), *arguments)
            assert ran.rc == 0, ran.stdout
            assert sorted(entry["result"]["linkengage_first_name"] for entry in ran.results) == ["Kari", "Ola"]
            assert len(one.reads) == requests

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"password": "a wrong secret"}, "linkengage inventory: GET /groups: the service answered 406"),
            ({"api_url": "http://127.0.0.1:9/2", "retries": 0}, "127.0.0.1:9 cannot be reached"),
        ],
        ids=["refused", "down"],
    )
    def test_a_failure_has_no_traceback(self, one, graph, options, words: str) -> None:
        one.write(**options)
        done = graph()
        assert done.returncode != 0
        said = " ".join(done.stderr.split())
        assert words in said
        assert "Traceback" not in said
        assert one.account.connection["password"] not in said
        assert "a wrong secret" not in said


def test_the_examples_run(one, monkeypatch, tmp_path) -> None:
    from ansible_collections.community.linkengage.plugins.inventory import linkengage as plugin

    for name, value in one.account.connection.items():
        monkeypatch.setenv(f"LINKENGAGE_{name.upper()}", value)
    monkeypatch.setenv("ADDRESS_BOOK_PASSWORD", one.account.connection["password"])
    one.account.connection = {}
    one.account.simulator.seed(groups=[{"GroupId": 15, "Name": "Duty manager"}, {"GroupId": 16, "Name": "Away"}])
    plain, chosen, whole = yaml.safe_load_all(plugin.EXAMPLES)
    assert len(one.hosts(**plain)) == 3
    assert one.hosts(**{**chosen, "cache_connection": str(tmp_path)}) == ["contact_2_Ola_Nordmann"]
    assert one.warnings == []
    found = one.read(**whole)
    assert variables(found, "contact_4")["full_name"] == "Åse Öst"
    assert groups(found)["reachable_by_email"] == ["contact_2"]
    assert groups(found)["city_Oslo"] == ["contact_1"]
    assert groups(found)["city_unknown"] == ["contact_2", "contact_3", "contact_4"]
