# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of the option ``--state``: it keeps the account between two starts of the simulator."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import NonsenseError
from .service import Service, Settings

FORMAT = 1
PAUSE = 0.1  # seconds between two checks for changes
SHARE = 10  # after a save, wait at least SHARE times as long as the save took
TIME = "$time"


class StateFile:
    """A private JSON file that is always complete. It is locked, so that only one simulator uses it."""

    def __init__(self, path: Path) -> None:
        # A symbolic link stays, and the file that it points to is replaced.
        self._path = path.resolve()
        self._lock: int | None = None

    def open(self, settings: Settings) -> Service:
        """Return the service with the stored state, or with the seed if no state is stored. Raises NonsenseError."""
        try:
            text = self._read()
            service = self._restored(settings, text) if text.strip() else Service(settings)
            self.save(service)
        except OSError as error:
            raise NonsenseError(f"The state file {self._path} cannot be used: {error.strerror}") from error
        return service

    def _restored(self, settings: Settings, text: str) -> Service:
        try:
            return Service(settings, _parsed(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"{self._path} is not a state file of the simulator ({error!r})"
            raise NonsenseError(f"{reason}. Delete the file, or use another file.") from error

    def _read(self) -> str:
        while self._path.exists():
            lock = os.open(self._path, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                reason = f"{self._path} is used by another simulator"
                raise NonsenseError(f"{reason}. Stop the other simulator, or use another file.") from None
            if os.fstat(lock).st_ino == self._path.stat().st_ino:
                self._lock = lock
                return self._path.read_text(encoding="utf-8")
            os.close(lock)  # another simulator has just replaced the file
        return ""

    def save(self, service: Service) -> None:
        """Replace the file in one step."""
        text = json.dumps({"format": FORMAT, **service.kept()}, default=_written)
        descriptor, draft = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with open(descriptor, "w", encoding="utf-8", closefd=False) as file:
                file.write(text)
            os.fsync(descriptor)
            os.replace(draft, self._path)
        except BaseException:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
        _sync(self._path.parent)
        if self._lock is not None:
            os.close(self._lock)
        self._lock = descriptor

    async def keep(self, service: Service, progress: Callable[[], object]) -> None:
        """Save after each change, until this task is cancelled."""
        saved, pause = progress(), PAUSE
        while True:
            await asyncio.sleep(pause)
            seen, begin = progress(), time.monotonic()
            if seen != saved:
                self.save_if_possible(service)
                saved = seen
            pause = max(PAUSE, SHARE * (time.monotonic() - begin))

    def save_if_possible(self, service: Service) -> None:
        """Save. If this fails, for example because the disk is full, report it and let the simulator continue."""
        try:
            self.save(service)
        except OSError as error:
            print(f"The state file {self._path} cannot be written: {error.strerror}", file=sys.stderr, flush=True)


def _parsed(text: str) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = json.loads(text, object_hook=_read_back)
    if kept["format"] != FORMAT:
        raise ValueError(f"format {kept['format']}")
    return kept


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {TIME: value.isoformat()}
    raise TypeError(type(value))


def _read_back(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value[TIME]) if value.keys() == {TIME} else value


def _sync(folder: Path) -> None:
    """Flush the names of files in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
