# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""JSON and XML: from bytes to a plain tree and back. The formats know no resources.

A tree consists of ``dict`` (API name to tree), ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``. A tree to
write can also contain aware ``datetime``. XML gives every scalar as ``str`` and a list as a ``dict`` of its children,
so readers use ``children`` and the kinds in ``_model.fields``.
"""

from __future__ import annotations

import json
import math
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from .._errors import InvalidInput, MissingLibrary, UnreadableAnswer
from .._model.halves import json_text
from .._model.values import UNWRITABLE
from .elements import Scope, items, local, namespace_of, record, scope_of, to_node, without_forbidden

try:
    import xmltodict
except ImportError:
    XMLTODICT_TRACE = traceback.format_exc()
else:
    XMLTODICT_TRACE = ""

NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST = 100  # digits of an integer
# Roots of documents that are pages or errors, and never a record, a list or a value of the API.
FAULT = re.compile(r"x?html|head|body|errors?|\w*fault|envelope|\w*exception|problem\w*", re.I)


class Format(Protocol):
    """One format of the API."""

    content_type: str
    needs_root: bool  # whether a body needs a name for its content

    def reads(self, media: str) -> bool:
        """Whether a document of this media type is in the format."""

    def dumps(self, root: str, tree: Any) -> bytes:
        """The body for *tree*. *root* is the name of the record, if the format needs a name."""

    def loads(self, body: bytes) -> Any:
        """The tree of one record or bare value; ``None`` for an empty body or null. Raises UnreadableAnswer."""

    def loads_many(self, body: bytes, root: str = "") -> list[Any]:
        """The trees of an array, whose records can be named *root*; no trees for an empty body or null.

        Raises UnreadableAnswer.
        """


class Json:
    """JSON of the contract, with dates as ``/Date(milliseconds+hhmm)/`` (contract: wire details)."""

    content_type = "application/json"
    needs_root = False

    def reads(self, media: str) -> bool:
        return media in ("application/json", "text/json") or media.endswith("+json")

    def dumps(self, root: str, tree: Any) -> bytes:
        return json_text(tree, default=_json_date).encode()

    def loads(self, body: bytes) -> Any:
        if not body.strip():
            return None
        try:
            return DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
        except ValueError as error:
            raise UnreadableAnswer(f"it is not JSON ({error})") from error
        except RecursionError as error:
            raise UnreadableAnswer("its JSON is nested too deeply") from error

    def loads_many(self, body: bytes, root: str = "") -> list[Any]:
        tree = self.loads(body)
        if tree is None:
            return []
        if not isinstance(tree, list):
            raise UnreadableAnswer(f"it is a JSON {type(tree).__name__} where a list was expected")
        return tree


def _integer(digits: str) -> int | str:
    """A number that is too long stays a text, so that the rest of the document can be read."""
    return int(digits) if len(digits) <= LONGEST else digits


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number")


# Not strict: a control character that is not escaped is a part of a text.
DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_refuse, strict=False)


class Xml:
    """XML of the DataContractSerializer of .NET: ordinal order, null as ``i:nil`` (contract: wire details).

    It stores the namespaces of the records that it reads, and writes the same namespaces (contract: assumptions).
    """

    content_type = "application/xml"
    needs_root = True

    def __init__(self) -> None:
        if XMLTODICT_TRACE:
            raise MissingLibrary.of("xmltodict", XMLTODICT_TRACE)
        self._namespaces: dict[str, str] = {}

    def reads(self, media: str) -> bool:
        other = media.startswith(("application/xhtml", "application/soap"))
        return media in ("application/xml", "text/xml") or (media.endswith("+xml") and not other)

    def dumps(self, root: str, tree: Any) -> bytes:
        namespace = self._namespaces.get(root, NAMESPACE)
        node = {**({"@xmlns": namespace} if namespace else {}), "@xmlns:i": INSTANCE}
        content = to_node(tree)
        node.update(content if isinstance(content, dict) else {"#text": content})
        text = str(xmltodict.unparse({root: node}))
        unwritable = UNWRITABLE.search(text)
        if unwritable:
            raise InvalidInput(
                f"{root}: a text contains the character U+{ord(unwritable[0]):04X}, which XML forbids. Remove it, or "
                "set data_format to json."
            )
        # A carriage return would be read back as a line feed, but a reference is not changed.
        return text.replace("\r", "&#13;").encode()

    def loads(self, body: bytes) -> Any:
        if not body.strip():
            return None
        with _shallow():
            name, node = _root(body)
            return self._record(name, node, {})

    def loads_many(self, body: bytes, root: str = "") -> list[Any]:
        if not body.strip():
            return []
        with _shallow():
            name, node = _root(body)
            scope = scope_of(node, {})
            trees = [self._record(tag, item, scope) for tag, item in items(node)]
        if not trees and local(name) == root:  # one record without its elements, and not an array without records
            raise UnreadableAnswer(f"it is one {root} where a list was expected")
        return trees

    def _record(self, name: str, node: Any, outer: Scope) -> Any:
        scope = scope_of(node, outer)
        self._namespaces[local(name)] = namespace_of(name, scope)
        return record(name, node, scope)


FORMATS: dict[str, Callable[[], Format]] = {"json": Json, "xml": Xml}


@contextmanager
def _shallow() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise UnreadableAnswer("its XML is nested too deeply") from error


def _root(body: bytes) -> tuple[str, Any]:
    """The name and the node of the root. Raises UnreadableAnswer for other texts, and for pages and errors."""
    if b"<!ENTITY" in body:  # older releases of xmltodict, such as 0.13, omit entities without an error
        raise UnreadableAnswer("it is not XML that may be read (it declares entities)")
    try:
        document = _parsed(body)
        name = str(next(iter(document)))
    except RecursionError:
        raise
    except Exception as error:  # expat's own errors, and ValueError for a document that declares entities
        raise UnreadableAnswer(f"it is not XML that may be read ({error})") from error
    if FAULT.fullmatch(local(name)):
        page = local(name).lower().endswith("html")
        raise UnreadableAnswer("it is an HTML page" if page else f"it is an error message ({local(name)[:40]})")
    return name, document[name]


def _parsed(body: bytes) -> Any:
    try:
        return xmltodict.parse(body, strip_whitespace=False)
    except ExpatError:
        return xmltodict.parse(without_forbidden(body), strip_whitespace=False)


def _json_date(value: Any) -> str:
    if isinstance(value, datetime):
        return f"/Date({round(value.timestamp() * 1000)}+0000)/"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
