# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send the requests of a log again over one session, and print the time in seconds.

The time of a run minus this time is the overhead of the run.
"""

from __future__ import annotations

import json
import os
import sys
import time

import requests
from requests.auth import HTTPBasicAuth


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        calls = json.load(file)
    session = requests.Session()
    session.auth = HTTPBasicAuth(*(os.environ[f"LINKENGAGE_{name}"].encode() for name in ("USERNAME", "PASSWORD")))
    server = os.environ["LINKENGAGE_API_URL"].rpartition("/")[0]
    started = time.perf_counter()
    for method, path, headers, body in calls:
        session.request(method, server + path, headers=headers, data=body.encode() or None)
    print(time.perf_counter() - started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
