# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Which answers to the open questions fit what the service has shown. Pure.

``RECOGNISERS`` has a function for each row of ``_model/assumptions.py`` that can be answered by reading. The function
returns the answers that fit. The question is answered if only one answer fits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from .._model.assumptions import TABLE
from .._model.delivery_states import is_norwegian
from .._model.fields import Record
from .._model.times import parse_time
from .._service.seen import Seen
from .._service.xml_format import NAMESPACE
from .survey import UNUSED, Survey

ROOT = re.compile(r"<(?![?!])(?:\w+:)?(\w+)([^>]*)>")
DEFAULT_NAMESPACE = re.compile(r"""\sxmlns=["']([^"']*)["']""")
RECORD_ROOTS = ("User", "Contact", "Group", "ArrayOfContact", "ArrayOfGroup", "ArrayOfFolder")
BRACKETS = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
SOME = 3  # number of different times that are compared
REFUSED_LOGIN = (401, 403, 406)


def recognised(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Return the answers that fit, for each row of the table of open questions; empty if nothing has shown the
    answer.
    """
    nothing: Callable[[Survey], tuple[str, ...]] = lambda _survey: ()  # noqa: E731
    return {row["name"]: RECOGNISERS.get(row["name"], nothing)(survey) for row in TABLE}


def _in_json(survey: Survey) -> Iterator[Seen]:
    return (seen for seen in survey.seen if seen.status == 200 and seen.media.endswith("json"))


def _in_xml(survey: Survey) -> Iterator[Seen]:
    return (seen for seen in survey.seen if seen.status == 200 and seen.media.endswith("xml"))


def _first(pattern: str, answers: Iterator[Seen]) -> str | None:
    found = next(filter(None, (re.search(pattern, seen.text) for seen in answers)), None)
    return found[1] if found else None


def field_names(survey: Survey) -> tuple[str, ...]:
    name = _first(r'"((?:Contact|contact|Group|group|Folder|folder)Id|[aA]llowedFunctions)"', _in_json(survey))
    if name is None:
        return ()
    return ("camel_case", "camel_case_only") if name[0].islower() else ("documented", "any_case")


def _version_with(resource: str) -> Callable[[Survey], tuple[str, ...]]:
    def recognise(survey: Survey) -> tuple[str, ...]:
        statuses = {seen.version: seen.status for seen in survey.seen if seen.path == f"/{resource}"}
        if statuses.get("2") == 200:
            return ("version_2",)
        if statuses.get("1") == 200:
            return ("version_1",) if statuses.get("2") == 404 else ("version_2", "version_1")
        return ("none",) if statuses.get("1") == 404 else ()

    return recognise


def _roots(survey: Survey) -> Iterator[tuple[str, str]]:
    for seen in _in_xml(survey):
        root = ROOT.search(seen.text)
        if root:
            yield root[1], root[2]


def xml_namespace(survey: Survey) -> tuple[str, ...]:
    for name, attributes in _roots(survey):
        if name in RECORD_ROOTS:
            found = DEFAULT_NAMESPACE.search(attributes)
            return ("none",) if not (found and found[1]) else ("documented",) if found[1] == NAMESPACE else ("other",)
    return ()


def xml_elements(survey: Survey) -> tuple[str, ...]:
    counts = [seen for seen in _in_xml(survey) if seen.path == "/contacts/count"]
    roots = [root[1] for root in (ROOT.search(seen.text) for seen in counts) if root]
    return () if not roots else ("usual",) if roots[0] == "int" else ("others",)


def errors(survey: Survey) -> tuple[str, ...]:
    for seen in survey.seen:
        if seen.status in (400, 404, 409, 500) and seen.text.strip():
            return ("text",) if seen.media == "text/plain" else ("aspnet",) if "Message" in seen.text else ()
    return ()


def number_lookup(survey: Survey) -> tuple[str, ...]:
    found = survey.other_spelling_found
    return () if found is None else ("any_spelling",) if found else ("exact",)


def missing_number(survey: Survey) -> tuple[str, ...]:
    for seen in survey.seen:
        if seen.path.endswith(f"/phonenumber/{UNUSED}"):
            if seen.status == 404:
                return ("404",)
            return () if seen.status != 200 else ("null",) if seen.text.strip() else ("empty",)
    return ()


def list_limit(survey: Survey) -> tuple[str, ...]:
    if survey.count is None or survey.listed is None or not survey.count:
        return ()
    if survey.listed < survey.count:
        return (str(survey.listed),)
    longest = max(survey.listed, survey.longest)
    limits = [value for value in values_of("list_limit") if value.isdecimal() and int(value) >= longest]
    return ("none", *limits)


def values_of(name: str) -> list[str]:
    """Return the possible answers in a row of the table of open questions."""
    return next(list(row["values"]) for row in TABLE if row["name"] == name)


def duplicate_numbers(survey: Survey) -> tuple[str, ...]:
    numbers = [contact["phone_number"] for contact in survey.contacts or () if contact["phone_number"]]
    return ("allowed",) if len(set(numbers)) < len(numbers) else ()


def group_names(survey: Survey) -> tuple[str, ...]:
    names = [group["name"] for group in survey.groups or ()]
    return ("not_unique",) if len(set(names)) < len(names) else ()


def json_dates(survey: Survey) -> tuple[str, ...]:
    date = _first(r'"[cC]reatedDate"\s*:\s*"([^"]+)"', _in_json(survey))
    if date is None:
        return ()
    brackets = BRACKETS.fullmatch(date.replace("\\", ""))
    if brackets:
        return ("date_offset",) if brackets[1] else ("date",)
    return {"offset": ("iso_offset",), "utc": ("iso_utc",), "local": ("iso_local",)}[_zone(date)]


def xml_dates(survey: Survey) -> tuple[str, ...]:
    date = _first(r"<(?:\w+:)?CreatedDate[^>]*>([^<]+)<", _in_xml(survey))
    return () if date is None else (_zone(date),)


def _zone(date: str) -> str:
    return "utc" if date.endswith("Z") else "offset" if re.search(r"[+-]\d\d:?\d\d$", date[10:]) else "local"


def ids(survey: Survey) -> tuple[str, ...]:
    sign = _first(r'"(?:Contact|contact|Group|group|Folder|folder)Id"\s*:\s*(["\d])', _in_json(survey))
    return () if sign is None else ("texts",) if sign == '"' else ("numbers",)


def message_ids(survey: Survey) -> tuple[str, ...]:
    found = [str(row["message_id"]) for row in survey.rows]
    return () if not found else ("bare",) if found[0].isdecimal() else ("with_letter",)


def folder_rows(survey: Survey) -> tuple[str, ...]:
    most = Counter(row["message_id"] for row in survey.rows).most_common(1)
    if most and most[0][1] > 1:
        return ("per_receiver",)
    return ("per_message",) if any(receivers > 1 for receivers in survey.receivers) else ()


def _sent(survey: Survey) -> list[Record]:
    return [row for row in survey.rows if row["direction"] == "O"]


def states(survey: Survey) -> tuple[str, ...]:
    words = [row["delivery_status"] for row in _sent(survey) if row["delivery_status"]]
    if not words:
        return ()
    return ("numbers",) if words[0].isdecimal() else ("norwegian",) if any(map(is_norwegian, words)) else ("words",)


def row_receiver(survey: Survey) -> tuple[str, ...]:
    for to in filter(None, (row["receiver"] for row in _sent(survey))):
        digits = to.lstrip("+")
        if to.startswith("/"):
            return ("reference",)
        if not digits.isdecimal():
            return ("name",)
        if len(digits) < len(UNUSED) - 1:
            return ("id",)
    return ("name", "number", "reference", "id") if _sent(survey) else ()


def message_times(survey: Survey) -> tuple[str, ...]:
    times = {time for time in (parse_time(str(row["time"] or "")) for row in survey.rows) if time}
    if any(time.second or time.microsecond for time in times):
        return ("exact", "utc")
    return ("minutes",) if len(times) >= SOME else ()  # messages with the same time count as one time


def numbers(survey: Survey) -> tuple[str, ...]:
    if survey.contacts is None or not survey.country_code:
        return ()
    spellings = {_spelling(contact["phone_number"] or "", survey.country_code) for contact in survey.contacts} - {""}
    if not spellings:
        return ()
    return ("as_entered",) if len(spellings) > 1 or "other" in spellings else ("as_entered", *spellings)


def _spelling(number: str, code: str) -> str:
    """Return how a number is written; "" if the number is empty."""
    if number.startswith("+") and number[1:].isdecimal():
        return "plus"
    if not number.isdecimal():
        return "other" if number else ""
    return "msisdn" if number.startswith(code) and len(number) > 8 else "national"


def number_length(survey: Survey) -> tuple[str, ...]:
    settings = survey.user["settings"] if survey.user else {}
    prefix, length = settings.get("NUMBER_PREFIX", "").strip("+ "), settings.get("NUMBER_LENGTH", "")
    digits = {len(number) for number in _nationals(survey, prefix)}
    if not (prefix and length.isdecimal() and len(digits) == 1):
        return ()
    (national,) = digits
    return {national: ("without_prefix",), national + len(prefix): ("with_prefix",)}.get(int(length), ())


def _nationals(survey: Survey, prefix: str) -> Iterator[str]:
    """Yield the digits after the country code, for all numbers that are written with their country code."""
    for contact in survey.contacts or ():
        number = (contact["phone_number"] or "").lstrip("+")
        if prefix and number.isdecimal() and number.startswith(prefix) and len(number) > 8:
            yield number[len(prefix) :]


def login_refused(survey: Survey) -> tuple[str, ...]:
    if survey.logged_in or not survey.seen:
        return ()
    status = survey.seen[-1].status
    return (str(status),) if status in REFUSED_LOGIN else ()


def _throttled(survey: Survey) -> list[Seen]:
    return [seen for seen in survey.seen if seen.status in (429, 503)]


def throttle_status(survey: Survey) -> tuple[str, ...]:
    return tuple(str(seen.status) for seen in _throttled(survey)[:1])


def retry_after(survey: Survey) -> tuple[str, ...]:
    for seen in _throttled(survey):
        given = seen.retry_after
        return ("absent",) if not given else ("seconds",) if given.strip().isdecimal() else ("date",)
    return ()


RECOGNISERS: dict[str, Callable[[Survey], tuple[str, ...]]] = {
    "user": _version_with("user"),
    "folders": _version_with("folders"),
    **{
        recognise.__name__: recognise
        for recognise in (
            *(field_names, xml_namespace, xml_elements, errors, number_lookup, missing_number, list_limit),
            *(duplicate_numbers, group_names, json_dates, xml_dates, ids, message_ids, folder_rows, states),
            *(row_receiver, message_times, numbers, number_length, login_refused, throttle_status, retry_after),
        )
    },
}
