# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Address books as YAML or JSON documents. Each entry has its file and its line."""

from __future__ import annotations

import json
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

from .._errors import MissingLibrary
from .._model.arguments import did_you_mean
from .._model.values import kind_of
from .entries import HEADER, Entry, is_backup

try:
    import yaml
except ImportError:
    YAML_TRACE = traceback.format_exc()
else:
    YAML_TRACE = ""

TEXT, LIST, DICTIONARY = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
PARTS = ("contacts", "groups")
Decrypt = Callable[[bytes], bytes]
BLANK = (" ", "\t", "\r", "\n")
BLANKS = re.compile(r"[ \t\r\n]*")
COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


@dataclass(frozen=True)
class Document:
    """The entries of a file, by part.

    ``members`` has the places of the members of groups, by the places of the groups.
    """

    entries: Mapping[str, list[Entry]] = field(default_factory=dict)
    members: Mapping[str, list[str]] = field(default_factory=dict)


TWICE = "is written twice; delete one of the two keys"
TWICE_IN_JSON = "is written twice in one object; delete one of the two keys"


def labelled(values: Iterable[Any], where: str) -> list[Entry]:
    """Return the entries of a list, each with its index."""
    return [(f"{where}[{index}]", value) for index, value in enumerate(values)]


def placed(values: Sequence[Any], places: Sequence[str], where: str) -> list[Entry]:
    """Return the entries of a list, each with its place. An entry without a known place has its index instead."""
    known = distinct(places[: len(values)], where)
    return [*zip(known, values), *labelled(values, where)[len(known) :]]


def distinct(places: Sequence[str], what: str) -> list[str]:
    """Return the places of a list. If several entries have the same place, the index is added."""
    times = Counter(places)
    return [place if times[place] == 1 else f"{place}: {what}[{index}]" for index, place in enumerate(places)]


def read_yaml(data: bytes, file: str, decrypt: Decrypt) -> Document:
    """Return the entries of a YAML document, each with the line where it begins. Raises ValueError, MissingLibrary."""
    if YAML_TRACE:
        raise MissingLibrary.of("PyYAML", YAML_TRACE)
    secrets: dict[str, list[int]] = {}
    try:
        loader = _loader(decrypt, secrets)(data)
        try:
            root = loader.get_single_node()
            document = _built(root, loader, {}) if root is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise ValueError(_complaint(error, data, file)) from error
    if secrets:
        raise ValueError("; ".join(f"{_lines_named(lines)}: {reason}" for reason, lines in secrets.items()))
    parts = _sequences(root)
    entries = _document(document, file, {part: _lines(node) for part, node in parts.items()})
    groups = parts["groups"].value if "groups" in parts else []
    members = {
        where: _sequences(node).get("members") for (where, _group), node in zip(entries.get("groups", ()), groups)
    }
    return Document(entries, {where: _members(where, file, node) for where, node in members.items() if node})


def _built(node: Any, loader: Any, known: dict[int, Any]) -> Any:
    """Return the value of a node. Texts, lists and dictionaries are built here, because the loader is slow.

    *known* has the lists and dictionaries by their nodes, because an alias can repeat a node many times.
    """
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.tag == TEXT else loader.construct_object(node, deep=True)
    if id(node) not in known:
        known[id(node)] = _collection(node, loader, known)
    return known[id(node)]


def _collection(node: Any, loader: Any, known: dict[int, Any]) -> Any:
    if node.tag == LIST:
        return [_built(item, loader, known) for item in node.value]
    if node.tag != DICTIONARY or any(key.tag != TEXT for key, _value in node.value):
        return loader.construct_object(node, deep=True)
    found = {key.value: _built(value, loader, known) for key, value in node.value}
    if len(found) != len(node.value):
        name = _twice([key.value for key, _value in node.value])
        raise yaml.YAMLError(f"line {node.start_mark.line + 1}: the key {name} {TWICE}")
    return found


def _members(where: str, file: str, node: Any) -> list[str]:
    """Return the places of the members of the group at *where*.

    A member in the same line as its group has its index as the place.
    """
    places = _places(file, _lines(node), "members")
    return [f"{where}: members[{index}]" if place == where else place for index, place in enumerate(places)]


