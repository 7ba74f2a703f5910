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
  - The module finds a contact by its phone number in any spelling. V(+47 905 55 817), V(004790555817) and V(90555817)
    are one contact if the country code is 47.
  - Omitted fields are not managed and keep their values. An empty string clears a field.
  - Two runs on one machine at the same time create a new contact only once, because the module takes a lock.
  - Runs on two machines do not wait for each other. After creating a contact, the module looks it up once more. If
    another run created the same contact earlier, the module deletes its own copy. This takes one more request.
options:
  contact_id:
    description:
      - Id of the contact to update or delete. Takes precedence over O(phone_number), which is then the new number.
      - The service assigns the ids, so a new contact cannot have this option.
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
      - First free text. The account names it in C(Description1Alias).
    type: str
  description2:
    description:
      - Second free text. The account names it in C(Description2Alias).
    type: str
  description3:
    description:
      - Third free text. The account names it in C(Description3Alias).
    type: str
  cpa_accepted:
    description:
      - Consent of the contact to premium (paid-content) messages.
    type: bool
  private:
    description:
      - Private contact, visible only to its owner.
    type: bool
  # END GENERATED
  previous_phone_number:
    description:
      - Old phone number of a contact that gets O(phone_number) as its new number.
      - The contact keeps its id, its groups and all other fields.
      - It is an error if one contact has the old number and another contact has the new number.
      - With O(state=absent), the contact is deleted whether it has the old or the new number.
    type: raw
  number_format:
    description:
      - Format of the phone number of a new contact, or of a contact that gets a new number.
      - V(msisdn) is the digits with the country code, such as V(4790555817). V(e164) also has a plus sign.
      - V(national) omits the country code if it is the default country code. V(as_given) does not change the number.
      - A stored number that differs only in its spelling is not changed.
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description:
      - Action if several contacts have the phone number.
      - V(fail) reports their ids and changes nothing. V(first) uses the contact with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description:
      - State of the contact.
      - V(present) creates or updates the contact. V(absent) deletes it.
      - A deleted contact leaves all of its groups. The groups are not read, so a group can lose its last member. To
        check the groups too, use O(community.linkengage.linkengage_address_book#module:absent).
    type: str
    choices: [present, absent]
    default: present
notes:
  - Quote phone numbers. YAML reads an unquoted number as an integer and loses zeros and plus signs. Unquoted phone
    numbers are rejected.
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

- name: Change the phone number and keep the groups
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
    - The contact after the run. With O(state=absent), the contact before it was deleted.
    - Empty if there was no contact to delete. In check mode a new contact has no C(contact_id).
  returned: success
  type: dict
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
