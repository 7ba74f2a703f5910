# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports the action plugin that is the same for all modules of the collection."""

from __future__ import annotations

from ..plugin_utils._action import ActionModule

__all__ = ("ActionModule",)
