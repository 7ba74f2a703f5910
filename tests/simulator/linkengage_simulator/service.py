# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All parts of one simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .api import Api
from .clock import Clock
from .faults import Faults
from .log import Log
from .options import Options
from .seed import plant
from .store import Store
from .throttle import Throttle


@dataclass(frozen=True)
class Settings:
    """The settings from the start, which do not change."""

    login: str
    password: str
    prefix: str = "47"
    clock_zone: str = "Europe/Oslo"
    options: Options = field(default_factory=Options)
    seed: Mapping[str, Any] = field(default_factory=dict)


class Service:
    """The parts of a simulator. A reset creates new parts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reset()
        plant(self.store, settings.seed)

    def reset(self) -> None:
        """Restore the state of the start with an empty store."""
        settings = self._settings
        self.options = settings.options.copy()
        self.clock = Clock(settings.clock_zone)
        self.store = Store(self.clock, settings.prefix, self.options.assume)
        self.api = Api(self.store, self.options, settings.login, settings.password)
        self.faults = Faults()
        self.log = Log()
        self.throttle = Throttle(self.options)
