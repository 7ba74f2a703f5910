# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""vCards (versions 2.1, 3 and 4) that phones and mail programs export. They are read with the library vobject."""

from __future__ import annotations

import io
import quopri
import re
import traceback
from collections.abc import Iterator
from typing import Any

from .._errors import InvalidInput, MissingLibrary
from .entries import Entry
from .headers import MOBILE_KIND, NO_PHONE_KIND
from .table import number

try:
    from vobject.base import ParseError, getLogicalLines, parseLine
except ImportError:
    VOBJECT_TRACE = traceback.format_exc()
else:
    VOBJECT_TRACE = ""

# The properties that are read. In "item1.TEL", item1 is the group of the property.
READ = re.compile(r"(?:[\w-]+\.)?(N|FN|TEL|EMAIL|X-ABLABEL)[;:]", re.IGNORECASE)
# Such a card is a group and not a person.
GROUP_CARD = re.compile(r"^(?:X-ADDRESSBOOKSERVER-)?KIND:\s*group\s*$", re.IGNORECASE | re.MULTILINE)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
UNESCAPED_SEMICOLON = re.compile(r"(?<!\\)((?:\\\\)*);")
PREFERENCE = re.compile("pref([0-9]{0,3})")
LAST = 1000  # the rank of a value without PREF: after every value with PREF
NO_PHONES = frozenset(("fax", "pager", "modem", "bbs", "textphone"))


def read_vcards(text: str, file: str) -> list[Entry]:
    """Return the contacts of a file, each with the *file* and the line of its BEGIN.

    Raises ValueError if the file is not a list of vCards, and MissingLibrary if vobject is missing.
    """
    if VOBJECT_TRACE:
        raise MissingLibrary(
            f"src: {file} needs the Python library vobject. Install it: pip install vobject.",
            library="vobject",
            trace=VOBJECT_TRACE,
        )
    found: list[Entry] = []
    for line, content in _cards(text):
        if GROUP_CARD.search(content):
            continue
        where = f"{file} line {line}"
        try:
            found.append((where, _contact(_properties(content))))
        except InvalidInput as error:
            found.append((where, InvalidInput(f"{where}: {error}")))
    return found


def _cards(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the content of each card. Raises ValueError."""
    start, content = 0, ""
    for number_of_line, line in enumerate(io.StringIO(text, newline=None), 1):
        word = line.strip().upper()
        if start and word == "END:VCARD":
            yield start, content
            start = 0
        elif start:
            content += line
        elif word == "BEGIN:VCARD":
            start, content = number_of_line, ""
        elif word:
            raise ValueError(f"line {number_of_line}: BEGIN:VCARD is expected")
    if start:
        raise ValueError(f"line {start}: the vCard has no END:VCARD")


def _properties(content: str) -> list[Any]:
    """Return the properties of a card that are read. Raises InvalidInput."""
    try:
        lines = getLogicalLines(io.StringIO(content), allowQP=True)
        return [parseLine(line) for line, _index in lines if READ.match(line)]
    except ParseError as error:
        raise InvalidInput(
            f"this is not a valid vCard ({error.msg}). Correct the vCard, or export it again."
        ) from error


def _contact(properties: list[Any]) -> dict[str, str]:
    """Return the fields of a contact. Raises InvalidInput."""
    values: dict[str, list[tuple[set[str], str]]] = {"N": [], "FN": [], "TEL": [], "EMAIL": [], "X-ABLABEL": []}
    labels = {group: value for name, _parameters, value, group in properties if name.upper() == "X-ABLABEL"}
    for name, parameters, value, group in properties:
        label = [_unescaped(labels[group]).casefold()] if group in labels else []
        values[name.upper()].append((_types(parameters).union(label), _decoded(value, parameters)))
    fields = _names(values)
    phone = _phone(values["TEL"])
    if phone is not None:
        fields["phone_number"] = number(phone)
    if values["EMAIL"]:
        fields["email"] = _unescaped(_preferred(values["EMAIL"])).strip()
    return fields


def _types(parameters: list[list[str]]) -> set[str]:
    """Return the kinds of a value, such as cell and pref. Version 2.1 writes them without TYPE=."""
    found: set[str] = set()
    for name, *values in parameters:
        if name.upper() == "TYPE" or not values:
            found.update(kind for value in (values or [name]) for kind in value.casefold().split(","))
        elif name.upper() == "PREF":
            found.add(f"pref{values[0]}")
    return found


def _decoded(value: str, parameters: list[list[str]]) -> str:
    """Return the value without the quoted-printable encoding of version 2.1."""
    flat = {part.upper() for parameter in parameters for part in parameter}
    if "QUOTED-PRINTABLE" not in flat:
        return value
    charset = next((parameter[1] for parameter in parameters if parameter[0].upper() == "CHARSET"), "utf-8")
    try:
        return quopri.decodestring(value.encode()).decode(charset)
    except (LookupError, UnicodeDecodeError) as error:
        raise InvalidInput(f"a text of the vCard cannot be decoded ({error}).") from error


def _names(values: dict[str, list[tuple[set[str], str]]]) -> dict[str, str]:
    if values["N"]:
        family, given = ([*_parts(values["N"][0][1]), "", ""])[:2]
        if family or given:
            return {"first_name": given, "last_name": family}
    full = _unescaped(values["FN"][0][1]).strip() if values["FN"] else ""
    return {"first_name": full} if full else {}


def _parts(value: str) -> list[str]:
    if "\\" not in value:
        return [part.strip() for part in value.split(";")]
    return [_unescaped(part).strip() for part in UNESCAPED_SEMICOLON.sub(r"\1\0", value).split("\0")]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _phone(phones: list[tuple[set[str], str]]) -> str | None:
    """Return the mobile number, or the only number. Raises InvalidInput if there are several numbers of other
    kinds.
    """
    usable = [(kinds, _telephone(value)) for kinds, value in phones if value.strip() and not _is_no_phone(kinds)]
    mobile = [item for item in usable if "cell" in item[0] or any(map(MOBILE_KIND.search, item[0]))]
    if mobile or len({value for _kinds, value in usable}) == 1:
        return _preferred(mobile or usable)
    if usable:
        raise InvalidInput(
            f"the vCard has {len(usable)} phone numbers, and none of them is marked as mobile (TYPE=CELL). Mark one "
            "number as mobile."
        )
    return None


def _telephone(value: str) -> str:
    """Return the number in a text or in a URI such as ``tel:+47-905-55-817;ext=1``."""
    text = _unescaped(value).strip()
    return text[4:].partition(";")[0] if text[:4].lower() == "tel:" else text


def _is_no_phone(kinds: set[str]) -> bool:
    return not kinds.isdisjoint(NO_PHONES) or any(map(NO_PHONE_KIND.search, kinds))


def _preferred(values: list[tuple[set[str], str]]) -> str:
    """Return the value with the lowest PREF (version 4), otherwise the first with TYPE=pref, otherwise the first
    value.
    """
    return values[0][1] if len(values) == 1 else min(values, key=lambda item: _preference(item[0]))[1]


def _preference(kinds: set[str]) -> int:
    ranks = [int(found[1] or 1) for found in map(PREFERENCE.fullmatch, kinds) if found]
    return min(ranks, default=LAST)
