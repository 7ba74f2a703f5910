# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._machine.paths import cursor_path, sends_path


@pytest.mark.parametrize(("path", "name"), [(sends_path, "sends.sqlite3"), (cursor_path, "inbox.json")])
def test_the_default_is_in_the_folder_for_state(monkeypatch: pytest.MonkeyPatch, path, name: str) -> None:
    monkeypatch.setenv("HOME", "/nonexistent/kari")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert path() == f"/state/community.linkengage/{name}"
    for unset in ("", None):
        monkeypatch.delenv("XDG_STATE_HOME")
        if unset is not None:
            monkeypatch.setenv("XDG_STATE_HOME", unset)
        assert path() == f"/nonexistent/kari/.local/state/community.linkengage/{name}"
