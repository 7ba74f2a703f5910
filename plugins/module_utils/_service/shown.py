# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Prepares text of a server for an error message. Pure.

Secrets in any spelling, phone numbers and control sequences are removed.
"""

from __future__ import annotations

import base64
import html
import html.entities
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from .._model.values import mask
from .bodies import SEARCHED

HIDDEN = "********"
EXCERPT = 200  # maximum number of characters that an error shows
SHORT = 4  # secrets with fewer characters are not searched in encoded form, because they would match other text

# Control sequences of a terminal, for colours, the cursor and the title.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]")
# The characters that can stand between the digits of a phone number. A date is not a phone number.
GAP = r"(?:[ \t\u00a0\u2009\u202f./()-]|%20)"
NUMBER = re.compile(rf"(?<![\d])(?!\d{{4}}-\d\d-\d\d(?!\d))\+?(?:\d{GAP}{{0,2}}){{6,}}\d")
# Blanks and line ends inside a secret, in all spellings.
BLANKS = (
    r"(?:\s|\+|&(?:amp;)*(?:nbsp|#0*(?:9|10|13|32|160)|#[xX]0*(?:9|[aAdD]|20|[aA]0));|%(?:25)*(?:0[9aAdD]|20)"
    r"|\\+(?:[nrt]|u00(?:0[9aAdD]|20)|x(?:0[9aAdD]|20)))+"
)
# The fields with the text of an error: first those of version 2 (contract: assumptions), then those of newer versions
# of ASP.NET.
MESSAGES = ("message", "messagedetail", "exceptionmessage", "modelstate", "title", "detail", "errors")
IN_XML = re.compile(r"<(?:Message|MessageDetail|ExceptionMessage)(?:\s[^>]*)?>([^<]*)<")
TAG = re.compile(r"<[^<>]*>")


class Shown:
    """Prepares text of a server for an error message. *secrets* are never shown, in any spelling."""

    def __init__(self, *secrets: str) -> None:
        self._secrets = secrets
        self._pattern: re.Pattern[str] | None = None

    def text(self, text: str, most: int = EXCERPT) -> str:
        """Return *text* as one line of at most *most* characters."""
        clean = "".join(_printable(ESCAPES.sub("", _decoded(text[:SEARCHED]))))
        masked = NUMBER.sub(_masked, self._without_secrets(clean))
        return " ".join(masked.split())[:most].rstrip()

    def body(self, body: bytes, content_type: str = "") -> str:
        """Return the message in the body of an error.

        It is empty for an HTML page, because its markup does not help the user.
        """
        text = body[:SEARCHED].decode("utf-8", "replace").lstrip("\ufeff")
        if "html" in content_type.lower() or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
            return ""
        return self.text(" ".join(_messages(text)) or text)

    def _without_secrets(self, text: str) -> str:
        if self._pattern is None:  # built only for the first error, because most runs have no errors
            forms = sorted({form for secret in self._secrets if secret for form in _forms(secret)}, key=len)
            self._pattern = re.compile("|".join(reversed(forms)) or "(?!)")
        return self._pattern.sub(HIDDEN, text)


def _decoded(text: str) -> str:
    """Return *text* in its real encoding. Python reads header lines as Latin-1, but most servers write UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _printable(text: str) -> Iterator[str]:
    """Yield the visible characters. Line ends become blanks; control characters and direction marks are removed."""
    for character in text:
        if character.isspace():
            yield " "
        elif unicodedata.category(character)[0] != "C":
            yield character


def _masked(found: re.Match[str]) -> str:
    text = found.group()
    return mask(("+" if text.startswith("+") else "") + "".join(filter(str.isdigit, text.replace("%20", ""))))


def _messages(text: str) -> Iterator[str]:
    """Yield the messages in a JSON or XML error; nothing for other texts."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        yield from (html.unescape(found) for found in IN_XML.findall(text))
        # In XML, the elements of ModelState have the names of fields.
        state = text.partition("<ModelState")[2].partition("</ModelState")[0]
        if state:
            yield html.unescape(TAG.sub(" ", f"<{state}"))
        return
    if isinstance(tree, Mapping):
        fields = {str(name).lower(): value for name, value in tree.items()}
        for name in MESSAGES:
            yield from _leaves(fields.get(name))
    elif isinstance(tree, str):
        yield tree


def _leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from _leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _leaves(value)


def _forms(secret: str) -> Iterator[str]:
    """Yield patterns for a secret in all spellings: with each character encoded alone, and with the whole secret
    encoded.
    """
    spellings = [_spellings(character) for character in re.findall(r"\s+|.", secret, re.DOTALL)]
    yield "".join(spellings)
    if len(secret) >= SHORT:
        raw = secret.encode("utf-8", "replace")
        yield from (re.escape(encoded) for encoded in _base64(raw))
        yield "(?i:" + "[ :]?".join(f"{byte:02x}" for byte in raw) + ")"
        yield "".join(reversed(spellings))


def _spellings(character: str) -> str:
    """Return a pattern for one character in all spellings: as it is, in a URL, HTML, XML, JSON or a programming
    language.
    """
    if character.isspace():
        return BLANKS
    raw = character.encode("utf-8", "replace")
    units = character.encode("utf-16-be", "replace")
    code = ord(character)
    ways = {
        re.escape(character),
        r"\\+" + re.escape(character),
        "".join(rf"%(?:25)*(?i:{byte:02x})" for byte in raw),
        "".join(rf"\\+x(?i:{byte:02x})" for byte in raw),
        "".join(rf"\\+u(?i:{units[at]:02x}{units[at + 1]:02x})" for at in range(0, len(units), 2)),
        rf"\\+x(?i:{code:02x})",
        rf"\\+U(?i:{code:08x})",
        rf"&(?:amp;)*#0*{code};",
        rf"&(?:amp;)*#[xX]0*(?i:{code:x});",
        *(f"&(?:amp;)*{name}" for name in NAMED.get(character, ())),
    }
    if not character.isascii():  # the character after it was decoded with a wrong encoding
        ways |= {"\ufffd+", re.escape("".join(_printable(raw.decode("latin-1"))))}
    return f"(?:{'|'.join(sorted(ways, key=len, reverse=True))})"


def _base64(raw: bytes) -> Iterator[str]:
    """Yield Base64 of *raw*, alone and inside a longer text.

    A longer text can begin at three offsets. For each, only the characters that are always the same are used.
    """
    found = [base64.b64encode(raw).decode()]
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        beyond = (before + len(raw)) % 3
        found.append(encoded[(0, 2, 3)[before] : len(encoded) - 4 + beyond if beyond else None])
    for text in found:
        yield text
        yield text.translate(str.maketrans("+/", "-_"))


def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, character in html.entities.html5.items():
        if name.endswith(";"):
            names.setdefault(character, []).append(name)
    return names


NAMED = _names()
