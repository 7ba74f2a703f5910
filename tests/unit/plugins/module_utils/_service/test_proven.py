# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one run has proven, the next one knows; and without that it only takes longer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace
from ansible_collections.community.linkengage.plugins.module_utils._service.proven import proven_before


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def run(requests: int = 0, refused: bool = False, account: str = "kari") -> int:
    """A run of so many requests; what it knew at its beginning."""
    pace = Pace(None, 180, sleep=lambda _seconds: None)
    with proven_before(account, pace):
        known = pace.proven
        for _request in range(requests):
            with pace.turn():
                pass
        if refused:
            with pace.turn():
                pace.refused(None)
    return known


def test_what_was_let_through_is_known_to_the_next_run() -> None:
    assert run(3) == 0
    assert run(2) == 3
    assert run(5) == 3
    assert run() == 5
    assert run(account="ola") == 0


def test_a_refusal_lowers_it() -> None:
    run(5)
    run(3, refused=True)
    assert run() == 3


def test_a_run_that_fails_leaves_it_too() -> None:
    pace = Pace(None, 180)
    with pytest.raises(KeyboardInterrupt), proven_before("kari", pace):
        with pace.turn():
            pass
        raise KeyboardInterrupt
    assert run() == 1


def test_a_known_budget_proves_nothing() -> None:
    pace = Pace(100, 180)
    with proven_before("kari", pace), pace.turn():
        pass
    assert run() == 0


def test_a_run_that_was_refused_already_knows_better() -> None:
    run(5)
    pace = Pace(None, 180)
    with pace.turn():
        pace.refused(0.01)
    with proven_before("kari", pace):
        assert pace.proven == 0


@pytest.mark.parametrize("content", [b"", b"many", b"-7", b"\xff", b"[3]"])
def test_a_file_that_tells_nothing_is_as_none_and_is_mended(machine: Path, content: bytes) -> None:
    run(1)
    (file,) = machine.rglob("*.proven")
    file.write_bytes(content)
    assert run(2) == 0
    assert run() == 2


def test_the_file_is_its_owners_alone_and_names_nobody(machine: Path) -> None:
    run(7, account="kari@acme.example https://intouchapi.pswin.com/2")
    (file,) = machine.rglob("*.proven")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("7\n", 0o600)
    assert "kari" not in str(file)


def test_without_a_place_for_the_file_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    assert run(3) == 0
    assert run() == 0
