# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SMS texts: segments, cleaning and replacement. The count is compared with two independent counts."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

import pytest
import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.frozen import thawed
from ansible_collections.community.linkengage.plugins.module_utils._sms.text import (
    ALPHABET,
    EXTENSION,
    LETTERS,
    SEPTETS,
    TYPOGRAPHY,
    all_replaced,
    apply_policy,
    clean,
    measure,
    most_segments,
    replace_unsupported,
    without_controls,
)

BLANKS = [(1, "TAB", " "), (3, "FORM FEED", " "), (5, "VERTICAL TAB", " ")]
GRIN = "\U0001f600"  # two UTF-16 code units
OMEGA = "\u03c9"  # one UTF-16 code unit; of this letter, only the capital is in GSM
E_ACUTE = "e\u0301"  # decomposed: a letter and a combining accent

PLAIN = "aZ09 \n@\u00e6\u00f8\u00e5\u00c6\u00d8\u00c5\u00e9\u00a7\u00df\u0394"
WIDE = OMEGA + "\u2019\u00e1\u6f22\u0301"
ALPHABETS = (PLAIN, EXTENSION, PLAIN + EXTENSION, PLAIN * 3 + EXTENSION, PLAIN + WIDE, WIDE + GRIN, PLAIN + GRIN, GRIN)
LIMITS = (0, 67, 70, 134, 153, 160, 201, 306, 459, 612)

texts = st.one_of(
    st.text(st.sampled_from(sorted(SEPTETS)), max_size=330),
    st.text(st.sampled_from(PLAIN + WIDE + EXTENSION + GRIN), max_size=330),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=160),
    st.text(st.sampled_from(sorted([*TYPOGRAPHY, *LETTERS, *PLAIN, "\u0301", "\u0338", "\u200d", "\ufb01"]))),
)


# The count of segments


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "units"),
    [
        ("", "gsm7", 1, 0),
        ("a", "gsm7", 1, 1),
        ("\u20ac", "gsm7", 1, 2),
        ("a" * 160, "gsm7", 1, 160),
        ("a" * 161, "gsm7", 2, 161),
        ("a" * 306, "gsm7", 2, 306),
        ("a" * 307, "gsm7", 3, 307),
        ("[" * 80, "gsm7", 1, 160),
        ("[" * 80 + "a", "gsm7", 2, 161),
        ("[" * 152, "gsm7", 2, 304),  # a part holds 76 of these characters, and its last septet stays unused
        ("[" * 153, "gsm7", 3, 306),
        ("a" * 152 + "[" + "a" * 152, "gsm7", 3, 306),  # at the boundaries of parts: 152, then 153, then 1
        ("a" * 151 + "[" + "a" * 153, "gsm7", 2, 306),
        ("a" * 158 + "[", "gsm7", 1, 160),  # in a message of one part, there is no boundary
        (OMEGA * 70, "ucs2", 1, 70),
        (OMEGA * 71, "ucs2", 2, 71),
        (OMEGA * 134, "ucs2", 2, 134),
        (OMEGA * 135, "ucs2", 3, 135),
        ("a" * 70 + OMEGA, "ucs2", 2, 71),
        ("[" * 69 + OMEGA, "ucs2", 1, 70),  # UCS-2 has no extension table, so each bracket is one unit
        (GRIN * 35, "ucs2", 1, 70),
        (GRIN * 66, "ucs2", 2, 132),  # a part holds 33 of these characters, and its last unit stays unused
        (GRIN * 67, "ucs2", 3, 134),
        (OMEGA * 66 + GRIN + OMEGA * 66, "ucs2", 3, 134),
        (OMEGA * 65 + GRIN + OMEGA * 67, "ucs2", 2, 134),
    ],
)
def test_a_text_has_an_encoding_segments_and_units(text: str, encoding: str, segments: int, units: int) -> None:
    found = measure(text, "gsm")
    assert (found.encoding, found.segments, found.units) == (encoding, segments, units)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 268, 2),
        ("a" * 269, 3),
        ("[" * 67, 1),
        ("[" * 134, 2),
        ("a" * 133 + "[" + "a" * 26, 2),  # 161 septets; the bracket begins the second part
        ("a" * 133 + "[" + "a" * 133, 3),
        ("a" * 804, 6),
        ("a" * 2144, 16),
        ("a" * 2145, 17),
        (OMEGA * 134, 2),
        (OMEGA * 135, 3),
    ],
)
def test_the_vendor_counts_smaller_parts(text: str, segments: int) -> None:
    """The source is the contract (messages: limits)."""
    assert measure(text).segments == measure(text, "vendor").segments == most_segments(text) == segments


