#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_group_info
short_description: Read groups from a LINK Engage address book
description:
  - Returns the groups of a name, one by its id, or all of them.
options:
  name:
    description: Name of the groups. Names need not be unique.
    type: str
  group_id:
    description: Number of a group.
    type: int
  members:
    description: Whether to read each group's members too, which costs a request for each group.
    type: bool
    default: false
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.dest
  - community.linkengage.attributes.export
"""

EXAMPLES = r"""
- name: Read all groups
  community.linkengage.linkengage_group_info:

- name: Read one group with its members
  community.linkengage.linkengage_group_info:
    name: On call
    members: true
"""

RETURN = r"""
count:
  description: How many groups were found.
  returned: success
  type: int
  sample: 1
dest:
  description: The file that holds what was found.
  returned: with O(dest)
  type: str
  sample: ./groups.json
groups:
  description: The groups; an empty list if there are none, or with O(dest).
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED group returns
    group_id:
      description: Number of the group, given by the service.
      returned: success
      type: int
      sample: 12
    name:
      description: Name of the group.
      returned: success
      type: str
      sample: On call
    description:
      description: Free text.
      returned: success
      type: str
      sample: Woken at night
    private:
      description: Whether only the owner sees the group.
      returned: success
      type: bool
      sample: false
    # END GENERATED
    members:
      description: The group's contacts, whole.
      returned: with O(members=true)
      type: list
      elements: dict
      contains:
        # BEGIN GENERATED contact returns
        contact_id:
          description: Number of the contact, given by the service.
          returned: success
          type: int
          sample: 4711
        phone_number:
          description: Phone number of the contact.
          returned: success
          type: str
          sample: '4790555817'
        first_name:
          description: Given name.
          returned: success
          type: str
          sample: Kari
        last_name:
          description: Family name.
          returned: success
          type: str
          sample: Nordmann
        email:
          description: E-mail address.
          returned: success
          type: str
          sample: kari@example.com
        description:
          description: First free text, named by the account's C(Description1Alias).
          returned: success
          type: str
          sample: On call
        description2:
          description: Second free text, named by the account's C(Description2Alias).
          returned: success
          type: str
          sample: Oslo
        description3:
          description: Third free text, named by the account's C(Description3Alias).
          returned: success
          type: str
          sample: ''
        cpa_accepted:
          description: Whether the contact accepts premium (paid-content) messages.
          returned: success
          type: bool
          sample: false
        private:
          description: Whether only the owner sees the contact.
          returned: success
          type: bool
          sample: false
        created:
          description: When it was made, in ISO 8601, UTC.
          returned: success
          type: str
          sample: '2014-01-01T12:00:00Z'
        # END GENERATED
"""

from ..module_utils._module import Task, run
from ..module_utils._records.info import GROUP_INFO_RULES, GROUP_INFO_SPEC, read_groups

TASK = Task(read_groups, GROUP_INFO_SPEC, GROUP_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
