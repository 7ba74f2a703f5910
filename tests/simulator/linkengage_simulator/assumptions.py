# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers to the open questions about the service.

The table of the collection is read as data. It is not imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import NonsenseError

#: The path of the table below the folder of the collection. This folder is one of the folders above this file.
PLACE = Path("plugins", "module_utils", "_model", "assumptions.py")
NUMBER = re.compile(r"\d+(\.\d+)?")


@lru_cache(maxsize=1)
def _literals() -> dict[str, Any]:
    """Return the tables in the file, by their names."""
    path = next(folder / PLACE for folder in Path(__file__).resolve().parents if (folder / PLACE).is_file())
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return {
        node.target.id: ast.literal_eval(node.value)
        for node in nodes
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }


def table() -> dict[str, dict[str, Any]]:
    """Return the rows of the table, by name."""
    return {row["name"]: row for row in _literals()["TABLE"]}


def profiles() -> dict[str, dict[str, str]]:
    """Return the profiles (sets of answers), by name."""
    found: dict[str, dict[str, str]] = _literals()["PROFILES"]
    return found


class Assumptions(Mapping[str, str]):
    """The current answer to each question, by the name of the question."""

    def __init__(self, changes: Mapping[str, Any] | None = None) -> None:
        self._chosen: dict[str, str] = {name: next(iter(row["values"])) for name, row in table().items()}
        self.update(changes or {})

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen)

    def __len__(self) -> int:
        return len(self._chosen)

    def update(self, changes: Mapping[str, Any]) -> None:
        """Set answers. If one of them is not in the table, no answer is set."""
        texts = {name: str(value) for name, value in changes.items()}
        for name, value in texts.items():
            _check(name, value)
        self._chosen.update(texts)

    def number(self, name: str) -> float | None:
        """Return the answer as a number; None for the answer ``none``."""
        return None if self[name] == "none" else float(self[name])

    def status(self, name: str) -> int | None:
        """Return the status in an answer such as ``refused_409``; None if the answer is that nothing is refused."""
        found = re.fullmatch(r"refused_(\d{3})", self[name])
        return int(found[1]) if found else None


def possible(name: str, value: str) -> bool:
    """Return whether the table has this answer to this question."""
    row = table().get(name, {"values": ()})
    return value in row["values"] or bool(row.get("number") and NUMBER.fullmatch(value))


def _check(name: str, value: str) -> None:
    row = table().get(name)
    if row is None:
        raise NonsenseError(f"There is no open question {name}. The open questions are {', '.join(table())}")
    if not possible(name, value):
        raise NonsenseError(f"{name} must be one of {', '.join(row['values'])}, not {value}")


def parse(text: str) -> tuple[str, str]:
    """Return the name and the value in a text NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise NonsenseError(f"{text!r} does not have the form NAME=VALUE")
    return name.strip(), value.strip()


def read_lines(text: str) -> dict[str, str]:
    """Return the answers in a file with one NAME=VALUE in each line.

    Empty lines and lines that begin with # are skipped.
    """
    lines = (line.strip() for line in text.splitlines())
    return dict(parse(line) for line in lines if line and not line.startswith("#"))
