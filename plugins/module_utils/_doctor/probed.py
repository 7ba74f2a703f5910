# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Which answers to the open questions fit what a probe has shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from .._model.delivery_states import is_norwegian
from .._model.times import is_local
from .._service.seen import Seen
from .left_behind import MARKER
from .message import ODD, Crowd, Mail
from .probe import BLANKS, LINES, LONG, NUMBER, Notes
from .recognised import ROOT, values_of

SAME_CUTS = (50, 100, 160, 255)
Fitting = tuple[str, ...]


def narrowed(read: Mapping[str, Fitting], probed: Notes) -> dict[str, Fitting]:
    """Return the answers that fit both what reading has shown and what the probe has shown.

    If no answer fits both, return the answers that fit the probe.
    """
    answers = dict(read)
    for name, recognise in BY_PROBE.items():
        found = recognise(probed)
        shown = (found,) if isinstance(found, str) and found else tuple(found)
        if shown:
            answers[name] = tuple(value for value in shown if value in read.get(name, ())) or shown
    return answers


def _success(probed: Notes, method: str, start: str) -> Seen | None:
    return next(
        (
            seen
            for seen in probed.seen
            if seen.method == method and seen.path.startswith(start) and 200 <= seen.status < 300
        ),
        None,
    )


def _answer_of(method: str) -> Callable[[Notes], str]:
    def recognise(probed: Notes) -> str:
        seen = _success(probed, method, "/contacts/")
        if seen is None:
            return ""
        return "no_content" if seen.status == 204 else "record" if seen.text.strip() else "empty"

    return recognise


def post_answer(probed: Notes) -> str:
    seen = _success(probed, "POST", "/contacts")
    if seen is None:
        return ""
    text = seen.text.strip()
    if not text:
        location = seen.location or ""
        return "location_path" if location.startswith("/") else "location" if "://" in location else "location_name"
    root = ROOT.search(text)
    kind = root[1] if root else {'"': "string", "{": "Contact"}.get(text[0], "int")
    if kind in ("Contact", "contact"):
        return "record" if seen.status == 200 else "created_record"
    return "quoted_id" if kind == "string" else "id"


def outer_blanks(probed: Notes) -> str:
    stored = _stored(probed, "last_name")
    return {BLANKS: "kept", BLANKS.strip(): "trimmed"}.get(stored, "")


def line_ends(probed: Notes) -> str:
    stored = _stored(probed, "description2")
    return {LINES: "kept", LINES.replace("\n", "\r\n"): "crlf"}.get(stored, "")


def long_texts(probed: Notes) -> str:
    if probed.refused:
        return "refused_50"
    stored = _stored(probed, "description")
    if stored == LONG:
        return "kept"
    if len(stored) in SAME_CUTS and LONG.startswith(stored):
        return f"cut_{len(stored)}"
    return "cut_50_in_emoji" if len(stored) in (49, 50) and LONG.startswith(stored[:49]) else ""


def _stored(probed: Notes, name: str) -> str:
    return str((probed.stored or {}).get(name) or "")


def read_lag(probed: Notes) -> str:
    return "" if probed.lag is None else f"{probed.lag:g}" if probed.lag else "none"


def repeated_post(probed: Notes) -> str:
    return {"created": "creates", "same_record": "same_record"}.get(probed.duplicate, "")


def duplicate_numbers(probed: Notes) -> str:
    return {"created": "allowed", "400": "refused_400", "409": "refused_409"}.get(probed.duplicate, "")


def group_names(probed: Notes) -> str:
    return {"created": "not_unique", "400": "refused_400", "409": "refused_409"}.get(probed.same_name, "")


def number_lookup(probed: Notes) -> str:
    return {True: "any_spelling", False: "exact", None: ""}[probed.other_spelling]


def numbers(probed: Notes) -> str:
    """Return how the service stores two spellings of one number: with a plus sign, and without."""
    digits = NUMBER.lstrip("+")
    stored = (_stored(probed, "phone_number"), probed.respelled)
    known = {(NUMBER, digits): "as_entered", (digits, digits): "msisdn", (NUMBER, NUMBER): "plus"}
    # A number with the code 999 belongs to no country, so "national" can only be the form with 00.
    return known.get(stored, "national" if stored == (f"00{digits}", f"00{digits}") else "")


def field_names(probed: Notes) -> Fitting:
    if probed.any_case is None:
        return ()
    return ("any_case", "camel_case") if probed.any_case else ("documented", "camel_case_only")


