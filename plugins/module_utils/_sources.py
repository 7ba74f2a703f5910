# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Address books in files: YAML, JSON and CSV, read here so that they never pass through Ansible's variables."""

from __future__ import annotations

import csv
import json
import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, MissingLibrary

try:
    import yaml
except ImportError:
    YAML_TRACE = traceback.format_exc()
else:
    YAML_TRACE = ""

# Where an entry stands, for messages, and the entry.
Entry = tuple[str, Any]
Entries = dict[str, list[Entry]]
PARTS = ("contacts", "groups")


def read_source(path: str) -> Entries:
    """The entries of a file, or of all files of a folder in the order of their names.

    Raises InvalidInput for what is not there, cannot be read, or holds anything but contacts and groups.
    """
    entries: Entries = {part: [] for part in PARTS}
    for file in _files(path):
        reader = READERS[os.path.splitext(file)[1].lower()]
        try:
            found = reader(file)
        except (OSError, ValueError, RecursionError) as error:
            raise InvalidInput(f"src: {file} cannot be read: {_reason(error)}.") from error
        for part in PARTS:
            entries[part] += found.get(part, [])
    return entries


def labelled(values: Iterable[Any], where: str) -> list[Entry]:
    """Entries that stand in a list, each with its index."""
    return [(f"{where}[{index}]", value) for index, value in enumerate(values)]


def _files(path: str) -> list[str]:
    if os.path.isdir(path):
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        files = [os.path.join(path, name) for name in names if os.path.splitext(name)[1].lower() in READERS]
    else:
        files = [path]
        if os.path.splitext(path)[1].lower() not in READERS:
            raise InvalidInput(f"src: {path} is no folder, and its name does not end in {', '.join(sorted(READERS))}.")
    if not files:
        raise InvalidInput(f"src: the folder {path} holds no file that ends in {', '.join(sorted(READERS))}.")
    return files


def _read_yaml(path: str) -> Entries:
    if YAML_TRACE:
        raise MissingLibrary("The Python library PyYAML is needed.", library="PyYAML", trace=YAML_TRACE)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(path, "rb") as file:
        try:
            return _document(yaml.load(file, Loader=loader), path)
        except yaml.YAMLError as error:
            raise ValueError(" ".join(str(error).split())) from error


def _read_json(path: str) -> Entries:
    with open(path, encoding="utf-8-sig") as file:
        return _document(json.load(file), path)


def _document(document: Any, path: str) -> Entries:
    if not isinstance(document, Mapping):
        raise ValueError(f"it holds {_kind(document)}, and not a mapping with contacts or groups")
    unknown = sorted(str(key) for key in document if key not in PARTS)
    if unknown:
        raise ValueError(f"it holds {', '.join(unknown)} beside contacts and groups")
    entries: Entries = {}
    for part, values in document.items():
        if not isinstance(values, list):
            raise ValueError(f"its {part} are {_kind(values)}, and not a list; an empty one is written []")
        entries[part] = labelled(values, f"{os.path.basename(path)}: {part}")
    return entries


def _read_csv(path: str) -> Entries:
    """Contacts, one a line, under the names of the options. An empty cell is an empty text."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=head.count)
        reader = csv.DictReader(file, delimiter=delimiter, strict=True)
        try:
            rows = [(f"{os.path.basename(path)} line {reader.line_num}", _row(row)) for row in reader]
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
    return {"contacts": rows}


def _row(row: Mapping[str | None, Any]) -> dict[str, Any]:
    if None in row or None in row.values():
        raise csv.Error("it has not as many cells as the first line has names")
    return {str(name).strip(): value for name, value in row.items()}


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


READERS: dict[str, Callable[[str], Entries]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
