# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The marker at the end of a field. Other text in a field is not a marker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book.marks import Mark, check_marker
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput

WORDS = "managed by ansible"
texts = st.text("ab[] \n", max_size=12) | st.sampled_from([WORDS, f"NOT {WORDS}", f"[{WORDS}]", f"x [{WORDS}] y"])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"[{WORDS}]", "in"),
        (f"Oslo [{WORDS}]", "in"),
        (f"Oslo [{WORDS}] [other]", "in"),
        ("Oslo [managed  by\nansible ]  ", "in"),
        (f"NOT {WORDS}", "older"),
        (WORDS, "older"),
        (f"{WORDS} since 2020", "older"),
        (f"[{WORDS}] Oslo", "older"),
        (f"un{WORDS}", ""),
        (f"Oslo[{WORDS}]", ""),
        (f"[[{WORDS}]]", ""),
        ("Oslo [managed by", "cut"),
        ("Oslo [managed by ansible", "cut"),
        ("[", "cut"),
        ("Oslo [urgent", ""),
        ("Oslo", ""),
        ("", ""),
    ],
)
def test_a_text_has_the_marker_or_not(text: str, state: str) -> None:
    mark = Mark(WORDS)
    assert (mark.is_in(text), mark.is_older_in(text), mark.is_cut_in(text)) == (
        state == "in",
        state == "older",
        state == "cut",
    )


@pytest.mark.parametrize("marker", ["[team]", "[ team ]", "team", " team "])
def test_brackets_in_the_option_are_the_same_marker(marker: str) -> None:
    assert Mark(marker).text == "[team]"
    assert Mark(marker).is_in("Oslo [team]")


def test_a_bracketed_option_has_no_form_without_brackets() -> None:
    assert not Mark("[team]").is_older_in("the team")
    assert Mark("team").is_older_in("the team")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("", f"[{WORDS}]"),
        ("Oslo", f"Oslo [{WORDS}]"),
        ("Oslo [other]", f"Oslo [other] [{WORDS}]"),
        (WORDS, f"[{WORDS}]"),
        (f"[{WORDS}] Oslo", f"Oslo [{WORDS}]"),
        (f"Oslo [{WORDS}] Bergen", f"Oslo Bergen [{WORDS}]"),
        ("Oslo [managed by", f"Oslo [{WORDS}]"),
        (f"NOT {WORDS}", f"NOT {WORDS} [{WORDS}]"),
    ],
)
def test_the_marker_is_written_at_the_end(text: str, marked: str) -> None:
    assert Mark(WORDS).added(text) == marked


@given(texts)
def test_what_is_marked_is_found_and_is_not_marked_again(text: str) -> None:
    mark = Mark(WORDS)
    marked = mark.added(text)
    assert mark.is_in(marked)
    assert mark.added(marked) == marked
    assert not mark.is_in(mark.removed(marked))


@given(texts, st.sampled_from(["a", "[b]", "managed by"]))
def test_another_marker_stays(text: str, other: str) -> None:
    marked = Mark(other).added(Mark(WORDS).added(text))
    assert Mark(WORDS).is_in(marked)
    assert Mark(WORDS).added(marked) == marked


@pytest.mark.parametrize("marker", ["", "  ", "[]", "[ ]", "a [b]", "[a] [b]", "a]"])
def test_a_marker_that_could_not_be_found_again_is_rejected(marker: str) -> None:
    with pytest.raises(InvalidInput, match=r"^marker: "):
        check_marker("marker", marker)
