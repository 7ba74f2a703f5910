# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which texts are templates. The results are compared with those of Ansible itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.templates import (
    defused,
    is_template,
    unevaluated,
    without_signs,
)

texts = st.text("{}%# aj:", max_size=8)


@pytest.mark.parametrize(
    ("text", "template", "begins"),
    [
        ("{{ x }}", True, 0),
        ("a {% if x %}", True, 2),
        ("{# x #}", True, None),
        ("#jinja2: trim_blocks: false", True, None),
        (" #jinja2:", False, None),
        ("{ { x", False, None),
        ("}} %} #}", False, None),
        ("{", False, None),
        ("", False, None),
    ],
)
def test_the_signs_of_templates_are_recognised(text: str, template: bool, begins: int | None) -> None:
    assert is_template(text) is template
    found = unevaluated(text)
    assert (found.start() if found else None) == begins


@given(texts)
def test_a_defused_text_is_not_a_template_and_looks_the_same(text: str) -> None:
    assert not is_template(defused(f".{text}"))
    assert defused(text).replace(" ", "") == text.replace(" ", "")


@given(texts)
def test_a_text_without_signs_is_not_a_template(text: str) -> None:
    assert unevaluated(without_signs(text)) is None


def test_plain_text_is_not_changed() -> None:
    assert defused("Disk {full}") == without_signs("Disk {full}") == "Disk {full}"