@given(texts)
def test_the_larger_count_is_never_smaller_than_a_count(text: str) -> None:
    assert most_segments(text) == max(measure(text, "vendor").segments, measure(text, "gsm").segments)


def test_offending_characters_have_every_place_and_a_name() -> None:
    assert thawed(measure("\u2019a" + GRIN + "\ue000\u2019\t").offending_characters) == [
        {"character": "\u2019", "position": 1, "name": "RIGHT SINGLE QUOTATION MARK"},
        {"character": GRIN, "position": 3, "name": "GRINNING FACE"},
        {"character": "\ue000", "position": 4, "name": "U+E000"},
        {"character": "\u2019", "position": 5, "name": "RIGHT SINGLE QUOTATION MARK"},
        {"character": "\t", "position": 6, "name": "U+0009"},
    ]


@pytest.mark.parametrize("character", ["\t", "\x1b", "`", "\u00e7", "\u00c0", "\u03b1", "\u0391", "\u00b0", "\u00a0"])
def test_characters_that_look_like_gsm_but_are_not(character: str) -> None:
    assert measure(character).encoding == "ucs2"


def test_the_alphabet_has_127_characters_and_10_in_the_extension() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 127  # 128 with the escape character
    assert len(set(EXTENSION)) == len(EXTENSION) == 10
    assert not set(ALPHABET) & set(EXTENSION)


def test_the_alphabet_is_that_of_an_independent_implementation() -> None:
    # The other library counts the escape as a character.
    assert set(smsutil.codecs.GSM_CHARSET) - {"\x1b"} == set(SEPTETS)
    assert smsutil.codecs.GSM_EXT_CHARSET == EXTENSION


def real_parts(text: str) -> list[bytes]:
    """Return the user data of each SMS of the text, without the header. The sizes follow from 140 octets."""
    gsm = all(character in SEPTETS for character in text)
    codec, bits_of_a_byte = ("gsm0338", 7) if gsm else ("utf-16-be", 8)
    whole = text.encode(codec)
    if len(whole) * bits_of_a_byte <= 140 * 8:
        return [whole]
    parts = [b""]
    for character in text:
        encoded = character.encode(codec)
        if (len(parts[-1]) + len(encoded)) * bits_of_a_byte > (140 - 6) * 8:
            parts.append(b"")
        parts[-1] += encoded
    # Each part can be decoded alone, so no character is split.
    assert "".join(part.decode(codec) for part in parts) == text
    return parts


def assert_all_agree(text: str) -> None:
    found, other, parts = measure(text, "gsm"), smsutil.split(text), real_parts(text)
    assert found.segments == len(other.parts) == len(parts)
    bytes_of_a_unit = 1 if found.encoding == "gsm7" else 2
    assert found.units == len(b"".join(parts)) // bytes_of_a_unit
    if text:  # the other library treats an empty text as UCS-2
        assert other.encoding == {"gsm7": "gsm0338", "ucs2": "utf_16_be"}[found.encoding]
        assert other.total_bytes == len(b"".join(parts))


