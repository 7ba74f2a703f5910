#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_address_book_info
short_description: Export a whole LINK Engage address book as module options or files
description:
  - Returns all contacts, and all groups with their members, in a form that other modules accept as options. If an
    account already has contacts and groups, use this export to begin managing them with a playbook.
  - The module makes two requests, and one more request for each group.
  - The export omits fields that are empty or false. The export contains each phone number in the form in which the
    service stores it.
  - The export contains the C(contact_id) of a contact only if its phone number is invalid, or if another contact has
    the same phone number.
  - If several groups have the same name, the export contains the C(group_id) of these groups.
  - The export omits texts with control characters, because no option accepts such texts. A warning lists the records
    with omitted texts.
options:
  dest:
    description:
      - Folder for the files C(contacts.yml) and C(groups.yml). With O(dest), the task result contains no records.
      - Use an absolute path. A relative path starts at the working folder of the task.
      - Only the owner of the files can read them. All phone numbers in the files are quoted.
      - Texts that look like templates get the tag C(!unsafe), so that Ansible does not evaluate these texts.
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

- name: Write the address book to files
  community.linkengage.linkengage_address_book_info:
    dest: "{{ playbook_dir }}/address-book"

# The following tasks use the files. Ansible has its own variable `groups`, so load the files into another variable.
- name: Load the files
  ansible.builtin.include_vars:
    dir: "{{ playbook_dir }}/address-book"
    name: book

- name: Apply the contacts in the files
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

- name: Apply the groups in the files
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
  description:
    - Contacts as dictionaries, sorted by contact id. The keys are names of options of
      M(community.linkengage.linkengage_contact), such as C(phone_number).
  returned: without O(dest)
  type: list
  elements: dict
  sample: [{"phone_number": "4790555817", "first_name": "Kari", "last_name": "Nordmann"}]
groups:
  description:
    - Groups as dictionaries, sorted by group id. The keys are names of options of
      M(community.linkengage.linkengage_group), such as C(members).
    - C(members) is a list that you can use in O(community.linkengage.linkengage_group#module:members.set). Each entry
      of C(members) is a phone number, or a dictionary with a C(contact_id).
  returned: without O(dest)
  type: list
  elements: dict
  sample: [{"name": "On call", "members": ["4790555817"]}]
contact_count:
  description: Number of exported contacts.
  returned: success
  type: int
  sample: 1
group_count:
  description: Number of exported groups.
  returned: success
  type: int
  sample: 1
files:
  description: Paths of the files that the module wrote, or that were already up to date.
  returned: with O(dest)
  type: list
  elements: str
  sample: [/srv/address-book/contacts.yml, /srv/address-book/groups.yml]
"""

from ..module_utils._book.export import ADDRESS_BOOK_INFO_SPEC, ExportOptions, read_address_book
from ..module_utils._module import Task, run

TASK = Task(ExportOptions.read, read_address_book, ADDRESS_BOOK_INFO_SPEC)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
