# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._machine.paths import state_folder


def test_the_default_is_in_the_folder_for_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent/kari")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert state_folder() == "/state/community.linkengage"
    for unset in ("", "state", "./state", None):  # a relative path would be another folder in each working folder
        monkeypatch.delenv("XDG_STATE_HOME")
        if unset is not None:
            monkeypatch.setenv("XDG_STATE_HOME", unset)
        assert state_folder() == "/nonexistent/kari/.local/state/community.linkengage"
