# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the errors of PostgreSQL are shown in the errors of the store."""

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._machine.postgres import one_sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'connection to server at "127.0.0.1", port 1 failed: Connection refused\n'
            "\tIs the server running on that host and accepting TCP/IP connections?\n",
            'connection to server at "127.0.0.1", port 1 failed: Connection refused',
        ),
        (
            "Multiple connection attempts failed. All failures were:\n- host: 'a': refused.\n- host: 'b': timeout.",
            "Multiple connection attempts failed. All failures were: - host: 'a': refused; - host: 'b': timeout",
        ),
        ("permission denied for schema linkengage", "permission denied for schema linkengage"),
        ("Is the server running?", "Is the server running?"),
        ("", ""),
    ],
)
def test_an_error_of_several_lines_is_one_sentence_without_questions(text: str, shown: str) -> None:
    assert one_sentence(text) == shown
