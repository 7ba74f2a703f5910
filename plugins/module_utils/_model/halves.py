# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

r"""Half characters: the rest of an emoji if the service cuts a text inside the emoji. Pure.

JSON can contain such a half as an escape (``\ud83d``), and the service gets it back unchanged. UTF-8 cannot represent
it, so text files, terminals and the results of Ansible cannot contain it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

HALF = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
SHOWN_AS = (
    "A text contains an emoji that was cut in the middle, so only half a character is left. The result shows U+FFFD "
    "instead of this half. The text in the account is not changed."
)


def json_text(tree: Any, **options: Any) -> str:
    """Return *tree* as JSON that can be encoded.

    It can have read-only mappings. *options* are those of ``json.dumps``.
    """
    text = json.dumps(tree, ensure_ascii=False, **{"default": dict, **options})
    return HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def has_half(value: Any) -> bool:
    """Return whether a text in a result has half a character, at any depth."""
    if isinstance(value, str):
        return not value.isascii() and HALF.search(value) is not None
    if isinstance(value, Mapping):
        return any(has_half(key) or has_half(item) for key, item in value.items())
    return isinstance(value, (list, tuple)) and any(map(has_half, value))


def without_halves(value: Any) -> Any:
    """Return the result with U+FFFD instead of each half character."""
    if isinstance(value, str):
        return HALF.sub(REPLACEMENT, value)
    if isinstance(value, Mapping):
        return {without_halves(key): without_halves(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_halves(item) for item in value]
    return value
