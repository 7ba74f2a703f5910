# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Files that are readable by their owner only, and replaced as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping

from .._errors import LinkEngageError

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def account_file(account: str, kind: str) -> str:
    """The path of what this machine keeps of *account* (any text that names it), in a folder of this user.

    It lies under the temporary folder. Raises OSError, and LinkEngageError where the folder is somebody else's.
    """
    folder = os.path.join(tempfile.gettempdir(), f"community.linkengage-{os.getuid()}")
    os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
    if os.lstat(folder).st_uid != os.getuid() or os.path.islink(folder):
        raise LinkEngageError(f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own.")
    return os.path.join(folder, f"{hashlib.sha256(account.encode()).hexdigest()[:32]}.{kind}")


def outdated(files: Mapping[str, str]) -> list[str]:
    """The paths whose file is not there, holds another text, or may be read by others."""
    return [path for path, text in files.items() if not _is_current(path, text)]


def write_private(files: Mapping[str, str]) -> list[str]:
    """Write what is outdated; the paths written. Raises LinkEngageError where that cannot be done."""
    paths = outdated(files)
    for path in paths:
        try:
            _replace(path, files[path])
        except OSError as error:
            raise LinkEngageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return paths


def _is_current(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read() == text and os.stat(path).st_mode & 0o777 == PRIVATE_FILE
    except (OSError, UnicodeDecodeError):
        return False


def _replace(path: str, text: str) -> None:
    folder = os.path.dirname(path) or "."
    os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".linkengage-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
