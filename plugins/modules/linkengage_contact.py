#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_contact
short_description: Manage a contact in a LINK Engage address book
description:
  - Makes sure that a contact is in the address book with the given fields, or that it is not there.
  - A contact is found by its phone number in whatever spelling it is stored, so V(+47 905 55 817), V(004790555817) and
    V(90555817) are one contact where the country code is 47.
  - Fields that are left out are not managed and keep their values. An empty string clears a field.
  - A new contact is made under a lock on this machine and looked up again under it, so that two runs at once make one.
options:
  contact_id:
    description:
      - Number of the contact. It chooses the contact before O(phone_number) does, which then is its number to be.
      - The service gives out these numbers; a contact cannot be made under one.
    type: int
  # BEGIN GENERATED contact options
  phone_number:
    description:
      - Phone number of the contact.
    type: raw
  first_name:
    description:
      - Given name.
    type: str
  last_name:
    description:
      - Family name.
    type: str
  email:
    description:
      - E-mail address.
    type: str
  description:
    description:
      - First free text, named by the account's C(Description1Alias).
    type: str
  description2:
    description:
      - Second free text, named by the account's C(Description2Alias).
    type: str
  description3:
    description:
      - Third free text, named by the account's C(Description3Alias).
    type: str
  cpa_accepted:
    description:
      - Whether the contact accepts premium (paid-content) messages.
    type: bool
  private:
    description:
      - Whether only the owner sees the contact.
    type: bool
  # END GENERATED
  previous_phone_number:
    description:
      - A number under which the contact may still be stored. It is then moved to O(phone_number), keeping its id, its
        groups and all other fields.
      - It is an error if both numbers are held, by two contacts.
    type: raw
  number_format:
    description:
      - How a number is written when a contact is made or moved to another number. A stored spelling is left alone.
      - V(msisdn) is digits with country code, such as V(4790555817), V(e164) has a plus sign before them, V(national)
        is without the country code where the number is of the default country, and V(as_given) is as you wrote it.
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description:
      - What to do where several contacts hold the number.
      - V(fail) names their ids and changes nothing, V(first) takes the one with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  state:
    description: Whether the contact shall be there.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Phone numbers must be quoted, or YAML makes integers of them and loses zeros and plus signs. Integers are refused.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes
"""

EXAMPLES = r"""
- name: Have Kari in the address book
  community.linkengage.linkengage_contact:
    phone_number: "+47 905 55 817"
    first_name: Kari
    last_name: Nordmann
    email: kari@example.com

- name: Clear her e-mail address, and leave everything else as it is
  community.linkengage.linkengage_contact:
    phone_number: "90555817"
    email: ""

- name: Give her a new number, keeping her groups
  community.linkengage.linkengage_contact:
    phone_number: "+4793456789"
    previous_phone_number: "+4790555817"

- name: Take her out of the address book
  community.linkengage.linkengage_contact:
    phone_number: "+4793456789"
    state: absent
"""

RETURN = r"""
contact:
  description:
    - The contact as it is after the run; with O(state=absent), as it was before it was deleted.
    - Empty if there was none to delete. In check mode a contact that would be made has no C(contact_id) yet.
  returned: success
  type: dict
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
from ..module_utils._records.contacts import CONTACT_RULES, CONTACT_SPEC, plan_contact

TASK = Task(plan_contact, CONTACT_SPEC, CONTACT_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
