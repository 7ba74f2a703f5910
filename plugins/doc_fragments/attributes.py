# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that several modules share."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description:
      - The module can run in check mode. In check mode, the module changes nothing, and returns what it would change.
  diff_mode:
    support: full
    description: In diff mode, the diff contains only the fields that change.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""

    SENDING = r"""
attributes:
  check_mode:
    support: full
    description:
      - The module can run in check mode. In check mode, the module sends nothing, and returns the message that it would
        send.
  diff_mode:
    support: full
    description: In diff mode, the module returns the message that it sends.
  idempotent:
    support: partial
    description:
      - With O(idempotency_key), a second run with the same options sends no message. Without O(idempotency_key), every
        run sends a message.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""

    REQUEST = r"""
attributes:
  check_mode:
    support: full
    description: The module can run in check mode. In check mode, the module makes only requests that read.
  diff_mode:
    support: full
    description: In diff mode, the module returns each request that writes.
  idempotent:
    support: N/A
    description:
      - Some requests change the account in every run. For example, each POST to C(/contacts) creates one more contact.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""

    EXPORT = r"""
attributes:
  check_mode:
    support: full
    description: The module can run in check mode. In check mode, the module writes no file.
  diff_mode:
    support: none
    description: In diff mode, the module returns no diff.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""

    DOCTOR = r"""
attributes:
  check_mode:
    support: full
    description: The module can run in check mode. In check mode, the module only reads, and writes no file.
  diff_mode:
    support: none
    description: In diff mode, the module returns no diff.
  idempotent:
    support: partial
    description:
      - The report contains durations, so a second run with the same options can change the files of the report.
      - With O(to), each run sends one SMS.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""

    INFO = r"""
attributes:
  check_mode:
    support: full
    description: The module can run in check mode. The module only reads, so check mode makes no difference.
  diff_mode:
    support: N/A
    description: The module returns no diff, because it only reads.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
  action_group:
    support: full
    description:
      - Use C(group/community.linkengage.linkengage) in C(module_defaults) to set options for all modules of the
        collection.
    membership: [community.linkengage.linkengage]
"""