def date_slashes(probed: Notes) -> str:
    return probed.slashes


def form_bodies(probed: Notes) -> str:
    return probed.form


# Answers that the message shows


def _of_mail(recognise: Callable[[Mail], str | Fitting]) -> Callable[[Notes], str | Fitting]:
    return lambda probed: recognise(probed.mail) if probed.mail else ()


def message_ids(mail: Mail) -> str:
    return "bare" if mail.id.isdecimal() else "with_letter"


def folder_rows(mail: Mail) -> str:
    if mail.receivers < 2 or not mail.rows:
        return ""
    return "per_message" if len(mail.rows) == 1 else "per_receiver"


def states(mail: Mail) -> str:
    words = [str(row["delivery_status"]) for row in mail.rows if row["delivery_status"]]
    if not words:
        return ""
    return "numbers" if words[0].isdecimal() else "norwegian" if any(map(is_norwegian, words)) else "words"


def row_receiver(mail: Mail) -> str:
    """Return how the rows of a folder show the contact of the probe, if the contact was a receiver."""
    shown = {part.strip() for row in mail.rows for part in re.split("[,;]", str(row["receiver"] or ""))}
    if mail.receivers < 2:
        return ""
    if any(part.startswith("/contacts/") for part in shown):
        return "reference"
    if str(mail.contact) in shown:
        return "id"
    if any(part.lstrip("+0") == NUMBER.lstrip("+") for part in shown):
        return "number"
    return "name" if any(MARKER in part for part in shown) else ""


def message_times(mail: Mail) -> str:
    """Return how the service shows times: ``minutes``, ``utc`` or ``exact``; "" if it is not clear.

    Only a time without a zone is compared with the time that was written.
    """
    times = [datetime.fromisoformat(time[:19]) for time in mail.times if is_local(time)]
    whole = [time for time in times if time.second != ODD]
    if times and len(whole) == len(times):
        return "minutes" if not any(time.second for time in times) else ""
    written = mail.due.astimezone(timezone.utc).replace(tzinfo=None)
    return "" if not times else "utc" if times[0] == written else "exact"


def max_receivers(mail: Mail) -> Fitting:
    """Return the possible limits of receivers, from the number of receivers that the service accepted.

    A message to a contact and a number can also be refused for another reason than a limit.
    """
    if mail.refused:
        return (str(mail.receivers),) if mail.receivers > 1 else ()
    if mail.crowd:
        return _many_receivers(mail.crowd, mail.receivers)
    return ("none", *_not_below("max_receivers", mail.receivers)) if mail.receivers > 1 else ()


def _many_receivers(crowd: Crowd, few: int) -> Fitting:
    """Return the possible limits of receivers.

    If the stored message has fewer receivers than were sent, the service may have counted a repeated receiver once.
    """
    if crowd.refused:
        return (str(crowd.accepted),) if crowd.accepted else ()
    return ("none", *_not_below("max_receivers", max(few, min(crowd.accepted, crowd.shown))))


def list_limit(mail: Mail) -> Fitting:
    """Return the possible limits of lists. A folder with a row for each of many receivers is a long list."""
    crowd = mail.crowd
    if crowd is None or not (crowd.cut or crowd.rows):
        return ()
    return (str(crowd.cut),) if crowd.cut else ("none", *_not_below("list_limit", crowd.rows))


def _not_below(name: str, number: int) -> Fitting:
    """Return the limits in a row of the table of open questions that are not smaller than a number."""
    return tuple(value for value in values_of(name) if value.isdecimal() and int(value) >= number)


BY_PROBE: dict[str, Callable[[Notes], str | Fitting]] = {
    "put_answer": _answer_of("PUT"),
    "delete_answer": _answer_of("DELETE"),
    "post_answer": post_answer,
    "outer_blanks": outer_blanks,
    "line_ends": line_ends,
    "long_texts": long_texts,
    "read_lag": read_lag,
    "repeated_post": repeated_post,
    "duplicate_numbers": duplicate_numbers,
    "group_names": group_names,
    "number_lookup": number_lookup,
    "numbers": numbers,
    "field_names": field_names,
    "date_slashes": date_slashes,
    "form_bodies": form_bodies,
    **{
        recognise.__name__: _of_mail(recognise)
        for recognise in (message_ids, folder_rows, states, row_receiver, message_times, max_receivers, list_limit)
    },
}
