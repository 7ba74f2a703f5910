# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats of a request and of its answer (contract page, "Transport")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from . import wire_json, wire_xml
from .dialect import Dialect
from .errors import NonsenseError, NotAcceptableError
from .exchange import Call
from .schema import Kind, Record, Resource, check_names, from_text

JSON, XML, FORM = "json", "xml", "form"
FORMATS = {
    "application/json": JSON,
    "application/xml": XML,
    "text/xml": XML,
    "application/x-www-form-urlencoded": FORM,
}
ANSWERS = tuple(media for media, name in FORMATS.items() if name != FORM)


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type in Content-Type, without parameters."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def request_format(headers: Mapping[str, str]) -> str | None:
    """Return the format of the body: JSON by default, and None if the format is unknown."""
    return FORMATS.get(media_type(headers) or "application/json")


def answer_media(headers: Mapping[str, str]) -> str:
    """Return the media type of the answer: from Accept, or otherwise from the request."""
    own = media_type(headers)
    offers = sorted(ANSWERS, key=lambda media: media != own)
    ranges = _ranges(headers.get("Accept") or "*/*")
    best, media = max((_rank(offer, ranges, -place), offer) for place, offer in enumerate(offers))
    if best.quality <= 0:
        raise NotAcceptableError("None of the accepted formats is offered")
    return media


class _Rank(NamedTuple):
    quality: float
    exactness: int
    order: int
    preference: int


def _ranges(accept: str) -> list[tuple[str, float]]:
    return [_range(part) for part in accept.split(",") if part.strip()]


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return media, float(quality)
    except ValueError as error:
        raise NotAcceptableError(f"{quality!r} is not a quality") from error


def _rank(offer: str, ranges: list[tuple[str, float]], preference: int) -> _Rank:
    matches = ["*/*", offer.partition("/")[0] + "/*", offer]
    found = [
        (matches.index(media), -order, quality) for order, (media, quality) in enumerate(ranges) if media in matches
    ]
    if not found:
        return _Rank(0, 0, 0, preference)
    exactness, order, quality = max(found)
    return _Rank(quality, exactness, order if exactness else 0, preference)


def decode(call: Call, resource: Resource, dialect: Dialect) -> Record:
    """Return the fields in the body of a request."""
    form = request_format(call.headers)
    if form == FORM and dialect.assume["form_bodies"] == "refused":
        raise NotAcceptableError("A form is not understood")
    if form == FORM and not call.body.lstrip().startswith(b"{"):
        return _decode_form(call.body, resource, dialect)
    if form in (JSON, FORM):
        return wire_json.decode(call.body, resource, dialect)
    if form == XML:
        return wire_xml.decode(call.body, resource, dialect)
    raise NotAcceptableError(f"{media_type(call.headers)} is not understood")


def _decode_form(body: bytes, resource: Resource, dialect: Dialect) -> Record:
    try:
        pairs = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict"))
    except ValueError as error:
        raise NonsenseError(f"The body is not a form: {error}") from error
    if resource.free:
        return dict(pairs)
    pairs = dict(wire_json.with_names(pairs, resource, dialect))
    check_names(resource, pairs)
    known = ((member.name, member.shape) for member in resource.fields if member.name in pairs)
    return {name: from_text(kind, pairs[name], dialect.clock) for name, kind in known if isinstance(kind, Kind)}
