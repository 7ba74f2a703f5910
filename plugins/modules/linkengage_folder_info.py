#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_folder_info
short_description: Read message folders from LINK Engage
description:
  - Returns the tree of message folders, or the folders that an id, a name or a type chooses, wherever they are in it.
options:
  folder_id:
    description: Number of a folder.
    type: int
  name:
    description: Name of the folders.
    type: str
  type:
    description: Type of the folders in the service's own word, such as V(Inbox).
    type: str
  messages:
    description: Whether to read the messages in each folder too, which costs a request for each.
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
- name: Read the tree of folders
  community.linkengage.linkengage_folder_info:

- name: Read what has come in
  community.linkengage.linkengage_folder_info:
    type: Inbox
    messages: true
"""

RETURN = r"""
count:
  description: How many folders were found, those below them not counted.
  returned: success
  type: int
  sample: 1
dest:
  description: The file that holds what was found.
  returned: with O(dest)
  type: str
  sample: ./folders.json
folders:
  description: The folders; an empty list if there are none, or with O(dest).
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED folder returns
    folder_id:
      description: Number of the folder.
      returned: success
      type: int
      sample: 1
    name:
      description: Name of the folder.
      returned: success
      type: str
      sample: Inbox
    type:
      description: Type in the service's own word.
      returned: success
      type: str
      sample: Inbox
    parent_id:
      description: Number of the folder above, if any.
      returned: success
      type: int
    message_count:
      description: How many messages it holds.
      returned: success
      type: int
      sample: 3
    private:
      description: Whether only the owner sees it.
      returned: success
      type: bool
      sample: false
    deletable:
      description: Whether the user may delete it.
      returned: success
      type: bool
      sample: false
    sub_folders:
      description: The folders below, in the same shape.
      returned: success
      type: list
      elements: dict
      sample: []
    # END GENERATED
    messages:
      description: The messages in the folder, as the folders show them.
      returned: with O(messages=true)
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
from ..module_utils._records.info import FOLDER_INFO_RULES, FOLDER_INFO_SPEC, read_folders

TASK = Task(read_folders, FOLDER_INFO_SPEC, FOLDER_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
