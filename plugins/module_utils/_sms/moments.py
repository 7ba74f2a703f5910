# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The moments when a message was or will be handled, as far as they are known (contract: wire details).

In XML, a date has no zone. It is in the local time of the service. The contract does not state the zone of the service,
and in autumn one hour exists twice in the zone. The zone is learned from messages whose time is known: this run has
sent them, or JSON shows the moment. As long as a date can mean several moments, it proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._model.fields import Record
from .._model.resources import MESSAGE
from .._service.client import Client

TICK = timedelta(seconds=2)  # times and the clock of the service are exact to one second
MINUTE = timedelta(minutes=1)  # a time without seconds is exact to one minute (contract: assumptions, message times)
ROUGHLY = timedelta(minutes=2)  # possible difference between the time of a message and what this run knows about it
ANY_CLOCK = timedelta(days=7)  # possible error of the clock of this machine, if the service does not send its own clock


@dataclass(frozen=True)
class Span:
    """A span of time on the clock of the service. ``sure`` is True if this clock is known."""

    first: datetime
    last: datetime | None = None
    sure: bool = True

    def holds(self, moments: tuple[datetime, ...]) -> bool | None:
        """Return whether a message with these possible moments is within the span; None if it is not certain."""
        inside = [self._holds(moment, timedelta()) for moment in moments]
        if inside and all(inside):
            return True
        doubtful = any(inside) or not moments or any(map(self._begins_in, moments))
        return None if doubtful or (not self.sure and any(self._holds(each, ANY_CLOCK) for each in moments)) else False

    def _begins_in(self, moment: datetime) -> bool:
        """Return whether a moment shortly before the span can be within it, because the service may leave out
        seconds.
        """
        return not moment.second and not moment.microsecond and self.first - MINUTE < moment < self.first

    def _holds(self, moment: datetime, more: timedelta) -> bool:
        return self.first - more <= moment and (self.last is None or moment <= self.last + more)


def moments(client: Client, message: Mapping[str, Any]) -> tuple[datetime, ...]:
    """Return the moments that the date of a message can mean, earliest first.

    If there are several moments, the message is also read in JSON, because there the date has a zone.
    """
    text = str(message["handled"] or "")
    found = client.zone.readings(text)
    if len(found) < 2:
        return found
    moment = client.time_in_json(message[MESSAGE.id])
    if moment is None:
        return found
    client.zone = client.zone.learned(text, moment)
    return (moment,)


def dated(client: Client, message: Mapping[str, Any], expected: datetime | None = None) -> Record:
    """Return a message of this run with the moment of its handling, if the moment is known.

    *expected* is the moment according to this run. It must be None if the clock of the service is not known. The zone
    of the service is learned from it.
    """
    text = str(message.get("handled") or "")
    if expected:
        client.zone = client.zone.learned(text, expected, ROUGHLY)
    found = client.zone.readings(text)
    near = [moment for moment in found if expected is None or abs(moment - expected) <= ROUGHLY]
    return {**message, "handled": near[0]} if len(near) == 1 else dict(message)
