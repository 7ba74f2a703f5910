# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook sandbox, from a built and installed tarball: it runs the simulator until Ctrl-C."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import build_collection
import pytest
import requests
import support

pytestmark = pytest.mark.slow
PLAYBOOK = [sys.executable, "-m", "ansible.cli.playbook", "community.linkengage.sandbox"]
GALAXY = [sys.executable, "-m", "ansible.cli.galaxy", "collection"]
EXPORT = """
contacts:
  - {contact_id: 7, phone_number: "+4790555817", first_name: Kari}
  - {contact_id: 8, phone_number: "+4790555817", first_name: Ola}
groups:
  - {name: On call, members: [{contact_id: 8}]}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path that contains only the installed tarball."""
    folder = tmp_path_factory.mktemp("tarball")
    environment = support.ansible_environment(folder / "installed", folder)
    build_collection.export(folder / "export")
    build = [*GALAXY, "build", "--output-path", str(folder)]
    subprocess.run(build, cwd=folder / "export", env=environment, check=True, capture_output=True)
    (tarball,) = folder.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        packed = {name for name in archive.getnames() if name.startswith("tests/simulator/")}
    assert packed >= set(build_collection.git("ls-files", "tests/simulator"))
    build_collection.check(tarball)
    install = [*GALAXY, "install", "--offline", "--collections-path", str(folder / "installed"), str(tarball)]
    subprocess.run(install, cwd=folder, env=environment, check=True, capture_output=True)
    return folder / "installed"


class Sandbox:
    """A running playbook, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.shown = ""
        assert process.stdout is not None
        for line in process.stdout:
            self.shown += line
            if "TASK [Run until Ctrl-C]" in line:
                break
        assert "TASK [Run until Ctrl-C]" in self.shown, self.shown
        self.variables = dict(re.findall(r'"export (LINKENGAGE_\w+)=(\S+)"', self.shown))
        (self.env_file,) = map(Path, re.findall(r'"eval \$\(cat (\S+)\)"', self.shown))

    def api(self, path: str, body: dict[str, str] | None = None) -> requests.Response:
        """Send a request with the variables that the playbook has printed."""
        login = (self.variables["LINKENGAGE_USERNAME"], self.variables["LINKENGAGE_PASSWORD"])
        method = "POST" if body else "GET"
        url = self.variables["LINKENGAGE_API_URL"]
        return requests.request(method, url + path, json=body, auth=login, timeout=30)

    def names(self) -> list[str]:
        """Return the first names in the address book."""
        return [contact["Firstname"] for contact in self.api("/contacts").json()]

    def processes(self) -> list[str]:
        """Return the running processes of the simulator. Their command line contains the name of the file."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                found.append(path.read_bytes().decode("utf-8", "replace"))
        return [command for command in found if "linkengage_simulator" in command and str(self.env_file) in command]

    def end(self, number: int) -> None:
        """Send a signal only to ansible-playbook, and wait until all processes have ended."""
        assert self.processes()
        self.process.send_signal(number)
        self.shown += self.process.communicate()[0]
        while self.processes():
            time.sleep(0.1)
        assert not self.env_file.exists()


@pytest.fixture
def sandbox(installed: Path, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """``sandbox(*arguments)``: start the playbook in the home folder."""
    with contextlib.ExitStack() as running:

        def start(*arguments: str) -> Sandbox:
            environment = support.ansible_environment(installed, tmp_path)
            process = subprocess.Popen(
                [*PLAYBOOK, *arguments],
                env=environment,
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            running.enter_context(process)
            running.callback(process.kill)
            return Sandbox(process)

        yield start


def test_the_account_of_an_export_is_kept_after_ctrl_c(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "contacts.yml").write_text(EXPORT, encoding="utf-8")
    first = sandbox("-e", "seed=./book", "-e", "state=account.json", "-e", "env_file=sandbox.env")
    assert first.names() == ["Kari", "Ola"]
    group = first.api("/groups").json()[0]["GroupId"]
    assert [member["ContactId"] for member in first.api(f"/groups/{group}/contacts").json()] == [8]
    url = first.variables["LINKENGAGE_API_URL"].removesuffix("/2")
    assert requests.get(f"{url}/_control/log", timeout=30).json()[0]["path"] == "/contacts"
    assert requests.get(url, timeout=30).headers["Content-Type"].startswith("text/html")
    assert first.env_file == tmp_path / "sandbox.env"
    script = f"eval $(cat {first.env_file}); env"
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()
    assert {f"{name}={value}" for name, value in first.variables.items()} <= set(shell)
    assert first.api("/contacts", {"Firstname": "Åse", "PhoneNumber": "+4741234567"}).status_code == 201
    first.end(signal.SIGINT)
    assert "Traceback" not in first.shown

    second = sandbox("-e", "seed=./book", "-e", "state=account.json")
    assert second.names() == ["Kari", "Ola", "Åse"]
    assert "The account was not empty, so the seed was not read." in second.shown
    assert second.variables["LINKENGAGE_PASSWORD"] != first.variables["LINKENGAGE_PASSWORD"]
    second.end(signal.SIGKILL)


def test_an_example_is_a_seed(sandbox: Callable[..., Sandbox]) -> None:
    running = sandbox("-e", "seed=address-book", "-e", "password=chosen")
    assert set(running.names()) == {"Kari", "Ola", "Åse", "Björn", "Signe"}
    assert running.variables["LINKENGAGE_PASSWORD"] == "chosen"
    running.end(signal.SIGTERM)


@pytest.mark.parametrize(
    ("case", "arguments", "message"),
    [
        ("library", [], f"Install it: {sys.executable} -m pip install aiohttp tzdata"),
        ("seed", ["-e", "seed=nowhere"], "A seed is a file, a folder, or an example: address-book."),
        ("state", ["-e", "state=no/account.json"], "cannot be used: No such file or directory"),
    ],
)
def test_what_is_missing_is_one_line(
    collections_path: Path, tmp_path: Path, case: str, arguments: list[str], message: str
) -> None:
    environment = support.ansible_environment(collections_path, tmp_path)
    if case == "library":
        raises = "raise ModuleNotFoundError(\"No module named 'aiohttp'\", name='aiohttp')\n"
        (tmp_path / "aiohttp.py").write_text(raises, encoding="utf-8")
        environment["PYTHONPATH"] = str(tmp_path)
    done = support.run_command([*PLAYBOOK, *arguments], tmp_path, environment)
    assert done.returncode == 2, done.stdout
    (said,) = set(re.findall(r'"msg": "(.*?)"[,}]', done.stdout))
    assert said.endswith(message)
    assert "Traceback" not in done.stdout
