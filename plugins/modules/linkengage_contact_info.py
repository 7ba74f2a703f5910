#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_contact_info
short_description: Read contacts from a LINK Engage address book
description:
  - Returns all contacts, or only the contacts that the options select by phone number, id, search terms or group.
  - If the address book is large, select contacts with an option, because the vendor of LINK Engage advises against
    reading all contacts.
options:
  phone_number:
    description:
      - Quoted phone number, in any format. The module returns all contacts with this phone number.
    type: raw
  contact_id:
    description:
      - Id of the contact to return.
    type: int
  search:
    description:
      - Search terms, separated by spaces.
      - The service looks for each search term in the names, the three descriptions, the e-mail address and the phone
        number of a contact. The module returns the contacts that contain all search terms.
    type: str
  group:
    description:
      - Group whose members the module returns.
      - "The value is a group name or a group id. Write a group id as an integer, or as V({group_id: 12})."
      - If O(group) and O(search) are set, the module returns only the members of the group that match the search terms.
    type: raw
  count_only:
    description:
      - Return only the number of all contacts in the account. To count all contacts takes less time than to read all
        contacts.
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

- name: Find all contacts whose fields contain both Nordmann and Oslo
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
  description: Path of the file with the contacts.
  returned: with O(dest)
  type: str
  sample: ./contacts.json
count:
  description:
    - Number of contacts that match the options. With O(count_only=true), the value is the number of all contacts in the
      account.
  returned: success
  type: int
  sample: 1
contacts:
  description: Contacts that match the options. With O(dest) or O(count_only=true), the list is empty.
  returned: success
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
from ..module_utils._records.info import CONTACT_INFO_RULES, CONTACT_INFO_SPEC, ContactChoice, read_contacts

TASK = Task(ContactChoice.read, read_contacts, CONTACT_INFO_SPEC, CONTACT_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
