# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that the service stores in another form are recognised. Other differences are written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.kept import LIMITS, is_cut, is_kept

EMOJI = "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [
        (" a ", "a"),
        ("  ", None),
        ("  ", ""),
        ("a\nb", "a\r\nb"),
        ("x" * 300, "x" * 255),
        ("x" * 49 + " y" * 90, "x" * 49),
        ("x" * 49 + EMOJI, "x" * 49 + "\ud83d"),
        ("x" * 49 + EMOJI, "x" * 49 + "\ufffd"),
        ("x" * 49 + EMOJI, "x" * 49),
        ("a\n" * 40, ("a\r\n" * 40)[:50]),
    ],
)
def test_a_text_that_the_service_stored_in_another_form_is_recognised(wanted: str, stored: str | None) -> None:
    assert is_kept(wanted, stored)


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [
        ("a", " a"),  # the stored text has blanks that must be removed
        ("a", None),
        ("", "a"),
        ("On call in Oslo", "On call"),
        ("x" * 60, "x" * 49),
        ("x" * 60, "y" * 50),
        ("x" * 50, "x" * 60),
        ("A", "a"),
        (True, "true"),
        (1, 0),
    ],
)
def test_other_differences_are_written(wanted: Any, stored: Any) -> None:
    assert not is_kept(wanted, stored)


@given(st.text(min_size=51, max_size=300), st.sampled_from(LIMITS))
def test_a_text_that_is_cut_at_a_limit_is_recognised(text: str, limit: int) -> None:
    assert text[:limit].strip() in ("", text.strip()) or len(text[:limit].strip()) < 25 or is_kept(text, text[:limit])


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_cut_text_is_a_beginning_of_the_whole_text(wanted: str, stored: str) -> None:
    if is_cut(wanted, stored):
        assert wanted.strip().replace("\r", "").startswith(stored.strip().replace("\r", "")[:20])
