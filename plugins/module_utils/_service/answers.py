# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Whether an answer belongs to the request (contract: resources).

A page of a firewall, an error, another record or a record without an id is not an answer. Every reader here raises
UnreadableAnswer for such answers, with the fact ``private`` if no part of the body should be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from .._errors import UnreadableAnswer
from .._model.fields import STR, Record, Resource
from .calls import Answer
from .formats import Format, Take
from .streams import MEMORY, Budget

Value = TypeVar("Value")
Reader = Callable[[Answer], Value]

PARTIAL = 206  # a status: the answer is only a part of a document
PLAIN = "text/plain"  # accepted only for a bare value
# Names of fields with personal data, in both formats, and fields that can be long.
UNSHOWN = re.compile(
    rb"\b(Firstname|Lastname|Email|PhoneNumber|Receivers|SenderNumber|FromNumber|Text)\b|<!ENTITY", re.I
)
MESSAGE_ID = re.compile(r"(?:[A-Za-z]+_)?(?=0*[1-9])([0-9]{1,18})", re.ASCII)
# Of any length, because what matters is that the message was sent. 0 is no id, so nothing was sent.
NEW_MESSAGE_ID = re.compile(r"(?:[A-Za-z]+_)?0*[1-9][0-9]*", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
LARGEST = 10**18  # ids have at most 18 digits
DEEPEST = 200  # levels in the tree of an answer; a folder inside a folder takes two


class Answers:
    """Readers of answers in one format."""

    def __init__(self, wire: Format, memory: int = MEMORY) -> None:
        self._wire = wire
        self._memory = memory  # bytes for the content of an answer

    def record(self, resource: Resource, id: int | str | None = None) -> Reader[Record]:
        """One record: the one with this *id*, if the id was asked for."""
        return self._careful(lambda answer: self._record(resource, self._tree(answer), id))

    def record_or_nothing(self, resource: Resource) -> Reader[Record | None]:
        """One record, or None for an empty body or null (contract: assumptions, ``phonenumber`` only)."""

        def read(answer: Answer) -> Record | None:
            if answer.body.blank:
                _check_end(answer)
                return None
            tree = self._tree(answer)
            return None if tree is None else self._record(resource, tree, None)

        return self._careful(read)

    def records(self, resource: Resource) -> Reader[list[Record]]:
        """A list of records, which may be empty."""

        def read(answer: Answer) -> list[Record]:
            self._check(answer)
            take = Take(lambda tree: self._record(resource, tree, None), lambda trees: _plain_records(resource, trees))
            return _distinct(resource, self._wire.loads_many(answer.body, resource.wire, take, self._memory))

        return self._careful(read)

    def chosen(self, resource: Resource, name: str, wanted: Callable[[Any], bool]) -> Reader[list[Record | None]]:
        """A list in which each record whose field *name* is not *wanted* is None, which saves time and memory.

        Every record is checked. The ids of the resource are numbers.
        """

        def one(tree: Any) -> Record | None:
            record = self._record(resource, tree, None)
            return record if wanted(record[name]) else None

        def read(answer: Answer) -> list[Record | None]:
            self._check(answer)
            take = Take(one, lambda trees: resource.chosen_plain_records(trees, name, wanted))
            rows = self._wire.loads_many(answer.body, resource.wire, take, self._memory)
            found = [row for row in rows if row is not None]
            distinct = _distinct(resource, found)
            return rows if len(distinct) == len(found) else [*distinct, *[None] * (len(rows) - len(found))]

        return self._careful(read)

    def count(self) -> Reader[int]:
        """A bare number."""

        def read(answer: Answer) -> int:
            text = self._bare(answer)
            if not NUMBER.fullmatch(text):
                raise UnreadableAnswer("a number was expected")
            return int(text)

        return self._careful(read)

    def new_id(self, resource: Resource) -> Reader[int | str]:
        """The id of a new record: the bare id, the whole record (version 1), or the end of ``Location``.

        Other fields of the record are not checked, because the record was created.
        """

        def read(answer: Answer) -> int | str:
            try:
                return self._given_id(resource, answer)
            except UnreadableAnswer:
                location = _located_id(resource, answer)
                if location is None or not answer.delimited:
                    raise
                return location

        return self._careful(read)

    def done(self, *records: tuple[Resource, int | str]) -> Reader[None]:
        """An empty body, the usual answer to PUT and DELETE, or one of the written or deleted *records*."""

        def read(answer: Answer) -> None:
            if answer.body.blank:
                _check_end(answer)
                return
            tree = self._tree(answer)
            if tree is None:
                return
            for resource, id in records:
                if isinstance(tree, Mapping) and _id_in(resource, tree) is not None:
                    _record(resource, tree, id)
                    return
            raise UnreadableAnswer("an empty body was expected, as the service has for a change that is made")

        return self._careful(read)

    def anything(self) -> Reader[dict[str, Any]]:
        """``status``, ``location`` and ``content``, a plain tree, of any resource. The body may be empty."""

        def read(answer: Answer) -> dict[str, Any]:
            if answer.body.blank:
                _check_end(answer)
            elif "html" in _media(answer):
                raise UnreadableAnswer("it is an HTML page")
            content = _ended(answer, self._wire.loads_any(answer.body, self._memory))
            _check_depth([content])
            return {"status": answer.status, "location": answer.headers.get("Location"), "content": content}

        return self._careful(read)

    def _record(self, resource: Resource, tree: Any, id: int | str | None) -> Record:
        """A record to use. Raises UnreadableAnswer without the field that identifies it: a change would clear it."""
        record, required = _record(resource, tree, id), resource.required
        missing = required not in tree and required not in resource.named(tree)
        if required and missing and not self._wire.omits_defaults:
            raise UnreadableAnswer(f"it has no {required} as a {_title(resource)} has")
        return record

    def _given_id(self, resource: Resource, answer: Answer) -> int | str:
        if _media(answer) == PLAIN:
            return _new_id_of(resource, self._bare(answer))
        tree = self._tree(answer)
        return _new_id_of(resource, _id_in(resource, tree) if isinstance(tree, Mapping) else tree)

    def _bare(self, answer: Answer) -> str:
        """A bare value as a text; plain text has no quotes."""
        self._check(answer, PLAIN)
        if _media(answer) == PLAIN:
            _check_end(answer)
            text = Budget(self._memory).whole(answer.body).decode("utf-8", "replace")
            return text.strip().strip('"')
        tree = self._loaded(answer)
        return str(tree).strip() if isinstance(tree, (str, int)) and not isinstance(tree, bool) else ""

    def _tree(self, answer: Answer) -> Any:
        self._check(answer)
        return self._loaded(answer)

    def _loaded(self, answer: Answer) -> Any:
        return _ended(answer, self._wire.loads(answer.body, self._memory))

    def _check(self, answer: Answer, *more_types: str) -> None:
        """Raise UnreadableAnswer if the body is not a whole document of the format."""
        if answer.status == PARTIAL:
            raise UnreadableAnswer("it is only a part of the document (status 206)")
        if answer.body.blank:
            raise UnreadableAnswer("its body is empty")
        media = _media(answer)
        if media and media not in more_types and not self._wire.reads(media):
            # As it was sent, and whole, so that a secret in it is recognised and masked.
            given = str(answer.headers.get("Content-Type")).partition(";")[0].strip()
            raise UnreadableAnswer(f"its type is {given}, and {self._wire.content_type} was asked for")

    def _careful(self, read: Reader[Value]) -> Reader[Value]:
        def careful(answer: Answer) -> Value:
            try:
                return read(answer)
            except UnreadableAnswer as error:
                private = bool(UNSHOWN.search(answer.body.head))
                raise UnreadableAnswer(str(error), **{**error.facts, "private": private}) from error

        return careful


def _check_end(answer: Answer) -> None:
    """Raise UnreadableAnswer if the end of the body is not certain."""
    if not answer.delimited and (answer.body.blank or not answer.body.last.isspace()):
        raise UnreadableAnswer("it does not say where it ends, and may have been cut off")


def _ended(answer: Answer, tree: Any) -> Any:
    """The tree of a complete document. The end of a number is not visible: 15 can be the beginning of 155."""
    if isinstance(tree, (int, float)) and not isinstance(tree, bool):
        _check_end(answer)
    return tree


def _media(answer: Answer) -> str:
    return str(answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _plain_records(resource: Resource, trees: Sequence[Any]) -> list[Record] | None:
    """The records in simple trees; None if one of them is not simple. Raises UnreadableAnswer."""
    records = resource.plain_records(trees)
    if records and resource.id and resource.id_field.kind is STR:
        for record in records:
            _id_of(resource, record[resource.id])
    return records


def _distinct(resource: Resource, records: list[Record]) -> list[Record]:
    """Each record once. Raises UnreadableAnswer if the list has two different records with one id.

    A message to several receivers can have several rows in a folder, so these rows stay.
    """
    if not resource.id or resource.id_field.kind is STR or len({row[resource.id] for row in records}) == len(records):
        return records
    found: dict[Any, Record] = {}
    for record in records:
        if found.setdefault(record[resource.id], record) != record:
            raise UnreadableAnswer(f"it has {_title(resource)} {record[resource.id]} twice, with different fields")
    return list(found.values())


def _record(resource: Resource, tree: Any, id: int | str | None) -> Record:
    """The record in *tree*. Raises UnreadableAnswer if it is another record or not a record."""
    if not isinstance(tree, (dict, Mapping)):
        raise UnreadableAnswer(f"a {_title(resource)} was expected, and not {_kind(tree)}")
    if not resource.is_flat(tree):
        _check_depth(tree)
    record = resource.from_wire(tree)
    _check_inner_ids(resource, record)
    if not resource.id:
        named = resource.named(tree)
        if not any(field.wire in named for field in resource.fields):
            raise UnreadableAnswer(f"it has none of the fields of a {_title(resource)}")
        return record
    found = _id_of(resource, record[resource.id])
    if id is not None and not _same_id(id, found):
        raise UnreadableAnswer(f"it is {_title(resource)} {found}, and {id} was asked for")
    return record


def _check_inner_ids(resource: Resource, record: Record) -> None:
    for field, inner in resource.nested:
        for child in record[field.name] if inner.id else ():
            _id_of(inner, child[inner.id])
            _check_inner_ids(inner, child)


def _kind(tree: Any) -> str:
    names = {type(None): "nothing", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(tree), "a text")


def _check_depth(tree: Any) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise UnreadableAnswer("it is nested too deeply")
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, Mapping) else node)
            if isinstance(child, (Mapping, list))
        ]


