# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creates a collections path that contains this checkout."""

from __future__ import annotations

import contextlib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def make_tree(parent: Path) -> Path:
    """Link the checkout in *parent* as community.linkengage.

    Returns *parent*, which is used as ANSIBLE_COLLECTIONS_PATH.
    """
    link = parent.resolve() / "ansible_collections" / "community" / "linkengage"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # the link already exists, or another session creates it at this moment
        link.symlink_to(CHECKOUT, target_is_directory=True)
    return parent.resolve()
