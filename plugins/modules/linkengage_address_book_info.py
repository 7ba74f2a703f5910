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
options:
  dest:
    description:
      - Folder to write the files C(contacts.yml) and C(groups.yml) into, instead of returning what they hold.
      - They are readable by their owner only, and every phone number in them is quoted.
    type: path
version_added: 0.1.0
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
    dest: ./address-book
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
    - C(members) is a list to use as C(members.set).
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
  description: The files written.
  returned: with O(dest)
  type: list
  elements: str
  sample: [./address-book/contacts.yml, ./address-book/groups.yml]
"""

from ansible_collections.community.linkengage.plugins.module_utils._address_book import (
    ADDRESS_BOOK_INFO_SPEC,
    read_address_book,
)
from ansible_collections.community.linkengage.plugins.module_utils._module import Task, run

TASK = Task(read_address_book, ADDRESS_BOOK_INFO_SPEC)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
