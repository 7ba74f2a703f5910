# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The marker of managed records: ``[text]`` at the end of a field. Other text in a field is never a marker. Pure."""

from __future__ import annotations

import re

from .._errors import InvalidInput


class Mark:
    """One marker. *marker* is the text of the option, with or without brackets.

    Earlier versions wrote a marker exactly as in the option, and recognised it anywhere in a text. Such markers are
    older forms.
    """

    def __init__(self, marker: str) -> None:
        words = " ".join(marker.split())
        self._bare = not (words.startswith("[") and words.endswith("]"))
        self._words = words if self._bare else " ".join(words[1:-1].split())
        self._anywhere = re.compile(rf"(?:\s|^)\[\s*{_spaced(self._words)}\s*\](?=\s|$)")
        self._as_words = re.compile(rf"(?:(?<=\s)|^){_spaced(self._words)}(?=\s|$)") if self._bare else self._anywhere
        self.text = f"[{self._words}]"

    def is_in(self, text: str) -> bool:
        """Return whether the marker is at the end of the text. Other markers may stand next to it."""
        return self._words in markers_of(text)

    def is_older_in(self, text: str) -> bool:
        """Return whether the text has the marker only in an older form: without brackets, or not at the end of the
        text.
        """
        return not self.is_in(text) and bool(self._anywhere.search(text) or self._as_words.search(text))

    def is_cut_in(self, text: str) -> bool:
        """Return whether the text ends inside the marker, because the service has cut it off."""
        return self._cut(text) >= 0

    def added(self, text: str) -> str:
        """Return the text with the marker at its end."""
        return text if self.is_in(text) else f"{self.removed(text)} {self.text}".strip()

    def removed(self, text: str) -> str:
        """Return the text without the marker.

        The words of the marker without brackets stay, unless the text consists only of these words.
        """
        cut = self._cut(text)
        text = text if cut < 0 else text[:cut]
        if " ".join(text.split()) == self._words and self._bare:
            return ""
        return self._anywhere.sub("", text).strip() if self._anywhere.search(text) else text.rstrip()

    def _cut(self, text: str) -> int:
        start = text.rfind("[")
        tail = " ".join(text[start:].split())
        begins = start == 0 or text[start - 1 : start].isspace()
        return start if start >= 0 and begins and self.text != tail and self.text.startswith(tail) else -1


def _spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def markers_of(text: str) -> list[str]:
    """Return the markers at the end of a text, without brackets. The last marker comes first."""
    found = []
    text = text.rstrip()
    while text.endswith("]"):
        start = text.rfind("[")
        inner = text[start + 1 : -1]
        if start < 0 or "]" in inner or not (start == 0 or text[start - 1].isspace()):
            break
        found.append(" ".join(inner.split()))
        text = text[:start].rstrip()
    return found


def check_marker(option: str, marker: str) -> None:
    """Raise InvalidInput for a marker that could not be recognised later."""
    words = marker.strip()
    inner = words[1:-1] if words.startswith("[") and words.endswith("]") else words
    if not inner.strip():
        raise InvalidInput(f"{option}: the marker is empty. Write a text, or omit the option.")
    if "[" in inner or "]" in inner:
        raise InvalidInput(f"{option}: square brackets are allowed only around the whole marker, as in [ansible].")
