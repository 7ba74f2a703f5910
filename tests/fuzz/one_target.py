# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give inputs to one target until an input raises an undocumented error.

atheris makes the inputs. It prefers changes of inputs that reached new code. If atheris is not installed, hypothesis
makes the inputs. With the same seed, each of them makes the same inputs in the same order.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
COUNT = "number_of_executed_units:"  # the name that libFuzzer uses
BATCH = 100  # number of inputs of hypothesis between two checks of the time
FIRST_INPUTS, MOST_BYTES = 100, 400


class Choices(Random):
    """The decisions of a target, read from the bytes of an input. After the last byte, nothing more is damaged."""

    provider: Any = None

    def getrandbits(self, k: int) -> int:
        return int(self.provider.ConsumeIntInRange(0, (1 << k) - 1))

    def random(self) -> float:
        return 1.0 - self.provider.ConsumeIntInRange(0, 255) / 256


def problem(target: Callable[[Random], None], choices: Random) -> str:
    """Return the traceback of an input that raises an undocumented error; otherwise an empty text."""
    from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError

    try:
        target(choices)
    except LinkEngageError as error:
        try:
            str(error).encode("utf-8", "surrogatepass")
            json.dumps(error.report, default=repr)
            return f"unforeseen: {error}" if error.kind == "unforeseen" else ""
        except Exception:
            return traceback.format_exc()
    except Exception:
        return traceback.format_exc()
    return ""


def with_atheris(name: str, seed: int, inputs: int, seconds: int, folder: Path, given: str) -> None:
    """Run atheris, which ends this process. *given* is an input that an earlier failure printed."""
    import atheris

    with atheris.instrument_imports(include=["ansible_collections"]):
        import targets

    target, choices = getattr(targets, name), Choices()

    def test_one_input(data: bytes) -> None:
        choices.provider = atheris.FuzzedDataProvider(data)
        trace = problem(target, choices)
        if trace:
            print(f"{trace}\nrepeat: python tests/fuzz/fuzz.py --repeat {name} {data.hex()}", flush=True)
            raise AssertionError(name)

    if given:
        test_one_input(bytes.fromhex(given))
        print("no failure")
        return
    corpus, random = folder / "corpus", Random(f"{seed} {name}")
    corpus.mkdir()
    for number in range(FIRST_INPUTS):
        (corpus / str(number)).write_bytes(random.randbytes(random.randrange(MOST_BYTES)))
    options = {"seed": seed, "runs": inputs, "max_total_time": seconds, "max_len": MOST_BYTES, "timeout": 100}
    fixed = [f"-artifact_prefix={folder}/", "-print_final_stats=1", "-len_control=0", "-verbosity=0", "-reload=0"]
    atheris.Setup(
        [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), *fixed, str(corpus)], test_one_input
    )
    atheris.Fuzz()


def with_hypothesis(name: str, seed: int, inputs: int, seconds: int, folder: Path, given: str) -> None:
    """Run hypothesis. The seed repeats a failure. hypothesis reduces the failing input to a small one."""
    import hypothesis
    import targets

    target, end, done = getattr(targets, name), time.monotonic() + seconds, 0

    def test(choices: Random) -> None:
        nonlocal done
        done += 1
        trace = problem(target, choices)
        assert not trace, trace

    def batch(size: int) -> Callable[[], None]:
        """Return a test of some inputs. It is decorated again for each batch, because a decoration works only once."""
        calm = hypothesis.settings(
            max_examples=size, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
        )
        choices = hypothesis.strategies.randoms(use_true_random=False)
        return hypothesis.seed(seed * BATCH + done)(calm(hypothesis.given(choices)(test)))

    while done < inputs and time.monotonic() < end:
        try:
            batch(min(BATCH, inputs - done))()
        except AssertionError as failure:
            print(f"{failure}\nrepeat: python tests/fuzz/fuzz.py --engine hypothesis --only {name} --seed {seed}")
            raise
    print(COUNT, done)


ENGINES = {"atheris": with_atheris, "hypothesis": with_hypothesis}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--engine", choices=ENGINES, default="atheris")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--given", default="")
    options = parser.parse_args()
    from collections_tree import make_tree

    sys.path.insert(0, str(make_tree(options.folder / "tree")))
    tempfile.tempdir = str(options.folder)  # atheris ends the process, so another process deletes the folder
    ENGINES[options.engine](options.name, options.seed, options.inputs, options.seconds, options.folder, options.given)


if __name__ == "__main__":
    main()
