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
      - Quoted phone numbers to which this system may send messages. Use this option, for example, on a staging system.
      - Other phone numbers get no message. If O(receiver_allowlist) is an empty list, nobody gets a message, and the
        task gives a warning.
      - If O(redirect_to) is also set, and its number is not in O(receiver_allowlist), nobody gets a message.
      - With O(receiver_allowlist) or O(redirect_to), M(community.linkengage.linkengage_sms) looks up the phone
        numbers of contacts and groups, and sends the message to these numbers. A scheduled message does not reach
        people who become members of a group after the task has ended.
      - It is an error to set this option to V(null).
      - If this option is omitted, the module uses the environment variable E(LINKENGAGE_RECEIVER_ALLOWLIST). Separate
        the numbers with commas.
      - An empty environment variable counts as not set.
    type: list
    elements: raw
  redirect_to:
    description:
      - Quoted phone number that gets all messages of this system instead of the receivers. Use this option for tests.
      - It is an error to set this option to V(null), or to an empty text.
      - If this option is omitted, the module uses the number in the environment variable E(LINKENGAGE_REDIRECT_TO). An
        empty environment variable counts as not set.
    type: raw
"""
