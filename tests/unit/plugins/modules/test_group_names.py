# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of groups that differ only in spaces, case or similar characters: one warning names both groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader, lookup_loader
from ansible.utils.display import Display

DIFFERENCE = "only in spaces, case or characters that look the same"
ALIKE = [
    ("On Call", "On call"),
    ("On  call", "On call"),
    ("On\u00a0call", "On call"),
    ("On\u200bcall", "On call"),
    ("A\u030asgard", "\u00c5sgard"),
    ("\u00c5SGARD", "A\u030asgard"),
    ("Oncall", "On call"),
    ("STRASSE", "Stra\u00dfe"),
    ("On\u2011call", "On-call"),
    ("\uff2f\uff4e call", "On call"),
    ("On\u2013call", "On\u2010call"),
]
# A stored name, and other names that mean the same group.
BLANKS = [
    ("On call ", "On call"),
    (" On call", "On call"),
    ("\u00a0On call\u00a0", "On call"),
    ("On call\t", " On call"),
    ("On call", "On call "),
    ("On call", "\u2009On call\u00a0"),
    ("On call ", "On call "),
]
alike = pytest.mark.parametrize(("stored", "named"), ALIKE)
blanks = pytest.mark.parametrize(("stored", "named"), BLANKS)


def text_of(warning: Any) -> str:
    """Return the text of a warning. Since ansible-core 2.19, a warning is a dictionary."""
    return warning if isinstance(warning, str) else warning["event"]["msg"]


def warned(account: Any, module: str, /, **options: Any) -> list[str]:
    """Return the warnings of a run about names. Check mode must give the same warnings."""
    found = [
        [text_of(warning) for warning in account.run(module, check=check, **options).get("warnings", ())]
        for check in (True, False)
    ]
    about = [[warning for warning in warnings if DIFFERENCE in warning] for warnings in found]
    assert about[0] == about[1]
    return about[0]


def one(warnings: list[str], *texts: str) -> str:
    """Return the only warning. It must contain the texts."""
    (warning,) = warnings
    assert all(text in warning for text in texts), warning
    return warning


@pytest.fixture
def group(json_account, stored: str) -> Any:
    """An account with one group, which has one member."""
    json_account.simulator.seed(
        contacts=[{"ContactId": 7, "PhoneNumber": "90555817"}],
        groups=[{"GroupId": 12, "Name": stored, "members": [7]}],
    )
    return json_account


@alike
class TestNamesThatLookAlike:
    """The option means another group than the stored group. One warning contains both names."""

    def test_the_module_group_gives_a_warning(self, group, stored: str, named: str) -> None:
        one(warned(group, "group", name=named), "name: ", repr(named), repr(stored), "(group_id 12)")
        assert len(group.groups()) == 2

    def test_a_group_that_is_not_deleted_gives_a_warning(self, group, stored: str, named: str) -> None:
        one(warned(group, "group", name=named, state="absent"), repr(named), repr(stored))
        assert len(group.groups()) == 1

    def test_a_new_name_gives_a_warning(self, group, stored: str, named: str) -> None:
        group.simulator.seed(groups=[{"GroupId": 13, "Name": "Other"}])
        one(warned(group, "group", group_id=13, name=named), repr(named), repr(stored), "(group_id 12)")

    def test_groups_of_receivers_give_a_warning(self, group, stored: str, named: str) -> None:
        one(warned(group, "sms", text="Hello", groups=[named]), "groups[0]: ", repr(named), repr(stored))
        assert group.simulator.deliveries() == []
        group.simulator.seed(groups=[{"GroupId": 13, "Name": named, "members": [7]}])
        one(warned(group, "sms", text="Hello", groups=[named]), "groups[0]: ", repr(named), repr(stored))

    def test_groups_of_an_address_book_give_a_warning(self, group, stored: str, named: str) -> None:
        one(warned(group, "address_book", groups=[{"name": named}]), "groups[0]: ", repr(named), repr(stored))
        one(warned(group, "address_book", absent={"groups": [named]}, allow_empty=True), "absent", repr(stored))

    def test_the_info_modules_give_a_warning(self, group, stored: str, named: str) -> None:
        one(warned(group, "group_info", name=named), "name: ", repr(named), repr(stored))
        one(warned(group, "contact_info", group=named), "group: ", repr(named), repr(stored))
        assert warned(group, "group_info") == []
        group.simulator.seed(groups=[{"GroupId": 13, "Name": named}, {"GroupId": 14, "Name": "Other"}])
        for module in ("group_info", "address_book_info"):
            one(warned(group, module), f"{stored!r} (group_id 12) and {named!r} (group_id 13)")


