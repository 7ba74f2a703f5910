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
short_description: Events from the SMS that come in to LINK Engage
description:
  - Reads message folders again and again, and makes an event of each inbound message, once, also across restarts.
  - How far it got is in a file, see O(cursor_path). A message is noted there when it has been taken from the source's
    queue. Nothing is lost or delivered twice where the source ends as it should, where the service fails or throttles,
    or where the process is killed before or after that moment.
  - Where the process is killed at that very moment, between the taking and the renaming of one file, which is less than
    a millisecond, the message comes again, with C(redelivered) true. So does one that was waiting in the queue. A rule
    for what must not happen twice can ask for C(event.linkengage.redelivered == false), and a playbook that sends can
    use the message's id as its O(community.linkengage.linkengage_sms#module:idempotency_key).
  - What a rulebook does with an event that it has taken is not the source's to know. Events are in ansible-rulebook's
    memory only, unless it runs with persistence, for which see O(feedback).
  - An SMS's sender can be forged. Rules that do something should ask for a sender on a list, and do nothing that would
    harm if somebody else asked for it.
options:
  folders:
    description:
      - The folders to read. Each entry is a name, or an id as an integer.
      - Left out, all folders of type C(Inbox). Folders below a folder are not read with it.
      - The service gives folders as a whole only, so keep them tidy. Each costs one request an O(interval).
    type: list
    elements: raw
  start:
    description:
      - What to do with the messages that are there when a folder is read for the first time.
      - V(now) passes them over, so that old messages restart no server. V(oldest) makes events of them.
    type: str
    choices: [now, oldest]
    default: now
  interval:
    description:
      - How many seconds to rest between two readings. At least 0.1.
      - After a failure that may pass, the rest doubles each time, up to five minutes.
    type: float
    default: 30.0
  overlap:
    description:
      - How many seconds a message may come late, compared by the service's own times. At least 3600, because the local
        times that the service gives in XML go back an hour in autumn.
      - A message that comes into a folder later than that, or is moved there when it is older, is not delivered.
    type: int
    default: 7200
  cursor_path:
    description:
      - The file that says which messages are done. It holds ids and times, but no text and no phone number, and is
        readable by its owner only.
      - Left out, it is C(community.linkengage/inbox.json) in E(XDG_STATE_HOME), which by default is C(~/.local/state).
      - Sources that run at the same time need a file each. The second one with the same file is refused.
      - It belongs on a local disk that outlives the process, such as a volume of the container.
    type: path
  feedback:
    description:
      - ansible-rulebook's own option for sources that can wait. It works where ansible-rulebook runs with persistence.
      - A message is then noted when the rule engine has stored its event, and no event is lost with the process.
        An event that comes again has the same C(meta.uuid).
      - An action that is under way when the process is killed is the engine's matter, and may be lost or done again.
    type: bool
    default: false
notes:
  - A playbook finds the event in C(ansible_eda.event). A template in the rulebook itself makes an integer of what looks
    like one, such as a phone number.
  - All options of the connection can be given too, such as C(api_url), C(username), C(password), C(data_format),
    C(requests_per_minute) and C(default_country_code), with the same meaning and the same environment variables as in
    the modules. C(throttle_timeout) holds for one reading.
  - A refused login ends the source at once, and so does whatever else a person must mend.
  - Runs in ansible-rulebook's own Python, where ansible-core and the libraries below must be installed.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
requirements:
  - requests
  - xmltodict (for data_format=xml)
  - phonenumbers or phonenumberslite
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
        cursor_path: /var/lib/rulebooks/acknowledge.json
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
    - The message. In all texts, a brace that begins a template is set apart from what follows, as in C({ {), since
      ansible-rulebook hands events to playbooks as variables.
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
      description: Number of the sender with its plus sign and country code, whatever its spelling. Text if it is none.
      type: str
      sample: "+4790555817"
    sender_name:
      description: Name of the sender if it is a contact, or else the number.
      type: str
      sample: Kari Nordmann
    receiver:
      description: Number to which it was sent.
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
      description: The other words, one space between them. Words are letters, digits, C(_), and C(-) and C(.) inside.
      type: str
      sample: "4711"
    received_at:
      description: When the service received it, in ISO 8601, UTC.
      type: str
      sample: "2026-01-31T08:00:00Z"
    redelivered:
      description: Whether it may have been delivered before, by a process that was killed.
      type: bool
      sample: false
meta:
  description: What ansible-rulebook adds. C(uuid) is the message's own, the same at every delivery.
  type: dict
"""


async def main(queue: Any, args: dict[str, Any]) -> None:
    """The entry point that ansible-rulebook calls."""
    _find_collections()
    from ansible_collections.community.linkengage.plugins.plugin_utils._event_source import run

    await run(queue, args)


def _find_collections() -> None:
    """Let this collection be imported: ansible-rulebook runs this file by its path, and knows no collections.

    Ansible's own loader must not be used for it. Once that is there, ansible-rulebook finds no other source any more.
    """
    if find_spec("ansible") is None:
        raise RuntimeError("ansible-core must be installed in the Python that runs ansible-rulebook.")
    collections = next((path for path in Path(__file__).absolute().parents if path.name == "ansible_collections"), None)
    if collections is None:
        return
    if str(collections.parent) not in sys.path:
        sys.path.insert(0, str(collections.parent))
    paths = import_module("ansible_collections").__path__
    if str(collections) not in paths:  # the package is not spread over several folders, so add this one
        paths.insert(0, str(collections))
