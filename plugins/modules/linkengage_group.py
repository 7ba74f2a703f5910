#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_group
short_description: Manage a group and its members in a LINK Engage address book
description:
  - Makes sure that a group is there with the given fields and members, or that it is not there.
  - Fields that are left out are not managed and keep their values. An empty string clears the description.
  - Members are compared by their canonical phone numbers. Additions come before removals.
options:
  group_id:
    description:
      - Number of the group. It chooses the group before O(name) does, which then is the name it shall have.
      - The service gives out these numbers; a group cannot be made under one.
    type: int
  # BEGIN GENERATED group options
  name:
    description:
      - Name of the group.
    type: str
  description:
    description:
      - Free text.
    type: str
  private:
    description:
      - Whether only the owner sees the group.
    type: bool
  # END GENERATED
  members:
    description:
      - The contacts in the group. Left out, membership is not managed.
      - "Each entry is a quoted phone number, or a contact's id as an integer or as V({contact_id: 4711})."
      - An integer of seven digits or more is refused, since it is a phone number without quotes.
    type: dict
    suboptions:
      set:
        description: Exactly these. An empty list empties the group, within O(max_removals).
        type: list
        elements: raw
      add:
        description: These become members, beside those who are there.
        type: list
        elements: raw
      remove:
        description: These are taken out.
        type: list
        elements: raw
  previous_names:
    description:
      - Names under which the group may still be stored. It is then renamed to O(name), keeping its id and its members.
      - It is an error if more than one of the names is held.
    type: list
    elements: str
    default: []
  unknown_members:
    description:
      - What to do with a number to add that is not in the address book.
      - V(fail) names all of them before anything is written; in check mode that is a warning, because an earlier task
        of the same run may be the one that makes the contact.
      - V(warn) leaves them out. V(create) makes a contact with nothing but its number.
    type: str
    choices: [fail, warn, create]
    default: fail
  max_removals:
    description:
      - How many percent of the members may be removed at once, counted from ten members up. Above it the task fails
        before anything is written.
    type: int
    default: 25
  force:
    description: Whether a group that still has members may be deleted. Its contacts stay in the address book.
    type: bool
    default: false
  on_duplicate:
    description:
      - What to do where several groups have the name, or several contacts a member's number.
      - V(fail) names their ids and changes nothing, V(first) takes the one with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description: Whether the group shall be there.
    type: str
    choices: [present, absent]
    default: present
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes
"""

EXAMPLES = r"""
- name: The on-call group is exactly these two
  community.linkengage.linkengage_group:
    name: On call
    description: Woken at night
    members:
      set:
        - "+4790555817"
        - "+4741234567"

- name: Add one and remove another, and leave the rest
  community.linkengage.linkengage_group:
    name: On call
    members:
      add: ["+46701740605"]
      remove: ["+4741234567"]

- name: Rename the group, keeping its members
  community.linkengage.linkengage_group:
    name: Night watch
    previous_names: [On call]

- name: Delete the group, though it has members
  community.linkengage.linkengage_group:
    name: Night watch
    state: absent
    force: true
"""

RETURN = r"""
group:
  description:
    - The group as it is after the run; with O(state=absent), as it was before it was deleted.
    - Empty if there was none to delete. In check mode a group that would be made has no C(group_id) yet.
  returned: success
  type: dict
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
      description: Its members, by contact id; the new ones last.
      returned: success
      type: list
      elements: dict
      contains:
        contact_id:
          description: Number of the contact.
          returned: success
          type: int
          sample: 4711
        phone_number:
          description: Phone number as it is stored.
          returned: success
          type: str
          sample: "4790555817"
"""

from ..module_utils._module import Task, run
from ..module_utils._records.groups import GROUP_RULES, GROUP_SPEC, plan_group

TASK = Task(plan_group, GROUP_SPEC, GROUP_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
