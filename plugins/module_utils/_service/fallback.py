# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Options of modules that can be set in the environment."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleFallbackNotFound


def from_environment(*variables: str) -> str:
    """Return the first of the environment *variables* that is set and not empty.

    Ansible calls this function if an option of a module is omitted.
    """
    for variable in variables:
        if os.environ.get(variable, "").strip():
            return os.environ[variable]
    raise AnsibleFallbackNotFound
