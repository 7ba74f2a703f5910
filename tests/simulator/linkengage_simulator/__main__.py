# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: start, print the address, and serve until a signal."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import ssl
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Any

from aiohttp import web

from .app import App
from .assumptions import parse as parse_assumption
from .assumptions import profiles, read_lines
from .errors import NonsenseError
from .options import Options
from .service import Service, Settings
from .state import StateFile

HOST = "127.0.0.1"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser("linkengage_simulator", description="A simulator of the LINK Engage REST service.")
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 uses a free port")
    add("--username", required=True)
    add("--password", required=True)
    add("--domain", help="the login is USERNAME@DOMAIN, unless the user name already has this ending")
    add("--rate", type=int, default=0, help="allowed requests per window, 0 for no limit")
    add("--window", type=float, default=60.0, help="seconds")
    add("--retry-after", action="store_true", help="send Retry-After with a 503")
    add("--latency", type=float, default=0.0, help="milliseconds before each answer")
    add("--block-methods", action="store_true", help="answer 405 to real PUT and DELETE, as some proxies do")
    add("--plain-slashes", action="store_true", help="write / in JSON instead of \\/")
    add("--profile", choices=sorted(profiles()), help="a set of answers to the open questions about the service")
    add("--assume-file", type=Path, metavar="FILE", help="answers to the open questions, one NAME=VALUE a line")
    add("--assume", action="append", default=[], metavar="NAME=VALUE", help="the answer to one open question")
    add("--tls", nargs=2, metavar=("CERT", "KEY"), help="serve https")
    add("--seed-file", type=Path, help="file with JSON as for /_control/seed")
    add(
        "--state", type=Path, metavar="FILE", help="keep the account in this file; if it exists, it decides over a seed"
    )
    add("--pid-file", type=Path)
    add("--url-file", type=Path)
    add("--prefix", default="47", help="the user's NUMBER_PREFIX")
    add("--clock-zone", default="Europe/Oslo", help="the zone of the service's clock")
    given = parser.parse_args(arguments)
    try:
        given.assume = assumed(given)
        Options().update({"assume": given.assume})
    except NonsenseError as error:
        parser.error(str(error))
    return given


def assumed(given: argparse.Namespace) -> dict[str, str]:
    """The answers to open questions: of the profile, of the file, and of each --assume, which decides."""
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
    """The options that the command line sets to another value than the default."""
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
    keeping = asyncio.create_task(file.keep(app.service, app.progress)) if file else None
    try:
        await web.TCPSite(runner, HOST, given.port, ssl_context=_tls(given.tls)).start()
        url = f"{'https' if given.tls else 'http'}://{HOST}:{runner.addresses[0][1]}"
        with ExitStack() as files:
            _publish(files, given.pid_file, str(os.getpid()))
            _publish(files, given.url_file, url)
            print(url, flush=True)
            await stop.wait()
    finally:
        await runner.cleanup()
        if file and keeping:
            keeping.cancel()
            file.save_if_possible(app.service)


def _tls(pair: list[str] | None) -> ssl.SSLContext | None:
    if not pair:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def _publish(files: ExitStack, path: Path | None, text: str) -> None:
    """Write a file in one step, and delete it at the end."""
    if path:
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(path)
        files.callback(_remove, path)


def _remove(path: Path) -> None:
    if path.exists():
        path.unlink()


def main() -> None:
    """Serve until a signal. A mistake in the files is one line on stderr."""
    try:
        asyncio.run(serve(parse()))
    except NonsenseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
