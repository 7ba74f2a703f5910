#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_sms
short_description: Send an SMS through LINK Engage
description:
  - Sends one message to phone numbers, contacts and groups, in one request.
  - All receivers are resolved and checked before anything is sent. If one is bad, nothing is sent.
  - Every run sends. After an answer that was lost, the message is not sent again.
options:
  text:
    description: Text of the message.
    type: str
    required: true
  numbers:
    description: Quoted phone numbers to send to, in any spelling. They need not be in the address book.
    type: list
    elements: raw
  contacts:
    description:
      - Contacts of the address book to send to.
      - "Each entry is a quoted phone number, or a contact's id as an integer or as V({contact_id: 4711})."
    type: list
    elements: raw
  groups:
    description:
      - Groups of the address book to send to.
      - "Each entry is a name, or an id as an integer or as V({group_id: 12})."
    type: list
    elements: raw
  sender:
    description:
      - What the receivers see as the sender. A number, in quotes, or up to 11 characters of text.
      - Left out, the account's own sender is used.
    type: raw
version_added: 0.1.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes.sending
"""

EXAMPLES = r"""
- name: Wake the people on call
  community.linkengage.linkengage_sms:
    text: Disk full on web1
    groups: [On call]

- name: Tell one number and one contact, under our own name
  community.linkengage.linkengage_sms:
    text: The deployment is done
    numbers: ["+47 905 55 817"]
    contacts: ["+4741234567"]
    sender: ACME
"""

RETURN = r"""
message:
  description: The message. In check mode it has no C(message_id) and no C(status).
  returned: success
  type: dict
  contains:
    # BEGIN GENERATED message returns
    message_id:
      description: 'Id of the message: a letter for the direction, C(_), a number.'
      returned: success
      type: str
      sample: O_1234
    text:
      description: Text of the message.
      returned: success
      type: str
      sample: Disk full on web1
    receivers:
      description: Receivers as the service keeps them, joined by C(;).
      returned: success
      type: str
      sample: 4790555817;/groups/12
    sender:
      description: Sender that the receivers see.
      returned: success
      type: str
      sample: LINK
    status:
      description: Status in the service's own word.
      returned: success
      type: str
      sample: Sent
    handled:
      description: When it was or will be sent, in ISO 8601, UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:00Z'
    merge:
      description: Whether merge codes in the text are filled in per receiver.
      returned: success
      type: bool
      sample: false
    private:
      description: Whether only the owner sees the message.
      returned: success
      type: bool
      sample: false
    tariff:
      description: Price for the receiver in the smallest currency unit.
      returned: success
      type: int
      sample: 0
    folder_id:
      description: Number of the folder that holds it.
      returned: success
      type: int
      sample: 3
    # END GENERATED
receivers:
  description: The receivers as resolved, each once.
  returned: success
  type: list
  elements: dict
  contains:
    type:
      description: V(number), V(contact) or V(group).
      returned: success
      type: str
      sample: contact
    address:
      description: How the service is told of the receiver.
      returned: success
      type: str
      sample: /contacts/4711
    phone_number:
      description: The phone number.
      returned: for numbers and contacts
      type: str
      sample: "4790555817"
    contact_id:
      description: Number of the contact.
      returned: for contacts
      type: int
      sample: 4711
    group_id:
      description: Number of the group.
      returned: for groups
      type: int
      sample: 12
    name:
      description: Name of the group.
      returned: for groups
      type: str
      sample: On call
"""

from ansible_collections.community.linkengage.plugins.module_utils._module import run
from ansible_collections.community.linkengage.plugins.module_utils._sms import SMS_RULES, SMS_SPEC, plan_sms


def main() -> None:
    run(plan_sms, SMS_SPEC, SMS_RULES)


if __name__ == "__main__":
    main()
