# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""JSON and XML: bytes to a plain tree and back. Neither knows any resource.

A tree is made of ``dict`` (wire name to tree), ``list``, ``str``, ``int``, ``bool`` and ``None``; what is written may
also hold aware ``datetime``. XML gives every scalar as ``str`` and a list as a ``dict`` of its children, so readers go
through ``children`` and the kinds in ``_model.fields``.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Protocol

from .._errors import MissingLibrary, UnreadableAnswer
from .._model.values import children

try:
    import xmltodict
except ImportError:
    XMLTODICT_TRACE = traceback.format_exc()
else:
    XMLTODICT_TRACE = ""

NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class Format(Protocol):
    """One wire format."""

    content_type: str
    needs_root: bool  # whether a body needs a name for what it holds

    def dumps(self, root: str, tree: Any) -> bytes:
        """The body for *tree*; *root* names the record, where the format needs a name."""

    def loads(self, body: bytes) -> Any:
        """The tree of one record or bare value; ``None`` for an empty body or null. Raises UnreadableAnswer."""

    def loads_many(self, body: bytes) -> list[Any]:
        """The trees of an array; an empty body is an empty array. Raises UnreadableAnswer."""


class Json:
    """The contract's JSON, with dates as ``/Date(milliseconds+hhmm)/`` (contract: wire details)."""

    content_type = "application/json"
    needs_root = False

    def dumps(self, root: str, tree: Any) -> bytes:
        return json.dumps(tree, ensure_ascii=False, default=_json_date).encode()

    def loads(self, body: bytes) -> Any:
        if not body.strip():
            return None
        try:
            return json.loads(body)
        except ValueError as error:
            raise UnreadableAnswer(f"it is not JSON ({error})") from error
        except RecursionError as error:
            raise UnreadableAnswer("its JSON is nested too deeply") from error

    def loads_many(self, body: bytes) -> list[Any]:
        tree = self.loads(body)
        if tree is None:
            return []
        if not isinstance(tree, list):
            raise UnreadableAnswer(f"it is a JSON {type(tree).__name__} where a list was expected")
        return tree


class Xml:
    """XML as .NET's DataContractSerializer has it: ordinal order, null as ``i:nil`` (contract: wire details)."""

    content_type = "application/xml"
    needs_root = True

    def __init__(self) -> None:
        if XMLTODICT_TRACE:
            raise MissingLibrary("The Python library xmltodict is needed.", library="xmltodict", trace=XMLTODICT_TRACE)

    def dumps(self, root: str, tree: Any) -> bytes:
        node = {"@xmlns": NAMESPACE, "@xmlns:i": INSTANCE}
        content = _xml_node(tree)
        node.update(content if isinstance(content, dict) else {"#text": content})
        text = str(xmltodict.unparse({root: node}))
        # A bare carriage return would be read back as a line feed; the reference survives.
        return text.replace("\r", "&#13;").encode()

    def loads(self, body: bytes) -> Any:
        if not body.strip():
            return None
        return self._tree(body)

    def loads_many(self, body: bytes) -> list[Any]:
        if not body.strip():
            return []
        return children(self._tree(body))

    def _tree(self, body: bytes) -> Any:
        if b"<!ENTITY" in body:  # older releases of xmltodict, such as 0.13, leave entities out in silence
            raise UnreadableAnswer("it is not XML that may be read (it declares entities)")
        try:
            document = xmltodict.parse(body, strip_whitespace=False)
            root = next(iter(document))
            tree = _plain(document[root])
        except RecursionError as error:
            raise UnreadableAnswer("its XML is nested too deeply") from error
        except Exception as error:  # expat's own errors, and ValueError for a document that declares entities
            raise UnreadableAnswer(f"it is not XML that may be read ({error})") from error
        if root.lower() == "html":
            raise UnreadableAnswer("it is an HTML page")
        return tree


FORMATS: dict[str, Callable[[], Format]] = {"json": Json, "xml": Xml}


def _json_date(value: Any) -> str:
    if isinstance(value, datetime):
        return f"/Date({round(value.timestamp() * 1000)}+0000)/"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _xml_node(value: Any) -> Any:
    if value is None:
        return {"@i:nil": "true"}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    if isinstance(value, Mapping):
        return {name: _xml_node(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_xml_node(item) for item in value]
    return str(value)


def _plain(node: Any) -> Any:
    """xmltodict's node without attributes, prefixes and the white space between elements."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return "" if node is None else node
    if any(name.startswith("@") and name.rpartition(":")[2] == "nil" and text == "true" for name, text in node.items()):
        return None
    inner = {_local(name): _plain(child) for name, child in node.items() if name[0] not in "@#"}
    return inner if inner else node.get("#text", "")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
