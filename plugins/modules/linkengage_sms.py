#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_sms
short_description: Send an SMS through LINK Engage, at most once
description:
  - Sends one message to phone numbers, contacts and groups in one request. Each phone gets the message once, even if
    several receivers lead to the same phone.
  - All receivers are checked before the message is sent. If one receiver is wrong, nothing is sent.
  - With O(idempotency_key), one message at most is sent for a key within O(idempotency_window). Without
    O(idempotency_key), every run sends a message.
  - O(receiver_allowlist) and O(redirect_to) limit who gets messages from a system. RV(blocked_receivers) and
    RV(redirected_receivers) list the other receivers.
  - If the answer of the service is lost, the module searches the message folders of the account for the message. It
    does not send the message again.
options:
  text:
    description:
      - Text of the message. Required with O(state=present).
      - CRLF becomes LF, and one line break at the end is removed.
      - A tab or a form feed becomes a space, and escape sequences such as colours of a terminal are removed.
        RV(replaced_characters) lists them. Other control characters are rejected.
      - A text of more than 16 segments is rejected, because the service would cut off the rest.
      - A text with C({{) or C({%) is rejected, because it looks like a template that was not evaluated. Set
        O(allow_braces) to send it.
    type: str
  allow_braces:
    description:
      - Send a text with C({{) or C({%) as it is. Use this for a text from outside, such as the message of a commit.
      - The text is never evaluated as a template by the module.
    type: bool
    default: false
  numbers:
    description:
      - Phone numbers to send to, quoted, in any spelling. They do not have to be in the address book.
    type: list
    elements: raw
  contacts:
    description:
      - Contacts of the address book to send to.
      - "Each entry is a quoted phone number, or a contact id as an integer or as V({contact_id: 4711})."
    type: list
    elements: raw
  groups:
    description:
      - Groups of the address book to send to.
      - "Each entry is a name, or a group id as an integer or as V({group_id: 12})."
      - A member without a valid phone number gets no message, and a warning says so.
    type: list
    elements: raw
  skip_invalid:
    description:
      - Skip receivers that are wrong or unknown, and send to the others.
      - RV(skipped_receivers) lists the receivers that were skipped.
    type: bool
    default: false
  max_receivers:
    description:
      - Maximum number of people who may get the message. If there are more, nothing is sent.
    type: int
  sender:
    description:
      - Sender that the receivers see, either a quoted number or a text.
      - A sender that the account lists is allowed in any form.
      - Another sender is a number of at most 15 digits, or at most 11 letters (a to z), digits and ASCII punctuation.
        The account must allow free senders.
      - If omitted, the default sender of the account is used.
    type: raw
  idempotency_key:
    description:
      - Name of this message, such as the id of an incident. The message is then sent only once.
      - The first run with a key sends the message. Later runs on the same account change nothing and return this
        message.
      - The same key with another text, other receivers or another sender is an error. An empty key is an error.
      - A key with another O(send_at) than before is an error while the message waits, and after it was cancelled.
      - The key is known to all tasks that use the same O(store).
    type: str
  idempotency_window:
    description:
      - Time for which an idempotency key is valid after its message was sent, such as V(90m), V(24h) or V(7d).
      - For a scheduled message, this time begins when the message is due.
    type: str
    default: 24h
  adopt_window:
    description:
      - Time for which a sent message counts as the message of a key that O(store) does not know.
      - This applies only to a folder that is new, or that has known the account for a shorter time. A database is
        complete, so the message of an unknown key is sent.
      - The message must have the same text and receivers. RV(outcome) is then V(taken_for_sent), with a warning.
      - V(0s) never takes a message for another. Use it for a key that no other machine can have used.
    type: str
    default: 15m
  on_store_failure:
    description:
      - Action if O(store) cannot be used and there is an O(idempotency_key).
      - V(fail) sends nothing. V(continue) warns, remembers the key in the temporary folder of this machine, and sends.
    type: str
    choices: [fail, continue]
    default: fail
  on_unknown:
    description:
      - Action if the answer was lost and the message is not in the folders.
      - V(fail) fails the task and sends nothing more. V(resend) sends the message again, so it can arrive twice. The
        result then warns that two messages may exist.
      - After a task that was killed, the search takes up to O(timeout) and seven seconds, because the service can still
        act.
      - An attempt of C(until) and C(retries) never sends again what an earlier attempt may have sent.
      - If the folders cannot be read, the task always fails.
    type: str
    choices: [fail, resend]
    default: fail
  unsupported_characters:
    description:
      - Action for characters that are not in the GSM alphabet and make the message more expensive.
      - One such character changes the encoding of the message to UCS-2, and a UCS-2 message takes more segments.
      - V(allow) sends the characters. V(fail) sends nothing.
      - V(replace) replaces typographic quotes, dashes and similar characters with GSM characters.
        RV(replaced_characters) lists the replaced characters.
    type: str
    choices: [allow, replace, fail]
    default: allow
  part_size:
    description:
      - Size of the segments of a message that takes several segments, for RV(segments) and RV(total_segments).
      - V(vendor) counts 134 characters in a segment, as the gateway of the service does.
      - V(gsm) counts 153 characters in a segment, as in GSM 03.38.
      - In UCS-2, both count 67 characters. A message of one segment has up to 160 characters, or 70 in UCS-2.
      - O(max_segments) and O(max_total_segments) always use the larger count.
    type: str
    choices: [vendor, gsm]
    default: vendor
  max_segments:
    description:
      - Maximum number of segments of the message. If it takes more, nothing is sent.
    type: int
  max_total_segments:
    description:
      - Maximum number of segments to all receivers together. If the message takes more, nothing is sent.
    type: int
  send_at:
    description:
      - Time to send the message. If omitted, it is sent at once.
      - The time is relative, such as V(+90m), or has an offset, such as V(2026-01-31T09:00:00+01:00). The time can also
        have the name of a time zone, such as V(2026-01-31 09:00 Europe/Oslo).
      - A time without a time zone is an error. A time that does not exist in its zone, or exists twice, is an error.
      - A time in the past is an error, unless the message of the O(idempotency_key) was already sent.
    type: str
  quiet_hours:
    description:
      - Time of day during which no message is sent.
      - The quiet hours do not apply if the message of the O(idempotency_key) was already sent.
    type: dict
    suboptions:
      from:
        description:
          - Start of the quiet hours, as a quoted time of day such as V("22:00").
        type: raw
        required: true
      to:
        description:
          - End of the quiet hours, as a quoted time of day.
        type: raw
        required: true
      zone:
        description:
          - Name of the time zone, such as V(Europe/Oslo).
        type: str
        required: true
      action:
        description:
          - Action if the time to send is within the quiet hours.
          - V(fail) fails the task. V(postpone) sends the message at the end of the quiet hours.
        type: str
        choices: [fail, postpone]
        default: fail
  wait:
    description:
      - Wait until the delivery to each receiver has succeeded or failed. RV(deliveries) has the results.
      - This also waits for a message that was sent earlier with the same O(idempotency_key).
    type: bool
    default: false
  wait_timeout:
    description:
      - Maximum number of seconds to wait with O(wait=true).
    type: int
    default: 60
  require_delivery:
    description:
      - Fail unless the service reports the delivery to every receiver. Requires O(wait=true).
    type: bool
    default: false
  tariff:
    description:
      - Price that each receiver pays, in the smallest currency unit.
      - The maximum is the setting C(MAX_TARIFF) of the account.
    type: int
    default: 0
  allow_premium:
    description:
      - Allow a O(tariff) above 0.
    type: bool
    default: false
  merge:
    description:
      - Replace merge codes in the text for each receiver.
      - The merge codes are the names that the account gives to the description fields of a contact.
      - It is an error if a receiver has no value for a field that the text uses.
      - Segments are counted before the codes are replaced.
      - With O(receiver_allowlist) or O(redirect_to), the message goes to phone numbers. The codes may then stay in the
        text, and a warning says so.
    type: bool
    default: false
  message_id:
    description:
      - Id of the message to cancel with O(state=absent).
    type: str
  state:
    description:
      - State of the message.
      - V(present) sends the message. V(absent) cancels a message that is not sent yet.
      - V(absent) needs O(message_id) or O(idempotency_key). It is an error if the message was already sent.
      - In check mode, a message that an earlier task would send is not known. V(absent) then gives a warning.
      - After a message was cancelled, its key sends no other message within the window.
    type: str
    choices: [present, absent]
    default: present
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.guard
  - community.linkengage.attributes.sending
"""

EXAMPLES = r"""
- name: Send one message per incident to the people on call
  community.linkengage.linkengage_sms:
    text: Disk full on web1
    groups: [On call]
    idempotency_key: incident-4711

- name: Send to a number and a contact, in one segment, with the company name as the sender
  community.linkengage.linkengage_sms:
    text: The deployment is done
    numbers: ["+47 905 55 817"]
    contacts: ["+4741234567"]
    sender: ACME
    unsupported_characters: replace
    max_segments: 1

- name: Send a message to the managers in 30 minutes
  community.linkengage.linkengage_sms:
    text: Nobody has looked at web1 yet
    groups: [Managers]
    send_at: +30m
    idempotency_key: incident-4711-escalation

- name: Cancel the message to the managers
  community.linkengage.linkengage_sms:
    state: absent
    idempotency_key: incident-4711-escalation

- name: Announce maintenance, but not at night
  community.linkengage.linkengage_sms:
    text: Maintenance on Sunday from 23 to 24
    groups: [Everybody in Norway]
    quiet_hours:
      from: "22:00"
      to: "07:00"
      zone: Europe/Oslo
      action: postpone

- name: Send a message and check that it was delivered
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
    - The message. It has no C(message_id) and no C(status) in check mode, or if no receiver is left.
    - With O(state=absent), the message before it was cancelled. Empty if there was no message.
  returned: success
  type: dict
  contains:
    # BEGIN GENERATED message returns
    message_id:
      description: 'Id of the message: a letter for the direction, C(_), and a number.'
      returned: success
      type: str
      sample: O_1234
    text:
      description: Text of the message.
      returned: success
      type: str
      sample: Disk full on web1
    receivers:
      description: Receivers as the service stores them, separated by C(;).
      returned: success
      type: str
      sample: 4790555817;/groups/12
    sender:
      description: Sender that the receivers see.
      returned: success
      type: str
      sample: LINK
    status:
      description: Status of the message, as the service names it.
      returned: success
      type: str
      sample: Sent
    handled:
      description: Time of sending, past or planned, in ISO 8601, UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:00Z'
    merge:
      description: Whether the service replaces merge codes in the text for each receiver.
      returned: success
      type: bool
      sample: false
    private:
      description: Whether only the owner sees the message.
      returned: success
      type: bool
      sample: false
    tariff:
      description: Price that each receiver pays, in the smallest currency unit.
      returned: success
      type: int
      sample: 0
    folder_id:
      description: Id of the folder that contains the message.
      returned: success
      type: int
      sample: 3
    # END GENERATED
outcome:
  description:
    - Result of the task, V(sent), V(scheduled), V(already_sent), V(taken_for_sent), V(cancelled) or V(not_sent).
    - V(already_sent) means that an earlier run with the same key sent the message.
    - V(taken_for_sent) means that a recent message was taken for the message of this key, see O(adopt_window).
    - V(not_sent) is returned in check mode, or if no receiver is left.
    - If it is not known whether the message was sent, the task fails and C(failure.outcome) is V(unknown).
  returned: success
  type: str
  sample: sent
receivers:
  description: People who get the message, each once. With RV(outcome=already_sent), the people in the current options.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    phone_number:
      description: Phone number with its country code.
      returned: success
      type: str
      sample: "4790555817"
    type:
      description: V(contact) for a contact of the address book, else V(number).
      returned: success
      type: str
      sample: contact
    contact_id:
      description: Id of the contact.
      returned: for contacts
      type: int
      sample: 4711
    group_id:
      description: Id of the group through which the contact gets the message.
      returned: for members of groups
      type: int
      sample: 12
    group:
      description: Name of the group through which the contact gets the message.
      returned: for members of groups
      type: str
      sample: On call
skipped_receivers:
  description: Receivers that were skipped, with C(option) and C(reason).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"option": "numbers[1]", "reason": "numbers[1]: the phone number is empty."}]
blocked_receivers:
  description: Receivers that are not in O(receiver_allowlist), with the same fields as RV(receivers).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: []
redirected_receivers:
  description: Original receivers with O(redirect_to), with the same fields as RV(receivers).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: []
encoding:
  description: Encoding of the message, V(gsm7) or V(ucs2).
  returned: with O(state=present)
  type: str
  sample: gsm7
segments:
  description: Number of segments to each receiver.
  returned: with O(state=present)
  type: int
  sample: 1
total_segments:
  description: Number of segments to all receivers together.
  returned: with O(state=present)
  type: int
  sample: 3
offending_characters:
  description: Characters that make the message UCS-2 and more expensive.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "ő", "position": 3, "name": "LATIN SMALL LETTER O WITH DOUBLE ACUTE"}]
replaced_characters:
  description:
    - Characters that were replaced with O(unsupported_characters=replace).
    - Tabs, form feeds and escape sequences are always replaced or removed.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "…", "position": 3, "name": "HORIZONTAL ELLIPSIS", "replacement": "..."}]
