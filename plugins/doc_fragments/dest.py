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
      - File to write the result to, as JSON, instead of returning it.
      - The file has one key, the name of the return value.
      - Use it for thousands of records, because a large task result costs Ansible more time and memory than a file.
      - Only the owner can read the file. The task is changed if the file did not exist or had other contents.
      - Use an absolute path, because the meaning of a relative path depends on where the task runs.
    type: path
"""