def _title(resource: Resource) -> str:
    return resource.name.replace("_", " ")


def _id_in(resource: Resource, tree: Mapping[str, Any]) -> Any:
    return resource.named(tree).get(resource.id_field.wire)


def _id_of(resource: Resource, value: Any) -> int | str:
    """A valid id: above 0, or an id of a message, such as I_1234. Raises UnreadableAnswer."""
    field = resource.id_field
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST and field.kind is not STR:
        return value
    text = str(value).strip() if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if field.kind is STR and MESSAGE_ID.fullmatch(text):
        return text
    if field.kind is not STR and NUMBER.fullmatch(text) and int(text) > 0:
        return int(text)
    raise UnreadableAnswer(f"it has no {field.wire} as a {_title(resource)} has")


def _new_id_of(resource: Resource, value: Any) -> int | str:
    """The id of a new record. Raises UnreadableAnswer."""
    if resource.id_field.kind is not STR:
        return _id_of(resource, value)
    text = str(value).strip() if isinstance(value, (int, str)) else ""
    if not NEW_MESSAGE_ID.fullmatch(text):
        raise UnreadableAnswer(f"it has no {resource.id_field.wire} as a {_title(resource)} has")
    return text


def _located_id(resource: Resource, answer: Answer) -> int | str | None:
    """The id at the end of ``Location``, if that is an address of the resource."""
    try:
        path = urlsplit(str(answer.headers.get("Location") or "")).path
    except ValueError:
        return None
    place, _slash, text = unquote(path).rstrip("/").rpartition("/")
    belongs = not place or f"/{place}".casefold().endswith(resource.path)
    try:
        return _new_id_of(resource, text) if belongs else None
    except UnreadableAnswer:
        return None


def _same_id(asked: int | str, found: int | str) -> bool:
    """Whether a record is the requested record. A bare number can mean any message (contract: messages)."""
    if isinstance(found, int):
        return str(asked).strip() == str(found)
    wanted, given = MESSAGE_ID.fullmatch(str(asked).strip()), MESSAGE_ID.fullmatch(found)
    if wanted is None or given is None:
        return str(asked) == found
    if wanted[0].isdecimal():
        return True
    return wanted[0].casefold() == given[0].casefold() or (given[0].isdecimal() and wanted[1] == given[1])
