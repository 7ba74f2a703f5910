# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""SMS texts: which texts can be sent, how many segments they take, and how they take fewer segments.

The functions are called in this order: ``without_controls``, ``clean``, ``apply_policy``, ``measure``. Positions count
code points from 1; a line break is one code point.

The alphabet is from 3GPP TS 23.038 (GSM 03.38), without national-language shift tables. The GSM sizes of parts are from
TS 23.040, with the concatenation header of six octets. The sizes of the vendor are from the contract (messages:
limits).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput
from .._model.frozen import Value
from .._model.listing import listed
from .._model.templates import unevaluated

ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # an escape precedes each of these characters, so each takes two septets
SEPTETS = {**dict.fromkeys(ALPHABET, 1), **dict.fromkeys(EXTENSION, 2)}

# For each way to count and each encoding: how many units fit into a single SMS, and into a part of a longer message.
SIZES = {"vendor": {"gsm7": (160, 134), "ucs2": (70, 67)}, "gsm": {"gsm7": (160, 153), "ucs2": (70, 67)}}
PART_SIZES = tuple(SIZES)
MOST_SEGMENTS = 16  # the service cuts off all further segments (contract: messages, limits)

POLICIES = ("allow", "replace", "fail")
NAMED = 10  # number of offending characters that one error names

# Control characters except the line feed, lone surrogates, and the two characters that XML 1.0 does not allow.
UNSENDABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

BLANKS = {"\t": "TAB", "\v": "VERTICAL TAB", "\f": "FORM FEED"}
# Sequences that a terminal interprets as colours, titles and cursor movements. The text of a log can contain them.
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
CONTROLS = re.compile(f"{ESCAPES.pattern}|[{''.join(BLANKS)}]")

# Typographic characters of word processors and web pages, each with its plain character. None of them is a letter.
TYPOGRAPHY = {
    character: plain
    for plain, characters in {
        "'": "`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u275b\u275c",
        '"': "\u00ab\u00bb\u02ba\u02ee\u201c\u201d\u201e\u201f\u2033\u275d\u275e",
        "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212",
        " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        "\n": "\u2028\u2029",
        "...": "\u2026",
        "..": "\u2025",
        ".": "\u00b7\u2024",
        "*": "\u2022\u2023\u2217\u2219\u25aa\u25cf\u25e6",
        "/": "\u2044\u2215",
        "|": "\u00a6",
        "x": "\u00d7",
        "<-": "\u2190",
        "->": "\u2192",
    }.items()
    for character in characters
}
# Letters with a stroke or a ligature. Unicode does not treat the stroke as an accent.
LETTERS = dict(zip("đĐðÐħĦıłŁŋŊŧŦ", "dDdDhHilLnNtT"))
LETTERS.update({"œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ẞ": "SS"})
# Invisible characters: joiners, direction marks, soft hyphens, variation selectors. Emoji and other scripts need them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
# Kinds of compatibility forms that mean the same as their plain characters. A superscript does not: 10² is not 102.
FORMS = {"<compat>", "<font>", "<narrow>", "<small>", "<wide>"}


@dataclass(frozen=True)
class SmsText(Value):
    """The size of a text. ``units`` are septets (``gsm7``) or UTF-16 code units (``ucs2``).

    ``offending_characters`` are the characters because of which the text is UCS-2. Each is a mapping with the keys
    ``character``, ``position`` and ``name``.
    """

    encoding: str
    segments: int
    units: int
    offending_characters: Sequence[Mapping[str, Any]]


def measure(text: str, part_size: str = PART_SIZES[0]) -> SmsText:
    """Count the segments of a text without changing it. *part_size* is one of ``PART_SIZES``.

    An empty text counts as one segment. The caller must reject an empty text before sending.
    """
    offending = [
        {"character": character, "position": position, "name": _name(character)}
        for position, character in enumerate(text, 1)
        if character not in SEPTETS
    ]
    encoding = "ucs2" if offending else "gsm7"
    sizes = [(2 if ord(one) > 0xFFFF else 1) if offending else SEPTETS[one] for one in text]
    single, part = SIZES[part_size][encoding]
    units = sum(sizes)
    return SmsText(encoding, 1 if units <= single else _parts(sizes, part), units, offending)


def most_segments(text: str) -> int:
    """Return the number of segments, by the way of counting that gives more. Limits are compared with this number."""
    return max(measure(text, part_size).segments for part_size in PART_SIZES)


def _parts(sizes: list[int], room: int) -> int:
    """Return the number of parts for characters of these sizes.

    A character is never split, so a part can have an unused unit.
    """
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts


