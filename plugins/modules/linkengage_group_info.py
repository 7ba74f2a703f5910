#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_group_info
short_description: Read groups from a LINK Engage address book
description:
  - Returns all groups, or only the groups with a given name or id.
options:
  name:
    description:
      - Name of the group to return. If several groups have this name, the module returns all of them.
    type: str
  group_id:
    description:
      - Id of the group to return.
    type: int
  members:
    description:
      - Return each group with its members. With O(members=true), the module makes one more request for each group.
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
  description: Number of groups that match the options.
  returned: success
  type: int
  sample: 1
dest:
  description: Path of the file with the groups.
  returned: with O(dest)
  type: str
  sample: ./groups.json
groups:
  description: Groups that match the options. With O(dest), the list is empty.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED group returns
    group_id:
      description: Id that the service has assigned to the group.
      returned: success
      type: int
      sample: 12
    name:
      description: Name of the group.
      returned: success
      type: str
      sample: On call
    description:
      description: Description of the group.
      returned: success
      type: str
      sample: Woken at night
    private:
      description: True if only the owner of the group sees the group.
      returned: success
      type: bool
      sample: false
    # END GENERATED
    members:
      description: Members of the group. Each member has all fields of a contact.
      returned: with O(members=true)
      type: list
      elements: dict
      contains:
        # BEGIN GENERATED contact returns
        contact_id:
          description: Id that the service has assigned to the contact.
          returned: success
          type: int
          sample: 4711
        phone_number:
          description: Phone number of the contact.
          returned: success
          type: str
          sample: '4790555817'
        first_name:
          description: First name of the contact.
          returned: success
          type: str
          sample: Kari
        last_name:
          description: Last name of the contact.
          returned: success
          type: str
          sample: Nordmann
        email:
          description: E-mail address of the contact.
          returned: success
          type: str
          sample: kari@example.com
        description:
          description: First of three description fields. Each organisation chooses the labels of these fields.
          returned: success
          type: str
          sample: On call
        description2:
          description: Second of three description fields. Each organisation chooses the labels of these fields.
          returned: success
          type: str
          sample: Oslo
        description3:
          description: Third of three description fields. Each organisation chooses the labels of these fields.
          returned: success
          type: str
          sample: ''
        cpa_accepted:
          description: True if the contact accepts premium messages, for which the receiver pays.
          returned: success
          type: bool
          sample: false
        private:
          description: True if only the owner of the contact sees the contact.
          returned: success
          type: bool
          sample: false
        created:
          description: Time when the contact was created, as ISO 8601 in UTC.
          returned: success
          type: str
          sample: '2014-01-01T12:00:00Z'
        # END GENERATED
"""

from ..module_utils._module import Task, run
from ..module_utils._records.info import GROUP_INFO_RULES, GROUP_INFO_SPEC, GroupChoice, read_groups

TASK = Task(GroupChoice.read, read_groups, GROUP_INFO_SPEC, GROUP_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
