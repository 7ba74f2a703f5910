# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The web page at ``/``: its files, and its data under ``/_page/``.

The page is not part of the contract, and its requests are not in the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import view
from .assumptions import table
from .exchange import Answer
from .service import Service

FILES = Path(__file__).with_name("page")
TYPES = {
    "index.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
}
# With this policy, the page loads nothing from other hosts, and text in the data is never run as code.
POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:"),
        *("base-uri 'none'", "form-action 'none'"),
    )
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def page_file(name: str) -> Answer:
    """Return one file of the page."""
    return Answer(200, (FILES / name).read_bytes(), TYPES[name], HEADERS)


def page_data(service: Service, changes: int, query: Mapping[str, str]) -> Answer:
    """Return what is new since the previous request of the page.

    In *query*, ``seen`` is the revision that the page shows, and ``log`` is the number of the last log entry that it
    has. ``of`` is the name of the log to which this number belongs. After a reset or a restart, the log has another
    name.
    """
    revision = view.revision(service, changes)
    after = int(query.get("log", 0)) if query.get("of") == service.log.name else 0
    data: dict[str, Any] = {
        "revision": revision,
        "now": service.clock.to_iso(service.clock.now()),
        "log": {"name": service.log.name, **view.requests(service.log.entries, after)},
    }
    if query.get("seen") != revision:
        store = service.store
        data.update(view.book(store), phones=view.phones(store), folders=view.folders(store))
        data["options"] = service.options.shown()
    return _json(data)


def page_questions() -> Answer:
    """Return the open questions about the service, with their possible answers."""
    rows = [
        {
            "name": row["name"],
            "question": row["question"],
            "values": {value: about["means"] for value, about in row["values"].items()},
        }
        for row in table().values()
    ]
    return _json(rows)


def _json(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode("utf-8"), "application/json", HEADERS)
