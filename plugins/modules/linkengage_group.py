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
  - Omitted fields are not managed and keep their values. An empty string clears the description.
  - Members are compared by phone number, so the spelling of a number does not matter.
  - Members are added before other members are removed.
  - After creating a group, the module lists the groups once more. If another run created the same group earlier, the
    module deletes its own copy and uses the earlier group. This takes one more request.
options:
  group_id:
    description:
      - Id of the group to update or delete. Takes precedence over O(name), which is then the new name.
      - The service assigns the ids, so a new group cannot have this option.
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
      - Private group, visible only to its owner.
    type: bool
  # END GENERATED
  members:
    description:
      - Contacts that are members of the group. If omitted, the members are not managed.
      - "Each entry is a quoted phone number, or a contact id as an integer or as V({contact_id: 4711})."
      - An integer of seven or more digits is rejected, because it is a phone number without quotes.
    type: dict
    suboptions:
      set:
        description:
          - Complete list of the members. All other members are removed, within O(max_removals).
          - An empty list removes all members.
        type: list
        elements: raw
      add:
        description:
          - Members to add. Existing members stay in the group.
        type: list
        elements: raw
      remove:
        description:
          - Members to remove.
        type: list
        elements: raw
  previous_names:
    description:
      - Old names of a group that gets O(name) as its new name. The group keeps its id and its members.
      - It is an error if several groups have these names.
    type: list
    elements: str
    default: []
  unknown_members:
    description:
      - Action if a member to add is not in the address book.
      - V(fail) reports all such members before anything is written. In check mode this is a warning, because an earlier
        task of the run may create the contact.
      - V(warn) adds the other members and gives a warning.
      - V(create) creates a contact that has only a phone number.
    type: str
    choices: [fail, warn, create]
    default: fail
  max_removals:
    description:
      - Maximum percentage of the members that one run may remove.
      - If a run would remove more, the task fails before anything is written.
      - With fewer than ten members, at most half of the members may go, and not all of them, unless O(force) is true.
        One or two members may be replaced by others. Members in O(members.remove) may go, but not the last member.
    type: int
    default: 25
  max_additions:
    description:
      - Maximum percentage of the members that one run may add.
      - Up to ten members are always allowed. Fewer than ten members in the group count as ten.
      - The limit does not apply to a new group. There it limits the contacts that O(unknown_members=create) adds to the
        account, unless the account has no contacts.
    type: int
    default: 100
  force:
    description:
      - Allow the module to delete a group that has members. The contacts stay in the address book.
      - Allow the module to remove most of the members of a small group, or all of them.
    type: bool
    default: false
  on_duplicate:
    description:
      - Action if several groups have the name, or several contacts have the phone number of a member.
      - V(fail) reports their ids and changes nothing. V(first) uses the record with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description:
      - State of the group.
      - V(present) creates or updates the group. V(absent) deletes it.
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

- name: Add one member, remove another and keep the rest
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
    - The group after the run. With O(state=absent), the group before it was deleted.
    - Empty if there was no group to delete. In check mode a new group has no C(group_id).
  returned: success
  type: dict
  contains:
    # BEGIN GENERATED group returns
    group_id:
      description: Id of the group, assigned by the service.
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
      description: Private group, visible only to its owner.
      returned: success
      type: bool
      sample: false
    # END GENERATED
    members:
      description: Members of the group, sorted by contact id. New members come last.
      returned: success
      type: list
      elements: dict
      contains:
        contact_id:
          description: Id of the contact.
          returned: success
          type: int
          sample: 4711
        phone_number:
          description: Phone number as the service stores it.
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
