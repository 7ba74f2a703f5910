# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""People who take over a phone number: the name of an entry and the stored name have nothing in common. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from .._model.fields import BOOL, Record
from .._model.resources import CONTACT

NEW_HOLDER = ("report", "replace", "keep", "refuse")


def is_another_person(declared: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether the name of an entry differs entirely from the stored name. A person keeps an e-mail address."""
    first, last = stored.get("first_name"), stored.get("last_name")
    if declared.get("first_name", first) == first and declared.get("last_name", last) == last:
        return False
    before = _words(stored)
    after = _words({**stored, **declared})
    email = stored.get("email")
    return bool(before and after) and before.isdisjoint(after) and not (email and declared.get("email") == email)


def _words(record: Mapping[str, Any]) -> frozenset[str]:
    """The words of a name, without case and accents."""
    text = unicodedata.normalize("NFKD", f"{record.get('first_name') or ''} {record.get('last_name') or ''}".casefold())
    return frozenset(re.findall(r"[^\W_]+", "".join(char for char in text if not unicodedata.combining(char))))


def of_the_new_holder(declared: Record) -> Record:
    """The fields of a contact that belongs to another person now: what the entry omits is empty."""
    empty = {field.name: False if field.kind is BOOL else "" for field in CONTACT.writable}
    return {**{name: value for name, value in empty.items() if name != "phone_number"}, **declared}
