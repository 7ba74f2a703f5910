#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_message_info
short_description: Read messages from LINK Engage
description:
  - Returns one message by its id, or the messages of all folders that the other options choose together.
  - The service shows a message in a folder with other fields than a message by its id.
options:
  message_id:
    description: Id of a message.
    type: str
  text:
    description: Text that the message holds, in any case.
    type: str
  receiver:
    description:
      - Who the message went to. A quoted phone number in any spelling, or the name of a contact or a group.
      - A number also finds messages that show nothing but the name of the contact that holds it. It does not find
        messages to a group that the contact is in; those show the group's name.
    type: raw
  sender:
    description: Who the message came from, as with O(receiver).
    type: raw
  direction:
    description: Whether the message was received (V(in)) or sent (V(out)).
    type: str
    choices: [in, out]
  since:
    description: The earliest time, in ISO 8601 with its zone.
    type: str
  until:
    description: The latest time, in ISO 8601 with its zone.
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

- name: Find what Kari has answered today
  community.linkengage.linkengage_message_info:
    sender: "+4790555817"
    direction: in
    since: "2026-01-31T00:00:00+01:00"
"""

RETURN = r"""
count:
  description: How many messages were found.
  returned: success
  type: int
  sample: 1
dest:
  description: The file that holds what was found.
  returned: with O(dest)
  type: str
  sample: ./messages.json
messages:
  description:
    - The messages; an empty list if there are none, or with O(dest). With O(message_id) each has the fields
      C(handled), C(receivers), C(status), C(tariff) and so on of M(community.linkengage.linkengage_sms), otherwise
      those below, by time.
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
      description: V(I) for received, V(O) for sent.
      returned: success
      type: str
      sample: I
    type:
      description: Type of the message.
      returned: success
      type: str
      sample: SMS
    sender:
      description: Name or number of the sender.
      returned: success
      type: str
      sample: Kari Nordmann
    sender_number:
      description: Number of the sender.
      returned: success
      type: str
      sample: '4790555817'
    receiver:
      description: A number, or the name of a contact or a group.
      returned: success
      type: str
      sample: '26112'
    time:
      description: When it was sent or received, in ISO 8601, UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:00Z'
    delivery_status:
      description: Delivery status in the service's own word.
      returned: success
      type: str
      sample: Unknown
    delivered:
      description: When it was delivered, in ISO 8601, UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:05Z'
    resource_uri:
      description: Address of the message.
      returned: success
      type: str
      sample: https://intouchapi.pswin.com/2/messages/I_1234
    # END GENERATED
"""

from ..module_utils._module import Task, run
from ..module_utils._records.info import MESSAGE_INFO_RULES, MESSAGE_INFO_SPEC, read_messages

TASK = Task(read_messages, MESSAGE_INFO_SPEC, MESSAGE_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
