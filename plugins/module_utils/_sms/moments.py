# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""When a message was or will be handled, as far as that is known (contract: wire details).

XML writes dates without a zone: in the local time of the service, whose zone the contract does not state, and in which
an hour repeats in autumn. The zone is learned from messages with a known time: this run sent them, or JSON gives the
moment. A date that can still mean several moments proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .._model.fields import Record
from .._model.resources import MESSAGE
from .._service.client import Client

TICK = timedelta(seconds=2)  # the times and the clock of the service have a resolution of one second
MINUTE = timedelta(minutes=1)  # the resolution of a time without seconds (contract: assumptions, message times)
ROUGHLY = timedelta(minutes=2)  # between a message's time and what this run knows of it
ANY_CLOCK = timedelta(days=7)  # how wrong the clock of this machine may be, if the service does not send its own


@dataclass(frozen=True)
class Span:
    """From one moment to another, on the clock of the service. ``sure``: that clock is known."""

    first: datetime
    last: datetime | None = None
    sure: bool = True

    def holds(self, moments: tuple[datetime, ...]) -> bool | None:
        """Whether a message with these possible moments is within the span; None if that is not known."""
        inside = [self._holds(moment, timedelta()) for moment in moments]
        if inside and all(inside):
            return True
        doubtful = any(inside) or not moments or any(map(self._begins_in, moments))
        return None if doubtful or (not self.sure and any(self._holds(each, ANY_CLOCK) for each in moments)) else False

    def _begins_in(self, moment: datetime) -> bool:
        """Whether a moment before the span can be within it, because the service leaves out the seconds of times."""
        return not moment.second and not moment.microsecond and self.first - MINUTE < moment < self.first

    def _holds(self, moment: datetime, more: timedelta) -> bool:
        return self.first - more <= moment and (self.last is None or moment <= self.last + more)


def moments(client: Client, message: Record) -> tuple[datetime, ...]:
    """The moments that the date of a message can mean, earliest first; asks in JSON if there are several."""
    text = str(message["handled"] or "")
    found = client.zone.readings(text)
    if len(found) < 2:
        return found
    moment = client.time_in_json(message[MESSAGE.id])
    if moment is None:
        return found
    client.zone = client.zone.learned(text, moment)
    return (moment,)


def dated(client: Client, message: Record, expected: datetime | None = None) -> Record:
    """A message of this run, with the moment of its handling, if that is known. *expected* is what this run knows.

    The zone is learned from it. It is not if the clock of the service is unknown, because then *expected* is not known.
    """
    text = str(message.get("handled") or "")
    if expected:
        client.zone = client.zone.learned(text, expected, ROUGHLY)
    found = client.zone.readings(text)
    near = [moment for moment in found if expected is None or abs(moment - expected) <= ROUGHLY]
    return {**message, "handled": near[0]} if len(near) == 1 else message
