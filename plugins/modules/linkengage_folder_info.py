#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_folder_info
short_description: Read message folders from LINK Engage
description:
  - Returns the tree of message folders. To return only some folders, set one of the options O(folder_id), O(name) and
    O(type). The module then returns the matching folders from all levels of the tree.
options:
  folder_id:
    description:
      - Id of the folder to return.
    type: int
  name:
    description:
      - Name of the folders to return.
    type: str
  type:
    description:
      - Type of the folders to return, such as V(Inbox) or V(UserFolder).
    type: str
  messages:
    description:
      - Return each folder and each subfolder with its messages. The module makes one more request for each of these
        folders.
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

- name: Read the received messages
  community.linkengage.linkengage_folder_info:
    type: Inbox
    messages: true
"""

RETURN = r"""
count:
  description:
    - Number of folders in the list C(folders), or in the file that O(dest) names. Folders in the field C(sub_folders)
      are not counted.
  returned: success
  type: int
  sample: 1
dest:
  description: Path of the file with the folders.
  returned: with O(dest)
  type: str
  sample: ./folders.json
folders:
  description: Folders that match the options. With O(dest), the list is empty.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN GENERATED folder returns
    folder_id:
      description: Id of the folder.
      returned: success
      type: int
      sample: 1
    name:
      description: Name of the folder.
      returned: success
      type: str
      sample: Inbox
    type:
      description: Type of the folder, such as C(Inbox) or C(UserFolder).
      returned: success
      type: str
      sample: Inbox
    parent_id:
      description: Id of the folder that contains this folder. For a folder at the top level, the value is null.
      returned: success
      type: int
    message_count:
      description: Number of messages in the folder.
      returned: success
      type: int
      sample: 3
    private:
      description: True if only the owner of the folder sees the folder.
      returned: success
      type: bool
      sample: false
    deletable:
      description: True if the user may delete the folder.
      returned: success
      type: bool
      sample: false
    sub_folders:
      description: Folders inside this folder. Each of them has the same fields as this folder.
      returned: success
      type: list
      elements: dict
      sample: []
    # END GENERATED
    messages:
      description: Messages in the folder.
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
"""

from ..module_utils._module import Task, run
from ..module_utils._records.info import FOLDER_INFO_RULES, FOLDER_INFO_SPEC, FolderChoice, read_folders

TASK = Task(FolderChoice.read, read_folders, FOLDER_INFO_SPEC, FOLDER_INFO_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
