# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""JSON and XML: from bytes to a plain tree and back. This file does not know the resources of the API.

A tree consists of ``dict`` (API name to tree), ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``. A tree
that is written can also contain ``datetime`` with a zone. In a tree from XML, every scalar is a ``str``, and a list is
a ``dict`` of its children. So readers use ``children`` and the kinds in ``_model.fields``.
"""

from __future__ import annotations

import json
import math
import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from .._errors import InvalidInput, MissingLibrary, UnreadableAnswer
from .._model.halves import json_text
from .._model.values import UNWRITABLE
from .bodies import Body
from .elements import (
    Scope,
    encoding_of,
    is_nil,
    local,
    namespace_of,
    plain,
    record,
    scope_of,
    to_node,
    without_forbidden,
    without_prefixes,
)
from .streams import MEMORY, Budget, Nodes, add_child, array, blocks, decoded

try:
    import xmltodict
except ImportError:
    XMLTODICT_TRACE = traceback.format_exc()
else:
    XMLTODICT_TRACE = ""

NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
# The namespace of bare values and of lists of texts, which are not records (contract: wire details).
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST = 100  # maximum number of digits of an integer
ANY_ROOT = "FolderMessage"  # a list of these records can have any root element
# The name of an id, or of a list of the user, as a key of JSON: documented or in camelCase (contract: assumptions).
KEY = re.compile(
    rb'"(?:(contactId|groupId|folderId|messageId|allowedFunctions)'
    rb'|ContactId|GroupId|FolderId|MessageId|AllowedFunctions)"\s*:'
)
SHOWN = 4096  # bytes at the beginning of an answer that are searched; they contain the first record
CAPITALS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]")
# A date in JSON. Its slashes are escaped as in the vendor's samples (contract: assumptions).
DATE = re.compile(r'"/(Date\(-?\d+(?:[+-]\d{4})?\))/"')


def unchanged(tree: Any) -> Any:
    """Return the tree unchanged."""
    return tree


def one_by_one(_trees: list[Any]) -> list[Any] | None:
    """Return None, so that each tree is converted alone."""
    return None


@dataclass(frozen=True)
class Take:
    """How the trees of an array are converted: ``many`` converts several trees together, ``one`` converts one tree.

    ``many`` is tried first. It returns None if one of the trees is not simple. Its result must not contain names of the
    trees.
    """

    one: Callable[[Any], Any] = unchanged
    many: Callable[[list[Any]], list[Any] | None] = one_by_one


KEEP = Take()


class Format(Protocol):
    """A format of the API: JSON or XML."""

    content_type: str
    needs_root: bool  # True if a body needs a name for its root
    omits_defaults: bool  # True if a missing field of a record means the default of its type

    def reads(self, media: str) -> bool:
        """Return whether a document of this media type is in the format."""

    def dumps(self, root: str, tree: Any) -> bytes:
        """Return the body for *tree*. *root* is the name of the record, if the format needs a name."""

    def form_of(self, root: str) -> str:
        """Return what answers have shown about the form of records with this name. A body is written in this form."""

    def named(self, tree: dict[str, Any]) -> dict[str, Any]:
        """Return the tree of a record with the names that the service expects."""

    def loads(self, body: Body, memory: int = MEMORY) -> Any:
        """Return the tree of one record or one bare value; ``None`` for an empty body or null.

        Every reader uses at most *memory* bytes for what it returns. Raises UnreadableAnswer.
        """

    def loads_many(self, body: Body, root: str = "", take: Take = KEEP, memory: int = MEMORY) -> list[Any]:
        """Return what *take* makes of the trees of an array. The records can have the name *root*."""

    def loads_any(self, body: Body, memory: int = MEMORY) -> Any:
        """Return any document as a plain tree, even a long array; ``None`` for an empty body or null."""


class Json:
    """JSON as in the contract, with dates as ``/Date(milliseconds+hhmm)/`` (contract: wire details)."""

    content_type = "application/json"
    needs_root = False
    omits_defaults = False

    def reads(self, media: str) -> bool:
        return media in ("application/json", "text/json") or media.endswith("+json")

    def dumps(self, root: str, tree: Any) -> bytes:
        return DATE.sub(r'"\\/\1\\/"', json_text(tree, default=_json_date)).encode()

    def __init__(self) -> None:
        self._camel: bool | None = None  # True: the service uses camelCase; None: no answer has shown it

    def form_of(self, root: str) -> str:
        return "camelCase" if self._camel else ""

    def named(self, tree: dict[str, Any]) -> dict[str, Any]:
        return {camel_case(name): value for name, value in tree.items()} if self._camel else tree

    def _learn(self, body: Body) -> None:
        key = KEY.search(body.head[:SHOWN])
        if key:
            self._camel = bool(key[1])

    def loads(self, body: Body, memory: int = MEMORY) -> Any:
        if body.blank:
            return None
        self._learn(body)
        budget = Budget(memory)
        with _readable_json():
            text = budget.whole(body)
            return budget.keep(budget.shared(DECODER.decode(text.decode(_encoding(body), "surrogatepass"))))

    def loads_many(self, body: Body, root: str = "", take: Take = KEEP, memory: int = MEMORY) -> list[Any]:
        self._learn(body)
        trees = self._array(body, take, memory)
        if trees is None:
            tree = self.loads(body, memory)
            found = "null" if tree is None else f"a JSON {type(tree).__name__}"
            raise UnreadableAnswer(f"it is {found} where a list was expected")
        return trees

    def loads_any(self, body: Body, memory: int = MEMORY) -> Any:
        trees = self._array(body, KEEP, memory)
        return self.loads(body, memory) if trees is None else trees

    def _array(self, body: Body, take: Take, memory: int) -> list[Any] | None:
        """Return the elements of an array, or None if the document is not an array."""
        budget = Budget(memory)
        with _readable_json():
            batches = array(decoded(blocks(budget.read(body), b","), _encoding(body)), DECODER)
            if batches is None:
                return None
            return [item for trees in batches for item in budget.keep_all(_taken(trees, take, budget))]


def camel_case(name: str) -> str:
    """Return a name in camelCase: ``cpaAccepted`` for ``CPAAccepted``. A name in camelCase stays the same."""
    return CAPITALS.sub(lambda found: found[0].lower(), name, count=1) if name[:1].isupper() else name


def _taken(trees: list[Any], take: Take, budget: Budget) -> list[Any]:
    items = take.many(trees)
    return [take.one(budget.shared(tree)) for tree in trees] if items is None else items


@contextmanager
def _readable_json() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise UnreadableAnswer(f"it is not JSON ({error})") from error
    except RecursionError as error:
        raise UnreadableAnswer("its JSON is nested too deeply") from error


def _encoding(body: Body) -> str:
    return json.detect_encoding(body.head)


def _integer(digits: str) -> int | str:
    """Return a number. A number that is too long stays a text, so that the rest of the document can be read."""
    return int(digits) if len(digits) <= LONGEST else digits


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not a number")


# Not strict: a text may contain a control character that is not escaped.
DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_refuse, strict=False)


class Xml:
    """XML as the DataContractSerializer of .NET writes it: ordinal order, null as ``i:nil`` (contract: wire details).

    It remembers the namespaces of the records that it reads, and writes the same namespaces (contract: assumptions). If
    other records have a namespace that is not the documented namespace, a record that was not read gets their
    namespace.
    """

    content_type = "application/xml"
    needs_root = True
    omits_defaults = True  # contract: wire details

    def __init__(self) -> None:
        if XMLTODICT_TRACE:
            raise MissingLibrary.of("xmltodict", XMLTODICT_TRACE)
        self._namespaces: dict[str, str] = {}
        self._usual = NAMESPACE

    def form_of(self, root: str) -> str:
        return self._namespaces.get(root, self._usual)

    def named(self, tree: dict[str, Any]) -> dict[str, Any]:
        return tree

    def reads(self, media: str) -> bool:
        other = media.startswith(("application/xhtml", "application/soap"))
        return media in ("application/xml", "text/xml") or (media.endswith("+xml") and not other)

    def dumps(self, root: str, tree: Any) -> bytes:
        namespace = self.form_of(root)
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
        # A reader would turn a carriage return into a line feed. A reference stays unchanged.
        return text.replace("\r", "&#13;").encode()

    def loads(self, body: Body, memory: int = MEMORY) -> Any:
        if body.blank:
            return None

        def read(pieces: Iterable[bytes], budget: Budget) -> Any:
            nodes = Nodes(budget)
            nodes.parse(pieces)
            return budget.keep(self._record(*nodes.root, {}))

        return _parsed(body, memory, read)

    def loads_many(self, body: Body, root: str = "", take: Take = KEEP, memory: int = MEMORY) -> list[Any]:
        def read(pieces: Iterable[bytes], budget: Budget) -> list[Any]:
            found: list[Any] = []
            nodes = Nodes(budget, lambda *item: found.append(budget.keep(take.one(self._record(*item)))))
            nodes.parse(pieces)
            name, node = nodes.root
            if local(name).startswith("ArrayOf"):  # an empty list also shows the namespace
                self._learn(local(name)[len("ArrayOf") :], namespace_of(name, scope_of(node, {})))
            text = node.get("#text") if isinstance(node, dict) else node
            if nodes.mixed or (text or "").strip():
                raise UnreadableAnswer("it is a text where a list was expected")
            if not found and (is_nil(node) or not _can_be_empty(local(name), root)):
                kind = "null" if is_nil(node) else f"<{local(name)}>"
                raise UnreadableAnswer(f"it is {kind} where a list was expected")
            return found

        return list(_parsed(body, memory, read))

    def loads_any(self, body: Body, memory: int = MEMORY) -> Any:
        if body.blank:
            return None

        def read(pieces: Iterable[bytes], budget: Budget) -> Any:
            tree: dict[str, Any] = {}
            nodes = Nodes(budget, lambda name, node, _scope: add_child(tree, name, budget.keep(plain(node))))
            nodes.parse(pieces)
            _name, node = nodes.root
            return plain(node) if is_nil(node) or not tree else without_prefixes(tree)

        return _parsed(body, memory, read)

    def _record(self, name: str, node: Any, outer: Scope) -> Any:
        scope = scope_of(node, outer)
        tree = record(name, node, scope)
        if isinstance(tree, dict):
            self._learn(local(name), namespace_of(name, scope))
        return tree

    def _learn(self, name: str, namespace: str) -> None:
        """Remember the namespace of a record, also for records that were not read yet."""
        if namespace.startswith(SERIALIZATION):
            return
        self._namespaces[name] = namespace
        if namespace != NAMESPACE:
            self._usual = namespace


FORMATS: dict[str, Callable[[], Format]] = {"json": Json, "xml": Xml}


def _can_be_empty(name: str, root: str) -> bool:
    """Return whether an element without children can be an empty list of records that are named *root*.

    The contract does not show the root of folder messages (contract: assumptions).
    """
    return name.startswith("ArrayOf") or root == ANY_ROOT


def _parsed(body: Body, memory: int, read: Callable[[Iterable[bytes], Budget], Any]) -> Any:
    """Return what *read* makes of an XML document. If XML forbids some of its characters, they are removed first."""
    budget = Budget(memory)
    try:
        try:
            return read(budget.read(body), budget)
        except ExpatError:
            budget = Budget(memory)
            texts = decoded(blocks(budget.read(body), b">"), encoding_of(body.head))
            return read((text.encode() for text in without_forbidden(texts)), budget)
    except RecursionError as error:
        raise UnreadableAnswer("its XML is nested too deeply") from error
    except (ExpatError, LookupError, ValueError) as error:
        raise UnreadableAnswer(f"it is not XML that may be read ({error})") from error


def _json_date(value: Any) -> str:
    if isinstance(value, datetime):
        return f"/Date({round(value.timestamp() * 1000)}+0000)/"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
