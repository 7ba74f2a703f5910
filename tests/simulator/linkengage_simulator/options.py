# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the command line and of /_control/options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .assumptions import Assumptions
from .errors import NonsenseError


@dataclass
class Options:
    """The options that can be changed while the simulator runs."""

    rate: int = 0  # number of requests that are allowed in a window; 0 means no limit
    window: float = 60.0  # seconds
    retry_after: bool = False
    latency: float = 0.0  # milliseconds
    block_methods: bool = False
    plain_slashes: bool = False
    assume: Assumptions = field(default_factory=Assumptions)  # the answers to the open questions about the service

    def copy(self) -> Options:
        """Return a copy that can be changed without changing the original."""
        return replace(self, assume=Assumptions(self.assume))

    def shown(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {option.name: getattr(self, option.name) for option in fields(self)} | {"assume": dict(self.assume)}

    def update(self, changes: Mapping[str, Any]) -> None:
        """Set the given options."""
        simple = [option for option in fields(self) if option.name != "assume"]
        kinds: dict[str, Any] = {option.name: type(option.default) for option in simple}
        for name, value in changes.items():
            if name == "assume":
                self.assume.update(value)
            elif name in kinds:
                setattr(self, name, kinds[name](value))
            else:
                raise NonsenseError(f"There is no option {name}")
