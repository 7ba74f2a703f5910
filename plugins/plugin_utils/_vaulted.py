# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The values of variables that ansible-vault encrypts: single values, and all values in an encrypted file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

LEAST = 4  # a number with fewer digits, such as a port or a count, is in many texts, so it is not masked
MAGIC = b"$ANSIBLE_VAULT"


def vaulted_texts(values: Any, seen: set[int] | None = None) -> Iterator[str]:
    """Yield all encrypted values in a tree of variables, decrypted.

    *seen* has the values that were already visited, because hosts share values, and decrypting takes time.
    """
    seen = set() if seen is None else seen
    if isinstance(values, (Mapping, list, tuple)):
        if id(values) not in seen:
            seen.add(id(values))
            for place, value in _parts(values):
                yield from vaulted_texts(value, seen)
                if isinstance(value, (int, float)) and is_encrypted(_file_of(place)):
                    yield from _texts(value)
    elif id(values) not in seen and is_vaulted(values):
        seen.add(id(values))
        yield from _texts(values)


def _parts(values: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the values, each with an object whose file is known.

    Before ansible-core 2.19, the file of a number is unknown.
    """
    if isinstance(values, Mapping):
        yield from values.items()
    else:
        yield from ((values, value) for value in values)


def is_vaulted(value: Any) -> bool:
    """Return whether a value is encrypted, or comes from an encrypted file."""
    return _has_ciphertext(value) or is_encrypted(_file_of(value))


def _texts(value: Any) -> Iterator[str]:
    try:
        text = str(value)
    except Exception:  # the value cannot be decrypted, so no text can contain it
        return
    if isinstance(value, (bool, type(None))) or (isinstance(value, (int, float)) and len(text) < LEAST):
        return
    yield text
    yield from (line for line in text.splitlines() if len(line) >= 2 * LEAST)


def _has_ciphertext(value: Any) -> bool:
    try:
        from ansible.parsing.vault import VaultHelper
    except ImportError:  # before ansible-core 2.19
        from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode

        return isinstance(value, AnsibleVaultEncryptedUnicode)
    return bool(VaultHelper.get_ciphertext(value, with_tags=False))


def _file_of(value: Any) -> str:
    """Return the file in which a value is written; empty if the file is not known."""
    try:
        from ansible._internal._datatag._tags import Origin
    except ImportError:  # before ansible-core 2.19
        return str((getattr(value, "ansible_pos", None) or [""])[0] or "")
    origin = Origin.get_tag(value)
    return origin.path or "" if origin else ""


@cache
def is_encrypted(path: str) -> bool:
    """Return whether a file is encrypted."""
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False
