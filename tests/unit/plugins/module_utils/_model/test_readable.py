# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
import support
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.readable import printable, readable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, ""),
        ({"first_name": "Åse"}, "first_name: Åse\n"),
        ({"name": "Lie (Oslo)", "private": True, "email": ""}, 'name: Lie (Oslo)\nprivate: true\nemail: ""\n'),
        ({"phone_number": "4790555817", "id": 4711}, 'phone_number: "4790555817"\nid: 4711\n'),
        ({"name": "NO", "city": "on", "note": None}, 'name: "NO"\ncity: "on"\nnote: null\n'),
        ({"members": ["Kari", "+4790555817"], "none": []}, 'members:\n  - Kari\n  - "+4790555817"\nnone: []\n'),
        ({"message": {"text": "a\nb", "to": {}}}, 'message:\n  text: "a\\nb"\n  to: {}\n'),
        ({"rows": [{"a": "x", "b": 1}, {}]}, "rows:\n  - a: x\n    b: 1\n  - {}\n"),
        ({"first_name": "\u202eirak\x1b[31m"}, 'first_name: "\\u202eirak\\u001b[31m"\n'),
        ({"first_name": "a\u00a0b "}, 'first_name: "a\\u00a0b "\n'),
        ({"first_name": "\ud83d!"}, 'first_name: "\N{REPLACEMENT CHARACTER}!"\n'),
    ],
)  # fmt: skip
def test_values_are_readable_lines(values: dict[str, Any], text: str) -> None:
    assert readable(values) == text


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@settings(max_examples=support.examples(300))
def test_a_program_reads_the_same_values(values: dict[str, Any]) -> None:
    text = readable(values)
    assert (yaml.safe_load(text) or {}) == values
    assert all(line.isprintable() for line in text.splitlines())


@given(st.text())
def test_printable_text_has_no_hidden_characters(text: str) -> None:
    assert printable(text).isprintable()
    assert (printable(text) == text) == text.isprintable()
