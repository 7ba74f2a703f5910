# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cursor in each kind of store, at every moment at which a process can end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor, StoredCursor
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store

BEFORE = Cursor("2026-01-31T08:00:00Z", [1, 4], {"I_1": "2026-01-31T09:00:00Z", "I_2": ""}, [])
AFTER = BEFORE.after("I_3", "2026-01-31T10:00:00Z")


def stored(options: dict[str, Any], name: str = "inbox", account: str = "an account") -> StoredCursor:
    """Return the cursor as the next process reads it."""
    return StoredCursor(open_store(options["store"], options.get("store_schema"), account, Waiting()), name)


@pytest.fixture
def cursor(store_options: dict[str, Any]) -> StoredCursor:
    cursor = stored(store_options)
    assert not cursor.exists()
    assert cursor.load() == Cursor()
    cursor.save(BEFORE)
    assert cursor.exists()
    return cursor


def test_names_and_accounts_have_cursors_of_their_own(cursor: StoredCursor, store_options) -> None:
    assert stored(store_options, "other").load() == Cursor()
    assert stored(store_options, account="another account").load() == Cursor()
    assert stored(store_options).load() == BEFORE


def test_a_committed_cursor_is_kept(cursor: StoredCursor, store_options) -> None:
    cursor.prepare(AFTER, delivering="I_3")
    cursor.commit()
    assert stored(store_options).load() == AFTER


def test_a_prepared_message_is_in_doubt_until_it_is_committed(cursor: StoredCursor, store_options) -> None:
    cursor.prepare(AFTER, delivering="I_3")
    doubtful = stored(store_options).load()
    assert (doubtful.seen, doubtful.in_doubt) == (BEFORE.seen, ["I_3"])

    other = doubtful.after("I_4", "")
    cursor.prepare(other, delivering="I_4")
    assert stored(store_options).load().in_doubt == ["I_3", "I_4"]
    cursor.commit()
    assert stored(store_options).load().in_doubt == ["I_3"]

    cursor.prepare(other.after("I_3", ""), delivering="I_3")
    cursor.commit()
    assert stored(store_options).load().in_doubt == []


def test_a_message_that_was_not_queued_is_not_in_doubt(cursor: StoredCursor, store_options) -> None:
    doubtful = replace(BEFORE, in_doubt=["I_0"])
    cursor.prepare(doubtful.after("I_3", ""), delivering="I_3")
    cursor.save(doubtful)
    assert stored(store_options).load() == doubtful


def test_an_interrupted_save_has_no_effect(cursor: StoredCursor, store_options) -> None:
    cursor.prepare(AFTER)
    assert stored(store_options).load() == BEFORE


def test_a_consumed_message_is_remembered_until_it_is_deleted() -> None:
    assert BEFORE.after("I_3", "", consume=True).after("I_4", "").consumed == ["I_3"]
