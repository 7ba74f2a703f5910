# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks whether an answer belongs to the request (contract: resources).

A page of a firewall, an error, another record, or a record without an id is not an answer. For these, every reader in
this file raises UnreadableAnswer. Its fact ``private`` says that no part of the body may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from .._errors import UnreadableAnswer
from .._model.fields import STR, Record, Resource
from .._model.values import kind_of
from .calls import Answer
from .formats import Format
from .streams import MEMORY, Budget, Take

Value = TypeVar("Value")
Reader = Callable[[Answer], Value]

PARTIAL = 206  # with this status, the answer is only a part of a document
PLAIN = "text/plain"  # accepted only for a value that is not inside a record
# Names of fields with personal data, in JSON and XML, and names of fields that can be long.
UNSHOWN = re.compile(
    rb"\b(Firstname|Lastname|Email|PhoneNumber|Receivers|SenderNumber|FromNumber|Text)\b|<!ENTITY", re.I
)
MESSAGE_ID = re.compile(r"(?:[A-Za-z]+_)?(?=0*[1-9])([0-9]{1,18})", re.ASCII)
# The id of a new message can have any length: it only has to show that the message was sent. The id 0 means that no
# message was sent.
NEW_MESSAGE_ID = re.compile(r"(?:[A-Za-z]+_)?0*[1-9][0-9]*", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
LARGEST = 10**18  # ids have at most 18 digits
DEEPEST = 200  # maximum number of levels in the tree of an answer; a folder inside a folder takes two levels


class Answers:
    """Makes readers for answers in one format. A reader is a function that converts an answer."""

    def __init__(self, wire: Format, memory: int = MEMORY) -> None:
        self._wire = wire
        self._memory = memory  # maximum bytes of memory for the content of an answer

    def record(self, resource: Resource, id: int | str | None = None) -> Reader[Record]:
        """Return a reader for one record. With *id*, another record is an error."""
        return self._careful(lambda answer: self._record(resource, self._tree(answer), id))

    def record_or_nothing(self, resource: Resource) -> Reader[Record | None]:
        """Return a reader for one record, or None if the body is empty or null (contract: assumptions, ``phonenumber``
        only).
        """

        def read(answer: Answer) -> Record | None:
            if answer.body.blank:
                _check_end(answer)
                return None
            tree = self._tree(answer)
            return None if tree is None else self._record(resource, tree, None)

        return self._careful(read)

    def records(self, resource: Resource) -> Reader[list[Record]]:
        """Return a reader for a list of records. The list may be empty."""

        def read(answer: Answer) -> list[Record]:
            self._check(answer)
            take = Take(lambda tree: self._record(resource, tree, None), lambda trees: _plain_records(resource, trees))
            return _distinct(resource, self._wire.loads_many(answer.body, resource.wire, take, self._memory))

        return self._careful(read)

    def chosen(self, resource: Resource, name: str, wanted: Callable[[Any], bool]) -> Reader[list[Record | None]]:
        """Return a reader for a list in which only some records are kept, to save time and memory.

        A record is None in the list if *wanted* is false for its field *name*. Every record is checked. The ids of the
        resource must be numbers.
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
        """Return a reader for a number that is not inside a record."""

        def read(answer: Answer) -> int:
            text = self._bare(answer)
            if not NUMBER.fullmatch(text):
                raise UnreadableAnswer("the answer is not a number")
            return int(text)

        return self._careful(read)

    def new_id(self, resource: Resource) -> Reader[int | str]:
        """Return a reader for the id of a new record: the id alone, the whole record (version 1), or the end of
        ``Location``.

        Other fields of the record are not checked, because the record was certainly created.
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
        """Return a reader for the answer to PUT or DELETE: usually an empty body.

        One of the written or deleted *records* is accepted too.
        """

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
            raise UnreadableAnswer("the body of the answer must be empty, but has content")

        return self._careful(read)

    def anything(self) -> Reader[dict[str, Any]]:
        """Return a reader for any resource. It returns ``status``, ``location`` and ``content``, a plain tree.

        The body may be empty.
        """

        def read(answer: Answer) -> dict[str, Any]:
            if answer.body.blank:
                _check_end(answer)
            elif "html" in _media(answer):
                raise UnreadableAnswer("the answer is an HTML page")
            content = _ended(answer, self._wire.loads_any(answer.body, self._memory))
            _check_depth([content])
            return {"status": answer.status, "location": answer.headers.get("Location"), "content": content}

        return self._careful(read)

    def _record(self, resource: Resource, tree: Any, id: int | str | None) -> Record:
        """Return a record. Raises UnreadableAnswer if the field that identifies it is missing.

        Without this check, the next change of the record would clear the field.
        """
        record, required = _record(resource, tree, id), resource.required
        missing = required not in tree and required not in resource.named(tree)
        if required and missing and not self._wire.omits_defaults:
            raise UnreadableAnswer(f"the answer has no {required}, a required field of every {_title(resource)}")
        return record

    def _given_id(self, resource: Resource, answer: Answer) -> int | str:
        if _media(answer) == PLAIN:
            return _new_id_of(resource, self._bare(answer))
        tree = self._tree(answer)
        return _new_id_of(resource, _id_in(resource, tree) if isinstance(tree, Mapping) else tree)

    def _bare(self, answer: Answer) -> str:
        """Return a value that is not inside a record, as text. Quotes around plain text are removed."""
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
        """Raise UnreadableAnswer if the body is not a whole document in the expected format."""
        if answer.status == PARTIAL:
            raise UnreadableAnswer("the answer is only a part of a longer answer (status 206)")
        if answer.body.blank:
            raise UnreadableAnswer("the body of the answer is empty")
        media = _media(answer)
        if media and media not in more_types and not self._wire.reads(media):
            # The whole header as it was sent, so that a secret in it is recognised and masked.
            given = str(answer.headers.get("Content-Type")).partition(";")[0].strip()
            raise UnreadableAnswer(
                f"the answer has the content type {given}, but the request was for {self._wire.content_type}"
            )

    def _careful(self, read: Reader[Value]) -> Reader[Value]:
        def careful(answer: Answer) -> Value:
            try:
                return read(answer)
            except UnreadableAnswer as error:
                private = bool(UNSHOWN.search(answer.body.head))
                raise UnreadableAnswer(str(error), **{**error.facts, "private": private}) from error

        return careful


def _check_end(answer: Answer) -> None:
    """Raise UnreadableAnswer if the body may have been cut off at its end."""
    if not answer.delimited and (answer.body.blank or not answer.body.last.isspace()):
        raise UnreadableAnswer("the length of the answer is not known, so possibly the answer was cut off")


def _ended(answer: Answer, tree: Any) -> Any:
    """Return *tree*, if the document is certainly complete.

    A number does not show where it ends: 15 can be the beginning of 155.
    """
    if isinstance(tree, (int, float)) and not isinstance(tree, bool):
        _check_end(answer)
    return tree


def _media(answer: Answer) -> str:
    return str(answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _plain_records(resource: Resource, trees: Sequence[Any]) -> list[Record] | None:
    """Return the records of trees that need no conversion; None if a tree needs conversion. Raises
    UnreadableAnswer.
    """
    records = resource.plain_records(trees)
    if records and resource.id and resource.id_field.kind is STR:
        for record in records:
            _id_of(resource, record[resource.id])
    return records


def _distinct(resource: Resource, records: list[Record]) -> list[Record]:
    """Return each record once. Raises UnreadableAnswer if the list has two different records with the same id.

    Messages in a folder are not compared, because a message to several receivers can be listed several times.
    """
    if not resource.id or resource.id_field.kind is STR or len({row[resource.id] for row in records}) == len(records):
        return records
    found: dict[Any, Record] = {}
    for record in records:
        if found.setdefault(record[resource.id], record) != record:
            raise UnreadableAnswer(
                f"the list contains {_title(resource)} {record[resource.id]} twice, with different values"
            )
    return list(found.values())


def _record(resource: Resource, tree: Any, id: int | str | None) -> Record:
    """Return the record of *tree*. Raises UnreadableAnswer if it is another record or not a record."""
    if not isinstance(tree, (dict, Mapping)):
        raise UnreadableAnswer(f"the answer contains {kind_of(tree)} instead of a {_title(resource)}")
    if not resource.is_flat(tree):
        _check_depth(tree)
    record = resource.from_wire(tree)
    _check_inner_ids(resource, record)
    if not resource.id:
        named = resource.named(tree)
        if not any(field.wire in named for field in resource.fields):
            raise UnreadableAnswer(f"the answer has none of the fields of a {_title(resource)}")
        return record
    found = _id_of(resource, record[resource.id])
    if id is not None and not _same_id(id, found):
        raise UnreadableAnswer(f"the answer contains the {_title(resource)} with id {found}, but id {id} was requested")
    return record


def _check_inner_ids(resource: Resource, record: Record) -> None:
    for field, inner in resource.nested:
        for child in record[field.name] if inner.id else ():
            _id_of(inner, child[inner.id])
            _check_inner_ids(inner, child)


def _check_depth(tree: Any) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise UnreadableAnswer("the answer is nested too deeply")
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
    """Return a valid id: a number above 0, or the id of a message, such as I_1234. Raises UnreadableAnswer."""
    field = resource.id_field
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST and field.kind is not STR:
        return value
    text = str(value).strip() if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if field.kind is STR and MESSAGE_ID.fullmatch(text):
        return text
    if field.kind is not STR and NUMBER.fullmatch(text) and int(text) > 0:
        return int(text)
    raise UnreadableAnswer(f"the answer has no {field.wire}, a required field of every {_title(resource)}")


def _new_id_of(resource: Resource, value: Any) -> int | str:
    """Return the id of a new record. Raises UnreadableAnswer."""
    if resource.id_field.kind is not STR:
        return _id_of(resource, value)
    text = str(value).strip() if isinstance(value, (int, str)) else ""
    if not NEW_MESSAGE_ID.fullmatch(text):
        raise UnreadableAnswer(
            f"the answer has no {resource.id_field.wire}, a required field of every {_title(resource)}"
        )
    return text


def _located_id(resource: Resource, answer: Answer) -> int | str | None:
    """Return the id at the end of ``Location``, if this address belongs to the resource."""
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
    """Return whether a record is the requested record.

    A number without a letter can mean a message of any direction (contract: messages).
    """
    if isinstance(found, int):
        return str(asked).strip() == str(found)
    wanted, given = MESSAGE_ID.fullmatch(str(asked).strip()), MESSAGE_ID.fullmatch(found)
    if wanted is None or given is None:
        return str(asked) == found
    if wanted[0].isdecimal():
        return True
    return wanted[0].casefold() == given[0].casefold() or (given[0].isdecimal() and wanted[1] == given[1])
