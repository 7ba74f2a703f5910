# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a run imports.

Ansible compiles each file of a collection again in each process, so each file costs time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linkengage_simulator.process import SimulatorProcess

pytestmark = pytest.mark.slow

UNIT = Path(__file__).resolve().parent.parent
RUN = """
import json, sys
from ansible.plugins.loader import init_plugin_loader

tree, unit, arguments = json.loads(sys.argv[1])
init_plugin_loader([tree])
sys.path.insert(0, unit)
import support

result = support.run_module("linkengage_address_book", **arguments)
root = f"{support.COLLECTION}.plugins.module_utils."
print(json.dumps([result, [name.removeprefix(root) for name in sys.modules if name.startswith(root)], [*sys.modules]]))
"""
FREEZE = """
import gc, importlib, sys
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader([sys.argv[1]])
before = gc.get_freeze_count()
importlib.import_module("ansible_collections.community.linkengage.plugins.action.linkengage_contact")
print(before, gc.get_freeze_count())
"""
# The files that a run needs only for tables, backups, markers, changes, errors, or another store.
OF_TABLES = {"_book.columns", "_book.delimited", "_book.headers", "_book.syncopy", "_book.table"}
OF_OTHER_RUNS = {
    "_book.backup_file",
    "_book.carry_out",
    "_book.export",
    "_book.marks",
    "_book.notes",
    "_book.questions",
    "_book.restore",
    "_book.vcard",
    "_book.workbook",
    "_book.yaml",
    "_machine.postgres",
    "_model.copies",
    "_service.advice",
    "_service.reach",
    "_service.shown",
}
OF_XML = {"_service.elements", "_service.xml_format"}
CONTACT = {"phone_number": "+4790555817", "first_name": "Kari"}


@pytest.fixture
def imported(simulator: SimulatorProcess, collections_path: Path, tmp_path: Path) -> Any:
    """Return a function that runs the module with a file of one unchanged contact. It returns the imported files."""
    simulator.reset(contacts=[{"PhoneNumber": "4790555817", "Firstname": "Kari"}])

    def run(name: str, text: str, **options: Any) -> tuple[set[str], set[str]]:
        source = tmp_path / name
        source.write_text(text, encoding="utf-8")
        account = {"api_url": simulator.api(2), "username": simulator.login, "password": simulator.password}
        arguments = {**account, "default_country_code": "47", "src": str(source), **options}
        command = [sys.executable, "-c", RUN, json.dumps([str(collections_path), str(UNIT), arguments])]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        result, files, modules = json.loads(done.stdout)
        assert not result["changed"] and not result.get("failed"), result
        return set(files), set(modules)

    return run


def test_an_unchanged_address_book_in_json_imports_only_what_it_needs(imported: Any) -> None:
    files, modules = imported("book.json", json.dumps({"contacts": [CONTACT]}))
    assert "_book.planner" in files
    assert not files & (OF_TABLES | OF_OTHER_RUNS | OF_XML)
    assert not modules & {"psycopg", "python_calamine", "vobject", "xmltodict"}


def test_an_unchanged_address_book_in_csv_imports_the_files_for_tables(imported: Any) -> None:
    files, _modules = imported("book.csv", "phone_number,first_name\n+4790555817,Kari\n")
    assert files >= OF_TABLES
    assert not files & OF_OTHER_RUNS


def test_the_controller_does_not_search_its_own_objects_for_garbage(collections_path: Path) -> None:
    command = [sys.executable, "-c", FREEZE, str(collections_path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after > before + 10_000
