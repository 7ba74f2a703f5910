# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._module import GARBAGE, rarely_collected


@pytest.fixture(autouse=True)
def present_settings() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("before", "during"), [(700, GARBAGE), (GARBAGE + 1, GARBAGE + 1), (0, 0)], ids=["usual", "higher", "switched off"]
)
def test_the_garbage_collector_runs_rarely_during_a_task_and_as_before_after_it(before: int, during: int) -> None:
    gc.set_threshold(before, 12, 13)
    settings = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold() == (during, *settings[1:])
    assert gc.get_threshold() == settings


def test_the_garbage_collector_runs_as_before_after_an_error() -> None:
    settings = gc.get_threshold()
    with pytest.raises(ValueError), rarely_collected():
        raise ValueError
    assert gc.get_threshold() == settings
