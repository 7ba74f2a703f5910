# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How version 2 writes its answers, according to the assumptions.

The form of version 1 is documented and never changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from .clock import Clock

RESOURCES = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
OTHER = "http://schemas.datacontract.org/2004/07/LinkEngage.Api.Models"
NAMESPACES = {"documented": RESOURCES, "other": OTHER, "none": ""}
TIMES_OF_MESSAGES = ("HandledDate", "SendReceiveTime", "DeliverTime")
#: Other possible names of the undocumented XML elements.
OTHER_NAMES = {"Setting": "UserSetting", "FolderMessage": "MessageInFolder", "int": "Count", "string": "Identifier"}
CAPITALS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]")
UNESCAPED_DATE = re.compile(rb'"/Date\(')


@dataclass(frozen=True)
class Dialect:
    """The form of answers in one version."""

    assume: Mapping[str, str]
    clock: Clock
    version: int | None
    escape_slashes: bool = True

    def _is(self, name: str, value: str) -> bool:
        return self.version == 2 and self.assume[name] == value

    @property
    def namespace(self) -> str:
        """The namespace of records in XML; empty if there is none."""
        return NAMESPACES[self.assume["xml_namespace"]] if self.version == 2 else RESOURCES

    @property
    def any_case(self) -> bool:
        """Whether field names in requests can have any case."""
        return self.version == 2 and self.assume["field_names"] in ("any_case", "camel_case")

    @property
    def only_camel_case(self) -> bool:
        """Whether field names in JSON requests must be in camelCase."""
        return self._is("field_names", "camel_case_only")

    @cached_property
    def camel_case(self) -> bool:
        """Whether field names in JSON answers are in camelCase."""
        return self._is("field_names", "camel_case") or self.only_camel_case

    def name(self, name: str) -> str:
        """Return the name of a field in JSON."""
        return in_camel_case(name) if self.camel_case else name

    def element(self, name: str) -> str:
        """Return the name of an XML element that is not a field."""
        return OTHER_NAMES.get(name, name) if self._is("xml_elements", "others") else name

    def id(self, name: str, value: Any) -> Any:
        """Return the value of a field in JSON. An id can be a text."""
        is_id = name.endswith("Id") and isinstance(value, int)
        return str(value) if is_id and self._is("ids", "texts") else value

    def json_date(self, moment: datetime, field: str = "") -> str:
        """Return a date in JSON."""
        form = self.assume["json_dates"] if self.version == 2 else "date_offset"
        if form == "date":
            return re.sub(r"[+-]\d{4}\)", ")", self.clock.to_json(moment))
        return self.clock.to_json(moment) if form == "date_offset" else self._iso(moment, form, field)

    def xml_date(self, moment: datetime, field: str = "") -> str:
        """Return a date in XML."""
        form = self.assume["xml_dates"] if self.version == 2 else "local"
        return self._local(moment, field) if form == "local" else self._iso(moment, f"iso_{form}", field)

    def _iso(self, moment: datetime, form: str, field: str) -> str:
        if form == "iso_local":
            return self._local(moment, field)
        if form == "iso_offset":
            return self.clock.to_iso(moment)
        return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _local(self, moment: datetime, field: str) -> str:
        """Return a date without a zone."""
        if field in TIMES_OF_MESSAGES and self._is("message_times", "utc"):
            moment -= moment.astimezone(self.clock.zone).utcoffset() or timedelta(0)
        return self.clock.to_xml(moment)

    def refuses_dates(self, body: bytes) -> bool:
        """Return whether a JSON request has a date with unescaped slashes, although the slashes must be escaped."""
        return self.assume["date_slashes"] == "escaped" and UNESCAPED_DATE.search(body) is not None

    def error(self, text: str, status: int, media: str) -> tuple[bytes, str]:
        """Return the body of an error, and its media type."""
        if not self._is("errors", "aspnet"):
            return text.encode("utf-8", "replace"), "text/plain"
        tree: dict[str, Any] = {"Message": text}
        if status == 400:
            tree = {"Message": "The request is invalid.", "ModelState": {"record": [text]}}
        if media.endswith("json"):
            return json.dumps(tree).encode(), media
        return f"<Error>{''.join(_elements(tree))}</Error>".encode("utf-8", "replace"), media


def in_camel_case(name: str) -> str:
    """Return the name of a field in camelCase."""
    return CAPITALS.sub(lambda found: found[0].lower(), name, count=1)


def _elements(tree: Mapping[str, Any]) -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            content = "".join(_elements(value))
        else:
            content = escape(value if isinstance(value, str) else value[0])
        yield f"<{name}>{content}</{name}>"
