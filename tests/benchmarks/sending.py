# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures how long a send with an idempotency key takes with each store: a folder, and a PostgreSQL on this
machine.
"""

from __future__ import annotations

from benchmarks.results import Sends
from benchmarks.runner import Runner

ROUNDS = 60
WARM_UP = 10  # number of first sends that are not measured, because they create the tables


def measure(here: Runner) -> list[Sends]:
    """Measure each store that can run on this machine. The stores are measured in turns."""
    try:
        from postgres import Postgres

        server = Postgres(durable=True)
    except (OSError, KeyError) as error:
        print(f"Not measured, because PostgreSQL cannot run here: {error}", flush=True)
        return []
    try:
        server.start()
        stores = {"folder": {"store": str(here.folder / "store")}, "postgresql": {"store": server.url()}}
        times = here.sends(stores, ROUNDS + WARM_UP)
    finally:
        server.remove()
    return [Sends(store, found[WARM_UP:]) for store, found in times.items()]