@pytest.mark.parametrize("seed", range(8))
def test_the_count_agrees_with_an_independent_implementation(seed: int) -> None:
    chance = random.Random(seed)
    for _text in range(1000):
        length = max(0, chance.choice(LIMITS) // chance.choice((1, 1, 2)) + chance.randint(-4, 4))
        assert_all_agree("".join(chance.choices(chance.choice(ALPHABETS), k=length)))


@given(texts)
def test_the_count_agrees_on_any_text(text: str) -> None:
    assert_all_agree(text.replace("\x1b", ""))


@given(texts, texts)
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert measure(text).segments <= measure(text + more).segments


# Cleaning


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("", ""),
        ("a", "a"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\n\rb", "a\n\nb"),
        ("a\n", "a"),
        ("a\r\n", "a"),
        ("a\r", "a"),
        ("a\n\n", "a\n"),
        ("a\r\n\r\n", "a\n"),
        ("\n", ""),
        ("\na", "\na"),
        ("a \n", "a "),
        ("{ {a} % }", "{ {a} % }"),
        ("100 %} {", "100 %} {"),
        ("\u00a0\u200b\u2028" + GRIN + E_ACUTE, "\u00a0\u200b\u2028" + GRIN + E_ACUTE),
    ],
)
def test_line_ends_are_cleaned(text: str, sent: str) -> None:
    assert clean(text) == sent


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x1f",
        "\x7f",
        "\x80",
        "\x85",
        "\x9f",
        "\ud83d",
        "\udfff",
        "\ufffe",
        "\uffff",
    ],
)
def test_clean_rejects_invalid_characters(character: str) -> None:
    with pytest.raises(
        InvalidInput,
        match=rf"^body: the character at position 4 \(U\+{ord(character):04X}\) .* Remove the character\.$",
    ):
        clean(f"a\r\nb{character}c", "body")


