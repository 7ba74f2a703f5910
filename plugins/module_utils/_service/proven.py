# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What the service let through in a minute, from one run on this machine to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .._errors import LinkEngageError
from .._machine.files import write_private
from .._machine.paths import account_path
from .pace import Pace


@contextmanager
def proven_before(account: str, pace: Pace) -> Iterator[None]:
    """Begin with what earlier runs have proven for *account*, and leave what this one has.

    It is one number in a small file, and only saves time: without it the run begins as the first one did.
    """
    before = _read(account)
    if not pace.refusals:
        pace.proven = max(pace.proven, before)
    try:
        yield
    finally:
        if pace.proven != before:
            with suppress(OSError, LinkEngageError):
                write_private({account_path(account, "proven"): f"{pace.proven}\n"})


def _read(account: str) -> int:
    with suppress(OSError, LinkEngageError, ValueError):
        return max(int(Path(account_path(account, "proven")).read_text(encoding="utf-8")), 0)
    return 0
