#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_user_info
short_description: Read the current user of LINK Engage
description:
  - Returns the functions and the senders that the user may use, the organisation of the user, and the settings of the
    account.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes.info
"""

EXAMPLES = r"""
- name: Check the login and the API access
  community.linkengage.linkengage_user_info:
  register: me

- name: Show the default sender of messages
  ansible.builtin.debug:
    msg: "{{ me.user.settings.SENDER_ID }}"
"""

RETURN = r"""
user:
  description: Data of the user in O(username).
  returned: success
  type: dict
  contains:
    # BEGIN GENERATED user returns
    allowed_functions:
      description: Functions of LINK Engage that the user may use.
      returned: success
      type: list
      elements: str
      sample:
        - SEND_SMS
        - ALLOW_API
    allowed_senders:
      description: List of allowed senders. If C(settings.FREE_SENDER_ID) is C(True), other senders are allowed too.
      returned: success
      type: list
      elements: str
      sample:
        - '26112'
        - ACME
    organization:
      description: Organisation of the user.
      returned: success
      type: dict
      contains:
        name:
          description: Name of the organisation.
          returned: success
          type: str
          sample: Acme
        description:
          description: Description of the organisation.
          returned: success
          type: str
          sample: ''
        edition:
          description: Edition of LINK Engage that the organisation uses, such as C(Professional).
          returned: success
          type: str
          sample: Professional
        description1_alias:
          description: Label that the organisation chose for the contact field C(description).
          returned: success
          type: str
          sample: Role
        description2_alias:
          description: Label that the organisation chose for the contact field C(description2).
          returned: success
          type: str
          sample: City
        description3_alias:
          description: Label that the organisation chose for the contact field C(description3).
          returned: success
          type: str
          sample: Note
    settings:
      description: Settings of the account, as a dictionary of names and values. The value of each setting is a string.
      returned: success
      type: dict
      sample:
        NUMBER_PREFIX: '47'
        SENDER_ID: '26112'
    # END GENERATED
"""

from ..module_utils._module import Task, no_options, run
from ..module_utils._records.info import read_user

TASK = Task(no_options, read_user, {})


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
