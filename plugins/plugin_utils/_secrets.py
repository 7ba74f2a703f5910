# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Secrets in error messages of other programs. They are found by patterns. Pure.

A pattern that is not sure hides too much: a lost word of an error is better than a visible password.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "***"
SHORT = 4  # characters; a shorter value is hidden only as a whole word

# The end of the name of a secret, as in db_password, --api-key or AccountKey.
NAME = (
    r"(?:passw(?:or)?d|passwd|passphrase|passcode|\bpass|pwd|secret|token|credentials?|cookie|signature|\bsig"
    r"|(?:api|access|account|client|encryption|private|secret|shared|signing)[\w-]{0,20}key)"
)
# Words that follow the name of a secret in an error but are not the secret, as in "the password is missing".
STATE = "missing|empty|required|invalid|wrong|incorrect|expired|undefined|unset|null|none"
REMARK = rf"(?!(?:{STATE})(?:\Z|\b[\s.,;)])|(?:not|no|never|too|the|this|it|must|set|use)\b\s)"
VALUE = r"""(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\[[^]]*]?|\{[^}]*}?|[^\s"']\S*)"""

# Patterns and their replacements. Each pattern begins with a fixed text or at the edge of a word, so that it is fast on
# long texts.
PATTERNS = [
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in {
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)": HIDDEN,
        # https://user:password@host, even if the password contains an @ or a slash
        r"(?<=://)\S*@": f"{HIDDEN}@",
        # https://host/path?signature=...
        r"(://[^\s?#]*)[?#]\S*": r"\1",
        r"""\b(authorization\\*["']?\s*[:=]\s*)[^,;]*""": rf"\1{HIDDEN}",
        r"\b(bearer|basic|digest|negotiate|apikey)\s+(?-i:(?=\S*[A-Z0-9=]))\S{4,}": rf"\1 {HIDDEN}",
        # password=x, "password": "x", password is x, password 'x'
        rf"""({NAME}[\w.-]{{0,40}}\\*["']?(?:\s*(?:[:=]>?|\bis\b)\s*|\s+(?=["']))){REMARK}{VALUE}""": rf"\1{HIDDEN}",
        # --password x
        rf"(--?[\w-]{{0,40}}{NAME}[\w-]{{0,40}}\s+){VALUE}": rf"\1{HIDDEN}",
        # curl -u user:password
        r"((?<!\S)(?:-u|--user)\s+[^\s:]+:)\S+": rf"\1{HIDDEN}",
        # Keys of AWS, GitHub, GitLab and Slack; the next pattern matches JSON web tokens.
        r"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[a-z]_\w+|github_pat_\w+|glpat-[\w-]+|xox[a-z]-[\w-]+)\b": HIDDEN,
        r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?": HIDDEN,
        # Long sequences of letters and digits, such as keys and digests. They are of no use in an SMS.
        r"(?<![\w+=])(?=[A-Za-z+=_]*\d)(?=[\d+=_]*[A-Za-z])[\w+=]{32,}": HIDDEN,
    }.items()
]


def mask_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text of one line without the *secrets* and without parts that look like secrets."""
    text = hide(text, secrets)
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a text of one line without the *secrets*."""
    for secret in sorted({form for known in secrets for form in _forms(known)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def hide_values(text: str, values: Iterable[str]) -> str:
    """Return a text of one line without the *values*.

    A short value is hidden only as a whole word, because many words contain it.
    """
    text = hide(text, (value for value in values if len(value) >= SHORT))
    for value in (value for value in values if 0 < len(value) < SHORT):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", HIDDEN, text)
    return text


def _forms(secret: str) -> set[str]:
    """Return the forms in which a secret can appear: unchanged, on one line, in a URL, in JSON."""
    in_url = quote(secret, errors="replace"), quote(secret, safe="", errors="replace")
    return {secret, " ".join(secret.split()), *in_url, json.dumps(secret)[1:-1]} - {""}
