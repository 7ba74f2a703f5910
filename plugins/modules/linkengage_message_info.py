#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_message_info
short_description: Read messages from LINK Engage
description:
  - With O(message_id), the module returns the message with this id. Without O(message_id), the module searches all
    message folders of the account, and returns the messages that match all other options.
  - The fields of a returned message depend on whether O(message_id) is set. See RV(messages).
options:
  message_id:
    description:
      - Id of the message.
    type: str
  text:
    description:
      - Return only messages that contain this text. The search is not case-sensitive.
    type: str
  receiver:
    description:
      - Return only messages to this receiver. The value is a quoted phone number, or the name of a contact or a group.
      - A phone number can have any format, such as V("+47 905 55 817").
      - With a phone number, the module also finds messages in which the service shows the name of the contact instead
        of the number.
      - With a phone number, the module does not find messages to a group, because the service shows only the name of
        the group.
    type: raw
  sender:
    description:
      - Return only messages from this sender. The value is a quoted phone number, or the name of a contact.
      - A phone number can have any format, such as V("+47 905 55 817").
    type: raw
  direction:
    description:
      - Direction of the messages to return. With V(in), the module returns only messages that the account has received.
        With V(out), it returns only messages that the account has sent.
    type: str
    choices: [in, out]
  since:
    description:
      - Return only messages that were sent or received at this time or later. Write the time in ISO 8601 with a time
        zone.
    type: str
  until:
    description:
      - Return only messages that were sent or received at this time or earlier. Write the time in ISO 8601 with a time
        zone.
    type: str
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.dest
  - community.linkengage.attributes.export
"""

EXAMPLES = r"""
- name: Read one message
  community.linkengage.linkengage_message_info:
    message_id: O_5001

- name: Find the messages that one contact has sent since midnight
  community.linkengage.linkengage_message_info:
    sender: "+4790555817"
    direction: in
    since: "2026-01-31T00:00:00+01:00"

- name: Read the sent messages, and list the receivers who cannot get messages
  community.linkengage.linkengage_message_info:
    direction: out
  register: sent

- name: Delete the contacts who cannot get messages
  community.linkengage.linkengage_contact:
    phone_number: "{{ item }}"
    state: absent
  loop: "{{ sent.permanently_failed | map(attribute='phone_number') | select | list }}"
"""

RETURN = r"""
count:
  description: Number of matching messages.
  returned: success
  type: int
  sample: 1
dest:
  description: Path of the file with the messages.
  returned: with O(dest)
  type: str
  sample: ./messages.json
messages:
  description:
    - The matching messages, sorted by time. With O(dest), the list is empty, because the module writes the messages to
      a file instead.
    - With O(message_id), the list contains one message with the fields of
      RV(community.linkengage.linkengage_sms#module:message).
    - Without O(message_id), each message has the fields in the list below.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED folder_message returns
    message_id:
      description: Id of the message.
      returned: success
      type: str
      sample: I_1234
    text:
      description: Text of the message.
      returned: success
      type: str
      sample: ACK
    direction:
      description: 'Direction of the message: V(I) for a received message, V(O) for a sent message.'
      returned: success
      type: str
      sample: I
    type:
      description: Type of the message, such as C(SMS).
      returned: success
      type: str
      sample: SMS
    sender:
      description: 'Sender of the message: the name of a contact, or a phone number.'
      returned: success
      type: str
      sample: Kari Nordmann
    sender_number:
      description: Phone number of the sender of the message.
      returned: success
      type: str
      sample: '4790555817'
    receiver:
      description: 'Receiver of the message: a phone number, or the name of a contact or a group.'
      returned: success
      type: str
      sample: '26112'
    time:
      description: Time when the message was sent or received, as ISO 8601 in UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:00Z'
    delivery_status:
      description: Delivery status of the message, such as C(Unknown).
      returned: success
      type: str
      sample: Unknown
    delivered:
      description: Time when the message was delivered, as ISO 8601 in UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:05Z'
    resource_uri:
      description: Address (URI) of the message in the API.
      returned: success
      type: str
      sample: https://intouchapi.pswin.com/2/messages/I_1234
    # END GENERATED
permanently_failed:
  description:
    - Receivers whose last known delivery status is C(BARRED) or C(UNDELIV). Only matching messages count. Delete the
      receivers in this list from your address book, because they cannot get messages.
  returned: without O(message_id)
  type: list
  elements: dict
  contains:
    phone_number:
      description:
        - Phone number with its country code.
        - The value is null if the service shows only a name that belongs to no contact or to several contacts.
      returned: success
      type: str
      sample: "+4790555817"
    receiver:
      description: "Receiver as the service shows it: a phone number, or the name of a contact or a group."
      returned: success
      type: str
      sample: Kari Nordmann
    status:
      description: Delivery status of the message, as the service names it.
      returned: success
      type: str
      sample: BARRED
    message_id:
      description: Id of the message.
      returned: success
      type: str
      sample: O_1234
    time:
      description: Time when the message was sent, as ISO 8601 in UTC.
      returned: success
      type: str
      sample: "2026-01-31T08:00:00Z"
"""

from ..module_utils._module import Task, run
from ..module_utils._records.messages import MESSAGE_INFO_RULES, MESSAGE_INFO_SPEC, MessageChoice, read_messages

TASK = Task(MessageChoice.read, read_messages, MESSAGE_INFO_SPEC, MESSAGE_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
