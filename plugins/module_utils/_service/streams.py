# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads documents of any length, a few items at a time, within a limit of memory. Pure.

A list of 100,000 contacts must be readable. But a document of the same length could contain millions of empty lists,
and would need many times its own size in memory. So only a short piece of text or one item is in memory at a time, and
the memory of finished items is counted.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from xml.parsers import expat

from .._errors import UnreadableAnswer
from .bodies import Body
from .elements import KEPT, Scope, local, scope_of

MEBIBYTE = 1024 * 1024
MEMORY = 128 * MEBIBYTE  # bytes of memory for all items of an answer; 100,000 contacts need about 125 MiB on Python 3.9
COST = 64  # an unfinished item is expected to need at most this many bytes of memory for each byte of its text
NEW_NAME = 500  # bytes that a name needs besides its text, in the table of names here and in the XML parser
OF_KEPT = 200  # bytes that a KeptText or KeptTree needs besides its node
# Bytes that an ASCII text needs besides its characters, plus 15 to round up to a multiple of 16.
OF_ASCII = sys.getsizeof("a") - 1 + 15
SLOT = 16  # bytes that an item needs in the list of all items
LEVELS = 250  # maximum depth of nested elements
BLANK = re.compile(r"[ \t\r\n]*")
BETWEEN = "},"  # the text between two records
# Names of root elements that only pages and errors have, and never a record, a list or a value of the API.
FAULT = re.compile(r"x?html|head|body|errors?|\w*fault|envelope|\w*exception|problem\w*", re.I)

CONTAINERS = frozenset((dict, list, *KEPT))
Item = TypeVar("Item")


class Budget:
    """The memory that one answer may use. Every method raises UnreadableAnswer if too much is used."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = self._left = memory
        self._pending = 0  # bytes that were read after the end of the last item
        self._names: dict[str, str] = {}  # each name is in memory only once, for all items

    def read(self, body: Body) -> Iterator[bytes]:
        """Yield the pieces of a body. Raises an error if an unfinished item may need too much memory."""
        for piece in body.pieces():
            self._pending += len(piece)
            self._require(self._pending * COST)
            yield piece

    def whole(self, body: Body) -> bytes:
        """Return the whole body, which is one item."""
        return b"".join(self.read(body))

    def keep(self, item: Item) -> Item:
        """Count the memory of an item, and return the item."""
        return self.keep_all([item])[0]

    def keep_all(self, items: list[Item]) -> list[Item]:
        """Count the memory of items, and return the items."""
        self._pending = 0
        self._left -= sum(map(size_of, items)) + SLOT * len(items)
        self._require(0)
        return items

    def name(self, name: str) -> str:
        """Return an equal name that is in memory only once."""
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = name
            self._left -= sys.getsizeof(name) + NEW_NAME
            self._require(0)
        return known

    def shared(self, tree: Any) -> Any:
        """Return an equal tree whose names are in memory only once."""
        if isinstance(tree, dict):
            return {self.name(name): self.shared(value) for name, value in tree.items()}
        return [self.shared(item) for item in tree] if isinstance(tree, list) else tree

    def _require(self, memory: int) -> None:
        if memory > self._left:
            raise UnreadableAnswer(
                f"its records need more than {self._memory / MEBIBYTE:g} MiB of memory, or one record has more than "
                f"{self._memory / COST / MEBIBYTE:g} MiB; if the account has such records, increase max_answer_size",
                final=True,
            )


def size_of(tree: Any) -> int:
    """Return how many bytes a tree needs in memory, without its names."""
    size = _rounded(tree)
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        if not value:  # None, False, 0 and "" are in memory only once
            size += _rounded(value) if type(value) in CONTAINERS else 0
        elif isinstance(value, str) and value.isascii():
            size += (len(value) + OF_ASCII) & -16  # the same result as _rounded, but faster
        else:
            size += _rounded(value) if isinstance(value, int) else size_of(value)
    return size + OF_KEPT + size_of(tree.node) + size_of(tree.scope) if isinstance(tree, KEPT) else size


def _rounded(value: Any) -> int:
    return (sys.getsizeof(value) + 15) & -16


def blocks(pieces: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Yield the same bytes in blocks. Each block except the last block ends with *end*, an ASCII character.

    So no character and no reference is cut in two.
    """
    rest = b""
    for piece in pieces:
        cut = piece.rfind(end) + 1
        if cut:
            yield rest + piece[:cut]
            rest = piece[cut:]
        else:
            rest += piece
    if rest:
        yield rest


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Yield the text of a document. Raises ValueError."""
    try:
        b"".decode(encoding)  # raises LookupError for codecs that are not for text
        decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    except LookupError as error:
        raise ValueError(str(error)) from error
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", True)


# JSON


class Window:
    """The part of a JSON text that is currently in memory."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text = ""
        self._place = 0
        self._single = False  # True if the records in this part must be read one by one

    def sign(self) -> str:
        """Return the next character that is not white space, or "" at the end."""
        while True:
            found = BLANK.match(self._text, self._place)
            self._place = found.end() if found else self._place
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def skip(self, sign: str) -> bool:
        """Go past *sign* if it is the next character. Returns whether it was."""
        found = self.sign() == sign
        self._place += found
        return found

    def values(self, decoder: json.JSONDecoder) -> list[Any]:
        """Return the next values of an array: all complete records in the text, or one value. Raises ValueError.

        The text is cut at its last comma after a record. If the text before the comma is a valid array, the cut was
        between two records and not inside a record.
        """
        end = -1 if self._single else self._text.rfind(BETWEEN, self._place) + 1
        if end > self._place:
            try:
                trees: list[Any] = decoder.decode(f"[{self._text[self._place : end]}]")
            except json.JSONDecodeError:  # the comma is inside a text or a list, or the document is not JSON
                self._single = True
            else:
                self._place = end
                return trees
        return [self.value(decoder)]

    def value(self, decoder: json.JSONDecoder) -> Any:
        """Return the next value. Raises ValueError."""
        self.sign()
        while True:
            try:
                tree, end = decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError:  # the value is not JSON, or it is not complete yet
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # at the end of the text, a number could have more digits
                self._place = end
                return tree

    def _more(self) -> bool:
        piece = next(self._texts, None)
        if piece is None:
            return False
        self._text, self._place, self._single = self._text[self._place :] + piece, 0, False
        return True


def array(texts: Iterator[str], decoder: json.JSONDecoder) -> Iterator[list[Any]] | None:
    """Return the elements of a JSON array in several lists; None for any other document.

    The iterator raises ValueError.
    """
    window = Window(texts)
    return _elements(window, decoder) if window.skip("[") else None


def _elements(window: Window, decoder: json.JSONDecoder) -> Iterator[list[Any]]:
    more = not window.skip("]")
    while more:
        yield window.values(decoder)
        more = window.skip(",")
        if not more and not window.skip("]"):
            raise ValueError("a comma or the end of the list was expected")
    if window.sign():
        raise ValueError("there is something after the end of the list")


# XML


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
            raise UnreadableAnswer("its XML is nested too deeply")
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
        raise UnreadableAnswer("it is an HTML page" if page else f"it is an error message ({local(name)})")


def _refuse_entity(*_declared: Any) -> None:
    raise UnreadableAnswer("it is not XML that may be read (it declares entities)")


def _refuse_attributes(*_declared: Any) -> None:
    """Raise UnreadableAnswer: with declared attributes, a short document could give each element a long attribute."""
    raise UnreadableAnswer("it is not XML that may be read (it declares attributes)")
