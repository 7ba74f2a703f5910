# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option for the file to which info modules write their result."""

    DOCUMENTATION = r"""
options:
  dest:
    description:
      - File to which the module writes the records as JSON. With O(dest), the task result contains no records.
      - The file contains one JSON object, whose only key is the name of the return value, such as C(contacts).
      - For thousands of records, use this option, because Ansible needs much time and memory for a large task result.
      - Only the owner of the file can read the file. The task reports C(changed) if the file is new, or if the contents
        of the file change.
      - Use an absolute path, because a relative path depends on the working folder of the task.
    type: path
"""
