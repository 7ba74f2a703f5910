# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cursor's file, at every moment at which a process could end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor, CursorFile
from ansible_collections.community.linkengage.plugins.module_utils._machine.files import StagedFile

BEFORE = Cursor("2026-01-31T08:00:00Z", [1, 4], {"I_1": "2026-01-31T09:00:00Z", "I_2": ""}, [])
AFTER = BEFORE.after("I_3", "2026-01-31T10:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cursor.json"


@pytest.fixture
def file(path: Path) -> CursorFile:
    file = CursorFile(StagedFile(str(path)), "an account")
    file.save(BEFORE)
    return file


def left_at(path: Path) -> Cursor:
    """What the next process finds."""
    return CursorFile(StagedFile(str(path)), "an account").load()


def test_a_missing_file_is_an_empty_cursor(tmp_path: Path) -> None:
    assert CursorFile(StagedFile(str(tmp_path / "none")), "an account").load() == Cursor()


def test_a_committed_cursor_is_kept(file: CursorFile, path: Path) -> None:
    assert left_at(path) == BEFORE
    file.prepare(AFTER, delivering="I_3")
    file.commit()
    assert left_at(path) == AFTER


def test_a_prepared_message_is_in_doubt_until_it_is_committed(file: CursorFile, path: Path) -> None:
    file.prepare(AFTER, delivering="I_3")
    doubtful = left_at(path)
    assert (doubtful.seen, doubtful.in_doubt) == (BEFORE.seen, ["I_3"])

    other = doubtful.after("I_4", "")
    file.prepare(other, delivering="I_4")
    assert left_at(path).in_doubt == ["I_3", "I_4"]
    file.commit()
    assert left_at(path).in_doubt == ["I_3"]

    file.prepare(other.after("I_3", ""), delivering="I_3")
    file.commit()
    assert left_at(path).in_doubt == []


def test_a_message_that_was_not_queued_is_not_in_doubt(file: CursorFile, path: Path) -> None:
    doubtful = replace(BEFORE, in_doubt=["I_0"])
    file.prepare(doubtful.after("I_3", ""), delivering="I_3")
    file.save(doubtful)
    assert left_at(path) == doubtful


def test_an_interrupted_save_has_no_effect(file: CursorFile, path: Path) -> None:
    file.prepare(AFTER)
    assert left_at(path) == BEFORE
    file.prepare(AFTER, delivering="I_3")
    prepared = Path(f"{path}.next")
    whole = prepared.read_bytes()
    for length in range(len(whole)):
        prepared.write_bytes(whole[:length])
        assert left_at(path) == BEFORE


def test_a_link_is_not_followed_for_writing(file: CursorFile, path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    Path(f"{path}.next").symlink_to(victim)
    with pytest.raises(LinkEngageError, match=r"cursor_path: .* cannot be used"):
        file.prepare(AFTER)
    assert victim.read_text(encoding="utf-8") == "precious"
