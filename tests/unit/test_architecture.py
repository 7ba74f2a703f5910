# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of the code: dependencies point down only, and every outside thing has one door."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from collections_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
EXTENSIONS = CHECKOUT / "extensions"
SIMULATOR = CHECKOUT / "tests" / "simulator"
COLLECTION = "ansible_collections.community.linkengage."

# The bottom: what knows neither HTTP nor Ansible nor the service's state.
LEAVES = {
    *("_errors", "_fields", "_files", "_formats", "_ledger", "_lock", "_pace", "_phone", "_plan", "_proven"),
    *("_cursor", "_resources", "_schedule", "_text", "_yaml"),
}
# Between the client and the connection is one file for every subject, such as contacts: all that is not named here.
LEAF, HTTP, CLIENT, SUBJECT, CONNECTION, GLUE, TOP = range(7)
NAMED = {
    "_http": HTTP,
    "_client": CLIENT,
    "_connection": CONNECTION,
    "_module": GLUE,
    "_plugin": GLUE,
    "_action": TOP,
    "_session": GLUE,
    "_event_source": GLUE,
    "_run_message": TOP,
}


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the full dotted name of everything that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" for alias in node.names)


def siblings(path: Path) -> set[str]:
    """Return the shared files of the collection that a file imports, by their names."""
    pattern = re.compile(re.escape(COLLECTION) + r"plugins\.(?:module_utils|plugin_utils)\.(\w+)")
    return {match[1] for match in map(pattern.match, imports(path)) if match}


def rank(path: Path) -> int:
    """Return how high a file stands; modules, plugins and documentation fragments are the top."""
    return height(path.stem) if path.parent.name in ("module_utils", "plugin_utils") else TOP


def height(shared: str) -> int:
    return LEAF if shared in LEAVES else NAMED.get(shared, SUBJECT)


def name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("path", python_files(PLUGINS, EXTENSIONS), ids=name)
def test_dependencies_point_down(path: Path) -> None:
    upwards = {sibling for sibling in siblings(path) if height(sibling) > rank(path)}
    assert not upwards, f"{name(path)} may not import {sorted(upwards)}: see LEAVES and NAMED"


def test_no_dependency_comes_back() -> None:
    shared = python_files(PLUGINS / "module_utils", PLUGINS / "plugin_utils")
    TopologicalSorter({path.stem: siblings(path) for path in shared}).prepare()


@pytest.mark.parametrize("path", python_files(PLUGINS, EXTENSIONS), ids=name)
def test_imports_are_absolute_and_stay_inside_the_collection(path: Path) -> None:
    own = [imported for imported in imports(path) if imported.startswith((".", "ansible_collections.", "tests."))]
    assert all(imported.startswith(COLLECTION + "plugins.") for imported in own), own


def importers(prefix: str) -> set[str]:
    """Return the files that import a thing."""
    pattern = re.compile(re.escape(prefix) + r"(\.|$)")
    return {name(path) for path in python_files(PLUGINS, EXTENSIONS) if any(map(pattern.match, imports(path)))}


@pytest.mark.parametrize(
    ("thing", "door"),
    [
        ("ansible.module_utils.basic.AnsibleModule", "plugins/module_utils/_module.py"),
        ("phonenumbers", "plugins/module_utils/_phone.py"),
        ("requests", "plugins/module_utils/_http.py"),
        ("xmltodict", "plugins/module_utils/_formats.py"),
    ],
)
def test_one_door_for_every_outside_thing(thing: str, door: str) -> None:
    assert importers(thing) <= {door}


def test_only_one_file_looks_at_check_mode() -> None:
    shared = python_files(PLUGINS / "module_utils", PLUGINS / "modules")
    code = {path.name: ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in shared}
    looking = {file for file, tree in code.items() if "attr='check_mode'" in tree}
    assert looking <= {"_module.py"}


def test_the_simulator_is_the_other_side_of_the_wire() -> None:
    for path in python_files(SIMULATOR):
        assert not [imported for imported in imports(path) if imported.startswith(("ansible", "plugins"))], path
    for path in python_files(PLUGINS, EXTENSIONS):
        assert not [imported for imported in imports(path) if "simulator" in imported], path
