# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The default folders for files that stay on this machine after a process has ended."""

from __future__ import annotations

import hashlib
import os
import tempfile

from .._errors import LinkEngageError
from .files import PRIVATE_FOLDER


def state_folder() -> str:
    """Return the folder of the store, if no option sets another store.

    A relative path in XDG_STATE_HOME does not count (XDG base directory specification).
    """
    home = os.path.expanduser("~")  # the result is "~" if the user has no name and HOME is not set, as in a container
    default = os.path.join(home if os.path.isabs(home) else "/", ".local", "state")
    state = os.environ.get("XDG_STATE_HOME", "")
    return os.path.join(state if os.path.isabs(state) else default, "community.linkengage")


def temporary_folder() -> str:
    """Return the folder of this user in the temporary folder, and create it if it is missing.

    Raises OSError, and LinkEngageError if the folder belongs to another user.
    """
    folder = os.path.join(tempfile.gettempdir(), f"community.linkengage-{os.getuid()}")
    os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
    if os.lstat(folder).st_uid != os.getuid() or os.path.islink(folder):
        raise LinkEngageError(
            f"{folder}: this folder belongs to another user, so the collection cannot use it. Remove the folder, or "
            "set the environment variable TMPDIR to a folder of your own."
        )
    return folder


def account_path(account: str, kind: str) -> str:
    """Return the path of a file of *account* in the temporary folder of this user.

    *account* is any text that identifies the account. Raises OSError, and LinkEngageError if the folder belongs to
    another user.
    """
    return os.path.join(temporary_folder(), f"{hashlib.sha256(account.encode()).hexdigest()[:32]}.{kind}")
