# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Address books in files: YAML, JSON and CSV, read here so that they never pass through Ansible's variables."""

from __future__ import annotations

import gc
import json
import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .._errors import InvalidInput, MissingLibrary
from .spreadsheet import Columns, Entry, decode, read_table

try:
    import yaml
except ImportError:
    YAML_TRACE = traceback.format_exc()
else:
    YAML_TRACE = ""

Entries = dict[str, list[Entry]]
PARTS = ("contacts", "groups")


def read_source(path: str, columns: Columns | None = None) -> Entries:
    """The entries of a file, or of all files of a folder (not of those below it) in the order of their names.

    A row of a CSV file that cannot be read is an InvalidInput among the entries. Raises InvalidInput for what is not
    there, cannot be read, or holds anything but contacts and groups.
    """
    columns = columns or Columns()
    entries: Entries = {part: [] for part in PARTS}
    files = _files(path)
    for file in files:
        reader = READERS.get(_ending(file))
        try:
            with _collector_at_rest():
                found = reader(file) if reader else _read_csv(file, columns)
        except (OSError, ValueError, RecursionError) as error:
            raise _unreadable(file, error) from error
        for part in PARTS:
            entries[part] += found.get(part, [])
    if CSV in map(_ending, files):
        columns.refuse_unmet()
    return entries


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """All that is read is kept, so that looking for garbage in it, again and again as it grows, finds none."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


def labelled(values: Iterable[Any], where: str) -> list[Entry]:
    """Entries that stand in a list, each with its index."""
    return [(f"{where}[{index}]", value) for index, value in enumerate(values)]


def _files(path: str) -> list[str]:
    if not os.path.isdir(path):
        if _ending(path) not in ENDINGS:
            raise InvalidInput(f"src: {path} is no folder, and its name does not end in {', '.join(ENDINGS)}.")
        return [path]
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
    except OSError as error:
        raise _unreadable(path, error) from error
    files = [os.path.join(path, name) for name in names if _ending(name) in ENDINGS]
    if not files:
        raise InvalidInput(f"src: the folder {path} holds no file that ends in {', '.join(ENDINGS)}.")
    return files


def _ending(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _unreadable(path: str, error: Exception) -> InvalidInput:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InvalidInput(f"src: {path} cannot be read: {reason}. Nothing was sent.")


def _read_yaml(path: str) -> Entries:
    if YAML_TRACE:
        raise MissingLibrary("The Python library PyYAML is needed.", library="PyYAML", trace=YAML_TRACE)
    with open(path, "rb") as file:
        try:
            return _document(yaml.load(file, Loader=_yaml_loader()), path)
        except yaml.YAMLError as error:
            raise ValueError(" ".join(str(error).split())) from error


def _yaml_loader() -> Any:
    """The C loader where there is one; it knows Ansible's tag for texts that are data, and takes no key twice."""

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
            if len(keys) != len(set(keys)):
                twice = _twice(keys)
                raise yaml.YAMLError(f"line {node.start_mark.line + 1}: the key {twice} stands there twice")
            return super().construct_mapping(node, deep)

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    return Loader


def _read_json(path: str) -> Entries:
    with open(path, encoding="utf-8-sig") as file:
        return _document(json.load(file, object_pairs_hook=_pairs), path)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError(f"the key {_twice([key for key, _value in pairs])} stands twice in one object")
    return values


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


def _read_csv(path: str, columns: Columns) -> Entries:
    with open(path, "rb") as file:
        return {"contacts": read_table(decode(file.read()), os.path.basename(path), columns)}


def _twice(names: list[Any]) -> str:
    ((name, _times),) = Counter(names).most_common(1)
    return repr(name)


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


READERS: dict[str, Callable[[str], Entries]] = {
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
CSV = ".csv"
ENDINGS = sorted([CSV, *READERS])