class Plugins:
    """The lookup plugin and the inventory plugin on an account, with their warnings."""

    def __init__(self, account: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account, self.folder = account, folder
        self.warnings: list[str] = []
        monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: self.warnings.append(str(text)))

    def lookup(self, *terms: str, resource: str) -> list[Any]:
        self.warnings.clear()
        plugin = lookup_loader.get("community.linkengage.linkengage")
        options = {**self.account.connection, "resource": resource, "on_missing": "skip"}
        return plugin.run(list(terms), variables={}, **options)

    def inventory(self, **options: Any) -> InventoryData:
        self.warnings.clear()
        path = self.folder / "linkengage.yml"
        config = {"plugin": "community.linkengage.linkengage", **self.account.connection, **options}
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        found = InventoryData()
        inventory_loader.get("community.linkengage.linkengage").parse(found, DataLoader(), str(path))
        return found

    @property
    def about_names(self) -> list[str]:
        return [warning for warning in self.warnings if DIFFERENCE in warning]


@pytest.fixture
def plugins(group, tmp_path, monkeypatch) -> Plugins:
    return Plugins(group, tmp_path, monkeypatch)


@alike
class TestPlugins:
    @pytest.mark.parametrize("resource", ["group", "members"])
    def test_the_lookup_names_both(self, plugins, stored: str, named: str, resource: str) -> None:
        assert plugins.lookup(named, resource=resource) == []
        one(plugins.about_names, "term 1: ", repr(named), repr(stored), "(group_id 12)")
        assert len(plugins.lookup(stored, resource=resource)) == 1
        assert plugins.about_names == []

    def test_the_inventory_names_both(self, plugins, stored: str, named: str) -> None:
        plugins.account.simulator.seed(groups=[{"GroupId": 13, "Name": named}, {"GroupId": 14, "Name": "Other"}])
        for options in ({}, {"include_groups": [stored]}, {"exclude_groups": [named]}):
            plugins.inventory(**options)
            one(plugins.about_names, f"{stored!r} (group_id 12) and {named!r} (group_id 13)")
        plugins.inventory(include_groups=["Other"])
        assert plugins.about_names == []


@blanks
class TestPluginsAndBlanks:
    def test_the_lookup_finds_the_group(self, plugins, stored: str, named: str) -> None:
        (found,) = plugins.lookup(named, resource="group")
        assert found["group_id"] == 12
        assert len(plugins.about_names) == (stored != stored.strip())

    def test_the_inventory_includes_the_group(self, plugins, stored: str, named: str) -> None:
        plugins.account.simulator.seed(groups=[{"GroupId": 14, "Name": "Other"}])
        for option, hosts in (("include_groups", ["contact_7"]), ("exclude_groups", [])):
            assert list(plugins.inventory(**{option: [named]}).hosts) == hosts
            assert plugins.warnings == []


@blanks
class TestBlanksAroundAName:
    """The option means the stored group. No second group is created, and the stored spelling stays."""

    def test_the_module_group_finds_the_stored_group(self, group, stored: str, named: str) -> None:
        warnings = warned(group, "group", name=named, members={"set": ["+4790555817"]})
        assert group.writes == []
        if stored != stored.strip():
            one(warnings, repr(named.strip()), repr(stored), "The task uses the group with id 12.")
        else:
            assert warnings == []
        assert group.done("group", name="B", previous_names=[named])["group"]["group_id"] == 12
        assert [row["Name"] for row in group.groups().values()] == ["B"]

    def test_the_stored_group_is_the_receiver(self, group, stored: str, named: str) -> None:
        sent = group.done("sms", text="Hello", groups=[named])
        assert [row["group_id"] for row in sent["receivers"]] == [12]

    def test_the_stored_group_is_the_declared_group(self, group, stored: str, named: str) -> None:
        for entry in ({"name": named}, {"name": named, "members": ["90555817"]}, {"name": named, "group_id": 12}):
            group.done("address_book", groups=[entry])
            assert group.writes == []
        assert group.done("group_info", name=named)["count"] == 1
        assert group.done("contact_info", group=named)["count"] == 1
        result = group.twice("address_book", absent={"groups": [named]}, allow_empty=True)
        assert result["groups"]["deleted"] == 1

    def test_it_is_not_purged_if_it_is_ignored(self, group, stored: str, named: str) -> None:
        group.simulator.seed(groups=[{"GroupId": 13, "Name": stored + " 2", "Description": "[code]"}])
        pattern = named.strip() + "*"
        options = {"marker": "[code]", "purge": ["groups"], "ignore": [pattern], "allow_empty": True}
        group.done("address_book", groups=[], **options)
        assert len(group.groups()) == 2


@pytest.mark.parametrize("stored", ["On call "])
def test_the_blanks_can_be_removed_by_id(group, stored: str) -> None:
    group.twice("group", group_id=12, name="On call")
    assert group.groups()[12]["Name"] == "On call"


def test_the_stored_blanks_are_kept_by_id(account) -> None:
    account.simulator.seed(groups=[{"GroupId": 12, "Name": " On call "}, {"GroupId": 13, "Name": "On call"}])
    result = account.done("group", group_id=12, name=" On call ")
    assert result["changed"] is False
    assert account.writes == []


