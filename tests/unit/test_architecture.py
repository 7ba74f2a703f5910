# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The structure of the code: the allowed imports of each room, and one file for each external library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from collections_tree import CHECKOUT

PLUGINS = CHECKOUT / "plugins"
UTILS = PLUGINS / "module_utils"
EXTENSIONS = CHECKOUT / "extensions"
SIMULATOR = CHECKOUT / "tests" / "simulator"
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COLLECTION = "ansible_collections.community.linkengage.plugins."

# The rooms from which each room of module_utils may import.
MAY_IMPORT: dict[str, set[str]] = {
    "_errors": set(),
    "_model": {"_errors"},
    "_machine": {"_errors"},
    "_service": {"_errors", "_model", "_machine"},
    "_module": {"_errors", "_model", "_machine", "_service"},
    "_records": {"_errors", "_model", "_service"},
    "_book": {"_errors", "_model", "_machine", "_service", "_records"},
    "_sms": {"_errors", "_model", "_machine", "_service", "_records"},
    "_inbox": {"_errors", "_model", "_service"},
    "_doctor": {"_errors", "_model", "_machine", "_service"},
}
# What the model may import from elsewhere.
PURE = {
    *("__future__", "collections", "dataclasses", "datetime", "difflib", "functools", "json", "math", "operator", "re"),
    *("traceback", "types", "typing", "unicodedata", "zoneinfo", "phonenumbers"),
}
ROOMS = sorted(room for room in MAY_IMPORT if room not in ("_errors", "_module"))


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the full dotted names of the imports of a file. Inside the collection, a name begins with plugins."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix(COLLECTION) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join([*package(path, node.level), *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}".removeprefix(COLLECTION) for alias in node.names)


def package(path: Path, level: int) -> tuple[str, ...]:
    """Return the package of a relative import."""
    parts = path.relative_to(PLUGINS).parts if level else ()
    return parts[: len(parts) - level]


