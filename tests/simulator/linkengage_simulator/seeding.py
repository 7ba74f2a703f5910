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
    """No file, folder or example has this name."""


def find(seed: str) -> Path:
    """Return the file or folder of a seed: a path, or the name of an example of the collection. Raises NoSeed."""
    path = Path(os.path.expandvars(seed)).expanduser().absolute()
    if path.exists():
        return path
    examples = _examples()
    if seed in examples:
        return EXAMPLES / seed
    raise NoSeed(f"{path} does not exist. A seed is a file, a folder, or an example: {', '.join(examples)}.")


def _examples() -> list[str]:
    """Return the names of the examples that have an address book."""
    return sorted(path.parent.name for path in EXAMPLES.glob("*/contacts.yml"))


def prepare(simulator: SimulatorProcess, path: Path) -> bool:
    """Prepare an empty account for the files. If the account is not empty, change nothing and return False."""
    state = simulator.state()
    if state["contacts"] or state["groups"] or state["messages"]:
        return False
    simulator.seed(**records_with_ids(path))
    return True


def records_with_ids(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return those records of an export that have an id, for ``/_control/seed``.

    An export contains an id if the number or the name is not enough to identify a record. The collection changes such
    records, but does not create them. Files that cannot be read are skipped here, because the collection reports them
    later.
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
        import yaml  # imported here; Ansible itself needs yaml, so it is installed
    except ModuleNotFoundError as error:
        raise ValueError(str(error)) from error

    class Loader(yaml.SafeLoader):
        """Reads the tags of Ansible, such as !unsafe, as plain texts."""

    Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))
    try:
        return yaml.load(text, Loader)  # safe, because Loader is a SafeLoader
    except (yaml.YAMLError, AttributeError) as error:
        raise ValueError(str(error)) from error


LOADERS: dict[str, Callable[[str], Any]] = {".json": json.loads, ".yaml": _yaml, ".yml": _yaml}
