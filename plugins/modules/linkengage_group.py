#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_group
short_description: Manage a group and its members in a LINK Engage address book
description:
  - Creates, updates or deletes a group, and manages its members.
  - A field that the task omits keeps its value. To clear the description, set it to an empty string.
  - The module compares members by phone number, so the format of a number does not matter.
  - The module adds new members before it removes old members, so that the group does not become empty during the run.
  - After the module has created a group, it makes one more request to check whether another run created the same group
    at the same time. If the other run created its group first, the module deletes its own new group, and uses the group
    of the other run.
options:
  group_id:
    description:
      - Id of the group to update or delete. If O(group_id) is set, O(name) is the new name of the group.
      - Do not set O(group_id) for a new group, because the service assigns the id of a new group.
    type: int
  # BEGIN GENERATED group options
  name:
    description:
      - Name of the group.
    type: str
  description:
    description:
      - Description of the group.
    type: str
  private:
    description:
      - True if only the owner of the group sees the group.
    type: bool
  # END GENERATED
  members:
    description:
      - Changes to the members of the group. If this option is omitted, the members stay unchanged.
      - "Each entry of the lists C(set), C(add) and C(remove) is a quoted phone number or a contact id. Write a contact
        id as an integer, or as V({contact_id: 4711})."
      - An integer of seven or more digits is an error, because such an integer is probably a phone number without
        quotes.
    type: dict
    suboptions:
      set:
        description:
          - Complete list of the members that the group should have. The module removes all members that are not in this
            list. If the module would remove more members than O(max_removals) allows, the task fails before it changes
            anything.
          - To remove all members, use an empty list and O(max_removals=100). If the group has fewer than ten members,
            you can use O(force=true) instead of O(max_removals=100).
        type: list
        elements: raw
      add:
        description:
          - Members to add to the group. Members that are not in this list stay in the group.
        type: list
        elements: raw
      remove:
        description:
          - Members to remove from the group.
        type: list
        elements: raw
  previous_names:
    description:
      - Old names of the group. If a group has a name in O(previous_names), the module renames the group to O(name). The
        renamed group keeps its id and its members.
      - If one group has an old name, and another group has O(name) or another old name, the task fails.
    type: list
    elements: str
    default: []
  unknown_members:
    description:
      - Decides what happens if a member to add is not in the address book.
      - With V(fail), the task fails before it changes anything, and the error lists all unknown members. In check mode,
        V(fail) gives a warning instead of an error, because earlier tasks in check mode create no contacts.
      - With V(warn), the module gives a warning about the unknown members, and adds only members that are in the
        address book.
      - With V(create), the module creates a contact for each unknown phone number. The new contact has no name, only
        the phone number. An unknown contact id is an error, as with V(fail).
    type: str
    choices: [fail, warn, create]
    default: fail
  max_removals:
    description:
      - Maximum percentage of the members that one run may remove from a group with ten or more members.
      - If a run would remove more members than allowed, the task fails before it changes anything.
      - If the group has fewer than ten members, a run may remove at most half of them. With O(force=true) or
        O(max_removals=100), a run may remove all of them.
      - In a group with fewer than ten members, a run may also replace one or two members with other members.
      - In a group with fewer than ten members, O(members.remove) may remove more than half, as long as the group does
        not become empty.
    type: int
    default: 25
  max_additions:
    description:
      - Maximum number of members that one run may add to an existing group, as a percentage of its current members.
      - A run may always add up to ten members to a group, whatever the percentage is.
      - If the group has fewer than ten members, the limit is calculated as if the group had ten members. For example,
        V(200) allows a run to add 20 members to a group with four members.
      - For a new group, O(max_additions) limits only the number of contacts that O(unknown_members=create) creates.
        This limit is a percentage of the contacts in the account. For example, if the account has 200 contacts, V(50)
        allows a run to create 100 contacts for a new group. In an account without contacts, a run may create any number
        of contacts.
    type: int
    default: 100
  force:
    description:
      - Allow the module to delete a group that has members. The members of the deleted group stay in the address book
        as contacts.
      - This option also allows a run to remove all members of a group with fewer than ten members.
    type: bool
    default: false
  on_duplicate:
    description:
      - Decides what happens if the name of the group, or the phone number of a member, belongs to several records.
      - With V(fail), the task fails before it changes anything, and the error lists the ids of these records. With
        V(first), the module uses the record with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description:
      - Wanted state of the group.
      - V(present) creates or updates the group. V(absent) deletes the group.
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
- name: Set the members of the on-call group
  community.linkengage.linkengage_group:
    name: On call
    description: Woken at night
    members:
      set:
        - "+4790555817"
        - "+4741234567"

- name: Add one member, remove another member, and keep all other members
  community.linkengage.linkengage_group:
    name: On call
    members:
      add: ["+46701740605"]
      remove: ["+4741234567"]

- name: Rename the group and keep its members
  community.linkengage.linkengage_group:
    name: Night watch
    previous_names: [On call]

- name: Delete a group that has members
  community.linkengage.linkengage_group:
    name: Night watch
    state: absent
    force: true
"""

RETURN = r"""
group:
  description:
    - The group as it is after the task. With O(state=absent), the value is the group before its deletion.
    - If there was no group to delete, the value is an empty dictionary. In check mode, the C(group_id) of a new group
      is null.
  returned: success
  type: dict
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
      description:
        - Members of the group. Members that the task added are at the end of the list.
      returned: success
      type: list
      elements: dict
      contains:
        contact_id:
          description: Contact id of the member.
          returned: success
          type: int
          sample: 4711
        phone_number:
          description: Phone number of the member, as the service stores it.
          returned: success
          type: str
          sample: "4790555817"
"""

from ..module_utils._module import Task, run
from ..module_utils._records.groups import GROUP_RULES, GROUP_SPEC, GroupOptions, plan_group, report_group

TASK = Task(GroupOptions.read, plan_group, GROUP_SPEC, GROUP_RULES, report=report_group)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
