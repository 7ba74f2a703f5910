# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Which answers to the open questions fit what a probe has shown. Pure."""

from __future__ import annotations

from collections.abc import Callable

from .._service.seen import Seen
from .probe import BLANKS, LINES, LONG, Probed
from .recognised import ROOT

SAME_CUTS = (50, 100, 160, 255)


def shown_by(probed: Probed) -> dict[str, tuple[str, ...]]:
    """The values that fit, for each row that a probe can answer. A row that was not shown is left out."""
    answers = {name: recognise(probed) for name, recognise in BY_PROBE.items()}
    return {name: (value,) for name, value in answers.items() if value}


def _success(probed: Probed, method: str, start: str) -> Seen | None:
    return next(
        (
            seen
            for seen in probed.seen
            if seen.method == method and seen.path.startswith(start) and 200 <= seen.status < 300
        ),
        None,
    )


def _answer_of(method: str) -> Callable[[Probed], str]:
    def recognise(probed: Probed) -> str:
        seen = _success(probed, method, "/contacts/")
        if seen is None:
            return ""
        return "no_content" if seen.status == 204 else "record" if seen.text.strip() else "empty"

    return recognise


def post_answer(probed: Probed) -> str:
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


def outer_blanks(probed: Probed) -> str:
    stored = _stored(probed, "last_name")
    return {BLANKS: "kept", BLANKS.strip(): "trimmed"}.get(stored, "")


def line_ends(probed: Probed) -> str:
    stored = _stored(probed, "description2")
    return {LINES: "kept", LINES.replace("\n", "\r\n"): "crlf"}.get(stored, "")


def long_texts(probed: Probed) -> str:
    if probed.refused:
        return "refused_50"
    stored = _stored(probed, "description")
    if stored == LONG:
        return "kept"
    if len(stored) in SAME_CUTS and LONG.startswith(stored):
        return f"cut_{len(stored)}"
    return "cut_50_in_emoji" if len(stored) in (49, 50) and LONG.startswith(stored[:49]) else ""


def _stored(probed: Probed, name: str) -> str:
    return str((probed.stored or {}).get(name) or "")


def read_lag(probed: Probed) -> str:
    return "" if probed.lag is None else f"{probed.lag:g}" if probed.lag else "none"


def repeated_post(probed: Probed) -> str:
    return {"created": "creates", "same_record": "same_record"}.get(probed.duplicate, "")


def duplicate_numbers(probed: Probed) -> str:
    return {"created": "allowed", "400": "refused_400", "409": "refused_409"}.get(probed.duplicate, "")


BY_PROBE: dict[str, Callable[[Probed], str]] = {
    "put_answer": _answer_of("PUT"),
    "delete_answer": _answer_of("DELETE"),
    "post_answer": post_answer,
    "outer_blanks": outer_blanks,
    "line_ends": line_ends,
    "long_texts": long_texts,
    "read_lag": read_lag,
    "repeated_post": repeated_post,
    "duplicate_numbers": duplicate_numbers,
}
