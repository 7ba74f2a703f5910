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
short_description: Make an event of each SMS that LINK Engage receives
description:
  - Reads message folders in a loop. Makes one event of each inbound message, also after a restart.
  - The O(cursor) in the C(store) records the delivered messages. A message is recorded when it is taken from the queue
    of the source. No message is lost or delivered twice if the source stops normally, or if the service fails.
  - If the process is killed, a message can come again with C(redelivered) true. This happens to a message that waits in
    the queue, or that is taken from the queue in the last millisecond.
  - If an action must not run twice, test for C(event.linkengage.redelivered == false). A playbook that sends can use
    the id of the message as O(community.linkengage.linkengage_sms#module:idempotency_key).
  - The source does not know whether a rulebook has finished the action of an event. Without persistence,
    ansible-rulebook keeps events only in memory, see O(feedback).
  - The sender of an SMS can be forged. Check the sender with a list of numbers. Allow only actions that do no harm if
    anybody can start them.
options:
  folders:
    description:
      - The folders to read. Each entry is a name, or an id as an integer.
      - By default, all folders of type C(Inbox). Subfolders are not read.
      - Each reading of a folder is one request and returns all its messages. Keep the folders small.
    type: list
    elements: raw
  start:
    description:
      - Action for the messages of a folder when the folder is read for the first time.
      - V(now) ignores messages from before this time, so that old messages start no action. V(oldest) makes events of
        them.
      - If the store has no cursor, a warning says since when messages are events.
    type: str
    choices: [now, oldest]
    default: now
  interval:
    description:
      - Pause between two readings in seconds. At least 0.1.
      - After a temporary failure, the pause doubles each time, up to five minutes.
    type: float
    default: 30.0
  overlap:
    description:
      - Maximum delay of a message in seconds, by the times of the service.
      - At least 3600, because the local times in XML go back one hour in autumn.
      - A message that arrives later, or that is moved to the folder later, is not delivered.
    type: int
    default: 7200
  cursor:
    description:
      - Name of the record of delivered messages in the C(store).
      - The record contains ids and times, but no texts and no phone numbers.
      - Two sources that run at the same time need different names. A second source with the same name fails.
      - With a database, it first waits 30 seconds, because the machine of the other source can have died.
      - In a container, use a database as C(store), or a folder on a volume.
    type: str
    default: inbox
  consume:
    description:
      - Delete each message from its folder after its event was delivered, so that the folder stays small.
      - A message that cannot be deleted is deleted after a later reading.
    type: bool
    default: false
  feedback:
    description:
      - Record a message only when the rule engine has stored its event. No event is then lost if the process is killed.
      - This is an option of ansible-rulebook. It works only if ansible-rulebook runs with persistence.
      - An event that comes again has the same C(meta.uuid).
      - An action that runs when the process is killed can be lost or run again. This depends on the rule engine.
    type: bool
    default: false
notes:
  - In a playbook, the variable C(ansible_eda.event) contains the event. A template in the rulebook itself turns digits,
    such as a phone number, into an integer.
  - All connection options of the modules are available too, with the same environment variables. Examples are
    C(api_url), C(username), C(password), C(data_format), C(requests_per_minute) and C(default_country_code).
    C(throttle_timeout) limits one reading.
  - A rejected login stops the source at once. Other errors that a person must fix also stop it. After the first
    reading, the source waits for the end of refusals with status 404, 406, 408 and 429.
  - The source runs in the Python of ansible-rulebook. Install ansible-core and the libraries below there.
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
- name: Reply ACK to stop an escalation
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
    - The message. In all texts, a space separates the two braces that start a template, as in C({ {). This is necessary
      because ansible-rulebook passes events to playbooks as variables.
  type: dict
  contains:
    message_id:
      description: Id of the message.
      type: str
      sample: I_1234
    folder_id:
      description: Number of the folder.
      type: int
      sample: 1
    folder:
      description: Name of the folder.
      type: str
      sample: Inbox
    sender:
      description: Phone number of the sender with plus sign and country code, or the name if it is not a number.
      type: str
      sample: "+4790555817"
    sender_name:
      description: Name of the sender if the sender is a contact, otherwise the number.
      type: str
      sample: Kari Nordmann
    receiver:
      description: Number that the message was sent to.
      type: str
      sample: "26112"
    text:
      description: Text of the message.
      type: str
      sample: "Ack 4711!"
    command:
      description: The first word of the text, in upper case.
      type: str
      sample: ACK
    argument:
      description: The other words, with one space between them. A word has letters, digits, C(_), C(-) and C(.).
      type: str
      sample: "4711"
    received_at:
      description: Time when the service received the message, in ISO 8601, UTC.
      type: str
      sample: "2026-01-31T08:00:00Z"
    redelivered:
      description: Whether a process that was killed may have delivered the message before.
      type: bool
      sample: false
meta:
  description: Data for ansible-rulebook. C(uuid) identifies the message and is the same at every delivery.
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
        raise RuntimeError("ansible-core must be installed in the Python that runs ansible-rulebook.")
    collections = next((path for path in Path(__file__).absolute().parents if path.name == "ansible_collections"), None)
    if collections is None:
        return
    if str(collections.parent) not in sys.path:
        sys.path.insert(0, str(collections.parent))
    paths = import_module("ansible_collections").__path__
    if str(collections) not in paths:  # the package searches only one folder, so this folder is added
        paths.insert(0, str(collections))