def without_controls(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without control sequences, and what was replaced.

    Tabs and form feeds become blanks, escape sequences are removed, and line breaks become LF. What was replaced has
    the form of ``replace_unsupported``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    replaced = [
        {
            "character": found.group(),
            "position": found.start() + 1,
            "name": BLANKS.get(found.group(), "ESCAPE SEQUENCE"),
            "replacement": " " if found.group() in BLANKS else "",
        }
        for found in CONTROLS.finditer(text)
    ]
    return CONTROLS.sub(lambda found: " " if found.group() in BLANKS else "", text), replaced


def all_replaced(controls: list[dict[str, Any]], later: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all replaced characters, by their positions in the original text.

    *later* has positions in the text without the *controls*.
    """
    rows = list(controls)
    for row in later:
        position = row["position"]
        for control in controls:
            if not control["replacement"] and control["position"] <= position:
                position += len(control["character"])
        rows.append({**row, "position": position})
    return sorted(rows, key=lambda row: int(row["position"]))


def clean(text: str, option: str = "text", braces: bool = False) -> str:
    """Return the text to send: CRLF and CR become LF, and one line break at the end is removed.

    Call this function once, because each call removes a line break. Raises InvalidInput, which names *option*, for
    other control characters and for half characters. Without *braces*, it also rejects a template that was not
    evaluated.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.endswith("\n"):
        text = text[:-1]
    found = UNSENDABLE.search(text)
    if found:
        raise InvalidInput(
            f"{option}: the character at position {found.start() + 1} (U+{ord(found.group()):04X}) cannot be sent in "
            "an SMS. Remove the character."
        )
    found = None if braces else unevaluated(text)
    if found:
        raise InvalidInput(
            f"{option}: this text looks like a template that was not evaluated. Evaluate the template first, or remove "
            f"{found.group()} "
            f"at position {found.start() + 1}."
        )
    return text


def apply_policy(text: str, unsupported_characters: str, option: str = "text") -> tuple[str, list[dict[str, Any]]]:
    """Return the text to send and the replaced characters, according to a policy in ``POLICIES``.

    ``allow`` does not change the text. ``fail`` raises InvalidInput, which names *option*, if the text is UCS-2.
    """
    if unsupported_characters == "replace":
        return replace_unsupported(text)
    if unsupported_characters == "fail":
        _refuse(measure(text), option)
    return text, []


def _refuse(sms: SmsText, option: str) -> None:
    offending = sms.offending_characters
    if not offending:
        return
    places = listed([f"{one['name']} at position {one['position']}" for one in offending], NAMED)
    raise InvalidInput(
        f"{option}: these characters are not in the GSM alphabet: {places}. With these characters, the message is in "
        f"UCS-2 and takes {sms.segments} segment{'s' if sms.segments > 1 else ''}. Remove the characters, or set "
        "`unsupported_characters` to `replace` or `allow`.",
        offending_characters=offending,
    )


def replace_unsupported(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text with GSM characters instead of other characters, and the replaced characters.

    Letters and their accents are always composed (NFC), and typographic characters always become plain characters.
    Accents that GSM does not have, and invisible characters, are removed only if the whole text is GSM afterwards.
    Otherwise the text stays UCS-2, names keep their accents, and emoji stay whole.

    A replaced character is a dict with ``character`` (including its combining marks), ``position`` (in the old text),
    ``name`` and ``replacement``. The replacement is empty for a removed character.
    """
    clusters = list(_clusters(text))
    replacements = [_nearest(cluster) for _position, cluster in clusters]
    if not all(map(_is_gsm, replacements)):
        replacements = [_typographic(cluster) for _position, cluster in clusters]
    replaced = [
        {"character": cluster, "position": position, "name": _name(cluster), "replacement": replacement}
        for (position, cluster), replacement in zip(clusters, replacements)
        if replacement != cluster
    ]
    return "".join(replacements), replaced


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with the combining marks after it (a cluster), and its position."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start + 1, text[start:end]
            start = end


def _typographic(cluster: str) -> str:
    """Return a cluster in composed form, with plain typography."""
    composed = unicodedata.normalize("NFC", cluster)
    # Composing can also turn an ideograph into another ideograph, which looks different in a name.
    kept = composed if composed in SEPTETS or len(composed) < len(cluster) else cluster
    # A sign with a combining mark has another meaning, so only a sign without marks is replaced.
    return TYPOGRAPHY.get(kept, kept)


def _nearest(cluster: str) -> str:
    """Return the GSM text that is nearest to a cluster, or the cluster itself if no GSM text is near."""
    if INVISIBLE.fullmatch(cluster):
        return ""
    decomposed = unicodedata.normalize("NFD", cluster)
    for end in range(len(decomposed), 0, -1):
        # Marks are removed from the last to the first. Only letters lose marks: an equals sign with a stroke has
        # another meaning than an equals sign.
        base = unicodedata.normalize("NFC", decomposed[:end])
        found = base if base in SEPTETS else TYPOGRAPHY.get(base, LETTERS.get(base))
        if found and (end == len(decomposed) or base.isalpha()):
            return found
    return _compatible(cluster)


def _compatible(cluster: str) -> str:
    """Return the GSM text of a ligature, a fullwidth letter or a similar form; for other clusters, the cluster
    itself.
    """
    if unicodedata.decomposition(cluster[0]).partition(" ")[0] not in FORMS:
        return cluster
    pieces = [_nearest(piece) for _position, piece in _clusters(unicodedata.normalize("NFKD", cluster))]
    # A blank in these forms belongs to an accent without a letter.
    return "".join(pieces) if all(map(_is_gsm, pieces)) and " " not in pieces else cluster


def _is_gsm(text: str) -> bool:
    return all(character in SEPTETS for character in text)


def _name(characters: str) -> str:
    """Return the Unicode names of the characters, or the code point (such as U+0007) of a character without a name."""
    return " + ".join(unicodedata.name(character, f"U+{ord(character):04X}") for character in characters)
