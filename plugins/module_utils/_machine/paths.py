# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Where this machine keeps what outlives a process: one place for the default paths."""

from __future__ import annotations

import hashlib
import os
import tempfile

from .._errors import LinkEngageError
from .files import PRIVATE_FOLDER


def sends_path() -> str:
    """The record of sends, if no option names another file."""
    return _state("sends.sqlite3")


def cursor_path() -> str:
    """How far the inbox was read, if no option names another file."""
    return _state("inbox.json")


def _state(name: str) -> str:
    """A file below the user's folder for state."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "community.linkengage", name)


def account_path(account: str, kind: str) -> str:
    """What is kept of *account* (any text that names it), in a folder of this user below the temporary folder.

    Makes the folder. Raises OSError, and LinkEngageError where the folder belongs to somebody else.
    """
    folder = os.path.join(tempfile.gettempdir(), f"community.linkengage-{os.getuid()}")
    os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
    if os.lstat(folder).st_uid != os.getuid() or os.path.islink(folder):
        raise LinkEngageError(f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own.")
    return os.path.join(folder, f"{hashlib.sha256(account.encode()).hexdigest()[:32]}.{kind}")
