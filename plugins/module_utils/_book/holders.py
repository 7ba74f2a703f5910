# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Detects that a phone number has a new holder: the declared name and the stored name have no word in common. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from .._model.fields import BOOL, INT, Record
from .._model.resources import CONTACT, full_name

NEW_HOLDER = ("report", "replace", "keep", "refuse")


def is_another_person(declared: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Return whether the name of an entry has no word in common with the stored name.

    If the e-mail address is the same, it is the same person.
    """
    first, last = stored.get("first_name"), stored.get("last_name")
    if declared.get("first_name", first) == first and declared.get("last_name", last) == last:
        return False
    before = _words(stored)
    after = _words({**stored, **declared})
    email = stored.get("email")
    return bool(before and after) and before.isdisjoint(after) and not (email and declared.get("email") == email)


def _words(record: Mapping[str, Any]) -> frozenset[str]:
    """Return the words of a name, in lower case and without accents."""
    text = unicodedata.normalize("NFKD", full_name(record).casefold())
    return frozenset(re.findall(r"[^\W_]+", "".join(char for char in text if not unicodedata.combining(char))))


def of_the_new_holder(declared: Record) -> Record:
    """Return the fields of a contact that now belongs to another person. Fields that the entry omits become empty."""
    empty = {field.name: {BOOL: False, INT: 0}.get(field.kind, "") for field in CONTACT.writable}
    return {**{name: value for name, value in empty.items() if name != "phone_number"}, **declared}
