# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Converts XML elements between nodes and plain trees. Pure.

A node has the form of xmltodict: None, a text, or a ``dict`` with attributes (``@name``), text (``#text``) and children
by their names. Several children with the same name are a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from .._errors import UnreadableAnswer
from .._model.values import UNWRITABLE
from .kept_elements import KEPT, KeptText, KeptTree, Scope

NO_PREFIX = "@xmlns"
NAMESPACES = 32  # maximum number of namespaces that apply to an element; the documents of the service have two or three
ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,200}\bencoding=["']([\w.-]{1,40})["']""")
DECLARATION = re.compile(r"\s*<\?xml[^>]{0,1000}\?>")
# Comments and CDATA sections. Inside them, a character reference is only text.
SECTION = re.compile(r"<!--|<!\[CDATA\[")
REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,40})|([0-9]{1,40}));")
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


# Reading


def scope_of(node: Any, outer: Scope) -> Scope:
    """Return the namespaces that apply inside an element. Raises UnreadableAnswer if there are too many."""
    if not isinstance(node, dict):
        return outer
    own = {name[len(NO_PREFIX) + 1 :]: uri for name, uri in node.items() if name.partition(":")[0] == NO_PREFIX}
    if len(own) + len(outer) > NAMESPACES:
        raise UnreadableAnswer("the answer declares too many XML namespaces")
    return {**outer, **own} if own else outer


def namespace_of(name: str, scope: Scope) -> str:
    """Return the namespace of an element, or "" if it has none. *scope* has the namespaces that apply to it."""
    return scope.get(name.rpartition(":")[0], "")


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def record(name: str, node: Any, scope: Scope) -> Any:
    """Return the tree of one element: a scalar, or its children by their names without prefixes.

    A plain tree cannot contain the namespace and the type of a child. A child that has them becomes a KeptText or a
    KeptTree.
    """
    children = _children(node) if isinstance(node, dict) and not is_nil(node) else []
    if not children:
        return plain(node)
    default = namespace_of(name, scope)
    return without_prefixes({tag: _kept(tag, child, scope, default) for tag, child in children})


def without_prefixes(children: Mapping[str, Any]) -> dict[str, Any]:
    """Return children by their names without prefixes.

    If two names are equal without their prefixes, the name with a prefix keeps it.
    """
    tree = {tag: child for tag, child in children.items() if ":" not in tag}
    for tag, child in children.items():
        if ":" in tag:
            tree[tag if local(tag) in tree else local(tag)] = child
    return tree


def plain(node: Any) -> Any:
    """Return a node as a tree, without attributes, prefixes and white space between elements."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return "" if node is None else node
    if is_nil(node):
        return None
    inner = {local(name): plain(child) for name, child in _children(node)}
    return inner if inner else node.get("#text") or ""


def is_nil(node: Any) -> bool:
    """Return whether an element is null."""
    if not isinstance(node, dict):
        return False
    nil = (text for name, text in node.items() if name[0] == "@" and name.rpartition(":")[2] == "nil")
    return any(str(text).strip() in ("true", "1") for text in nil)


def _children(node: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, child) for name, child in node.items() if name[0] not in "@#"]


def _kept(tag: str, node: Any, scope: Scope, default: str) -> Any:
    if isinstance(node, str) and ":" not in tag:
        return node
    if isinstance(node, list):
        return [_kept(tag, item, scope, default) for item in node]
    tree = plain(node)
    if tree is None or (not isinstance(node, dict) and ":" not in tag):
        return tree
    kept = KeptTree(tree) if isinstance(tree, dict) else KeptText(tree)
    kept.tag, kept.node = tag, _without_layout(node)
    kept.scope, kept.default = scope, default
    return kept


def _declared(kept: KeptText | KeptTree) -> dict[str, str]:
    """Return the namespace declarations that an element needs inside another record, as attributes."""
    declared = {f"{NO_PREFIX}:{prefix}" if prefix else NO_PREFIX: uri for prefix, uri in kept.scope.items()}
    if declared.get(NO_PREFIX, "") == kept.default:
        declared.pop(NO_PREFIX, None)
    return declared


def _without_layout(node: Any) -> dict[str, Any]:
    """Return a node without the white space between its children."""
    if not isinstance(node, dict):
        return {"#text": node or ""}
    found = _children(node)
    kept = {name: value for name, value in node.items() if name[0] == "@" or (name == "#text" and not found)}
    for name, child in found:
        many = child if isinstance(child, list) else [child]
        kept[name] = [_without_layout(item) if isinstance(item, dict) else item or "" for item in many]
    return kept


# Writing


def to_node(value: Any) -> Any:
    """Return the node of a tree. Names are in ordinal order, and null is ``i:nil`` (contract: wire details)."""
    if value is None:
        return {"@i:nil": "true"}
    if isinstance(value, KEPT):
        return {**_declared(value), **value.node}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    if isinstance(value, Mapping):
        return {_tag(name, value[name]): to_node(value[name]) for name in sorted(value, key=local)}
    if isinstance(value, list):
        return [to_node(item) for item in value]
    return str(value)


def _tag(name: str, value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first.tag if isinstance(first, KEPT) else name


# Characters


def encoding_of(head: bytes) -> str:
    """Return the encoding of a document that begins with *head*."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    declared = ENCODING.match(head)
    return declared[1].decode("ascii") if declared else "utf-8-sig"


def without_forbidden(texts: Iterable[str]) -> Iterator[str]:
    """Yield a document without the characters that XML 1.0 forbids. .NET writes such characters as references.

    Each text, before and after, ends with ``>``, so that no reference is cut in two.
    """
    section = ""  # the end sign of the comment or CDATA section that continues in the next text
    for number, text in enumerate(texts):
        given = text if number else DECLARATION.sub("", text, count=1)
        cleaned, section = _without_references(given, section)
        joined = PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), cleaned)
        yield UNWRITABLE.sub("", joined)


def _without_references(text: str, section: str) -> tuple[str, str]:
    """Return the text without forbidden references.

    Also return the end sign of a comment or CDATA section that continues after the text.
    """
    pieces: list[str] = []
    place = 0
    while True:
        if section:
            stop = text.find(section, place)
            if stop < 0:
                return "".join([*pieces, text[place:]]), section
            pieces.append(text[place:stop])
            place = stop
        found = SECTION.search(text, place)
        pieces.append(REFERENCE.sub(_permitted, text[place : found.start() if found else len(text)]))
        if found is None:
            return "".join(pieces), ""
        pieces.append(found[0])
        place, section = found.end(), "-->" if found[0] == "<!--" else "]]>"


def _permitted(found: re.Match[str]) -> str:
    """Return an allowed reference unchanged, a half character as itself, and an empty text for other references."""
    hexadecimal, decimal = found.groups()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)
    return "" if code > 0x10FFFF or UNWRITABLE.match(chr(code)) else found[0]
