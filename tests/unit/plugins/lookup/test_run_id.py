# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The id of a run. The tests of the role notify check that all workers and batches of a run have the same id."""

from __future__ import annotations

import re

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader


def run_id() -> str:
    (found,) = lookup_loader.get("community.linkengage.run_id").run([], variables={})
    return found


def test_the_id_is_the_same_in_a_run_and_another_in_another_run(monkeypatch) -> None:
    first = run_id()
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert run_id() == first
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", f"{constants.DEFAULT_LOCAL_TMP}x")
    assert run_id() != first


def test_a_term_is_an_error() -> None:
    with pytest.raises(AnsibleError, match="this lookup accepts no terms"):
        lookup_loader.get("community.linkengage.run_id").run(["a"], variables={})
