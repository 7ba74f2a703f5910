# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command. Print its seconds, its memory in MiB and its exit status, as one line of JSON.

This is a small separate process. On Linux, the peak memory of a new program includes the memory of its parent process,
and the benchmark itself uses much memory.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            os.execv(sys.argv[1], sys.argv[1:])
        finally:
            os._exit(127)
    _pid, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    # The peak of the process or of its finished child processes: in KiB on Linux, and in bytes on macOS.
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    figures = {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mib": peak,
        "status": os.waitstatus_to_exitcode(status),
    }
    sys.stderr.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
