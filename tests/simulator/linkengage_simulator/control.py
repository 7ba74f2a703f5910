# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control requests of tests, under /_control/. They are not part of the contract."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from .errors import NonsenseError, NotFoundError, ServiceError
from .exchange import Answer, Call
from .seed import inbound, plant
from .service import Service


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(type(value))


def get_log(service: Service, body: Any) -> Any:
    return service.log.entries


def clear_log(service: Service, body: Any) -> Any:
    service.log.clear()
    return {}


def get_state(service: Service, body: Any) -> Any:
    return service.store.state()


def reset(service: Service, body: Any) -> Any:
    service.reset()
    return plant(service.store, body)


def seed(service: Service, body: Any) -> Any:
    return plant(service.store, body)


def add_faults(service: Service, body: Any) -> Any:
    service.faults.add(body if isinstance(body, list) else [body])
    return {}


def clear_faults(service: Service, body: Any) -> Any:
    service.faults.clear()
    return {}


def get_clock(service: Service, body: Any) -> Any:
    return {"now": service.clock.now()}


def shift_clock(service: Service, body: Any) -> Any:
    service.clock.shift += timedelta(seconds=body["seconds"])
    return get_clock(service, body)


def get_deliveries(service: Service, body: Any) -> Any:
    return [delivery._asdict() for delivery in service.store.mailbox.deliveries]


def report_delivery(service: Service, body: Any) -> Any:
    known = {name: body[name] for name in ("status", "time") if name in body}
    if known.get("time"):
        known["time"] = service.clock.read(known["time"])
    return {"rows": service.store.mailbox.report(body["message"], known, body.get("receiver"))}


def receive(service: Service, body: Any) -> Any:
    return {"message": inbound(service.store, body)}


def get_options(service: Service, body: Any) -> Any:
    return service.options.shown()


def set_options(service: Service, body: Any) -> Any:
    service.options.update(body)
    return service.options.shown()


def get_assumptions(service: Service, body: Any) -> Any:
    return dict(service.options.assume)


def set_assumptions(service: Service, body: Any) -> Any:
    service.options.assume.update(body)
    return get_assumptions(service, body)


CONTROLS: dict[tuple[str, str], Callable[[Service, Any], Any]] = {
    ("GET", "log"): get_log,
    ("DELETE", "log"): clear_log,
    ("GET", "state"): get_state,
    ("POST", "reset"): reset,
    ("POST", "seed"): seed,
    ("POST", "faults"): add_faults,
    ("DELETE", "faults"): clear_faults,
    ("GET", "clock"): get_clock,
    ("POST", "clock"): shift_clock,
    ("GET", "deliveries"): get_deliveries,
    ("POST", "delivery-status"): report_delivery,
    ("POST", "inbound"): receive,
    ("GET", "options"): get_options,
    ("POST", "options"): set_options,
    ("GET", "assumptions"): get_assumptions,
    ("POST", "assumptions"): set_assumptions,
}


def control(service: Service, call: Call) -> Answer:
    """Answer a control request. A wrong request is answered with the status 400 and the reason."""
    try:
        answer = _control(service, call)
    except ServiceError as error:
        return _json({"error": str(error)}, error.status)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return _json({"error": repr(error)}, NonsenseError.status)
    return _json(answer)


def _control(service: Service, call: Call) -> Any:
    action: Callable[[Service, Any], Any] | None = CONTROLS.get((call.method, "/".join(call.segments[1:])))
    if not action:
        raise NotFoundError(f"There is no {call.method} {call.path}")
    service.store.mailbox.settle()
    return action(service, json.loads(call.body or b"{}"))


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, default=_iso).encode("utf-8"), "application/json")
