# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the command line and of /_control/options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .errors import NonsenseError

MISSING_NUMBER = ("404", "empty", "null")


@dataclass
class Options:
    """The options that can be changed while the simulator runs."""

    rate: int = 0  # requests in a window, 0 for no limit
    window: float = 60.0  # seconds
    retry_after: bool = False
    latency: float = 0.0  # milliseconds
    block_methods: bool = False
    missing_number: str = MISSING_NUMBER[0]
    plain_slashes: bool = False
    iso_dates: bool = False

    def update(self, changes: Mapping[str, Any]) -> None:
        """Set the given options."""
        kinds: dict[str, Any] = {option.name: type(option.default) for option in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise NonsenseError(f"There is no option {name}")
            if name == "missing_number" and value not in MISSING_NUMBER:
                raise NonsenseError(f"{name} is one of {', '.join(MISSING_NUMBER)}")
            setattr(self, name, kinds[name](value))
