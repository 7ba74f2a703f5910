# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which parts of a server's text an error message shows."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._service.shown import HIDDEN, Shown

LOGIN = "kari@acme.example"
PASSWORDS = [
    "hunter2-secret",
    "a\"b&c<d>e'f/g?h=i+j",
    "pøkelse €uro 🙂 x",
    "two  spaces\tand tab",
    "back\\slash/100%",
    "abcd",
]

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "percent": lambda secret: quote(secret, safe=""),
    "percent in a path": quote,
    "percent in lower case": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "percent twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "plus": quote_plus,
    "html": html.escape,
    "html by numbers": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "html in hexadecimal": lambda secret: "".join(f"&#x{ord(character):X};" for character in secret),
    "xml": quoteattr,
    "json": json.dumps,
    "json in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False),
    "json by .NET": lambda secret: "".join(
        character
        if character.isalnum() and character.isascii()
        else json.dumps(character)[1:-1]
        if not character.isascii()
        else f"\\u{ord(character):04X}"
        for character in secret
    ),
    "repr": repr,
    "repr of bytes": lambda secret: repr(secret.encode()),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 of the login": lambda secret: base64.b64encode(f"{LOGIN}:{secret}".encode()).decode(),
    "base64 after one": lambda secret: base64.b64encode(f"x{secret}y".encode()).decode(),
    "base64 after two": lambda secret: base64.b64encode(f"xx{secret}yy".encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal in upper case": lambda secret: secret.encode().hex().upper(),
    "reversed": lambda secret: secret[::-1],
    "UTF-16": lambda secret: secret.encode("utf-16-le").decode("latin-1"),
    "UTF-8 read as Latin-1": lambda secret: secret.encode().decode("latin-1"),
    "with marks of direction": "\u202e".join,
}


# Non-ASCII letters in UTF-16 cannot be distinguished from other text.
ENCODED = [(name, text) for name in ENCODINGS for text in PASSWORDS if name != "UTF-16" or text.isascii()]


@pytest.mark.parametrize(("encoding", "password"), ENCODED)
def test_no_encoding_shows_a_secret(encoding: str, password: str) -> None:
    encoded = ENCODINGS[encoding](password)
    said = Shown(password, f"{LOGIN}:{password}").text(f"You said [{encoded}]!")
    assert HIDDEN in said
    for form, length in ((password, 6), (encoded, 8)):  # the ends of a base64 text depend on the text around the secret
        pieces = {form[start : start + length] for start in range(max(len(form) - length + 1, 1))}
        assert not [piece for piece in pieces if piece.strip() and piece in said], said


@given(st.text(min_size=1), st.text(), st.text())
def test_a_password_is_removed_from_any_text(password: str, before: str, after: str) -> None:
    if password.strip() and len(password) > 3:
        assert password not in Shown(password).text(before + password + after)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No +47 905 55 817 here", "No +47...17 here"),
        ("4790555817", "479...17"),
        ("905 55 817", "905...17"),
        ("(+47) 905-55-817", "(+47...17"),
        ("47.90.55.58.17", "479...17"),
        ("+47\u00a0905\u00a055\u00a0817", "+47...17"),
        ("%2B47%2090555817", "%2B479...17"),
        ("123456", "123456"),
        ("since 2026-11-26 it is so", "since 2026-11-26 it is so"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_phone_numbers_are_masked_with_and_without_blanks(text: str, shown: str) -> None:
    assert Shown().text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07red",
        "\x1b]8;;http://x\x1b\\red",
        "\x9b31mred",
        "r\x00e\x08d",
        "\u202ered\u202c",
        "r\u200be\ufeffd",
        "\u2066red\u2069",
        " \r\nred\u2028",
    ],
)
def test_control_and_direction_characters_are_removed(text: str) -> None:
    assert Shown().text(text) == "red"


@given(st.text())
def test_everything_that_is_shown_is_one_printable_line(text: str) -> None:
    shown = Shown().text(text)
    assert shown.isprintable()
    assert len(shown) <= 200


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        (b'{"Message": "No.", "MessageDetail": "Why"}', "application/json", "No. Why"),
        (b'{"ModelState": {"contact.Email": ["Bad"]}}', "application/json", "Bad"),
        (
            b'{"title": "Invalid", "status": 400, "errors": {"Email": ["Bad"]}}',
            "application/problem+json",
            "Invalid Bad",
        ),
        (b'{"message": "No.", "modelState": {"email": ["Bad"]}}', "application/json", "No. Bad"),
        (b"<Error><Message>A &amp; b</Message></Error>", "application/xml", "A & b"),
        (
            b"<Error><Message>No.</Message><ModelState><c.Email>Bad &amp; long</c.Email></ModelState></Error>",
            "application/xml",
            "No. Bad & long",
        ),
        (b'<Error><ModelState xmlns="urn:x"><Name/></ModelState></Error>', "application/xml", ""),
        (b'"Not here"', "application/json", "Not here"),
        (b"plain", "text/plain", "plain"),
        (b"<html><body>Go</body></html>", "text/html", ""),
        (b"<!DOCTYPE html><html>", "", ""),
        (b"\xff\xfe", "", "\ufffd\ufffd"),
        (b"[" * 100000, "", "[" * 200),
        (b'{"Message": 5}', "application/json", '{"Message": 5}'),
        (b"", "", ""),
    ],
)
def test_the_message_in_a_body_is_shown(body: bytes, content_type: str, shown: str) -> None:
    assert Shown().body(body, content_type) == shown
