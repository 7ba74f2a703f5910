# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What modules support, said once."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode and predict what it would do, with reads only.
  diff_mode:
    support: full
    description: Returns what changes, and nothing else, when in diff mode.
  idempotent:
    support: full
    description: A second run with the same options makes no write.
  action_group:
    support: full
    description: Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all its modules.
    membership: [community.linkengage.linkengage]
"""

    SENDING = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode, and then sends nothing and returns what would be sent.
  diff_mode:
    support: full
    description: Returns the message that is sent when in diff mode.
  idempotent:
    support: partial
    description: A second run with the same options makes no write.
    details:
      - With O(idempotency_key) it is. Without one every run sends a message.
  action_group:
    support: full
    description: Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all its modules.
    membership: [community.linkengage.linkengage]
"""

    REQUEST = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode, and then makes requests that read and none that write.
  diff_mode:
    support: full
    description: Returns the request that writes when in diff mode.
  idempotent:
    support: N/A
    description: A second run with the same options makes no write.
    details:
      - That depends on the request.
  action_group:
    support: full
    description: Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all its modules.
    membership: [community.linkengage.linkengage]
"""

    EXPORT = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode, and then writes no file.
  diff_mode:
    support: none
    description: Returns what changes when in diff mode.
  idempotent:
    support: full
    description: A second run with the same options makes no write.
  action_group:
    support: full
    description: Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all its modules.
    membership: [community.linkengage.linkengage]
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    description: Can run in check mode; it changes nothing in any mode.
  diff_mode:
    support: N/A
    description: Returns what changes when in diff mode.
    details:
      - It changes nothing.
  idempotent:
    support: full
    description: A second run with the same options makes no write.
  action_group:
    support: full
    description: Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all its modules.
    membership: [community.linkengage.linkengage]
"""
