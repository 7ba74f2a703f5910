#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_contact_info
short_description: Read contacts from a LINK Engage address book
description:
  - Returns the contacts that a phone number, an id, a search text or a group chooses, or all of them.
  - The vendor advises against reading all where there are many.
options:
  phone_number:
    description: A quoted phone number. Every contact that holds it in any spelling is returned.
    type: raw
  contact_id:
    description: Number of a contact.
    type: int
  search:
    description: Terms, separated by spaces, that must all be found in names, descriptions, e-mail or phone number.
    type: str
  group:
    description:
      - "A group by its name, or by its id as an integer or as V({group_id: 12})."
      - Its members are returned, or with O(search) those of them who are found.
    type: raw
  count_only:
    description: Whether to return only how many contacts there are in all, which costs the service little.
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
- name: Read one contact
  community.linkengage.linkengage_contact_info:
    phone_number: "+4790555817"
  register: kari

- name: Find everybody called Nordmann in Oslo
  community.linkengage.linkengage_contact_info:
    search: Nordmann Oslo

- name: Find out how many contacts there are
  community.linkengage.linkengage_contact_info:
    count_only: true

- name: Read the members of a group
  community.linkengage.linkengage_contact_info:
    group: On call
"""

RETURN = r"""
dest:
  description: The file that holds what was found.
  returned: with O(dest)
  type: str
  sample: ./contacts.json
count:
  description: How many contacts were chosen; with O(count_only=true), how many there are in all.
  returned: success
  type: int
  sample: 1
contacts:
  description: The contacts; an empty list if there are none, with O(dest), or with O(count_only=true).
  returned: success
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
from ..module_utils._records.info import CONTACT_INFO_RULES, CONTACT_INFO_SPEC, read_contacts

TASK = Task(read_contacts, CONTACT_INFO_SPEC, CONTACT_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
