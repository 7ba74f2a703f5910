#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_sms
short_description: Send an SMS through LINK Engage, at most once
description:
  - Sends one message to phone numbers, contacts and groups, in one request. Each phone gets it once, also where it
    comes by several ways.
  - All receivers are resolved and checked before anything is sent. If one is bad, nothing is sent.
  - With O(idempotency_key), at most one message is sent for a key within O(idempotency_window), whoever runs the
    task. Without it every run sends.
  - After an answer that was lost, the account's message folders are searched for the message. It is never simply sent
    again.
options:
  text:
    description:
      - Text of the message. Needed unless O(state=absent).
      - CRLF becomes LF, and one line break at the end is cut. Other control characters, and C({{) or C({%) of a
        template that was not evaluated, are refused.
    type: str
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
      - A member without a usable phone number is left out with a warning.
    type: list
    elements: raw
  skip_invalid:
    description:
      - Whether to send to the rest where a receiver is bad or unknown. Who is left out is in RV(skipped_receivers).
    type: bool
    default: false
  receiver_allowlist:
    description:
      - Quoted phone numbers that may get messages from this system, for staging. Others are not sent to, and listed
        in RV(blocked_receivers). An empty list is nobody. It holds for O(redirect_to) too.
      - Taken from the environment variable E(LINKENGAGE_RECEIVER_ALLOWLIST), with commas between the numbers, where
        it is left out.
    type: list
    elements: raw
  redirect_to:
    description:
      - A quoted phone number that gets the message instead of the receivers, for tests. Who would have got it is in
        RV(redirected_receivers).
      - Taken from the environment variable E(LINKENGAGE_REDIRECT_TO) where it is left out.
    type: raw
  max_receivers:
    description: How many people may get the message. With more, nothing is sent.
    type: int
  sender:
    description:
      - What the receivers see as the sender. A number, in quotes, or up to 11 characters of text. It must be one
        that the account allows.
      - Left out, the account's own sender is used.
    type: raw
  idempotency_key:
    description:
      - A name for this message, such as the id of an incident or a pipeline. Of all runs with this key on this
        account, one sends. The others change nothing and return its message.
      - The same key with other text, receivers or sender is an error, and so is an empty key.
      - If this machine's ledger does not know the key, the folders are searched for a message with the same text,
        sender and receivers, sent within the window. It is then taken for this one, so tell apart in the text what
        shall be told twice.
    type: str
  idempotency_window:
    description: For how long a key holds from the send, such as V(90m), V(24h) or V(7d).
    type: str
    default: 24h
  ledger_path:
    description:
      - The file that keeps the record of sends with a key, on the machine that runs the task. An SQLite database,
        readable by its owner only, that holds keys, message ids, times and hashes, but no text and no phone number.
      - Left out, it is C(community.linkengage/sends.sqlite3) in E(XDG_STATE_HOME), which by default is
        C(~/.local/state).
      - It belongs on a local disk, since locks on network file systems cannot be relied upon.
      - Taken from the environment variable E(LINKENGAGE_LEDGER_PATH) where it is left out.
    type: path
  on_unknown:
    description:
      - What to do where it is not known whether the message was sent, and it is not in the folders. Where the folders
        cannot be read, the task fails.
      - V(fail) says so and sends nothing more. V(resend) sends it again, so that it may arrive twice.
    type: str
    choices: [fail, resend]
    default: fail
  unsupported_characters:
    description:
      - What to do with characters that the GSM alphabet lacks, which make a message UCS-2 and let it take more
        segments.
      - V(allow) sends them. V(replace) puts GSM characters for typographic quotes, dashes and the like, and lists
        them in RV(replaced_characters). V(fail) sends nothing.
    type: str
    choices: [allow, replace, fail]
    default: allow
  max_segments:
    description: How many segments the message may take. With more, nothing is sent.
    type: int
  max_total_segments:
    description: How many segments the message may take to all receivers together. With more, nothing is sent.
    type: int
  send_at:
    description:
      - When to send. Relative, such as V(+90m), with an offset, such as V(2026-01-31T09:00:00+01:00), or with the
        name of a zone, such as V(2026-01-31 09:00 Europe/Oslo).
      - A time without a zone, in the past, or that the zone skips or has twice, is an error. Under an
        O(idempotency_key) whose message was sent, a time in the past is none.
    type: str
  quiet_hours:
    description:
      - A daily span in which no message shall go out.
      - A second run under an O(idempotency_key) whose message was sent may be at any time.
    type: dict
    suboptions:
      from:
        description: When it begins, as a quoted time of day such as V("22:00").
        type: raw
        required: true
      to:
        description: When it ends, as a quoted time of day.
        type: raw
        required: true
      zone:
        description: The name of the zone, such as V(Europe/Oslo).
        type: str
        required: true
      action:
        description: Whether a message within the span is an error, or is sent when the span ends.
        type: str
        choices: [fail, postpone]
        default: fail
  wait:
    description:
      - Whether to wait until each receiver has got the message, or will not get it. See RV(deliveries).
      - It is waited for a message too that was sent before under the same O(idempotency_key).
    type: bool
    default: false
  wait_timeout:
    description: How many seconds to wait at the most.
    type: int
    default: 60
  require_delivery:
    description: Whether the task fails where the service does not tell of each receiver that it got the message.
    type: bool
    default: false
  tariff:
    description: What the receiver pays, in the smallest currency unit. At most the account's C(MAX_TARIFF).
    type: int
    default: 0
  allow_premium:
    description: Whether O(tariff) may be above 0.
    type: bool
    default: false
  merge:
    description:
      - Whether the service fills in merge codes in the text for each receiver. The codes are the account's names for
        the descriptions of a contact. It is an error if a receiver lacks a field that the text uses.
      - Segments are counted before that.
    type: bool
    default: false
  message_id:
    description: Id of the message to cancel, with O(state=absent).
    type: str
  state:
    description:
      - V(present) sends. V(absent) cancels a message that is not sent yet, named by O(message_id) or
        O(idempotency_key).
      - A message that was sent cannot be cancelled, which is an error. A key whose message was cancelled sends no
        other within its window.
    type: str
    choices: [present, absent]
    default: present
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes.sending
"""

EXAMPLES = r"""
- name: Wake the people on call, once for this incident
  community.linkengage.linkengage_sms:
    text: Disk full on web1
    groups: [On call]
    idempotency_key: incident-4711

- name: Tell one number and one contact, in one segment each, under our own name
  community.linkengage.linkengage_sms:
    text: The deployment is done
    numbers: ["+47 905 55 817"]
    contacts: ["+4741234567"]
    sender: ACME
    unsupported_characters: replace
    max_segments: 1

- name: Escalate in half an hour
  community.linkengage.linkengage_sms:
    text: Nobody has looked at web1 yet
    groups: [Managers]
    send_at: +30m
    idempotency_key: incident-4711-escalation

- name: Take the escalation back
  community.linkengage.linkengage_sms:
    state: absent
    idempotency_key: incident-4711-escalation

- name: Tell of maintenance, but in the morning where it is night
  community.linkengage.linkengage_sms:
    text: Maintenance on Sunday from 23 to 24
    groups: [Everybody in Norway]
    quiet_hours:
      from: "22:00"
      to: "07:00"
      zone: Europe/Oslo
      action: postpone

- name: See that a message has arrived
  community.linkengage.linkengage_sms:
    text: The backup has failed
    groups: [On call]
    wait: true
    wait_timeout: 120
    require_delivery: true
"""

RETURN = r"""
message:
  description:
    - The message. In check mode, and where nobody is left to send to, it has no C(message_id) and no C(status).
    - With O(state=absent), the message as it was; empty if there was none.
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
outcome:
  description:
    - V(sent), V(scheduled), V(already_sent) under the same key, V(cancelled), or V(not_sent) in check mode and where
      nobody is left to send to.
    - After an ambiguous answer that could not be settled, the task fails and C(failure.outcome) is V(unknown).
  returned: success
  type: str
  sample: sent
receivers:
  description: The people who get the message, each once. With V(already_sent), as the options name them now.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    phone_number:
      description: The phone number, with its country code.
      returned: success
      type: str
      sample: "4790555817"
    type:
      description: V(contact) or V(number).
      returned: success
      type: str
      sample: contact
    contact_id:
      description: Number of the contact.
      returned: for contacts
      type: int
      sample: 4711
    group_id:
      description: Number of the group through which the contact gets it.
      returned: for members of groups
      type: int
      sample: 12
    group:
      description: Name of the group through which the contact gets it.
      returned: for members of groups
      type: str
      sample: On call
skipped_receivers:
  description: Who is left out, with C(option) and C(reason).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"option": "numbers[1]", "reason": "numbers[1]: the phone number is empty."}]
blocked_receivers:
  description: Who is not on O(receiver_allowlist), in the shape of RV(receivers).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: []
redirected_receivers:
  description: Who would have got it without O(redirect_to), in the shape of RV(receivers).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: []
encoding:
  description: V(gsm7) or V(ucs2).
  returned: with O(state=present)
  type: str
  sample: gsm7
segments:
  description: How many segments the message takes to each receiver.
  returned: with O(state=present)
  type: int
  sample: 1
total_segments:
  description: How many segments it takes to all of them.
  returned: with O(state=present)
  type: int
  sample: 3
offending_characters:
  description: What makes the message UCS-2.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "ő", "position": 3, "name": "LATIN SMALL LETTER O WITH DOUBLE ACUTE"}]