def _sequences(node: Any) -> dict[str, Any]:
    """Return the lists in a mapping."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(value, yaml.SequenceNode)}


def _lines(node: Any) -> list[int]:
    return [item.start_mark.line + 1 for item in node.value]


def _places(file: str, lines: Sequence[int], what: str) -> list[str]:
    """Return the places of the items of a list. If several items have the same line, the index is added."""
    if len(set(lines)) == len(lines):  # as in most files, which can have thousands of items
        return [f"{file} line {line}" for line in lines]
    times = Counter(lines)
    return [
        f"{file} line {line}" if times[line] == 1 else f"{file} line {line}: {what}[{index}]"
        for index, line in enumerate(lines)
    ]


def _lines_named(lines: Sequence[int]) -> str:
    return f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"


def _quick(loader: Any) -> Any:
    """Return a subclass of a loader that finds the same tags in less time.

    It does not support tags that depend on a path, and no such tags exist here.
    """
    tag_of = lru_cache(maxsize=1000)(yaml.resolver.Resolver().resolve)

    class Quick(loader):
        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is yaml.ScalarNode:
                return tag_of(kind, value, implicit) if implicit[0] else TEXT
            return LIST if kind is yaml.SequenceNode else DICTIONARY

        def descend_resolver(self, _node: Any, _index: Any) -> None:
            """Do nothing, because there are no tags that depend on a path."""

        def ascend_resolver(self) -> None:
            """Do nothing, because there are no tags that depend on a path."""

    return Quick


def _loader(decrypt: Decrypt, failed: dict[str, list[int]]) -> Any:
    """Return the C loader, or the Python loader if there is no C loader.

    It knows the tags of Ansible for data and secrets, and rejects repeated keys. *failed* gets the reasons why values
    could not be decrypted, each with the lines.
    """

    class Loader(_quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader))):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
            if len(keys) != len(set(keys)):
                raise yaml.YAMLError(f"line {node.start_mark.line + 1}: the key {_twice(keys)} {TWICE}")
            return super().construct_mapping(node, deep)

    def secret(loader: Any, node: Any) -> str:
        try:
            return decrypt(loader.construct_scalar(node).encode()).decode()
        except ValueError as error:
            failed.setdefault(str(error), []).append(node.start_mark.line + 1)
            return ""

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
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        return f"line {mark.line + 1}, column {mark.column + 1}: the YAML is not valid ({reason})"
    return " ".join(re.sub(r'in "<byte string>", (position \d+)', r"(\1)", str(error)).split())


def read_json(data: bytes, file: str) -> Document:
    """Return the entries of a JSON document, each with the line where it begins. A backup also has the part ``backup``.

    Raises ValueError.
    """
    text = data.decode("utf-8-sig")
    if not text.strip():
        return Document()
    lines: dict[str, list[int]] = {}
    try:
        document: Any = _Walk(text).parts(lines)
    except _NotInParts:  # the error of json.loads states the place
        document, lines = _loaded(text), {}
    if is_backup(document):
        from .backup_file import as_source  # imported here, because most documents are not backups

        return Document({HEADER: [], **_document(as_source(document), file, lines)})
    return Document(_document(document, file, lines))


def _loaded(text: str) -> Any:
    """Return a JSON document. Raises ValueError with the place of the mistake."""
    try:
        return json.loads(text, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: the JSON is not valid ({error.msg})") from error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError(f"the key {_twice([key for key, _value in pairs])} {TWICE_IN_JSON}")
    return values


QUICK = json.JSONDecoder()  # does not notice a name that is there twice
CAREFUL = json.JSONDecoder(object_pairs_hook=_pairs)


class _NotInParts(Exception):
    """The JSON document is not an object, or is not valid."""


class _Walk:
    """Reads a JSON object with the positions of the items in its lists. ``json.loads`` does not return positions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._move(0)

    def parts(self, lines: dict[str, list[int]]) -> dict[str, Any]:
        """Return the values by name. For each name in *lines*, its list gets the lines of the items.

        Raises _NotInParts, ValueError.
        """
        pairs: list[tuple[str, Any]] = []
        for name in self._names_in_object():
            if not isinstance(name, str) or not self._text.startswith(":", self._at):
                raise _NotInParts
            self._move(self._at + 1)
            listed = self._text.startswith("[", self._at)
            pairs.append((name, self._list(name, lines) if listed else self._value()))
        if self._at < len(self._text):
            raise _NotInParts
        return _pairs(pairs)

    def _list(self, name: str, lines: dict[str, list[int]]) -> list[Any]:
        """Return the items of a list, and add their lines to *lines*.

        All items are decoded at once, because there can be thousands. In a list of flat objects, each brace begins an
        object and each colon ends a name, unless a text has these characters or a name is there twice.
        """
        text, start = self._text, self._at
        values: list[Any]
        values, end = self._decoded(QUICK, start)
        flat = set(map(type, values)) <= {dict} and text.count("{", start, end) == len(values)
        if not flat or text.count(":", start, end) != sum(map(len, values)):
            values, end = self._decoded(CAREFUL, start)
        lines[name] = self._lines_of_objects(start, end) if flat else self._lines_of_items(start)
        self._move(end)
        return values

    def _lines_of_objects(self, start: int, end: int) -> list[int]:
        """Return the lines of the braces in a part of the text."""
        *before, _rest = self._text[start:end].split("{")
        first = self._text.count("\n", 0, start) + 1
        return [first + passed for passed in accumulate(piece.count("\n") for piece in before)]

    def _lines_of_items(self, start: int) -> list[int]:
        """Return the lines of the items of a valid list."""
        text, found = self._text, []
        line, counted = 1, 0
        self._move(start + 1)
        at, more = self._at, not text.startswith("]", self._at)
        while more:
            line += text.count("\n", counted, at)
            counted = at
            found.append(line)
            _value, end = QUICK.raw_decode(text, at)
            comma = COMMA.match(text, end)
            at, more = (comma.end(), True) if comma else (end, False)
        return found

    def _names_in_object(self) -> Iterator[Any]:
        """Yield the names in an object. The caller must read the value of a name before it asks for the next name."""
        text = self._text
        if not text.startswith("{", self._at):
            raise _NotInParts
        self._move(self._at + 1)
        more = not text.startswith("}", self._at)
        while more:
            yield self._value()
            more = text.startswith(",", self._at)
            if more:
                self._move(self._at + 1)
        if not text.startswith("}", self._at):
            raise _NotInParts
        self._move(self._at + 1)

    def _value(self) -> Any:
        value, end = self._decoded(CAREFUL, self._at)
        self._move(end)
        return value

    def _decoded(self, decoder: json.JSONDecoder, start: int) -> tuple[Any, int]:
        try:
            return decoder.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            raise _NotInParts from error

    def _move(self, at: int) -> None:
        """Move to the next character that is not blank."""
        if self._text[at : at + 1] in BLANK:
            found = BLANKS.match(self._text, at)
            at = found.end() if found else at
        self._at = at


