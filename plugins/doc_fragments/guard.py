# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that limit who gets messages from a system."""

    DOCUMENTATION = r"""
options:
  receiver_allowlist:
    description:
      - Quoted phone numbers that may get messages from this system, such as a staging system.
      - Other receivers get no message. With an empty list, nobody gets a message, and a warning says so.
      - The list also applies to O(redirect_to).
      - With this option or O(redirect_to), the module replaces contacts and groups by their phone numbers before it
        sends. Otherwise a group could get new members before the service sends.
      - V(null) is an error.
      - If omitted, the environment variable E(LINKENGAGE_RECEIVER_ALLOWLIST) is used, a list separated by commas.
      - An empty variable is not set. Empty entries of the list are ignored.
    type: list
    elements: raw
  redirect_to:
    description:
      - Quoted phone number that gets all messages of this system, for tests.
      - V(null) and an empty text are errors.
      - If omitted, the environment variable E(LINKENGAGE_REDIRECT_TO) is used. An empty variable is not set.
    type: raw
"""
