# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A request of the user's own: what the tables do not know is reached with the same login, formats and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record
from ansible_collections.community.linkengage.plugins.module_utils._plan import Change, Key, Plan
from ansible_collections.community.linkengage.plugins.module_utils._resources import REQUEST

API_SPEC: dict[str, Any] = {
    "path": {"type": "str", "required": True},
    "method": {"choices": ["GET", "POST", "PUT", "DELETE"], "default": "GET"},
    "query": {"type": "dict"},
    "body": {"type": "raw"},
    "root": {"type": "str"},
    "changed": {"type": "bool"},
}


def plan_api(params: Mapping[str, Any], client: Client) -> Plan:
    """A GET is a read, and made in check mode too; anything else is a write, whatever ``changed`` says of it."""
    request = {
        "method": params["method"],
        "path": _path(params["path"], params["query"]),
        "body": params["body"],
        "root": _root(params, client),
    }
    if params["method"] == "GET":
        if params["body"] is not None:
            raise InvalidInput("body: a GET has none; use query.")
        answer = client.request(request)
        return Plan(result=lambda made: {"response": answer}, changed=params["changed"])
    key = Key(REQUEST, params["path"])
    plan = Plan([Change("request", REQUEST, key, request)], changed=params["changed"])
    plan.after = {"request": {name: request[name] for name in ("method", "path", "body") if request[name] is not None}}

    def result(made: Mapping[Key, Record]) -> dict[str, Any]:
        return {"response": made.get(key, {"status": None, "location": None, "content": None})}

    plan.result = result
    return plan


def _path(path: str, query: Mapping[str, Any] | None) -> str:
    if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path or ".." in path.split("/"):
        raise InvalidInput(
            "path: a path below api_url is expected, such as /services/12, without a host and without a query; "
            "put parameters into query."
        )
    return quote(path, safe="/%:@;,+~") + (f"?{urlencode(query)}" if query else "")


def _root(params: Mapping[str, Any], client: Client) -> str:
    """The name of the XML body's root element, which JSON does without."""
    if params["body"] is not None and client.wire.needs_root and not params["root"]:
        raise InvalidInput("root: an XML body needs the name of its root element, such as Service.")
    return params["root"] or "Body"