replaced_characters:
  description: What O(unsupported_characters=replace) replaced.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "…", "position": 3, "name": "HORIZONTAL ELLIPSIS", "replacement": "..."}]
send_at:
  description:
    - When the message is to be sent, in ISO 8601, UTC; null for at once.
    - For a message that was sent before under the same key, when that one was or will be sent.
  returned: with O(state=present)
  type: str
  sample: "2026-01-31T08:00:00Z"
deliveries:
  description: What the service tells of the receivers, one row for each that it tells of.
  returned: with O(wait=true), where there is a message
  type: list
  elements: dict
  contains:
    receiver:
      description: A number, or the name of a contact or a group.
      returned: success
      type: str
      sample: Kari Nordmann
    state:
      description: V(delivered), V(failed) or V(unknown).
      returned: success
      type: str
      sample: delivered
    status:
      description: The same in the service's own word.
      returned: success
      type: str
      sample: Delivered
    delivered:
      description: When it was delivered, in ISO 8601, UTC.
      returned: success
      type: str
      sample: "2026-01-31T08:00:05Z"
"""

from ..module_utils._module import Task, run
from ..module_utils._sms.send import SMS_RULES, SMS_SPEC, plan_sms

TASK = Task(plan_sms, SMS_SPEC, SMS_RULES)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
