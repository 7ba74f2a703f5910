# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""An address book as readable YAML. All texts are quoted, so that no YAML reader reads a phone number as an integer.

A text that looks like a template gets Ansible's tag ``!unsafe``, because texts in an address book are data.

The YAML is written here because a managed host may have no YAML library, and YAML libraries do not quote all numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._model.templates import is_template

# A JSON string is also a double-quoted YAML string, except for characters that YAML folds or rejects.
UNREADABLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def dump(name: str, entries: Iterable[Mapping[str, Any]], heading: str) -> str:
    """Return a document with the key *name* and the list *entries*.

    A value is a scalar, or a list of scalars or mappings.
    """
    lines = ["---", f"# {heading}", f"{name}:"]
    for entry in entries:
        lines += _entry(entry)
    if len(lines) == 3:
        lines[-1] += " []"
    return "\n".join(lines) + "\n"


def _entry(entry: Mapping[str, Any]) -> list[str]:
    lines = []
    for key, value in entry.items():
        if isinstance(value, (list, tuple)):
            lines.append(f"{key}:" if value else f"{key}: []")
            lines += [f"  - {scalar(item)}" for item in value]
        else:
            lines.append(f"{key}: {scalar(value)}")
    return [("  - " if index == 0 else "    ") + line for index, line in enumerate(lines)]


def scalar(value: Any) -> str:
    """Return one value in flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {scalar(inner)}" for key, inner in value.items()) + "}"
    text = json.dumps(value, ensure_ascii=False)
    text = UNREADABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return f"!unsafe {text}" if isinstance(value, str) and is_template(value) else text  # a tag that Ansible knows
