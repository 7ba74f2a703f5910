# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: run_id
short_description: Return an id of this run of ansible-playbook
description:
  - Returns an id that is the same for all plays, batches, hosts and tasks of one run of C(ansible-playbook). No two
    runs have the same id, even on different machines.
  - Use the id in O(community.linkengage.linkengage_sms#module:idempotency_key) to send a message only once in a run.
  - The keyword C(run_once) does not guarantee that a task runs only once. With C(serial), a C(run_once) task runs once
    for each batch of hosts. With C(strategy=free), a C(run_once) task runs once for each host.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
options:
  _terms:
    description:
      - The lookup accepts no terms.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Send one message for the whole run
  community.linkengage.linkengage_sms:
    text: The update has begun
    groups: [On call]
    idempotency_key: "{{ lookup('community.linkengage.run_id') }}-begun"
"""

RETURN = r"""
_list:
  description:
    - The id of the run, a text of 16 characters.
  type: list
  elements: str
  sample: ["5f0c1b9a7de34c02"]
"""

import platform
from hashlib import sha256
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

LENGTH = 16


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[str]:
        if terms:
            raise AnsibleError(
                "run_id lookup: this lookup accepts no terms. Write lookup('community.linkengage.run_id')."
            )
        # Ansible creates this folder with a random name when it starts. Its worker processes have the same name.
        begun = f"{platform.node()}:{constants.DEFAULT_LOCAL_TMP}"
        return [sha256(begun.encode("utf-8", "surrogateescape")).hexdigest()[:LENGTH]]
