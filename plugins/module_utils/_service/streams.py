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
from dataclasses import dataclass
from typing import Any, TypeVar

from .._errors import UnreadableAnswer
from .bodies import Body
from .kept_elements import KEPT

MEBIBYTE = 1024 * 1024
MEMORY = 128 * MEBIBYTE  # bytes of memory for all items of an answer; 100,000 contacts need about 125 MiB on Python 3.9
COST = 64  # an unfinished item is expected to need at most this many bytes of memory for each byte of its text
NEW_NAME = 500  # bytes that a name needs besides its text, in the table of names here and in the XML parser
OF_KEPT = 200  # bytes that a KeptText or KeptTree needs besides its node
# Bytes that an ASCII text needs besides its characters, plus 15 to round up to a multiple of 16.
OF_ASCII = sys.getsizeof("a") - 1 + 15
SLOT = 16  # bytes that an item needs in the list of all items
BLANK = re.compile(r"[ \t\r\n]*")
BETWEEN = "},"  # the text between two records

CONTAINERS = frozenset((dict, list, *KEPT))
Item = TypeVar("Item")


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
    trees, and consists of None and of dictionaries that contain no lists and no dictionaries.
    """

    one: Callable[[Any], Any] = unchanged
    many: Callable[[list[Any]], list[Any] | None] = one_by_one


KEEP = Take()


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
        return self._counted(items, size_of)

    def keep_flat(self, items: list[Item]) -> list[Item]:
        """Do the same for flat items, which is faster."""
        return self._counted(items, flat_size_of)

    def _counted(self, items: list[Item], size: Callable[[Any], int]) -> list[Item]:
        self._pending = 0
        self._left -= sum(map(size, items)) + SLOT * len(items)
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
                f"the records in the answer need more than {self._memory / MEBIBYTE:g} MiB of memory, or one record "
                f"has more than {self._memory / COST / MEBIBYTE:g} MiB; if the records in the account are really this "
                "large, increase max_answer_size",
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


def flat_size_of(record: Mapping[str, Any] | None) -> int:
    """Return the same for None or a dictionary that contains no lists and no dictionaries."""
    size = _rounded(record)
    for value in filter(None, record.values()) if record else ():
        if isinstance(value, str) and value.isascii():
            size += (len(value) + OF_ASCII) & -16
        else:
            size += _rounded(value)
    return size


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
            raise ValueError("a comma or the end of the list is missing")
    if window.sign():
        raise ValueError("there is more text after the end of the list")
