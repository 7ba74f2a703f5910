# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The file that modules write what they read to."""

    DOCUMENTATION = r"""
options:
  dest:
    description:
      - File to write what is found to, as JSON under the name of the return value, instead of returning it. A task
        result of thousands of records costs Ansible more time and memory than the file.
      - It is readable by its owner only. The task is changed where the file was not there or held something else.
      - Give an absolute path. What a relative one means depends on where the task runs.
    type: path
"""