def imported_utils(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the room, the file and the name of each import from module_utils.

    The file is empty if the room is a file.
    """
    for imported in imports(path):
        if imported.startswith("module_utils."):
            _utils, room, *inner = imported.split(".")
            yield (room, inner[0], inner[1]) if len(inner) > 1 else (room, "", inner[0])


def room_of(path: Path) -> str:
    return path.relative_to(UTILS).parts[0].removesuffix(".py")


def name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_every_file_is_in_a_room() -> None:
    assert {room_of(path) for path in python_files(UTILS)} == set(MAY_IMPORT)
    assert not list(UTILS.rglob("__init__.py")), "ansible-core makes these itself when it ships a module"


@pytest.mark.parametrize("path", python_files(UTILS), ids=name)
def test_a_room_imports_only_allowed_rooms(path: Path) -> None:
    rooms = {room for room, _file, _name in imported_utils(path)} - {room_of(path)}
    assert rooms <= MAY_IMPORT[room_of(path)]


@pytest.mark.parametrize("path", python_files(UTILS, PLUGINS / "modules"), ids=name)
def test_what_is_sent_to_a_host_imports_only_what_is_sent_too(path: Path) -> None:
    siblings = {folder.name for folder in PLUGINS.iterdir() if folder.is_dir()} - {"module_utils"}
    assert not [imported for imported in imports(path) if imported.partition(".")[0] in siblings]


@pytest.mark.parametrize("path", python_files(UTILS / "_model"), ids=name)
def test_the_model_is_pure(path: Path) -> None:
    """It imports nothing that reads or writes files, the network, the clock of the machine or Ansible."""
    outside = {imported.partition(".")[0] for imported in imports(path)} - {"module_utils"}
    assert outside <= PURE
    assert not re.search(r"\b(open|print|input)\(", path.read_text(encoding="utf-8"))


def test_files_are_imported_by_statements() -> None:
    """Otherwise the tests here would not see the import."""
    dynamic = re.compile(r"\b(import_module|__import__|find_spec|spec_from_\w+|exec_module|sys\.modules|runpy)\b")
    files = python_files(PLUGINS, EXTENSIONS, SIMULATOR)
    found = {name(path) for path in files if dynamic.search(path.read_text(encoding="utf-8"))}
    # The modules by their names, and a message if the collection is not installed where the event source runs.
    assert found == {
        "plugins/plugin_utils/_action.py",
        "extensions/eda/plugins/event_source/linkengage_inbox.py",
    }


def test_there_are_no_circular_imports() -> None:
    shared = python_files(UTILS, PLUGINS / "plugin_utils")
    graph = {dotted(path): {found.rpartition(".")[0] for found in imports(path)} for path in shared}
    TopologicalSorter({file: found & graph.keys() for file, found in graph.items()}).prepare()


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PLUGINS).with_suffix("").parts)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_documents_its_purpose_and_its_public_names(room: str) -> None:
    said = ast.get_docstring(ast.parse((UTILS / room / "about.py").read_text(encoding="utf-8"))) or ""
    purpose, _intro, listed = said.split("\n\n", 2)
    assert purpose.endswith(".")
    public = {
        (file, public)
        for file, names in re.findall(r"^- ``(\w+)``: ((?:.|\n  )+)$", listed, re.MULTILINE)
        for public in re.findall(r"\w+", names)
    }
    outside = [path for path in python_files(PLUGINS, EXTENSIONS) if UTILS / room not in path.parents]
    used = {(file, used) for path in outside for at, file, used in imported_utils(path) if at == room}
    assert public == used


def test_the_contributor_page_has_the_same_table() -> None:
    rows = re.findall(r"^\| `(\w+)(?:/|\.py)` \| [^|]+ \| ([^|]+) \|$", CONTRIBUTING, re.MULTILINE)
    assert {room: set(re.findall(r"`(\w+)`", may)) for room, may in rows} == MAY_IMPORT


def test_the_contributor_page_names_the_files_of_plugin_utils() -> None:
    section = CONTRIBUTING.partition("plugins/plugin_utils")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(_\w+\.py)`", section)) == {path.name for path in python_files(PLUGINS / "plugin_utils")}


@pytest.mark.parametrize("path", python_files(PLUGINS), ids=name)
def test_imports_inside_the_collection_are_relative(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    named += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    assert not [module for module in named if module.startswith(("ansible_coll", "plugins", "tests"))]


def importers(prefix: str) -> set[str]:
    """Return the files that import a module."""
    pattern = re.compile(re.escape(prefix) + r"(\.|$)")
    return {name(path) for path in python_files(PLUGINS, EXTENSIONS) if any(map(pattern.match, imports(path)))}


@pytest.mark.parametrize(
    ("thing", "door"),
    [
        ("ansible.module_utils.basic.AnsibleModule", "plugins/module_utils/_module.py"),
        ("ansible.module_utils.basic.AnsibleFallbackNotFound", "plugins/module_utils/_service/fallback.py"),
        ("fcntl", "plugins/module_utils/_machine/locks.py"),
        ("phonenumbers", "plugins/module_utils/_model/numbering_plans.py"),
        ("requests", "plugins/module_utils/_service/transport.py"),
        ("urllib3", "plugins/module_utils/_service/transport.py"),
        ("xmltodict", "plugins/module_utils/_service/xml_format.py"),
    ],
)
def test_one_file_imports_each_external_library(thing: str, door: str) -> None:
    assert importers(thing) == {door}


def test_the_module_of_ansible_is_imported_by_its_name() -> None:
    whole = ("ansible.module_utils", "ansible.module_utils.basic")
    assert not [name(path) for path in python_files(PLUGINS) if set(whole) & set(imports(path))]


def test_one_file_replaces_files() -> None:
    """The others use it, so that every file is private, complete and on the disk."""
    replaces = re.compile(r"\bos\.(replace|link|fsync)\b|\b(mkstemp|NamedTemporaryFile)\b|\.(write_text|write_bytes)\(")
    files = python_files(PLUGINS, EXTENSIONS)
    found = {name(path) for path in files if replaces.search(path.read_text(encoding="utf-8")) or opens_to_write(path)}
    assert found == {"plugins/module_utils/_machine/files.py"}


def opens_to_write(path: Path) -> bool:
    """Return whether a file calls ``open`` or a similar function with a mode for writing."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    opening = [call for call in calls if re.search(r"(^|\.)(fd)?open$", ast.unparse(call.func))]
    values = [value for call in opening for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    return any(
        isinstance(value, ast.Constant) and re.fullmatch(r"[rbt]*[wax+][wabtx+]*", str(value.value)) for value in values
    )


def test_only_locks_stores_and_the_writer_create_files() -> None:
    creates = {
        name(path) for path in python_files(PLUGINS, EXTENSIONS) if "O_CREAT" in path.read_text(encoding="utf-8")
    }
    assert creates == {f"plugins/module_utils/_machine/{file}.py" for file in ("files", "folder", "locks")}


def test_only_one_file_looks_at_check_mode() -> None:
    code = {path.name: ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in modules_and_utils()}
    looks = re.compile(r"attr='check_mode'|value='(check_mode|_ansible_check_mode)'")
    assert {file for file, tree in code.items() if looks.search(tree)} == {"_module.py"}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("path", [path for path in python_files(UTILS) if path.name != "_module.py"], ids=name)
def test_only_the_functions_that_read_options_see_the_parameters(path: Path) -> None:
    seeing = {function.name for function in functions(path) if "params" in ast.unparse(function.args)}
    assert "attr='params'" not in ast.dump(ast.parse(path.read_text(encoding="utf-8")))
    helpers = {function for function in seeing if function.startswith("_")} if path.name == "options.py" else set()
    assert seeing - helpers <= {"read", "read_sms_options", "from_params"}


def test_only_the_client_uses_its_connection() -> None:
    outside = [path for path in python_files(PLUGINS, EXTENSIONS) if path.parent != UTILS / "_service"]
    through = re.compile(r"\b_?client\.(http\b|_)|\]\.http\b")
    assert not [name(path) for path in outside if through.search(path.read_text(encoding="utf-8"))]


def test_no_code_changes_a_frozen_value() -> None:
    """A plan is made once. Only the class of a frozen value may change it."""
    places = {name(path) for path in python_files(PLUGINS) if "object.__setattr__" in path.read_text(encoding="utf-8")}
    assert places == {"plugins/module_utils/_model/frozen.py"}


def modules_and_utils() -> list[Path]:
    return python_files(UTILS, PLUGINS / "modules")


def test_the_simulator_imports_nothing_from_the_collection() -> None:
    for path in python_files(SIMULATOR):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (ansible|plugins)", text, re.MULTILINE), path
    for path in python_files(PLUGINS, EXTENSIONS):
        assert not [imported for imported in imports(path) if "simulator" in imported], path


def test_one_file_writes_how_many_more_there_are() -> None:
    """The lower layer of the errors cannot import it."""
    more = re.compile(r"and \{[^}]*\} more\b")
    found = {name(path) for path in python_files(PLUGINS, EXTENSIONS) if more.search(path.read_text(encoding="utf-8"))}
    assert found == {"plugins/module_utils/_errors.py", "plugins/module_utils/_model/listing.py"}
