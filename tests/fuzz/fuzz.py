# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look for inputs that raise anything but a documented error: ``python tests/fuzz/fuzz.py --seconds 60``.

Every input follows from the seed, the target and a number, all of which a failure prints; ``--repeat`` makes it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
STOP_AFTER = 20  # failures of one process


def load() -> Any:
    """Make the collection importable, and import the targets."""
    from ansible.plugins.loader import init_plugin_loader
    from collections_tree import make_tree

    init_plugin_loader([str(make_tree(Path(tempfile.mkdtemp(prefix="linkengage-fuzz-"))))])
    import targets

    return targets


def one(targets: Any, name: str, seed: str) -> str:
    """The trace of one input that raises what is not documented; else nothing."""
    try:
        getattr(targets, name)(Random(f"{seed} {name}"))
    except targets.LinkEngageError as error:
        try:
            str(error).encode("utf-8", "surrogatepass")
            targets.json.dumps(error.report, default=repr)
            return f"unforeseen: {error}" if error.kind == "unforeseen" else ""
        except Exception:
            return traceback.format_exc()
    except Exception:
        return traceback.format_exc()
    return ""


def work(job: tuple[int, int, float, int]) -> tuple[Counter[str], list[str]]:
    """One process: inputs until the time or the number is reached."""
    seed, process, seconds, count = job
    targets = load()
    chooser = Random(f"{seed} {process}")
    names = [target.__name__ for target in targets.WEIGHTS]
    weights = list(targets.WEIGHTS.values())
    rare = {target.__name__: every for target, every in targets.RARE.items()}
    done: Counter[str] = Counter()
    failures: list[str] = []
    end = time.monotonic() + seconds
    for number in range(count):
        name = next((name for name, every in rare.items() if number % every == every - 1), "")
        name = name or chooser.choices(names, weights)[0]
        case = f"{seed}/{process}/{number}"
        trace = one(targets, name, case)
        done[name] += 1
        if trace:
            failures.append(f"{name} {case}\n{trace}")
        if len(failures) >= STOP_AFTER or (number % 50 == 0 and time.monotonic() > end):
            break
    return done, failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=290.0)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repeat", nargs=2, metavar=("TARGET", "CASE"), help="as a failure prints them")
    given = parser.parse_args()
    if given.repeat:
        name, case = given.repeat
        trace = one(load(), name, case)
        print(trace or "no failure")
        return int(bool(trace))
    share = -(-given.inputs // given.processes)
    jobs = [(given.seed, process, given.seconds, share) for process in range(given.processes)]
    begun = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        results = pool.map(work, jobs)
    done = sum((found for found, _failures in results), Counter())
    failures = [failure for _done, found in results for failure in found]
    for failure in failures:
        print(f"{failure}repeat: python tests/fuzz/fuzz.py --repeat {failure.partition(chr(10))[0]}\n")
    listed = ", ".join(f"{name} {count}" for name, count in done.most_common())
    print(
        f"seed {given.seed}: {sum(done.values())} inputs in {time.monotonic() - begun:.0f} s, {len(failures)} failures"
    )
    print(listed)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
