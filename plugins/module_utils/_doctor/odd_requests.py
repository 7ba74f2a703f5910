# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Unusual requests of the probe that other modules do not make: other spellings, other forms, a repeated name.

All of these requests change only records that the probe has made.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from .._errors import ApiError
from .._model.fields import Record
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .left_behind import Made, is_ours
from .survey import content_of

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MOMENT = "Date(1388577600000+0100)"
ESCAPED, PLAIN = f"\\/{MOMENT}\\/", f"/{MOMENT}/"
# Shorter than the smallest limit of texts in the table of open questions.
OTHER_CASE = "This text is from a request with odd field names."
FORM_TEXT = "This text is from a form-encoded request."
OTHER = {"Description": "description", "description": "Description"}
REFUSED = range(400, 500)


def date_slashes(client: Client, id: int, contact: Record) -> str:
    """Return whether the service needs escaped slashes in a date of JSON: ``either`` or ``escaped``.

    It is "" if the service accepts no date.
    """
    body = json.dumps(_named(client, id, {**CONTACT.to_wire(contact), "CreatedDate": "DATE"}))
    escaped = client.put_bytes(CONTACT, id, body.replace("DATE", ESCAPED).encode(), JSON)
    plain = client.put_bytes(CONTACT, id, body.replace("DATE", PLAIN).encode(), JSON)
    if escaped in REFUSED:
        return ""
    return "escaped" if plain in REFUSED else "either"


def other_case(client: Client, id: int, contact: Record) -> bool | None:
    """Return whether the service understands a field name in a request if its case differs from the other names."""
    tree = _named(client, id, CONTACT.to_wire({**contact, "description": OTHER_CASE}))
    name = "Description" if "Description" in tree else "description"
    tree[OTHER[name]] = tree.pop(name)
    status = client.put_bytes(CONTACT, id, json.dumps(tree).encode(), JSON)
    return False if status in REFUSED else _description(client, id, contact) == OTHER_CASE


def form_bodies(client: Client, id: int, contact: Record) -> str:
    """Return whether the service understands a form as a body: ``accepted`` or ``refused``.

    It is "" if the service accepted the form but changed nothing.
    """
    tree = _named(client, id, CONTACT.to_wire({**contact, "description": FORM_TEXT}))
    pairs = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in tree.items()}
    status = client.put_bytes(CONTACT, id, urlencode(pairs).encode(), FORM)
    if status in REFUSED:
        return "refused"
    return "accepted" if _description(client, id, contact) == FORM_TEXT else ""


def _named(client: Client, id: int, tree: dict[str, Any]) -> dict[str, Any]:
    """Return the tree with the field names of JSON answers, whatever the format of the client is."""
    reader = client.in_format("json")
    reader.get(CONTACT, id)
    return reader.wire.named(tree)


def _description(client: Client, id: int, contact: Record) -> str:
    """Return the stored description. If the service has emptied the contact, the contact is written again."""
    stored = client.get(CONTACT, id) or {}
    if stored and not is_ours(CONTACT, stored):
        client.put(CONTACT, id, contact)
    return str(stored.get("description") or "")


def repeated_name(client: Client, group: Record, id: int, made: list[Made]) -> str:
    """Post a group with the same name again. Returns ``created``, ``same_record``, or the status of a refusal."""
    try:
        again = int(client.post(GROUP, group))
    except ApiError as error:
        return str(error.status)
    made.append((GROUP, again))
    return "same_record" if again == id else "created"


def finds_other_spelling(client: Client, stored: str) -> bool | None:
    """Return whether the lookup finds the stored number in another spelling; None if no other spelling is
    possible.
    """
    if not stored.lstrip("+").isdecimal():
        return None
    other = stored[1:] if stored.startswith("+") else f"+{stored}"
    return bool(content_of(client, f"{CONTACT.path}/phonenumber/{quote(other, safe='')}"))
