# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Files that only their owner can read. A file is replaced completely or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress

from .._errors import LinkEngageError

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
NO_FOLDER_SYNC = {
    errno.EACCES,
    errno.EINVAL,
    errno.ENOTSUP,
    errno.EPERM,
}  # the folder or file system does not support it


def reason(error: object) -> str:
    """Return the text of an error, without the number that Python puts before the text of an OSError."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error))


def require_regular(path: str) -> None:
    """Raise OSError if *path* cannot be, or is not, a regular file.

    A pipe would block, and a device would be replaced. A missing file is accepted.
    """
    if "\0" in path:
        raise OSError(errno.EINVAL, "the path contains a null character")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        if not path.endswith(os.sep):
            return
        mode = stat.S_IFDIR
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    kind = next((name for test, name in KINDS if test(mode)), None)
    if kind:
        raise OSError(errno.EINVAL, f"expected a regular file, but got {kind}")


def require_folder(path: str) -> None:
    """Raise LinkEngageError if no file can be written in this folder.

    A missing folder is accepted if it can be created.
    """
    reason = obstacle(path)
    if reason:
        raise LinkEngageError(f"{path} cannot be written: {reason}. Use another path.")


def obstacle(path: str) -> str:
    """Return why no file can be written in this folder, or an empty text.

    A missing folder is accepted if it can be created.
    """
    found = os.path.abspath(path)
    while not os.path.lexists(found):
        found = os.path.dirname(found)
    if not os.path.isdir(found):
        return f"{found} is not a folder"
    return "" if os.access(found, os.W_OK | os.X_OK) else f"{found} is not writable"


def outdated(files: Mapping[str, str]) -> list[str]:
    """Return the paths of files that do not exist, have another text, or can be read by other users.

    Raises LinkEngageError for a path that is not a regular file.
    """
    for path in files:
        try:
            require_regular(path)
        except OSError as error:
            raise LinkEngageError(f"{path} cannot be written: {error.strerror or error}. Use another path.") from error
    return [path for path, text in files.items() if not _is_current(path, text)]


def write_private(files: Mapping[str, str]) -> list[str]:
    """Write the outdated files, and return their paths. Raises LinkEngageError if a file cannot be written."""
    paths = outdated(files)
    for path in paths:
        staged = os.path.join(os.path.dirname(path), f".linkengage-{uuid.uuid4().hex}")
        try:
            stage(staged, files[path])
            commit(staged, path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(staged)
            full = "Make space on the disk, or use" if error.errno in FULL else "Use"
            raise LinkEngageError(
                f"{path} cannot be written: {error.strerror or error}. {full} another path."
            ) from error
    return paths


def _is_current(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read() == text and os.stat(path).st_mode & 0o777 == PRIVATE_FILE
    except (OSError, UnicodeDecodeError):
        return False


def stage(staged: str, text: str) -> None:
    """Write a text to a new file next to the file that it will replace, and flush it to the disk. Raises OSError."""
    os.makedirs(os.path.dirname(staged) or ".", mode=PRIVATE_FOLDER, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(staged, flags, PRIVATE_FILE), "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(staged)


def commit(staged: str, path: str) -> None:
    """Replace *path* with the file *staged*, and flush the change to the disk. Raises OSError."""
    os.replace(staged, path)
    _sync_folder(path)


def _sync_folder(path: str) -> None:
    try:
        folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if error.errno not in NO_FOLDER_SYNC:
            raise
