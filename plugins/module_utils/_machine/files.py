# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Files that only their owner can read, and that are replaced as a whole or not at all."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress

from .._errors import LinkEngageError

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
NO_FOLDER_SYNC = {errno.EACCES, errno.EINVAL, errno.ENOTSUP, errno.EPERM}  # a folder or file system that cannot do it


def outdated(files: Mapping[str, str]) -> list[str]:
    """The paths whose file does not exist, holds another text, or can be read by others."""
    return [path for path, text in files.items() if not _is_current(path, text)]


def write_private(files: Mapping[str, str]) -> list[str]:
    """Write what is outdated; the paths written. Raises LinkEngageError where that cannot be done."""
    paths = outdated(files)
    for path in paths:
        staged = os.path.join(os.path.dirname(path), f".linkengage-{uuid.uuid4().hex}")
        try:
            stage(staged, files[path])
            commit(staged, path)
        except OSError as error:
            with suppress(OSError):
                os.unlink(staged)
            raise LinkEngageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return paths


def _is_current(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read() == text and os.stat(path).st_mode & 0o777 == PRIVATE_FILE
    except (OSError, UnicodeDecodeError):
        return False


def stage(staged: str, text: str) -> None:
    """Put a text on the disk, in a file beside the one that it will replace. Raises OSError."""
    os.makedirs(os.path.dirname(staged) or ".", mode=PRIVATE_FOLDER, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(staged, flags, PRIVATE_FILE), "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(staged)


def commit(staged: str, path: str) -> None:
    """Put a staged file in the place of *path*, on the disk too. Raises OSError."""
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


class StagedFile:
    """A file with a next version beside it, which both survive a process that ends between ``prepare`` and ``commit``.

    Every method raises OSError.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._next = f"{path}.next"

    def current(self) -> str | None:
        """The text; None where there is no file, "" where it is no text."""
        return _read(self.path)

    def prepared(self) -> str | None:
        """The next text, or what a process has written of it before it ended."""
        return _read(self._next)

    def prepare(self, text: str) -> None:
        """Put the next text on the disk."""
        stage(self._next, text)

    def commit(self) -> None:
        """The next text is the current one now."""
        commit(self._next, self.path)


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return "" if os.path.lexists(path) else None  # a link to nowhere
    except UnicodeDecodeError:
        return ""