def test_a_new_name_is_stored_without_blanks(account) -> None:
    account.twice("group", name=" On call\u00a0")
    account.twice("address_book", groups=[{"name": "Night watch\t"}])
    assert [row["Name"] for row in account.groups().values()] == ["On call", "Night watch"]


def test_a_group_is_not_deleted_by_name_next_to_a_name_with_other_blanks(account) -> None:
    """The next run would delete the other group."""
    account.simulator.seed(groups=[{"GroupId": 12, "Name": "On call"}, {"GroupId": 13, "Name": "On call "}])
    for name in ("On call", " On call"):
        assert "(group_id 12, 13)" in account.refused("group", name=name, state="absent")
        assert "(group_id 12, 13)" in account.refused("address_book", absent={"groups": [name]}, allow_empty=True)
    account.twice("group", group_id=13, state="absent")
    account.twice("group", name="On call", state="absent")
    assert account.groups() == {}


@pytest.mark.parametrize("state", ["absent", "present"])
def test_a_previous_name_is_not_used_next_to_a_name_with_other_blanks(json_account, state: str) -> None:
    """The next run would delete the other group, or fail because of it."""
    json_account.simulator.seed(groups=[{"GroupId": 12, "Name": "On call"}, {"GroupId": 13, "Name": "On call "}])
    options = {"name": "Night watch", "previous_names": ["On call"], "state": state}
    assert "(group_id 12, 13)" in json_account.refused("group", **options)
    json_account.twice("group", group_id=13, state="absent")
    json_account.twice("group", **options)


def test_a_group_is_deleted_by_name_if_the_group_with_other_blanks_is_declared(json_account) -> None:
    json_account.simulator.seed(groups=[{"GroupId": 12, "Name": "On call"}, {"GroupId": 13, "Name": "On call "}])
    renamed = {"group_id": 13, "name": "Night watch"}
    json_account.twice("address_book", groups=[renamed], absent={"groups": ["On call"]}, allow_empty=True)
    assert [row["Name"] for row in json_account.groups().values()] == ["Night watch"]


@pytest.mark.parametrize("name", [" ", "\u00a0", "\t\n"])
def test_a_name_of_blanks_is_empty(json_account, name: str) -> None:
    assert "name: the name is empty" in json_account.refused("group", name=name)
    assert "needs a name" in json_account.refused("address_book", groups=[{"name": name}])
    assert "groups[0]: " in json_account.refused("sms", text="Hello", groups=[name])
    assert "absent.groups[0]: the name is empty" in json_account.refused("address_book", absent={"groups": [name]})


def test_an_exact_name_comes_before_one_with_blanks(json_account) -> None:
    json_account.simulator.seed(groups=[{"GroupId": 12, "Name": "On call "}, {"GroupId": 13, "Name": "On call"}])
    result = json_account.done("group", name="On call", description="x")
    assert result["group"]["group_id"] == 13
    (warning,) = map(text_of, result["warnings"])
    assert "'On call ' (group_id 12)" in warning
    assert "Check whether you really need different groups." in warning


def test_two_groups_with_blanks_are_ambiguous(json_account) -> None:
    json_account.simulator.seed(groups=[{"GroupId": 12, "Name": "On call "}, {"GroupId": 13, "Name": " On call"}])
    assert "12, 13" in json_account.refused("group", name="On call", description="x")
    assert "12, 13" in json_account.refused("sms", text="Hello", groups=["On call"])
    assert "12, 13" in json_account.refused("address_book", groups=[{"name": "On call", "description": "x"}])


def test_an_export_with_blanks_loads_back_unchanged(json_account, tmp_path: Path) -> None:
    names = ["On call", "On call ", "on call", " Night", "\u00a0", "", "A\u030a", "\u00c5"]
    json_account.simulator.seed(groups=[{"GroupId": 10 + index, "Name": name} for index, name in enumerate(names)])
    json_account.done("address_book_info", dest=str(tmp_path))
    loaded = json_account.done("address_book", src=str(tmp_path), fail_on_drift=True)
    assert (loaded["changed"], loaded["problem_count"]) == (False, 0)


def test_declared_groups_whose_names_look_alike_are_named(json_account) -> None:
    groups = [{"name": "On call"}, {"name": "on CALL"}, {"name": "Other"}]
    one(warned(json_account, "address_book", groups=groups, allow_empty=True), "groups[1]", "groups[0]")
    assert warned(json_account, "address_book", groups=[{"name": "Other"}]) == []


def test_declared_groups_with_the_same_trimmed_name_are_declared_twice(json_account) -> None:
    message = json_account.refused("address_book", groups=[{"name": "On call"}, {"name": "On call "}])
    assert "The same group is declared twice" in message
    assert "groups[0] and groups[1]" in message
    assert "Delete one entry of each pair below:" in message
