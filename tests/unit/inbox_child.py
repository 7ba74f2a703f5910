# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the event source in a separate process, which a test can kill.

The process works like ansible-rulebook. It runs the source by its path. Its queue has room for one event and is inside
another object. A reader writes the events to a file. The argument is a JSON object with ``source`` (the path), ``args``
and ``events`` (the file to write to). Optional keys are:

- ``die_at``: the number of events after which the process kills itself.
- ``busy``: the seconds that the reader needs for an event.
- ``persistent``: the source gets feedback, and a repeated event is not read again, as with persistence.

Without an argument, the script reads such objects from its input, one in each line. It forks a process for each object,
because a fork takes only milliseconds. These processes have the keys ``home`` (the only folder that the process uses)
and ``wanted`` (the number of different messages after which it ends). With ``die_at_line``, the process kills itself
when it has executed this number of lines of the source and its store. The answer is the number of executed lines, or
null after a kill.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import Any

# The files whose executed lines are counted.
LINES_OF = ("/_event_source.py", "/_inbox/cursor.py", "/_machine/")
LOOK_AGAIN = 0.02  # seconds


class FilteredQueue:
    """A queue that contains the real queue, as in ansible-rulebook."""

    def __init__(self, queue: asyncio.Queue[Any]) -> None:
        self.queue = queue

    async def put(self, event: Any) -> None:
        await self.queue.put(event)


async def take(queue: asyncio.Queue[Any], feedback: asyncio.Queue[Any], plan: dict[str, Any]) -> None:
    """Write each event as a line. The lines stay if the process is killed."""
    file = Path(plan["events"])
    taken = {json.loads(line)["meta"]["uuid"] for line in file.read_text().splitlines()} if file.exists() else set()
    count = 0
    with file.open("a", buffering=1, encoding="utf-8") as lines:
        while True:
            event = await queue.get()
            if not plan.get("persistent") or event["meta"]["uuid"] not in taken:
                taken.add(event["meta"]["uuid"])
                lines.write(json.dumps(event) + "\n")
            count += 1
            if count == plan.get("die_at"):
                os.kill(os.getpid(), signal.SIGKILL)
            if plan.get("persistent"):
                await feedback.put(event)
            await asyncio.sleep(plan.get("busy", 0))


async def run(plan: dict[str, Any]) -> None:
    """Run the source until the process ends."""
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    feedback: asyncio.Queue[Any] = asyncio.Queue(1)
    reader = asyncio.create_task(take(queue, feedback, plan))
    args = dict(plan["args"])
    if plan.get("persistent"):
        args |= {"feedback": True, "eda_feedback_queue": feedback}
    await runpy.run_path(plan["source"])["main"](FilteredQueue(queue), args)
    reader.cancel()


class Lines:
    """Counts the executed lines of the event source in all threads, and kills the process at a given line."""

    def __init__(self, fatal: int | None) -> None:
        self.count = 0
        self._fatal = fatal

    def start(self) -> None:
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if any(part in frame.f_code.co_filename for part in LINES_OF) else None

    def _line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self.count += 1
            if self.count == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._line


async def run_until_taken(plan: dict[str, Any]) -> None:
    """Run the source until all wanted messages are taken. Then wait until it has read the inbox once more."""
    source = asyncio.create_task(run(plan))
    events = Path(plan["events"])
    while True:
        taken = events.read_text().splitlines() if events.exists() else []
        if len({json.loads(line)["linkengage"]["message_id"] for line in taken}) >= plan["wanted"]:
            break
        done, _pending = await asyncio.wait([source], timeout=LOOK_AGAIN)
        if done:
            source.result()
    await asyncio.wait([source], timeout=2 * plan["args"]["interval"])
    source.cancel()
    await asyncio.gather(source, return_exceptions=True)


def elsewhere(home: str) -> None:
    """Let this process seem to run on another machine."""
    os.environ.update(HOME=home, XDG_STATE_HOME=home, TMPDIR=home)
    tempfile.tempdir = None
    socket.gethostname = lambda: Path(home).name


def fork(plan: dict[str, Any]) -> int | None:
    """Run a plan in a forked process. Returns the number of executed lines, or None if the process was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            elsewhere(plan["home"])
            lines = Lines(plan.get("die_at_line"))
            lines.start()
            asyncio.run(run_until_taken(plan))
            os.write(writer, str(lines.count).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    return int(text)


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(run(json.loads(sys.argv[1])))
        return
    for line in sys.stdin:
        plan = json.loads(line)
        runpy.run_path(plan["source"])["_find_collections"]()
        __import__("ansible_collections.community.linkengage.plugins.plugin_utils._event_source")
        print(json.dumps(fork(plan)), flush=True)


if __name__ == "__main__":
    main()