@pytest.mark.parametrize(
    ("text", "sent", "replaced"),
    [
        ("plain\r\ntext", "plain\ntext", []),
        ("a\tb", "a b", [(2, "TAB", " ")]),
        (
            "\ta\x0cb\x0bc\t",
            " a b c ",
            [*BLANKS[:3], (7, "TAB", " ")],
        ),
        ("\x1b[1;31mred\x1b[0m", "red", [(1, "ESCAPE SEQUENCE", ""), (11, "ESCAPE SEQUENCE", "")]),
        ("\x1b[38;2;255;0;0mx", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("\x1b[2K\x1b[1Gx", "x", [(1, "ESCAPE SEQUENCE", ""), (5, "ESCAPE SEQUENCE", "")]),
        ("\x1b]0;title\x07x", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("\x1b]8;;https://example.com\x1b\\x", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("\x1bPq#0\x1b\\x", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("\x1b(Bx", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("\x9b1mx", "x", [(1, "ESCAPE SEQUENCE", "")]),
        ("x\x1b", "x", [(2, "ESCAPE SEQUENCE", "")]),
        ("x\x1b[31", "x", [(2, "ESCAPE SEQUENCE", "")]),
    ],
)
def test_tabs_become_blanks_and_escape_sequences_are_removed(text: str, sent: str, replaced: list[Any]) -> None:
    found, rows = without_controls(text)
    assert found == sent
    assert [(row["position"], row["name"], row["replacement"]) for row in rows] == replaced
    assert all(text.replace("\r\n", "\n").startswith(row["character"], row["position"] - 1) for row in rows)


@given(st.text(st.sampled_from("a\u2019\t\x0c\x1b[]31m;\x07\n")))
def test_everything_replaced_has_its_place_in_the_first_text(text: str) -> None:
    plain, controls = without_controls(text)
    _sent, later = replace_unsupported(plain)
    for row in all_replaced(controls, later):
        assert text.startswith(row["character"], row["position"] - 1)


@pytest.mark.parametrize(("text", "place"), [("{{ name }}", 1), ("Hei {%if x%}", 5), ("{{{", 1), ("a\n{{", 3)])
def test_clean_rejects_a_template_that_was_not_evaluated(text: str, place: int) -> None:
    with pytest.raises(InvalidInput, match=rf"^text: .*a template that was not evaluated.* at position {place}\.$"):
        clean(text)


@given(st.text())
def test_a_clean_text_can_be_sent(text: str) -> None:
    try:
        sent = clean(without_controls(text)[0])
    except InvalidInput:
        return
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in sent.replace("\n", ""))
    assert clean(sent + "\n") == sent


# Replacement


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("\u201cHei\u201d, \u2018du\u2019 \u201eder\u201f \u201aher\u201b", "\"Hei\", 'du' \"der\" 'her'"),
        ("\u00abHei\u00bb \u2039du\u203a", "\"Hei\" 'du'"),
        ("5\u2032 3\u2033 `a\u00b4", "5' 3\" 'a'"),
        ("a\u2013b\u2014c\u2010d\u2011e\u2012f\u2015g\u2212h", "a-b-c-d-e-f-g-h"),
        ("ja\u2026 nei\u2025", "ja... nei.."),
        ("12\u00a0000\u202f\u20ac\u2003\u3000.", "12 000 \u20ac  ."),
        ("\u2022 a\n\u25e6 b \u00b7 c", "* a\n* b . c"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("a \u2192 b, 2\u00d73", "a -> b, 2x3"),
        ("\ufeffa\u200bb\u00adc\u200dd\u2060e\u200ef", "abcdef"),
        (E_ACUTE + " A\u030a o\u0308", "\u00e9 \u00c5 \u00f6"),
        ("\u212b \u2126 \u212a", "\u00c5 \u03a9 K"),  # letters that look like signs
        ("\u0103 \u00e1 \u010d \u0160 \u00e7 \u00eb \u0130 \u1ebf \u01a1", "a a c S c e I e o"),
        ("a\u0328 x\u0302", "a x"),
        # The accent that is not in GSM is removed, and the accent that is in GSM stays.
        ("\u01fb \u01ff \u01fd \u01d6", "\u00e5 \u00f8 \u00e6 \u00fc"),
        ("\u0141\u00f3d\u017a, Sk\u0142odowska, Sig\u00far\u00f0ur \u00de\u00f3r", "Lodz, Sklodowska, Sigurdur Thor"),
        ("\u010d\u00e1\u0111\u014b\u0161\u0167\u017e \u0131 \u0153uvre \u1e9e", "cadnstz i oeuvre SS"),
        ("\ufb01n \uff21\uff11 \u2163 \u2116 \u0149 \U0001d400", "fin A1 IV No 'n A"),
    ],
)
def test_characters_with_a_clear_replacement_are_replaced(text: str, sent: str) -> None:
    found, replaced = replace_unsupported(text)
    assert found == sent
    assert measure(found).encoding == "gsm7"
    assert replaced


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u00e6\u00f8\u00e5\u00c6\u00d8\u00c5\u00e4\u00f6\u00fc\u00c4\u00d6\u00dc\u00e0\u00e8\u00e9\u00f1\u00df\u20ac",
        "".join(SEPTETS),
        "a \u2260 b",  # without the stroke, the sign would mean the opposite
        "10\u00b2 m",  # a superscript 2 must not become the 2 of 102
        "1\u00bd kg",
        "25 \u00b0C \u00b5s \u00a9",
        "\u03b1\u03b2\u03b3 \u0436 \u6f22 \ud55c",
        "\u00a8 5\u0301",
        "\u0301a" + OMEGA,
        "\uf900",  # composing would turn it into another ideograph
    ],
)
def test_a_character_without_a_clear_replacement_stays(text: str) -> None:
    assert replace_unsupported(text) == (text, [])


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (f"\u201cHei\u201d {GRIN}", f'"Hei" {GRIN}'),
        (f"{FAMILY} \u2013", f"{FAMILY} -"),
        (f"\u0141\u00f3d\u017a\u2019s {GRIN}", f"\u0141\u00f3d\u017a's {GRIN}"),
        (f"{E_ACUTE} a\u0328 {GRIN}", f"\u00e9 \u0105 {GRIN}"),
        ("\u2013 a =\u0338 b", "- a \u2260 b"),
    ],
)
def test_a_text_that_stays_ucs2_keeps_its_names_and_emoji(text: str, sent: str) -> None:
    assert replace_unsupported(text)[0] == sent


