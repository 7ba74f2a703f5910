#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_contact_info
short_description: Read contacts from a LINK Engage address book
description:
  - Returns all contacts, or the contacts that match a phone number, an id, a search text or a group.
  - The vendor advises against reading all contacts of a large address book.
options:
  phone_number:
    description:
      - Quoted phone number of the contacts, in any spelling.
      - All contacts with this number are returned.
    type: raw
  contact_id:
    description:
      - Id of the contact.
    type: int
  search:
    description:
      - Search terms, separated by spaces.
      - A contact matches if its names, descriptions, e-mail address or phone number contain every term.
    type: str
  group:
    description:
      - Group whose members are returned.
      - "The value is the group's name, or its id as an integer or as V({group_id: 12})."
      - With O(search), only the members that match are returned.
    type: raw
  count_only:
    description:
      - Return only the number of all contacts. The service answers this request quickly.
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

- name: Find all contacts with the name Nordmann in Oslo
  community.linkengage.linkengage_contact_info:
    search: Nordmann Oslo

- name: Count the contacts
  community.linkengage.linkengage_contact_info:
    count_only: true

- name: Read the members of a group
  community.linkengage.linkengage_contact_info:
    group: On call
"""

RETURN = r"""
dest:
  description: The file with the contacts.
  returned: with O(dest)
  type: str
  sample: ./contacts.json
count:
  description: Number of contacts found. With O(count_only=true), the number of all contacts.
  returned: success
  type: int
  sample: 1
contacts:
  description: The contacts found. The list is empty with O(dest) and with O(count_only=true).
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED contact returns
    contact_id:
      description: Id of the contact, assigned by the service.
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
      description: First free text. The account names it in C(Description1Alias).
      returned: success
      type: str
      sample: On call
    description2:
      description: Second free text. The account names it in C(Description2Alias).
      returned: success
      type: str
      sample: Oslo
    description3:
      description: Third free text. The account names it in C(Description3Alias).
      returned: success
      type: str
      sample: ''
    cpa_accepted:
      description: Consent of the contact to premium (paid-content) messages.
      returned: success
      type: bool
      sample: false
    private:
      description: Private contact, visible only to its owner.
      returned: success
      type: bool
      sample: false
    created:
      description: Time of creation, in ISO 8601, UTC.
      returned: success
      type: str
      sample: '2014-01-01T12:00:00Z'
    # END GENERATED
"""

from ..module_utils._module import Task, run
from ..module_utils._records.info import CONTACT_INFO_RULES, CONTACT_INFO_SPEC, ContactChoice, read_contacts

TASK = Task(ContactChoice.read, read_contacts, CONTACT_INFO_SPEC, CONTACT_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
