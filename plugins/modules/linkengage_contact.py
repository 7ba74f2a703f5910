#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_contact
short_description: Manage a contact in a LINK Engage address book
description:
  - Creates, updates or deletes a contact.
  - The module finds a contact by its phone number in any format. If the default country code is 47, the values
    V(+47 905 55 817), V(004790555817) and V(90555817) mean the same number.
  - A field that the task omits keeps its value. To clear a field, set it to an empty string.
  - A lock prevents two runs on the same machine from creating the same contact at the same time. With a database as
    O(store), the lock also prevents two runs on different machines from creating the same contact.
  - A run on another machine with another O(store) does not wait for this lock. After the module has created a contact,
    it makes one more request to check whether a run on another machine created the same contact. If the other run
    created its contact first, the module deletes its own new contact.
options:
  contact_id:
    description:
      - Id of the contact to update or delete. If O(contact_id) is set, O(phone_number) is the new number of the
        contact.
      - Do not set O(contact_id) for a new contact, because the service assigns the id of a new contact.
    type: int
  # BEGIN GENERATED contact options
  phone_number:
    description:
      - Phone number of the contact.
    type: raw
  first_name:
    description:
      - First name of the contact.
    type: str
  last_name:
    description:
      - Last name of the contact.
    type: str
  email:
    description:
      - E-mail address of the contact.
    type: str
  description:
    description:
      - First of three description fields. Each organisation chooses the labels of these fields.
    type: str
  description2:
    description:
      - Second of three description fields. Each organisation chooses the labels of these fields.
    type: str
  description3:
    description:
      - Third of three description fields. Each organisation chooses the labels of these fields.
    type: str
  cpa_accepted:
    description:
      - True if the contact accepts premium messages, for which the receiver pays.
    type: bool
  private:
    description:
      - True if only the owner of the contact sees the contact.
    type: bool
  # END GENERATED
  previous_phone_number:
    description:
      - Old phone number of the contact. The contact with this number gets O(phone_number) as its new number.
      - When the number of a contact changes, the contact keeps its id, its groups and all other fields.
      - If one contact has the old number and another contact has the new number, the task fails.
      - With O(state=absent), the module deletes the contact that has the old number or the new number.
    type: raw
  number_format:
    description:
      - Format in which the module stores a new phone number.
      - V(msisdn) stores the country code and the number, as in V(4790555817). V(e164) stores a plus sign, the country
        code and the number, as in V(+4790555817).
      - V(national) stores the number without the default country code, as in V(90555817). V(as_given) stores the number
        exactly as it is written in the task.
      - If the contact already has the number in another format, the module does not change the stored number.
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description:
      - Decides what happens if several contacts have the phone number in the task.
      - With V(fail), the task fails before it changes anything, and the error lists the ids of all contacts with this
        phone number. With V(first), the module uses the contact with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description:
      - Wanted state of the contact.
      - V(present) creates or updates the contact. V(absent) deletes the contact.
      - The service removes a deleted contact from all groups. If a deleted contact was the last member of a group, the
        group becomes empty. To limit how many members a group may lose, delete contacts with
        O(community.linkengage.linkengage_address_book#module:absent) instead.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Quote phone numbers. An unquoted phone number is an error, because YAML reads it as an integer without leading zeros
    and without a plus sign.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes
"""

EXAMPLES = r"""
- name: Create or update a contact
  community.linkengage.linkengage_contact:
    phone_number: "+47 905 55 817"
    first_name: Kari
    last_name: Nordmann
    email: kari@example.com

- name: Clear the e-mail address and keep all other fields
  community.linkengage.linkengage_contact:
    phone_number: "90555817"
    email: ""

- name: Change the phone number of a contact, and keep the contact in all groups
  community.linkengage.linkengage_contact:
    phone_number: "+4793456789"
    previous_phone_number: "+4790555817"

- name: Delete the contact
  community.linkengage.linkengage_contact:
    phone_number: "+4793456789"
    state: absent
"""

RETURN = r"""
contact:
  description:
    - The contact as it is after the task. With O(state=absent), the value is the contact before its deletion.
    - If there was no contact to delete, the value is an empty dictionary. In check mode, the C(contact_id) of a new
      contact is null.
  returned: success
  type: dict
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
from ..module_utils._records.contacts import (
    CONTACT_RULES,
    CONTACT_SPEC,
    ContactOptions,
    plan_contact,
    report_contact,
)

TASK = Task(ContactOptions.read, plan_contact, CONTACT_SPEC, CONTACT_RULES, report=report_contact)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
