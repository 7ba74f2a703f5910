# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
module: linkengage_inbox
short_description: Create an event for each SMS that LINK Engage receives
description:
  - Reads message folders of LINK Engage in a loop. The event source creates one event for each received message. After
    a normal restart, the event source creates no second event for the same message.
  - The connection option C(store) sets a folder or a database. In this store, the event source keeps a list of the
    messages that it has delivered to ansible-rulebook. This list is called the cursor.
  - The source records a message as delivered when ansible-rulebook takes the event of the message from the event queue.
  - If the source stops normally, or if the service fails, no message is lost or delivered twice.
  - If the process of ansible-rulebook is killed, the source possibly delivers one message a second time, with
    C(redelivered=true). This is the message whose event was in the event queue, or had just left the event queue, when
    the process was killed.
  - If an action must not run twice, add the condition C(event.linkengage.redelivered == false) to the rule. A playbook
    that sends a message can use the message id of the event as
    O(community.linkengage.linkengage_sms#module:idempotency_key).
  - The source does not know whether the rulebook has finished the action for an event. If ansible-rulebook runs without
    persistence, it keeps events only in memory, so a killed process can lose events. With persistence and O(feedback),
    the source records a message as delivered only after the rule engine has stored the event of the message.
  - In the condition of a rule, compare the sender with a list of allowed numbers. The sender of an SMS can be forged,
    so start only actions that do no harm if a stranger starts them.
options:
  folders:
    description:
      - Message folders to read. Each entry is the name of a folder, or a folder id as an integer.
      - By default, the source reads all folders of type C(Inbox).
      - A folder in this list does not include its subfolders. To read a subfolder, add the subfolder to the list.
      - One request returns all messages in a folder, so keep the number of messages in the folder small.
    type: list
    elements: raw
  start:
    description:
      - Decides what happens to the messages in a folder when the source reads this folder for the first time.
      - With V(now), the source ignores messages that are older than the first reading of the folder, so old messages
        start no action. With V(oldest), old messages create events too.
      - At the first start with V(now), a warning shows a time. Messages before this time create no events.
    type: str
    choices: [now, oldest]
    default: now
  interval:
    description:
      - Number of seconds between two readings of the folders. The minimum is 0.1 seconds.
      - After each temporary failure, the source doubles the pause before the next reading, up to a maximum of five
        minutes.
    type: float
    default: 30.0
  overlap:
    description:
      - Maximum number of seconds from the receipt of a message until the message appears in its folder.
      - A message that appears later possibly creates no event. An example is an old message that somebody moves to the
        folder.
      - The minimum is 3600 seconds, because XML answers contain local times, which go back one hour at the end of
        summer time.
    type: int
    default: 7200
  cursor:
    description:
      - Name of the cursor in the C(store). The cursor is the record of the messages that the source has delivered to
        ansible-rulebook.
      - The cursor contains message ids and times, but no texts and no phone numbers.
      - Two sources that run at the same time need different cursor names. While a source runs, a second source that
        starts with the same cursor name fails.
      - With a database as C(store), the second source waits 30 seconds before it fails. If the machine of the first
        source has failed, the database can need 25 seconds to release the cursor.
      - In a container, use a database as C(store), or a folder on a persistent volume.
    type: str
    default: inbox
  consume:
    description:
      - Delete each message from its folder after the source has delivered the message, so that the folder stays small.
      - If the source cannot delete a message, it tries again after the next reading of the folders.
    type: bool
    default: false
  feedback:
    description:
      - Record a message as delivered only after the rule engine has stored the event of the message. With
        O(feedback), no event is lost if the process is killed.
      - O(feedback) is an option of ansible-rulebook for event sources, and works only if ansible-rulebook runs with
        persistence.
      - If the source delivers a message again, both events of the message have the same C(meta.uuid).
      - If the process is killed during an action, the rule engine decides whether the action is lost or runs again.
    type: bool
    default: false
notes:
  - In a playbook that a rulebook starts, the variable C(ansible_eda.event) contains the event. Use this variable for
    phone numbers, because a template in the rulebook itself would convert a phone number to an integer.
  - The source also accepts the connection options of the modules, such as C(api_url), C(username), C(password),
    C(data_format), C(requests_per_minute) and C(default_country_code). The source also uses the environment variables
    of the connection options. The time limit in the option C(throttle_timeout) applies to each reading of the folders
    separately.
  - A rejected login stops the source at once, like every error that a person must fix. After the first successful
    reading, the HTTP statuses 404, 406 and 408 are temporary failures, so the source tries again. The status 429 is
    always a temporary failure.
  - The source runs in the Python environment of ansible-rulebook, so install ansible-core and the required libraries
    there.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
requirements:
  - requests
  - xmltodict (for data_format=xml)
  - phonenumbers or phonenumberslite
  - psycopg >= 3.1 (for a database as C(store))
"""

EXAMPLES = r"""
- name: Stop an escalation when a person on call replies ACK
  hosts: localhost
  sources:
    - name: inbox
      community.linkengage.linkengage_inbox:
        username: MrJohnson@acme.com
        password: "{{ linkengage_password }}"
        folders: [Inbox, 12]
        interval: 15
        store: postgresql://rulebooks@db.example.com/linkengage
        cursor: acknowledge
  rules:
    - name: Stop the escalation
      condition: event.linkengage.command == "ACK" and event.linkengage.sender in vars.on_call
      action:
        run_playbook:
          name: community.linkengage.acknowledge
"""

RETURN = r"""
linkengage:
  description:
    - The received message. If the message contains the two braces that start a template, the source writes a space
      between these braces, as in C({ {). Because of the space between the braces, a playbook that gets the event does
      not evaluate the message as a template.
  type: dict
  contains:
    message_id:
      description: Id of the message.
      type: str
      sample: I_1234
    folder_id:
      description: Id of the folder that contains the message.
      type: int
      sample: 1
    folder:
      description: Name of the folder that contains the message.
      type: str
      sample: Inbox
    sender:
      description:
        - Phone number of the sender, with a plus sign and the country code. For a sender without a phone number, the
          value is the name of the sender.
      type: str
      sample: "+4790555817"
    sender_name:
      description:
        - Name of the sender if the sender is a contact. If the sender is not a contact, the value is the phone number
          of the sender.
      type: str
      sample: Kari Nordmann
    receiver:
      description: Phone number to which the message was sent.
      type: str
      sample: "26112"
    text:
      description: Text of the message.
      type: str
      sample: "Ack 4711!"
    command:
      description: First word of the text, in upper case.
      type: str
      sample: ACK
    argument:
      description:
        - Words of the text after the first word, separated by single spaces. All characters except letters, digits,
          C(_), C(-) and C(.) count as spaces.
      type: str
      sample: "4711"
    received_at:
      description: Time when the service received the message, as ISO 8601 in UTC.
      type: str
      sample: "2026-01-31T08:00:00Z"
    redelivered:
      description:
        - True if the source has possibly delivered the message before, because the process was killed during the
          delivery.
      type: bool
      sample: false
meta:
  description:
    - Data with which ansible-rulebook identifies the event. The key C(uuid) identifies the message, and is the same if
      the source delivers the message again.
  type: dict
"""


async def main(queue: Any, args: dict[str, Any]) -> None:
    """The entry point of the event source. ansible-rulebook calls it."""
    _find_collections()
    from ansible_collections.community.linkengage.plugins.plugin_utils._event_source import run

    await run(queue, args)


def _find_collections() -> None:
    """Make this collection importable. ansible-rulebook runs this file by its path, and does not find collections.

    Ansible's own loader must not be used here: after it is loaded, ansible-rulebook does not find other event sources.
    """
    if find_spec("ansible") is None:
        raise RuntimeError(
            "ansible-core is missing in the Python that runs ansible-rulebook. Install ansible-core there."
        )
    collections = next((path for path in Path(__file__).absolute().parents if path.name == "ansible_collections"), None)
    if collections is None:
        return
    if str(collections.parent) not in sys.path:
        sys.path.insert(0, str(collections.parent))
    paths = import_module("ansible_collections").__path__
    if str(collections) not in paths:  # the package searches only one folder, so this folder is added
        paths.insert(0, str(collections))
