# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in a separate process, which a test can kill.

The process works like ansible-rulebook: it runs the source by its path, its queue has room for one event and is
wrapped, and a reader writes the events to a file. The argument is a JSON object with ``source`` (path), ``args`` and
``events`` (the file to write to). Optional keys are ``die_at`` (the number of events before the process kills itself),
``busy`` (the seconds that the reader needs for an event) and ``persistent`` (a repeated event is not read again, and
the source gets feedback, as with persistence).
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import Any


class FilteredQueue:
    """The queue that the source uses."""

    def __init__(self, queue: asyncio.Queue[Any]) -> None:
        self.queue = queue

    async def put(self, event: Any) -> None:
        await self.queue.put(event)


async def take(queue: asyncio.Queue[Any], feedback: asyncio.Queue[Any], plan: dict[str, Any]) -> None:
    """Write each event as a line. The lines are kept after the process is killed."""
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


if __name__ == "__main__":
    asyncio.run(run(json.loads(sys.argv[1])))
