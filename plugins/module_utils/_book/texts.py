# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Texts of files: their encodings, and the options of tables. Pure.

Runs that read no table need this file too, so it imports none of the files for tables.
"""

from __future__ import annotations

from .._errors import InvalidInput

UNKNOWN_COLUMNS = ("fail", "ignore")
DELIMITERS = {"auto": "", "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
REMEDY = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8), or set `encoding`"
NULLS = f"the file contains null characters, so the file is probably in UTF-16. {REMEDY} to utf-16-le"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # the bytes at the beginning of a file that a spreadsheet saved as Unicode text


def is_empty(text: str) -> bool:
    """Return whether all lines of a text are blank or comments."""
    if text.lstrip()[:1] not in ("", "#"):
        return False
    return all(line[:1] in ("", "#") for line in map(str.strip, text.splitlines()))


def is_delimiter(text: str) -> bool:
    """Return whether *text* is a valid delimiter."""
    return text in DELIMITERS or (len(text) == 1 and text not in '"\r\n')


def require_encoding(name: str) -> str:
    """Return *name* if it is ``auto`` or the name of a text encoding. Raises InvalidInput otherwise."""
    try:
        "a".encode(name if name != "auto" else "utf-8")
    except (LookupError, ValueError):
        raise InvalidInput(
            f"encoding: {name!r} is not a known encoding. Write `auto`, or a name such as windows-1252."
        ) from None
    return name


def decode(data: bytes, encoding: str = "auto") -> str:
    """Return the text of a file. Raises ValueError with the line if the file is neither UTF-8 nor marked as UTF-16.

    A file in another encoding needs the name of its encoding. If a folder also has files in UTF-8, they are still read
    as UTF-8. This is safe: text in another encoding is almost never valid UTF-8, unless it is pure ASCII.
    """
    if data[:2] in UTF_16:
        return _decoded(data, "utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding != "auto":
            return _decoded(data, encoding)
        if b"\0" in data:
            raise ValueError(NULLS) from None
        what = (
            f"{_place(data, error)} is not UTF-8; the file is probably in Windows-1252, like the CSV files of "
            "many spreadsheet programs"
        )
        raise ValueError(f"{what}. {REMEDY} to windows-1252") from None
    if "\0" not in text:
        return text
    if encoding == "auto":
        raise ValueError(NULLS)
    return _decoded(data, encoding)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{_place(data, error)} is not {encoding} text. {REMEDY} to the encoding of the file"
        ) from None


def _place(data: bytes, error: UnicodeDecodeError) -> str:
    return f"line {data.count(10, 0, error.start) + 1}"
