# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the code blocks in the documentation, and runs them."""

from __future__ import annotations

import re
import subprocess
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import support
import yaml
from ansible.parsing.dataloader import DataLoader
from collections_tree import CHECKOUT

GUIDES = sorted((CHECKOUT / "docs" / "docsite" / "rst").glob("*.rst"))
# The blocks of these pages change files of the collection. test_contributor_pages.py follows them in a copy.
CONTRIBUTOR_PAGES = [path for path in GUIDES if path.stem in ("add_a_field", "add_a_module", "add_an_endpoint")]
EXAMPLE_PAGES = [path for path in GUIDES if path not in CONTRIBUTOR_PAGES]
ROLES = CHECKOUT / "roles"
READMES = [CHECKOUT / "README.md", *sorted(ROLES.glob("*/README.md"))]
RST = re.compile(r"^( *)\.\. code-block:: ?(\S*)\n((?:\1   +:.*\n)*)\n((?:\1   .*\n|\n)+)", re.MULTILINE)
MARKDOWN = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOTS = "..."


@dataclass(frozen=True)
class Block:
    """One code block.

    ``caption`` is the name of its file. If ``fails`` is set, the block shows a mistake and must fail.
    """

    language: str
    text: str
    line: int
    caption: str = ""
    fails: bool = False

    @property
    def data(self) -> Any:
        """The data in a YAML block. Ansible's own tags are supported."""
        return DataLoader().load(self.text)

    @property
    def commands(self) -> list[tuple[str, list[str]]]:
        """The commands of a console block, each with the output that the page shows below it."""
        commands: list[tuple[str, list[str]]] = []
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _newline, output = re.match(r"((?:[^\n]*\\\n)*[^\n]*)(\n?)(.*)", part, re.DOTALL).groups()
            commands.append((command, [line.strip() for line in output.splitlines() if line.strip() not in ("", DOTS)]))
        return commands


def blocks(path: Path) -> list[Block]:
    """Return the blocks of a guide or of a Markdown page, from top to bottom."""
    text = path.read_text(encoding="utf-8")
    read = _rst_block if path.suffix == ".rst" else _markdown_block
    found = (RST if path.suffix == ".rst" else MARKDOWN).finditer(text)
    return [read(match, text.count("\n", 0, match.start()) + 1) for match in found]


def _rst_block(match: re.Match[str], line: int) -> Block:
    _indent, language, options, body = match.groups()
    given = dict(re.findall(r":([a-z-]+): ?(.*)", options))
    return Block(language, textwrap.dedent(body).strip() + "\n", line, given.get("caption", ""), "fails" in options)


def _markdown_block(match: re.Match[str], line: int) -> Block:
    """Return a block of a Markdown page. Markdown has no captions, so a comment in the first line is the file name."""
    name = re.match(r"# (\S+\.\w+)\n", match[2])
    return Block(match[1], match[2], line, name[1] if name else "")


def is_tasks(data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(entry, dict) for entry in data) and "hosts" not in data[0]


def is_plays(data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(entry, dict) and "hosts" in entry for entry in data)


def is_inventory(data: Any) -> bool:
    return isinstance(data, dict) and all(isinstance(group, dict) and "hosts" in group for group in data.values())


def is_role_variables(data: Any) -> bool:
    """Return whether the data only sets options of roles."""
    specs = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROLES.glob("*/meta/argument_specs.yml")]
    known = {name for spec in specs for name in spec["argument_specs"]["main"]["options"]}
    return isinstance(data, dict) and set(data) <= known


def play(name: str, examples: list[Block]) -> dict[str, Any]:
    """Return a play with the tasks of the blocks. A block that shows a mistake must fail."""
    tasks: list[dict[str, Any]] = []
    for number, block in enumerate(examples):
        example = yaml.load(block.text, KeepTags)
        if block.fails:
            failed = {"name": "It fails", "ansible.builtin.set_fact": {f"failed_{number}": True}}
            tasks.append({"name": "A mistake", "block": example, "rescue": [failed]})
            tasks.append({"name": "It has failed", "ansible.builtin.assert": {"that": f"failed_{number} is defined"}})
        else:
            tasks += example
    return {"name": name, "hosts": "localhost", "gather_facts": False, "tasks": tasks}


class KeepTags(yaml.SafeLoader):
    """Reads examples in a form that can be written again. The examples contain no tags."""


@dataclass
class Shell:
    """Runs commands in a folder."""

    folder: Path
    env: dict[str, str]
    failures: list[str] = field(default_factory=list)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return support.run_command(["sh", "-c", command], self.folder, self.env)

    def check(self, command: str, shown: list[str], fails: bool, where: str) -> None:
        """Run a command. Record a failure if its exit status or its output differs from the page."""
        done = self.run(command)
        if (done.returncode != 0) != fails:
            self.failures.append(f"{where}: {command}: ended with {done.returncode}\n{done.stdout}")
            return
        lines = iter([line.strip() for line in done.stdout.splitlines()])
        for wanted in shown:
            # The search for the next line continues after the line that was found.
            if not any(like(wanted, line) for line in lines):
                self.failures.append(f"{where}: {command}: does not print {wanted!r} there\n{done.stdout}")
                return


def like(wanted: str, line: str) -> bool:
    return line.startswith(wanted.removesuffix(DOTS)) if wanted.endswith(DOTS) else line == wanted


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run_plays(plays: list[dict[str, Any]], shell: Shell) -> subprocess.CompletedProcess[str]:
    """Run plays with the ansible-playbook of the shell."""
    text = yaml.safe_dump(plays, sort_keys=False, allow_unicode=True, width=1000)
    write(shell.folder, "examples-of-the-page.yml", text)
    return shell.run("ansible-playbook -i hosts.yml examples-of-the-page.yml")


@dataclass
class Reader:
    """Runs the blocks of a page in order. Task lists are collected, so that one run of Ansible runs many of them.

    An inventory is used for the blocks after it.
    """

    name: str
    shell: Shell
    waiting: list[Block] = field(default_factory=list)

    def read(self, block: Block) -> None:
        """Run a block. Raises AssertionError if the result differs from the page."""
        if block.caption:
            write(self.shell.folder, block.caption, block.text)
        elif block.language.startswith("yaml"):
            self._yaml(block)
        elif block.language == "console":
            self.finish()
            for command, shown in block.commands:
                self.shell.check(command, shown, block.fails, f"{self.name}:{block.line}")

    def _yaml(self, block: Block) -> None:
        data = block.data
        if is_tasks(data):
            self.waiting.append(block)
        elif is_inventory(data):
            self.finish()
            write(self.shell.folder, "hosts.yml", block.text)
            self.shell.check("ansible-inventory -i hosts.yml --list", [], block.fails, f"{self.name}:{block.line}")
        elif not is_role_variables(data):
            assert is_plays(data), f"{self.name}:{block.line}: neither tasks nor plays, and no file"
            self.finish()
            done = run_plays(yaml.load(block.text, KeepTags), self.shell)
            assert (done.returncode != 0) == block.fails, f"{self.name}:{block.line}:\n{done.stdout}"

    def finish(self) -> None:
        """Run the collected tasks. Raises AssertionError."""
        examples, self.waiting = self.waiting, []
        if examples:
            lines = ", ".join(str(block.line) for block in examples)
            done = run_plays([play(self.name, examples)], self.shell)
            assert done.returncode == 0, f"{self.name}, lines {lines}:\n{done.stdout}"
