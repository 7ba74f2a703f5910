# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Entries of address books as files have them, and the names that are not fields of the service. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The place of an entry for messages, and the entry. If an entry cannot be read, it is an InvalidInput with the reason.
Entry = tuple[str, Any]
Entries = dict[str, list[Entry]]

PREVIOUS_NUMBER = "previous_phone_number"
HEADER = "backup"  # the part of a backup that other address books do not have
VAULT = b"$ANSIBLE_VAULT;"


def is_backup(tree: Any) -> bool:
    """Return whether a JSON document has the header of a backup."""
    return isinstance(tree, Mapping) and isinstance(tree.get(HEADER), Mapping)