def _document(document: Any, file: str, lines: Mapping[str, Sequence[int]]) -> dict[str, list[Entry]]:
    if document is None:  # the file is empty or has only comments
        return {}
    if not isinstance(document, Mapping):
        remedy = "; write `contacts:` or `groups:` above the list" if isinstance(document, list) else ""
        raise ValueError(
            f"the file must contain a dictionary with `contacts` or `groups`, not {kind_of(document)}{remedy}"
        )
    unknown = sorted(str(key) for key in document if key not in PARTS)
    if unknown:
        named = ", ".join(name + did_you_mean(name, PARTS) for name in unknown)
        raise ValueError(
            f"the file has unknown keys: {named}; the only keys of an address book are `contacts` and `groups`"
        )
    entries = {}
    for part, values in document.items():
        if not isinstance(values, list):
            remedy = ". For an empty list, write []" if not values else ""
            raise ValueError(f"`{part}` must be a list, not {kind_of(values)}{remedy}")
        known = part in lines and len(lines[part]) == len(values)
        entries[part] = (
            list(zip(_places(file, lines[part], part), values)) if known else labelled(values, f"{file}: {part}")
        )
    return entries


def _twice(names: list[Any]) -> str:
    ((name, _times),) = Counter(names).most_common(1)
    return repr(name)
