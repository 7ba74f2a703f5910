# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``: a shell with Ansible, this collection and an empty account.

The account is in a simulator of the service. The simulator runs on this machine and stops with the shell. The shell
starts in the folder ``sandbox``, which is kept if it contains files.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import ROOT, account, environment

WELCOME = """\
This shell has Ansible, the collection community.linkengage, and an empty account in a simulator of the service:

    LINKENGAGE_API_URL={url}/2
    LINKENGAGE_USERNAME={login}

See the account and the phones in a browser: {url}/

You are in the folder {here}. "exit" closes the shell and deletes the account.
"""
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


def main() -> int:
    here = ROOT / "sandbox"
    here.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        account() as simulator,
    ):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        command, more = shell(Path(folder))
        variables = {**environment(Path(folder), simulator), "PATH": path, **more}
        print(WELCOME.format(url=simulator.url, login=simulator.login, here=here), flush=True)
        # Ignore the exit status of the last command in the shell.
        subprocess.run(command, cwd=here, env=variables, check=False)
    with contextlib.suppress(OSError):  # keep a folder with files
        here.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
