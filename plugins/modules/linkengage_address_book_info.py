#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_address_book_info
short_description: Read a whole LINK Engage address book as code
description:
  - Returns every contact and every group with its members, in the shape that playbooks take, so that an existing
    account becomes code. It costs two requests and one for each group.
  - Empty fields and switches that are off are left out. Numbers are spelt as they are stored.
  - A contact that shares its number with another, or whose number cannot be understood, is named by its C(contact_id),
    so that each entry means one contact. The same holds for groups of one name and their C(group_id).
  - Texts with control characters, which no option takes, are left out with a warning.
options:
  dest:
    description:
      - Folder to write the files C(contacts.yml) and C(groups.yml) into, instead of returning what they hold.
      - Give an absolute path. What a relative one means depends on where the task runs.
      - They are readable by their owner only, and every phone number in them is quoted.
      - Texts that look like templates have the tag C(!unsafe) in them, so that Ansible never evaluates what people have
        written into an address book.
    type: path
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes.export
"""

EXAMPLES = r"""
- name: Read the address book
  community.linkengage.linkengage_address_book_info:
  register: book

- name: Write it to files
  community.linkengage.linkengage_address_book_info:
    dest: "{{ playbook_dir }}/address-book"

# From here on the files are the code. C(groups) is a name of Ansible's own, so they are loaded under another.
- name: Load the files
  ansible.builtin.include_vars:
    dir: "{{ playbook_dir }}/address-book"
    name: book

- name: Bring the contacts to what the files say
  community.linkengage.linkengage_contact:
    contact_id: "{{ item.contact_id | default(omit) }}"
    phone_number: "{{ item.phone_number | default(omit) }}"
    first_name: "{{ item.first_name | default(omit) }}"
    last_name: "{{ item.last_name | default(omit) }}"
    email: "{{ item.email | default(omit) }}"
    description: "{{ item.description | default(omit) }}"
    description2: "{{ item.description2 | default(omit) }}"
    description3: "{{ item.description3 | default(omit) }}"
    private: "{{ item.private | default(omit) }}"
    cpa_accepted: "{{ item.cpa_accepted | default(omit) }}"
  loop: "{{ book.contacts }}"

- name: Bring the groups to what the files say
  community.linkengage.linkengage_group:
    group_id: "{{ item.group_id | default(omit) }}"
    name: "{{ item.name | default(omit) }}"
    description: "{{ item.description | default(omit) }}"
    private: "{{ item.private | default(omit) }}"
    members:
      set: "{{ item.members }}"
  loop: "{{ book.groups }}"
"""

RETURN = r"""
contacts:
  description: Options of M(community.linkengage.linkengage_contact) for each contact, by C(contact_id).
  returned: without O(dest)
  type: list
  elements: dict
  sample: [{"phone_number": "4790555817", "first_name": "Kari", "last_name": "Nordmann"}]
groups:
  description:
    - Options of M(community.linkengage.linkengage_group) for each group, by C(group_id).
    - C(members) is a list to use as C(members.set). It holds phone numbers, and dictionaries with a C(contact_id) for
      contacts that are named by their id.
  returned: without O(dest)
  type: list
  elements: dict
  sample: [{"name": "On call", "members": ["4790555817"]}]
contact_count:
  description: How many contacts there are.
  returned: success
  type: int
  sample: 1
group_count:
  description: How many groups there are.
  returned: success
  type: int
  sample: 1
files:
  description: The files, written or found to be up to date.
  returned: with O(dest)
  type: list
  elements: str
  sample: [/srv/address-book/contacts.yml, /srv/address-book/groups.yml]
"""

from ..module_utils._book.export import ADDRESS_BOOK_INFO_SPEC, read_address_book
from ..module_utils._module import Task, run

TASK = Task(read_address_book, ADDRESS_BOOK_INFO_SPEC)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
