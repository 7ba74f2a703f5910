# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends messages with idempotency keys, with each store in turns. Prints the milliseconds of each send as JSON.

The arguments are a JSON object with the options of each store, by its name, and the number of rounds. Each send has a
new client and a new key, as in a new process. So with a database, each send also opens a connection.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils import _module
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import connect
from ansible_collections.community.linkengage.plugins.modules.linkengage_sms import TASK

LOGIN = ("api_url", "username", "password")


def send(options: dict[str, Any]) -> float:
    """Send one message, and return the milliseconds."""
    login = {name: os.environ[f"LINKENGAGE_{name.upper()}"] for name in LOGIN}
    defaults = {name: option.get("default") for name, option in TASK.argument_spec.items()}
    params = {**defaults, **login, "numbers": ["+4792000004"], **options}
    begun = time.perf_counter()
    client = connect(params.get)
    result, _warnings = _module.execute(TASK, params, client, False, False)
    seconds = time.perf_counter() - begun
    if result["outcome"] != "sent":
        raise SystemExit(f"A message was not sent: {result}")
    return seconds * 1000


def main() -> None:
    stores, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
    times: dict[str, list[float]] = {name: [] for name in stores}
    for number in range(rounds):
        for name, options in stores.items():
            text = f"Alert {number} with {name}"
            times[name].append(send({**options, "idempotency_key": text, "text": text}))
    print(json.dumps(times))


if __name__ == "__main__":
    main()
