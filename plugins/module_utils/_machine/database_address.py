# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The address of a database, and the passwords in it. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "********"
# A password can contain any character, even a character that should be encoded. It ends at the last @.
USERINFO = re.compile(r"(://[^:/?#@]*:)(.*)@", re.S)
PARAMETER = re.compile(r"([?&](?:ssl)?password=)([^&]*)", re.I)


def passwords_of(url: str) -> set[str]:
    """Return the passwords in the address of a database, as they are written and after decoding."""
    written = {match[2] for match in USERINFO.finditer(url)} | {match[2] for match in PARAMETER.finditer(url)}
    return {text for password in written if password for text in (password, unquote(password))}


def masked(url: str) -> str:
    """Return the address of a database without its password.

    The parameters are removed, because they can contain a password.
    """
    return USERINFO.sub(rf"\1{MASK}@", url).partition("?")[0]
