# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: start the simulator, print its address, and serve requests until a signal."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import signal
import ssl
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Any

try:
    from aiohttp import web
except ModuleNotFoundError as missing:
    sys.exit(
        f"The simulator needs the Python library {missing.name}, which {sys.executable} does not have. "
        f"Install it: {shlex.quote(sys.executable)} -m pip install aiohttp tzdata"
    )

from .app import App
from .assumptions import parse as parse_assumption
from .assumptions import profiles, read_lines
from .errors import NonsenseError
from .lifetime import until_ended
from .options import Options
from .service import Service, Settings
from .state import StateFile

HOST = "127.0.0.1"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser("linkengage_simulator", description="A simulator of the LINK Engage REST service.")
    add = parser.add_argument
    add("--port", type=int, default=0, help="the port; 0 (default) uses a free port")
    add("--username", required=True, help="the user name of the login")
    add("--password", required=True, help="the password of the login")
    add("--domain", help="the domain of the login USERNAME@DOMAIN, if the user name does not already end with it")
    add("--rate", type=int, default=0, help="the number of allowed requests in each window; 0 (default) for no limit")
    add("--window", type=float, default=60.0, help="the length of the window for --rate, in seconds")
    add("--retry-after", action="store_true", help="send the header Retry-After with status 503")
    add("--latency", type=float, default=0.0, help="wait this number of milliseconds before each answer")
    add("--block-methods", action="store_true", help="reject real PUT and DELETE with status 405, as some proxies do")
    add("--plain-slashes", action="store_true", help="write / in JSON instead of \\/")
    add("--profile", choices=sorted(profiles()), help="use a named set of answers to the open questions")
    add("--assume-file", type=Path, metavar="FILE", help="a file with answers to the open questions, one in each line")
    add("--assume", action="append", default=[], metavar="NAME=VALUE", help="the answer to one open question")
    add("--tls", nargs=2, metavar=("CERT", "KEY"), help="serve https with this certificate and this key")
    add("--seed-file", type=Path, help="a JSON file with the first records, in the format of /_control/seed")
    add("--state", type=Path, metavar="FILE", help="keep the account in this file; if the file exists, no seed is read")
    add("--pid-file", type=Path, help="write the id of the process to this file")
    add("--url-file", type=Path, help="write the address of the simulator to this file")
    add("--env-file", type=Path, help="write the variables of the collection to this private file, for eval in a shell")
    add("--parent", type=int, metavar="PID", help="stop when this process has ended")
    add("--prefix", default="47", help="the setting NUMBER_PREFIX of the user")
    add("--clock-zone", default="Europe/Oslo", help="the time zone of the clock of the service")
    given = parser.parse_args(arguments)
    try:
        given.assume = assumed(given)
        Options().update({"assume": given.assume})
    except NonsenseError as error:
        parser.error(str(error))
    return given


def assumed(given: argparse.Namespace) -> dict[str, str]:
    """Return the answers to open questions: from the profile, then from the file, then from each --assume.

    A later answer overrides an earlier answer to the same question.
    """
    answers = dict(profiles().get(given.profile, {}))
    if given.assume_file:
        answers.update(read_lines(given.assume_file.read_text(encoding="utf-8")))
    return {**answers, **dict(map(parse_assumption, given.assume))}


def settings(given: argparse.Namespace) -> Settings:
    """Create the settings of the service from the command line."""
    options = Options()
    options.update({name: value for name, value in vars(given).items() if hasattr(options, name)})
    domain = f"@{given.domain}" if given.domain else ""
    login = given.username if given.username.endswith(domain) else given.username + domain
    seed = json.loads(given.seed_file.read_text(encoding="utf-8")) if given.seed_file else {}
    return Settings(login, given.password, given.prefix, given.clock_zone, options, seed, chosen(given))


def chosen(given: argparse.Namespace) -> dict[str, Any]:
    """Return the options that the command line sets to another value than the default."""
    defaults = Options()
    names = [field.name for field in fields(defaults) if field.name != "assume"]
    different = {name: value for name in names if (value := getattr(given, name)) != getattr(defaults, name)}
    return {**different, "assume": given.assume}


async def serve(given: argparse.Namespace) -> None:
    """Serve requests, print the address, and stop on SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    file = StateFile(given.state) if given.state else None
    app = App(file.open(settings(given)) if file else Service(settings(given)))
    runner = web.AppRunner(app.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    tasks = [asyncio.create_task(file.keep(app.service, app.progress))] if file else []
    if given.parent:
        tasks.append(asyncio.create_task(_stop_with(given.parent, stop)))
    try:
        await web.TCPSite(runner, HOST, given.port, ssl_context=_tls(given.tls)).start()
        url = f"{'https' if given.tls else 'http'}://{HOST}:{runner.addresses[0][1]}"
        with ExitStack() as files:
            _publish(files, given.pid_file, str(os.getpid()))
            _publish(files, given.url_file, url)
            _publish(files, given.env_file, _variables(url, app.service.login, given.password))
            print(url, flush=True)
            await stop.wait()
    finally:
        await runner.cleanup()
        for task in tasks:
            task.cancel()
        if file:
            file.save_if_possible(app.service)


async def _stop_with(parent: int, stop: asyncio.Event) -> None:
    await until_ended(parent)
    stop.set()


def _variables(url: str, login: str, password: str) -> str:
    """Return one line for the shell's eval: the environment variables that the collection reads."""
    values = {"API_URL": f"{url}/2", "USERNAME": login, "PASSWORD": password}
    return " ".join(["export", *(f"LINKENGAGE_{name}={shlex.quote(value)}" for name, value in values.items())])


def _tls(pair: list[str] | None) -> ssl.SSLContext | None:
    if not pair:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def _publish(files: ExitStack, path: Path | None, text: str) -> None:
    """Write a private file in one step, and delete it when the simulator ends."""
    if path:
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        draft.replace(path)
        files.callback(_remove, path)


def _remove(path: Path) -> None:
    if path.exists():
        path.unlink()


def main() -> None:
    """Serve requests until a signal. If the simulator cannot start, one line on stderr says why."""
    try:
        asyncio.run(serve(parse()))
    except NonsenseError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The simulator cannot start: {error}")


if __name__ == "__main__":
    main()
