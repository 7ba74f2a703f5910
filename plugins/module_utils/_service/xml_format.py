# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""XML of the API: from bytes to a plain tree and back, record by record. See ``formats``."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.parsers import expat
from xml.parsers.expat import ExpatError

from .._errors import InvalidInput, MissingLibrary, UnreadableAnswer
from .._model.values import UNWRITABLE
from .bodies import Body
from .elements import (
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
from .kept_elements import Scope
from .streams import KEEP, MEMORY, Budget, Take, blocks, decoded

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
ANY_ROOT = "FolderMessage"  # a list of these records can have any root element
LEVELS = 250  # maximum depth of nested elements
# Names of root elements that only pages and errors have, and never a record, a list or a value of the API.
FAULT = re.compile(r"x?html|head|body|errors?|\w*fault|envelope|\w*exception|problem\w*", re.I)


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
                f"{root}: a text contains the character U+{ord(unwritable[0]):04X}, which XML forbids. Remove the "
                "character, or set data_format to json."
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
                fault = "has text between its records" if found else "is a text"
                raise UnreadableAnswer(f"the answer must be a list, but {fault}")
            if not found and (is_nil(node) or not _can_be_empty(local(name), root)):
                kind = "null" if is_nil(node) else f"the XML element {local(name)}"
                raise UnreadableAnswer(f"the answer must be a list, but is {kind}")
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
        raise UnreadableAnswer("the XML of the answer is nested too deeply") from error
    except (ExpatError, LookupError, ValueError) as error:
        raise UnreadableAnswer(f"the answer is not valid XML: {error}") from error


class Nodes:
    """Builds the nodes of an XML document. Each child of the root is passed to *take* as soon as it is complete.

    Without *take*, the children stay in the root. ``root`` is the name and the node of the root.
    """

    def __init__(self, budget: Budget, take: Callable[[str, Any, Scope], None] | None = None) -> None:
        self.root: tuple[str, Any] = ("", None)
        self.taken = False  # True if the root had a child that was passed to take
        self.mixed = False  # True if there is text between the children of the root
        self._scope: Scope = {}
        self._name, self._take = budget.name, take
        self._open: list[tuple[dict[str, Any], list[str]]] = []

    def parse(self, pieces: Iterable[bytes]) -> None:
        """Read a whole document. Raises ExpatError, UnreadableAnswer, and the errors of *take*."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse_entity
        parser.AttlistDeclHandler = _refuse_attributes
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        node: dict[str, Any] = {self._name(f"@{key}"): text for key, text in attributes.items()}
        if not self._open:
            _check_root(name)
            self._scope = scope_of(node, {})
        if len(self._open) >= LEVELS:
            raise UnreadableAnswer("the XML of the answer is nested too deeply")
        self._open.append((node, []))

    def _text(self, text: str) -> None:
        if self.taken and len(self._open) == 1:
            self.mixed = self.mixed or not text.isspace()
        else:
            self._open[-1][1].append(text)

    def _end(self, name: str) -> None:
        content, texts = self._open.pop()
        text = "".join(texts)
        if content and text:
            content["#text"] = text
        node = content or text or None
        if not self._open:
            self.root = (name, node)
        elif self._take is not None and len(self._open) == 1:
            self.taken = True
            self._take(self._name(name), node, self._scope)
        else:
            add_child(self._open[-1][0], self._name(name), node)


def add_child(children: dict[str, Any], name: str, child: Any) -> None:
    """Add a child to its parent. Several children with the same name become a list."""
    if name not in children:
        children[name] = child
    elif isinstance(children[name], list):
        children[name].append(child)
    else:
        children[name] = [children[name], child]


def _check_root(name: str) -> None:
    if FAULT.fullmatch(local(name)):
        page = local(name).lower().endswith("html")
        raise UnreadableAnswer(
            "the answer is an HTML page" if page else f"the answer is an error message (XML element {local(name)})"
        )


def _refuse_entity(*_declared: Any) -> None:
    raise UnreadableAnswer("the XML of the answer declares entities, which the collection rejects")


def _refuse_attributes(*_declared: Any) -> None:
    """Raise UnreadableAnswer: with declared attributes, a short document could give each element a long attribute."""
    raise UnreadableAnswer("the XML of the answer declares attributes, which the collection rejects")
