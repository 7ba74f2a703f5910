# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Any request to the API, for resources without a table of fields.

The login, the formats and the errors are the same as for all other requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from .._errors import InvalidInput
from .._model.changes import Key, Request
from .._model.fields import Record
from .._model.frozen import Value
from .._model.plan import Outcome, Plan
from .._model.resources import REQUEST
from .._model.values import check_text
from .._service.client import Client
from .._service.guard import GUARD_SPEC

API_SPEC: dict[str, Any] = {
    "path": {"type": "str", "required": True},
    "method": {"choices": ["GET", "POST", "PUT", "DELETE"], "default": "GET"},
    "query": {"type": "dict"},
    "body": {"type": "raw"},
    "root": {"type": "str"},
    "changed": {"type": "bool"},
    **GUARD_SPEC,
}

ESCAPE = re.compile("[0-9A-Fa-f]{2}")
# Control characters, line breaks, half characters, and the backslash, because some servers read it as a slash.
STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\]")
XML_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


@dataclass(frozen=True)
class RequestOptions(Value):
    """The options of a request. ``path`` is sent unchanged."""

    method: str
    path: str
    body: Any
    root: str | None
    name: str  # the path as the user wrote it
    changed: bool | None
    redirect_to: Any = None
    allowlist: Sequence[Any] | None = None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> RequestOptions:
        """Read the options. Raises InvalidInput."""
        path = _path(params["path"], params["query"])
        if params["method"] == "GET" and params["body"] is not None:
            raise InvalidInput("body: a GET request has no body. Use the option `query` instead.")
        return cls(
            params["method"],
            path,
            params["body"],
            params["root"],
            params["path"],
            params["changed"],
            params["redirect_to"],
            params["receiver_allowlist"],
        )


@dataclass(frozen=True)
class RequestPlan(Plan):
    """The plan of a request. ``response`` is the answer to a GET, which is sent while planning."""

    response: Record | None = None


def plan_api(options: RequestOptions, client: Client) -> RequestPlan:
    """Plan the request. GET is sent at once, also in check mode.

    All other methods count as writes, even with ``changed: false``.
    """
    request = {"method": options.method, "path": options.path, "body": options.body, "root": _root(options, client)}
    if options.method == "GET":
        return RequestPlan(response=client.request(request), changed=options.changed)
    client.limit_receivers(options.redirect_to, options.allowlist)
    client.require_permitted(request)
    shown = {name: request[name] for name in ("method", "path", "body") if request[name] is not None}
    change = Request(Key(REQUEST, options.name), request)
    return RequestPlan([change], after={"request": shown}, changed=options.changed)


def report_response(plan: RequestPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the answer of the service. In check mode, no request is sent, and the answer is empty."""
    empty: Record = {"status": None, "location": None, "content": None}
    return {"response": next(iter(outcome.made.values()), plan.response or empty)}


def _path(path: str, query: Mapping[str, Any] | None) -> str:
    """Return the path that is sent. It stays below ``api_url``, even if a proxy decodes it."""
    if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path:
        raise InvalidInput(
            "path: expected a path below api_url, such as /services/12, without a host and without a query. "
            "Write query parameters in the option `query`."
        )
    _refuse_detours(path, _decoded(path))
    parameters = _query(query or {})
    return quote(path, safe="/%:@;,+~") + (f"?{parameters}" if parameters else "")


def _decoded(path: str) -> str:
    """Return the path with all encoded characters decoded."""
    for part in path.split("%")[1:]:
        if not ESCAPE.match(part):
            raise InvalidInput(
                "path: a percent sign is not followed by two hexadecimal digits. Write the percent sign as %25."
            )
    try:
        while "%" in path:
            path, before = unquote(path, errors="strict"), path
            if path == before:
                break
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "path: the characters after the percent signs are not UTF-8. Encode the path as UTF-8."
        ) from error
    return path


def _refuse_detours(path: str, decoded: str) -> None:
    if STRANGE.search(decoded):
        raise InvalidInput(
            "path: the path contains a control character, a line break or a backslash, possibly encoded, as in %0A. "
            "Remove this character."
        )
    dots = any(part and not part.partition(";")[0].strip(". ") for part in decoded.split("/"))
    if dots or "//" in path or decoded.startswith("//"):
        raise InvalidInput(
            "path: a part between slashes is empty or contains only dots, so the request could go to an address "
            "outside api_url. Remove this part."
        )


def _query(query: Mapping[str, Any]) -> str:
    pairs = [(name, item) for name, value in query.items() for item in (value if isinstance(value, list) else [value])]
    for name, value in pairs:
        if value is None or isinstance(value, (Mapping, list)):
            raise InvalidInput(f"query.{name}: expected a text, a number, a boolean, or a list of these.")
        check_text(f"query.{name}", f"{name}{value}")
    return urlencode([(name, str(value).lower() if isinstance(value, bool) else value) for name, value in pairs])


def _root(options: RequestOptions, client: Client) -> str:
    """Return the name of the root element of an XML body. JSON needs no root element."""
    needed, root = options.body is not None and client.wire.needs_root, options.root or ""
    if needed and not root:
        raise InvalidInput("root: an XML body needs the name of its root element, such as Service.")
    if needed and not XML_NAME.fullmatch(root):
        raise InvalidInput(f"root: {root!r} cannot be the name of an XML element. Correct the name.")
    _check_body(options.body, "body", client.wire.needs_root)
    return root or "Body"


def _check_body(tree: Any, option: str, as_xml: bool, named: bool = False) -> None:
    """Raise InvalidInput for values that the format cannot contain. *named* is True inside an element with a name."""
    if isinstance(tree, str):
        check_text(option, tree)
    elif isinstance(tree, (list, tuple)):
        if as_xml and not named:
            raise InvalidInput(
                f"{option}: in XML, a list needs a name for its elements. Write the list as in {{Item: [...]}}."
            )
        for index, item in enumerate(tree):
            _check_body(item, f"{option}[{index}]", as_xml)
    elif isinstance(tree, Mapping):
        for name, item in tree.items():
            if as_xml and not XML_NAME.fullmatch(name):
                raise InvalidInput(f"{option}: {name!r} cannot be the name of an XML element. Correct the name.")
            _check_body(item, f"{option}.{name}", as_xml, named=True)
