# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the contributor pages work: the tests follow the steps in a copy of the checkout, whose tests then pass.

After each page, those tests run that its steps could break. All fast tests run once, after all pages, in the nox
session contributor_pages.

A step is a code block with the name of a file as its caption. The line above the block says what to do: create the
file, add the block after a line, or replace a line. A shell block is a command. Nothing else is changed in the copy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from collections_tree import CHECKOUT
from docs.blocks import CONTRIBUTOR_PAGES, RST, blocks

pytestmark = pytest.mark.slow
PAGES = {path.stem: path for path in CONTRIBUTOR_PAGES}
LINE = re.compile(r"(after|[Rr]eplace) the line that contains ``([^`]+)``[^`]*:\s*$")
CREATE = re.compile(r"Create this file:\s*$")
STRUCTURE = ("tests/unit/test_architecture.py", "tests/unit/test_completeness.py", "tests/unit/docs/test_options.py")
CONTACTS = (
    "tests/unit/plugins/module_utils/_model/test_fields.py",
    "tests/unit/plugins/module_utils/_service/test_formats.py",
    "tests/unit/plugins/modules/test_linkengage_contact.py",
    "tests/unit/plugins/modules/test_linkengage_contact_info.py",
    "tests/unit/plugins/modules/test_linkengage_address_book_info.py",
    "tests/unit/plugins/filter/test_contacts_from_csv.py",
    "tests/unit/simulator/test_endpoints.py",
    "tests/unit/simulator/test_formats.py",
)