send_at:
  description:
    - Time to send the message, in ISO 8601, UTC; null if it is sent at once.
    - With RV(outcome=already_sent), the time when the earlier message was or will be sent.
  returned: with O(state=present)
  type: str
  sample: "2026-01-31T08:00:00Z"
deliveries:
  description: Delivery reports of the service, one row for each receiver that has a report.
  returned: with O(wait=true), if there is a message
  type: list
  elements: dict
  contains:
    receiver:
      description: Phone number, or the name of a contact or a group.
      returned: success
      type: str
      sample: Kari Nordmann
    state:
      description: Delivery state, V(delivered), V(failed) or V(unknown).
      returned: success
      type: str
      sample: delivered
    status:
      description: Delivery status, as the service names it.
      returned: success
      type: str
      sample: Delivered
    delivered:
      description: Time of delivery, in ISO 8601, UTC.
      returned: success
      type: str
      sample: "2026-01-31T08:00:05Z"
"""

from ..module_utils._module import Task, run
from ..module_utils._sms.options import SMS_RULES, SMS_SPEC, read_sms_options
from ..module_utils._sms.send import apply_sms, plan_sms, report_sms

TASK = Task(
    read_sms_options,
    plan_sms,
    SMS_SPEC,
    SMS_RULES,
    apply_sms,
    report_sms,
    purposes={"present": "to send", "absent": "to cancel"},
    returned=("message_id",),
)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
