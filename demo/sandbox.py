# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``: a shell with Ansible, this collection and an account.

The account is in a simulator of the service. The simulator runs on this machine and stops with the shell. The account
is empty, or it has the address book of ``--seed``, or it is kept in the file of ``--state``. The shell starts in the
folder ``sandbox``, which is kept if it contains files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import ROOT, account, environment
from linkengage_simulator.process import SimulatorError, SimulatorProcess
from linkengage_simulator.seeding import NoSeed, find, prepare

WELCOME = """\
This shell has Ansible, the collection community.linkengage, and an account in a simulator of the service:

    LINKENGAGE_API_URL={url}/2
    LINKENGAGE_USERNAME={login}

See the account and the phones in a browser: {url}/

You are in the folder {here}. "exit" closes the shell and {end}.
"""
KEPT = "The account was not empty, so the seed was not read.\n"
PROMPT = "(linkengage sandbox) "
# What a shell executes after the user's own file, which can change PATH and the prompt.
START = """\
[ -f "{own}" ] && . "{own}"
PATH={bin}:$PATH
PS1="{prompt}${{PS1:-$ }}"
"""


def shell(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command and the variables to start the user's shell with the prompt and PATH of the sandbox."""
    program = os.environ.get("SHELL") or "/bin/sh"
    name, home = Path(program).name, Path.home()
    own = {"bash": home / ".bashrc", "zsh": home / ".zshrc"}.get(name, Path(os.environ.get("ENV") or folder / "none"))
    start = folder / (".zshrc" if name == "zsh" else "start.sh")
    directory = shlex.quote(str(Path(sys.executable).parent))
    start.write_text(START.format(own=own, bin=directory, prompt=PROMPT), encoding="utf-8")
    if name == "bash":
        return [program, "--rcfile", str(start)], {}
    return [program], {"ZDOTDIR": str(folder)} if name == "zsh" else {"ENV": str(start)}


def fill(simulator: SimulatorProcess, seed: Path, variables: dict[str, str]) -> None:
    """Load an address book into an empty account, as the playbook ``sandbox`` does. Exits with the errors."""
    if not prepare(simulator, seed):
        print(KEPT)
        return
    options = {"src": str(seed), "default_country_code": "47", "on_invalid": "skip"}
    arguments = json.dumps({**options, "unknown_columns": "ignore", "without_number": "skip"})
    module = ("-m", "community.linkengage.linkengage_address_book", "-a", arguments)
    command = [sys.executable, "-m", "ansible.cli.adhoc", "localhost", *module]
    done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}The address book {seed} was not loaded.")
    print(done.stderr, end="")  # the warnings
    simulator.clear_log()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "sandbox.py", description="Open a shell with Ansible, the collection and an account in a simulator."
    )
    parser.add_argument("--seed", type=find, help="a file or folder with an address book, or the name of an example")
    parser.add_argument("--state", type=Path, help="the file that keeps the account")
    try:
        return parser.parse_args()
    except NoSeed as error:
        parser.error(str(error))


def run(given: argparse.Namespace, here: Path, folder: Path) -> None:
    """Run the shell in *here*."""
    state = given.state.expanduser().absolute() if given.state else None
    with account(*(("--state", str(state)) if state else ())) as simulator:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        command, more = shell(folder)
        variables = {**environment(folder, simulator), "PATH": path}
        if given.seed:
            fill(simulator, given.seed, variables)
        end = f"keeps the account in {state}" if state else "deletes the account"
        print(WELCOME.format(url=simulator.url, login=simulator.login, here=here, end=end), flush=True)
        # Ignore the exit status of the last command in the shell.
        subprocess.run(command, cwd=here, env={**variables, **more}, check=False)


def main() -> int:
    given = parse()
    here = ROOT / "sandbox"
    here.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(given, here, Path(folder))
    except SimulatorError as error:
        sys.exit(str(error))
    finally:
        with contextlib.suppress(OSError):  # keep a folder with files
            here.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