def run(folder: Path, *command: str) -> str:
    """Run a command in the copy. Returns its output."""
    outer = ("PYTEST_", "COV_", "LINKENGAGE_", "PYTHONPATH", "ANSIBLE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-8000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files of the checkout, in a new git repository."""
    folder = tmp_path / "linkengage"
    listed = run(CHECKOUT, "git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in listed:
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, folder / name, follow_symlinks=False)
    run(folder, "git", "init", "--quiet")
    return folder


def follow(page: str, folder: Path) -> None:
    """Follow the steps of a page in the copy."""
    text = PAGES[page].read_text(encoding="utf-8")
    for match, block in zip(RST.finditer(text), blocks(PAGES[page])):
        above = " ".join(text[: match.start()].split())
        if block.language == "shell":
            for command in block.text.splitlines():
                run(folder, *command.replace(".nox/lint/bin/python", sys.executable).split())
        else:
            assert block.caption, f"{page}, line {block.line}: the block has no caption"
            step(folder / block.caption, block.text, above, f"{page}, line {block.line}")


def step(path: Path, new: str, above: str, where: str) -> None:
    if CREATE.search(above):
        assert not path.exists(), f"{where}: {path.name} exists already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new, encoding="utf-8")
        return
    place = LINE.search(above)
    assert place, f"{where}: the text above the block does not say where the block goes"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [index for index, line in enumerate(lines) if place[2] in line]
    assert len(found) == 1, f"{where}: {place[2]!r} is in {len(found)} lines of {path.name}"
    (at,) = found
    indent = re.match(" *", lines[at])[0]
    block = [f"{indent}{line}" if line.strip() else line for line in new.splitlines(keepends=True)]
    lines[at if place[1] != "after" else at + 1 : at + 1] = block
    path.write_text("".join(lines), encoding="utf-8")


def documented(folder: Path) -> None:
    """Check that the generated documentation in the copy is up to date."""
    run(folder, sys.executable, "tests/generate_docs.py", "--lint")


def test_in(folder: Path, *tests: str) -> str:
    """Run tests in the copy, and return the output. All of them must pass."""
    return run(folder, sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", *tests)


test_in.__test__ = False  # type: ignore[attr-defined]


def check_field(shown: str) -> None:
    """Check that the stories ran with the new field, in both formats.

    They take their cases from the table of fields.
    """
    for story in ("test_one_field_is_changed_and_all_others_are_kept", "test_an_empty_string_clears_a_field"):
        for wire in ("json-v1", "json-v2", "xml-v1", "xml-v2"):
            assert passed(shown, rf"{story}\w*\[{wire}-mobile2\]")
    for story in ("test_every_field_of_a_new_contact_is_set", "test_every_field_is_exported_and_loaded_back"):
        assert passed(shown, rf"{story}\[\S+\]") == 4


def check_endpoint(shown: str) -> None:
    assert passed(shown, r"test_a_service_is_created_changed_and_deleted\S*")


def check_module(shown: str) -> None:
    assert passed(shown, r"test_services_are_read\[\S+\]") == 2


def check_target(folder: Path, tmp_path: Path, target: str) -> None:
    """Run the integration target of the page in all dialects, as ansible-test does."""
    playbook = tmp_path / "target.yml"
    playbook.write_text(f"- {{hosts: localhost, gather_facts: false, roles: [{target}]}}\n", encoding="utf-8")
    link = tmp_path / "tree" / "ansible_collections" / "community" / "linkengage"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder)
    variables = (
        f"ANSIBLE_COLLECTIONS_PATH={tmp_path / 'tree'}",
        f"ANSIBLE_ROLES_PATH={folder / 'tests/integration/targets'}",
        f"ANSIBLE_HOME={tmp_path / 'home'}",
        f"XDG_STATE_HOME={tmp_path / 'state'}",
    )
    ansible = str(Path(sys.executable).with_name("ansible-playbook"))
    interpreter = f"ansible_python_interpreter={sys.executable}"
    shown = run(folder, "env", *variables, ansible, "-i", "localhost,", "-c", "local", "-e", interpreter, str(playbook))
    assert shown.count("TASK [setup_simulator : Run the story]") == 2  # with JSON and with XML


def passed(shown: str, test: str) -> int:
    """Return how many tests passed.

    One process prints the result after the name, and workers print it before the name.
    """
    return len(re.findall(rf"::{test} PASSED|PASSED \S+::{test}\s", shown))


def test_a_field_is_written_cleared_and_exported_after_the_steps_of_the_page(copy: Path) -> None:
    follow("add_a_field", copy)
    documented(copy)
    test_in(copy, *STRUCTURE)
    check_field(test_in(copy, *CONTACTS, "-k", "field or contracts"))


def test_a_resource_and_its_module_work_after_the_steps_of_the_pages(copy: Path, tmp_path: Path) -> None:
    follow("add_an_endpoint", copy)
    services = "tests/unit/plugins/module_utils/_service/test_services.py"
    documented(copy)
    check_endpoint(test_in(copy, services, "tests/unit/test_endpoints.py", "tests/unit/simulator/test_endpoints.py"))
    follow("add_a_module", copy)
    documented(copy)
    module = "tests/unit/plugins/modules/test_linkengage_service_info.py"
    check_module(test_in(copy, module, *STRUCTURE, services, "tests/unit/plugins/test_every_module.py"))
    check_target(copy, tmp_path, "linkengage_service_info")


@pytest.mark.exhaustive
def test_all_fast_tests_pass_after_the_steps_of_all_pages(copy: Path) -> None:
    for page in ("add_a_field", "add_an_endpoint", "add_a_module"):
        follow(page, copy)
    documented(copy)
    fast = ("-m", "not slow and not exhaustive and not browser", "--hypothesis-profile=quick")
    workers = ("-n", "2", "--dist", "worksteal")
    itself = ("--ignore", "tests/unit/docs/test_contributor_pages.py")
    shown = test_in(copy, "tests/unit", *fast, *workers, *itself)
    for check in (check_field, check_endpoint, check_module):
        check(shown)


def test_a_step_says_where_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    step(path, "    one\ntwo\n", "Create this file:\n\n", "a")
    step(path, "new\n", "Add this after the line that contains ``one``:", "a")
    step(path, "last\n", "Replace the line that contains ``two``:", "a")
    assert path.read_text(encoding="utf-8") == "    one\n    new\nlast\n"
    for above in ("Add this:", "Add this after the line that contains ``three``:", "Create this file:"):
        with pytest.raises(AssertionError):
            step(path, "x\n", above, "a")
