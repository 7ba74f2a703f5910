# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Address books as YAML or JSON documents: each entry with its file, and its line or index."""

from __future__ import annotations

import json
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._errors import MissingLibrary
from .._model.arguments import kind_of
from .backup_file import HEADER, as_source, is_backup
from .table import Entry

try:
    import yaml
except ImportError:
    YAML_TRACE = traceback.format_exc()
else:
    YAML_TRACE = ""

PARTS = ("contacts", "groups")
Decrypt = Callable[[bytes], bytes]


def labelled(values: Iterable[Any], where: str) -> list[Entry]:
    """The entries of a list, each with its index."""
    return [(f"{where}[{index}]", value) for index, value in enumerate(values)]


def read_yaml(data: bytes, file: str, decrypt: Decrypt) -> dict[str, list[Entry]]:
    """The entries of a YAML document, each with the line where it begins. Raises ValueError, MissingLibrary."""
    if YAML_TRACE:
        raise MissingLibrary.of("PyYAML", YAML_TRACE)
    try:
        loader = _loader(decrypt)(data)
        try:
            root = loader.get_single_node()
            document = loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise ValueError(_complaint(error, data, file)) from error
    return _document(document, file, _lines(root))


def _lines(root: Any) -> dict[str, list[int]]:
    """The line of each item, by its part."""
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return {
        key.value: [item.start_mark.line + 1 for item in node.value]
        for key, node in pairs
        if isinstance(node, yaml.SequenceNode)
    }


def _loader(decrypt: Decrypt) -> Any:
    """The C loader if it exists. It knows the tags of Ansible for data and secrets, and rejects repeated keys."""

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
            if len(keys) != len(set(keys)):
                raise yaml.YAMLError(f"line {node.start_mark.line + 1}: the key {_twice(keys)} is there twice")
            return super().construct_mapping(node, deep)

    def secret(loader: Any, node: Any) -> str:
        try:
            return decrypt(loader.construct_scalar(node).encode()).decode()
        except ValueError as error:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {error}") from error

    def moment(loader: Any, node: Any) -> Any:
        try:
            return loader.construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {node.value} is not a date ({error})") from error

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    Loader.add_constructor("!vault", secret)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", moment)
    return Loader


def _complaint(error: Any, data: bytes, file: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        lines = data.decode("utf-8", "replace").splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        if re.match(r" *\t", line):
            return f"{file} line {mark.line + 1} begins with a tab; YAML is indented with spaces"
    return " ".join(str(error).replace('in "<byte string>", ', "").split())


def read_json(data: bytes, file: str) -> dict[str, list[Entry]]:
    """The entries of a JSON document, each with its index. A backup also has the part ``backup``. Raises ValueError."""
    if not data.strip():
        return {}
    document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_pairs)
    if is_backup(document):
        return {HEADER: [], **_document(as_source(document), file, {})}
    return _document(document, file, {})


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError(f"the key {_twice([key for key, _value in pairs])} is twice in one object")
    return values


def _document(document: Any, file: str, lines: Mapping[str, list[int]]) -> dict[str, list[Entry]]:
    if document is None:  # the file is empty or has only comments
        return {}
    if not isinstance(document, Mapping):
        raise ValueError(f"a dictionary with contacts or groups is expected; this is {kind_of(document)}")
    unknown = sorted(str(key) for key in document if key not in PARTS)
    if unknown:
        raise ValueError(f"there is no part {', '.join(unknown)}; the parts are contacts and groups")
    entries = {}
    for part, values in document.items():
        if not isinstance(values, list):
            raise ValueError(f"{part} must be a list; this is {kind_of(values)}. Write an empty list as []")
        if part in lines:
            entries[part] = [(f"{file} line {line}", value) for line, value in zip(lines[part], values)]
        else:
            entries[part] = labelled(values, f"{file}: {part}")
    return entries


def _twice(names: list[Any]) -> str:
    ((name, _times),) = Counter(names).most_common(1)
    return repr(name)
