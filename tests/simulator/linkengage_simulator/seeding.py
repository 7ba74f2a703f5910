# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares a new account for an address book in files. The collection itself then loads the files into the account."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .process import SimulatorProcess

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
Entry = Mapping[str, Any]


class NoSeed(Exception):
    """There is no file, folder or example with this name."""


def find(seed: str) -> Path:
    """The file or folder of a seed: a path, or the name of an example of the collection. Raises NoSeed."""
    path = Path(os.path.expandvars(seed)).expanduser().absolute()
    if path.exists():
        return path
    examples = _examples()
    if seed in examples:
        return EXAMPLES / seed
    raise NoSeed(f"There is no {path}. A seed is a file, a folder, or an example: {', '.join(examples)}.")


def _examples() -> list[str]:
    """The folders with an address book."""
    return sorted(path.parent.name for path in EXAMPLES.glob("*/contacts.yml"))


def prepare(simulator: SimulatorProcess, path: Path) -> bool:
    """Prepare an empty account for the files. Do nothing and return False if the account is not empty."""
    state = simulator.state()
    if state["contacts"] or state["groups"] or state["messages"]:
        return False
    simulator.seed(**records_with_ids(path))
    return True


def records_with_ids(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of an export that have an id, for ``/_control/seed``.

    An export names an id where the number or the name is not enough. The collection only changes such records, and
    does not create them. Files that cannot be read are skipped, because the collection reports them.
    """
    books = [book for file in _files(path) for book in _books(file)]
    contacts = [
        {"ContactId": entry["contact_id"], "PhoneNumber": _text(entry.get("phone_number"))}
        for entry in _with_id(books, "contacts", "contact_id")
    ]
    groups = [
        {"GroupId": entry["group_id"], "Name": _text(entry.get("name"))}
        for entry in _with_id(books, "groups", "group_id")
    ]
    return {"contacts": contacts, "groups": groups}


def _files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in found if file.suffix in LOADERS and file.is_file()]


def _books(file: Path) -> Iterator[Entry]:
    try:
        book = LOADERS[file.suffix](file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(book, dict):
        yield book


def _with_id(books: list[Entry], kind: str, key: str) -> Iterator[Entry]:
    for book in books:
        entries = book.get(kind)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get(key), int):
                yield entry


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _yaml(text: str) -> Any:
    try:
        import yaml  # Ansible needs it too
    except ModuleNotFoundError as error:
        raise ValueError(str(error)) from error

    class Loader(yaml.SafeLoader):
        """Reads the tags of Ansible, such as !unsafe, as plain texts."""

    Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))
    try:
        return yaml.load(text, Loader)  # a SafeLoader
    except (yaml.YAMLError, AttributeError) as error:
        raise ValueError(str(error)) from error


LOADERS: dict[str, Callable[[str], Any]] = {".json": json.loads, ".yaml": _yaml, ".yml": _yaml}
