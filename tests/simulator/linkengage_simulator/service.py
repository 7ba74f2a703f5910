# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All parts of one simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .api import Api
from .assumptions import possible
from .clock import Clock
from .faults import Faults
from .log import Log
from .options import Options
from .seed import plant
from .store import Store
from .throttle import Throttle


@dataclass(frozen=True)
class Settings:
    """The settings that are chosen at the start and do not change."""

    login: str
    password: str
    prefix: str = "47"
    clock_zone: str = "Europe/Oslo"
    options: Options = field(default_factory=Options)
    seed: Mapping[str, Any] = field(default_factory=dict)
    # The options that the user has set. They override the options of a stored state.
    chosen: Mapping[str, Any] = field(default_factory=dict)


class Service:
    """The parts of a simulator. A reset creates new parts."""

    def __init__(self, settings: Settings, kept: Mapping[str, Any] | None = None) -> None:
        """Create the parts from a stored state, or from the seed."""
        self._settings = settings
        self.login = settings.login
        self.reset()
        if kept is None:
            plant(self.store, settings.seed)
        else:
            self._restore(kept)

    def reset(self) -> None:
        """Reset everything to the state at the start, with an empty store."""
        settings = self._settings
        self.options = settings.options.copy()
        self.clock = Clock(settings.clock_zone)
        self.store = Store(self.clock, settings.prefix, self.options.assume)
        self.api = Api(self.store, self.options, settings.login, settings.password)
        self.faults = Faults()
        self.log = Log()
        self.throttle = Throttle(self.options)

    def kept(self) -> dict[str, Any]:
        """Return the account, the log, the options and the clock as they are now. Faults are not kept."""
        return {
            "clock": self.clock.shift.total_seconds(),
            "options": self.options.shown(),
            "log": self.log.kept(),
            "store": self.store.kept(),
        }

    def _restore(self, kept: Mapping[str, Any]) -> None:
        self.clock.shift = timedelta(seconds=kept["clock"])
        assume = {name: value for name, value in kept["options"]["assume"].items() if possible(name, value)}
        self.options.update({**kept["options"], "assume": assume})
        self.options.update(self._settings.chosen)
        self.log.restore(kept["log"])
        self.store.restore(kept["store"])