def test_replace_reports_each_character_and_its_position() -> None:
    assert replace_unsupported(f"{E_ACUTE}\u2026\u0103\u200b\u2013") == (
        "\u00e9...a-",
        [
            {
                "character": E_ACUTE,
                "position": 1,
                "name": "LATIN SMALL LETTER E + COMBINING ACUTE ACCENT",
                "replacement": "\u00e9",
            },
            {"character": "\u2026", "position": 3, "name": "HORIZONTAL ELLIPSIS", "replacement": "..."},
            {"character": "\u0103", "position": 4, "name": "LATIN SMALL LETTER A WITH BREVE", "replacement": "a"},
            {"character": "\u200b", "position": 5, "name": "ZERO WIDTH SPACE", "replacement": ""},
            {"character": "\u2013", "position": 6, "name": "EN DASH", "replacement": "-"},
        ],
    )


@given(texts)
def test_the_report_of_replacements_is_the_whole_difference(text: str) -> None:
    sent, replaced = replace_unsupported(text)
    rebuilt = text
    for one in reversed(replaced):
        start, end = one["position"] - 1, one["position"] - 1 + len(one["character"])
        assert rebuilt[start:end] == one["character"] != one["replacement"]
        rebuilt = rebuilt[:start] + one["replacement"] + rebuilt[end:]
    assert rebuilt == sent


@given(texts)
@example("\u00d7\u0300")  # a multiplication sign with an accent is not the letter x with an accent
def test_replace_leaves_nothing_to_replace_and_adds_nothing_unsupported(text: str) -> None:
    sent, _replaced = replace_unsupported(text)
    assert replace_unsupported(sent) == (sent, [])
    assert len(measure(sent).offending_characters) <= len(measure(text).offending_characters)


@given(st.text(st.sampled_from(sorted(SEPTETS))))
def test_replace_does_not_change_gsm(text: str) -> None:
    assert replace_unsupported(text) == (text, [])


def test_the_tables_map_other_characters_to_gsm() -> None:
    for table in (TYPOGRAPHY, LETTERS):
        for character, plain in table.items():
            assert len(character) == 1 and character not in SEPTETS
            assert plain and set(plain) <= set(SEPTETS)


# The policies


def test_the_policy_allow_does_not_change_the_text() -> None:
    assert apply_policy(f"{E_ACUTE}\u2019", "allow") == (f"{E_ACUTE}\u2019", [])


def test_the_policy_replace_replaces_unsupported_characters() -> None:
    assert apply_policy("a\u2019", "replace") == replace_unsupported("a\u2019")


def test_fail_accepts_gsm() -> None:
    assert apply_policy("".join(SEPTETS), "fail") == ("".join(SEPTETS), [])


def failure(text: str) -> tuple[str, dict[str, Any]]:
    with pytest.raises(InvalidInput) as caught:
        apply_policy(text, "fail", "body")
    return str(caught.value), caught.value.failure


def test_fail_names_the_offending_characters() -> None:
    message, facts = failure(f"a\u2019b{E_ACUTE}")
    assert message == (
        "body: these characters are not in the GSM alphabet: RIGHT SINGLE QUOTATION MARK at position 2, "
        "COMBINING ACUTE ACCENT at position 5. With these characters, the message is in UCS-2 and takes 1 segment. "
        "Remove the characters, or set `unsupported_characters` to `replace` or `allow`."
    )
    assert [one["position"] for one in facts["offending_characters"]] == [2, 5]


@pytest.mark.parametrize(("count", "more"), [(10, ""), (11, " and 1 more"), (200, " and 190 more")])
def test_fail_names_ten_at_most(count: int, more: str) -> None:
    message, facts = failure(GRIN * count)
    assert message.count("GRINNING FACE") == 10
    assert f"GRINNING FACE at position 10{more}. With" in message
    assert len(facts["offending_characters"]) == count
