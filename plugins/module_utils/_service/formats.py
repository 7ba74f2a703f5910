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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from .._errors import UnreadableAnswer
from .._model.halves import json_text
from .._model.values import kind_of
from .bodies import Body
from .streams import KEEP, MEMORY, Budget, Take, array, blocks, decoded

LONGEST = 100  # maximum number of digits of an integer
# The name of an id, or of a list of the user, as a key of JSON: documented or in camelCase (contract: assumptions).
KEY = re.compile(
    rb'"(?:(contactId|groupId|folderId|messageId|allowedFunctions)'
    rb'|ContactId|GroupId|FolderId|MessageId|AllowedFunctions)"\s*:'
)
SHOWN = 4096  # bytes at the beginning of an answer that are searched; they contain the first record
CAPITALS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]")
# A date in JSON. Its slashes are escaped as in the vendor's samples (contract: assumptions).
DATE = re.compile(r'"/(Date\(-?\d+(?:[+-]\d{4})?\))/"')


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
            raise UnreadableAnswer(f"the answer must be a list, but is {kind_of(tree)}")
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
            return [item for trees in batches for item in _taken(trees, take, budget)]


def camel_case(name: str) -> str:
    """Return a name in camelCase: ``cpaAccepted`` for ``CPAAccepted``. A name in camelCase stays the same."""
    return CAPITALS.sub(lambda found: found[0].lower(), name, count=1) if name[:1].isupper() else name


def _taken(trees: list[Any], take: Take, budget: Budget) -> list[Any]:
    items = take.many(trees)
    if items is not None:
        return budget.keep_flat(items)
    return budget.keep_all([take.one(budget.shared(tree)) for tree in trees])


@contextmanager
def _readable_json() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise UnreadableAnswer(f"the answer is not JSON: {error}") from error
    except RecursionError as error:
        raise UnreadableAnswer("the JSON of the answer is nested too deeply") from error


def _encoding(body: Body) -> str:
    return json.detect_encoding(body.head)


def _integer(digits: str) -> int | str:
    """Return a number. A number that is too long stays a text, so that the rest of the document can be read."""
    return int(digits) if len(digits) <= LONGEST else digits


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("the answer contains a number that is too large")
    return number


def _refuse(name: str) -> float:
    raise ValueError(f"the answer contains {name}, which is not a number")


# Not strict: a text may contain a control character that is not escaped.
DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_refuse, strict=False)


def xml() -> Format:
    """Return the format XML."""
    from .xml_format import Xml  # imported here, because most runs use JSON

    return Xml()


FORMATS: dict[str, Callable[[], Format]] = {"json": Json, "xml": xml}


def _json_date(value: Any) -> str:
    if isinstance(value, datetime):
        return f"/Date({round(value.timestamp() * 1000)}+0000)/"
    raise TypeError(f"a value of the type {type(value).__name__} cannot be written as JSON")
