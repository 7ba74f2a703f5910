# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The oldest versions of ansible-core and Python with which the collection works. Pure."""

from __future__ import annotations

import re

OLDEST_CORE = (2, 16)
OLDEST_PYTHON = (3, 9)


def core_too_old(version: str) -> str:
    """Return an error about a version of ansible-core that is too old; empty if it is supported or not known."""
    if not _is_older(version, OLDEST_CORE):
        return ""
    return (
        f"ansible-core {version} is too old: community.linkengage needs ansible-core {_shown(OLDEST_CORE)} or newer; "
        "update ansible-core: pip install --upgrade ansible-core."
    )


def python_too_old(version: str, interpreter: str) -> str:
    """Return an error about a Python of a host that is too old; empty if it is supported or not known."""
    if not _is_older(version, OLDEST_PYTHON):
        return ""
    return (
        f"Python {version.strip()} ({interpreter}) is too old: community.linkengage needs Python "
        f"{_shown(OLDEST_PYTHON)} or newer; set ansible_python_interpreter to the path of a newer Python."
    )


def _is_older(version: str, oldest: tuple[int, int]) -> bool:
    found = re.match(r"(\d+)\.(\d+)", version.strip())
    return found is not None and (int(found[1]), int(found[2])) < oldest


def _shown(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
