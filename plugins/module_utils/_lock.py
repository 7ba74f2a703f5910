# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One creator at a time for an account on this machine, so that two runs at once do not make a duplicate."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError


@contextmanager
def account_lock(account: str) -> Iterator[None]:
    """Hold the lock of *account* (any text that names it). It ends with the process, however that ends.

    The file lies in a folder of this user under the temporary folder, and holds nothing.
    """
    folder = os.path.join(tempfile.gettempdir(), f"community.linkengage-{os.getuid()}")
    name = hashlib.sha256(account.encode()).hexdigest()[:32] + ".lock"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        owner = os.lstat(folder)
        if owner.st_uid != os.getuid() or os.path.islink(folder):
            raise LinkEngageError(
                f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own."
            )
        handle = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LinkEngageError(
            f"The lock that keeps two runs from making one record twice cannot be had: {error}."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
