# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What errors say about values that are not texts."""

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.values import require_text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (4790555817, "as an integer (10 digits, ending in 17)"),
        (-4790555817, "as an integer (10 digits, ending in 17)"),
        (112, "as an integer (112)"),
        (-1.5, "as a decimal number (-1.5)"),
        (4.790555817e22, "as a decimal number (4.7...22)"),
    ],
)
def test_the_error_for_a_number_names_its_kind_and_counts_only_digits(value: float, words: str) -> None:
    with pytest.raises(InvalidInput) as error:
        require_text(value, "numbers[0]")
    assert f"the number was read {words}, so leading zeros" in str(error.value)
