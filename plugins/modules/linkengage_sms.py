#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_sms
short_description: Send an SMS through LINK Engage, at most once
description:
  - Sends one message to phone numbers, contacts and groups in one request. Each phone number gets the message only
    once, even if several receivers have this phone number.
  - The module checks all receivers before it sends the message. If a receiver is wrong or unknown, the task fails and
    sends no message. With O(skip_invalid=true), the module skips this receiver.
  - With O(idempotency_key), the module sends at most one message for each key within O(idempotency_window). Without
    O(idempotency_key), every run sends a message.
  - RV(blocked_receivers) lists the receivers who get no message because of O(receiver_allowlist).
    RV(redirected_receivers) lists the receivers who get no message because of O(redirect_to).
  - If the answer of the service is lost, the module searches for the message in the message folders of the account. If
    the message is not in the message folders, O(on_unknown) decides whether the module sends the message again.
options:
  text:
    description:
      - Text of the message. This option is required with O(state=present).
      - The module replaces the line break CRLF with LF, and removes one line break at the end of the text.
      - The module replaces tabs and form feeds with spaces, and removes escape sequences, such as terminal colours.
        The replaced and removed characters are listed in RV(replaced_characters). All other control characters, except
        line breaks, are an error.
      - A text of more than 16 segments is an error, because the service cuts off a message after 16 segments.
      - A text with C({{) or C({%) is an error, because the text looks like a template that was not evaluated. To send a
        text with C({{) or C({%), set O(allow_braces).
    type: str
  allow_braces:
    description:
      - Allow a text to contain C({{) or C({%), and send this text unchanged. Use this option for a text with unknown
        content, such as an error message.
      - The module never evaluates the text as a template.
    type: bool
    default: false
  numbers:
    description:
      - Phone numbers that get the message. Write each number in quotes, in any format, such as V("+47 905 55 817").
      - The numbers do not have to be in the address book.
    type: list
    elements: raw
  contacts:
    description:
      - Contacts in the address book who get the message.
      - "Each entry is a quoted phone number or a contact id. A contact id is written as V(4711) or as
        V({contact_id: 4711})."
    type: list
    elements: raw
  groups:
    description:
      - Groups of the address book whose members get the message.
      - "Each entry is the name or the id of a group. A group id is written as V(12) or as V({group_id: 12})."
      - If the phone number of a member is empty or has no digits, the member gets no message, and the task gives a
        warning.
    type: list
    elements: raw
  skip_invalid:
    description:
      - Skip receivers that are wrong or unknown, and send the message to the other receivers.
      - RV(skipped_receivers) lists the receivers that the module has skipped.
    type: bool
    default: false
  max_receivers:
    description:
      - Maximum number of receivers of the message. If the message has more receivers than this maximum, the task fails
        and sends no message.
    type: int
  sender:
    description:
      - Sender that the receivers see, either a quoted number or a text.
      - The account has a list of allowed senders. The module accepts every sender in this list.
      - A sender that is not in this list works only if the setting C(FREE_SENDER_ID) of the account is C(True). Such a
        sender is a number of at most 15 digits, or a text of at most 11 ASCII letters, digits and punctuation marks.
      - If this option is omitted, the default sender of the account is used.
    type: raw
  idempotency_key:
    description:
      - Name of this message, such as the id of an incident.
      - The first run with an idempotency key sends the message. Within O(idempotency_window), later runs with the same
        key and account send nothing, and return the message of the first run.
      - It is an error to use a key again with another text, other receivers or another sender. An empty key is an
        error.
      - It is an error to use the key of a scheduled or cancelled message again with another O(send_at).
      - A task knows the keys of another task only if both tasks use the same folder or database as O(store).
    type: str
  idempotency_window:
    description:
      - Time for which an idempotency key is valid after the message was sent. Write a duration such as V(90m), V(24h)
        or V(7d).
      - For a scheduled message, O(idempotency_window) begins at the time for which the message is scheduled.
    type: str
    default: 24h
  adopt_window:
    description:
      - Limits the search for a message that another machine has already sent with this O(idempotency_key).
      - If O(store) is a new folder, as in each new CI container, it does not contain the keys of other machines. So the
        module first searches the message folders of the account for a message with the same text and receivers.
      - If the module finds such a message, the task sends nothing, gives a warning and returns
        RV(outcome=taken_for_sent).
      - The value sets two limits. With V(15m), the module finds only messages that were sent in the last 15 minutes. If
        O(store) was first used for the account more than 15 minutes ago, the module does not search.
      - With a database as O(store), the module does not search, because the database contains the keys of all machines.
      - With V(0s), the module never searches. Use V(0s) only if no other machine sends messages with the same key.
    type: str
    default: 15m
  on_store_failure:
    description:
      - Decides what happens if O(idempotency_key) is set, but the module cannot use O(store).
      - With V(fail), the task fails and sends no message. With V(continue), the task gives a warning, stores the
        idempotency key in the temporary folder of the machine, and sends the message.
    type: str
    choices: [fail, continue]
    default: fail
  on_unknown:
    description:
      - Decides what happens if the answer of the service was lost, and no message folder contains the message.
      - With V(fail), the task fails and does not send the message again. With V(resend), the task sends the message
        again and gives a warning, because the message possibly arrives twice.
      - If an earlier task with the same key was killed, its request possibly still reaches the service. So the module
        searches for the message of the killed task. The search takes at most O(timeout) plus seven seconds, which is 37
        seconds by default.
      - If the task keyword C(until) repeats a task, the new attempt never sends a message that an earlier attempt has
        possibly sent, even with V(resend).
      - If the module cannot read the message folders after a lost answer, the task fails even with V(resend).
    type: str
    choices: [fail, resend]
    default: fail
  unsupported_characters:
    description:
      - Decides what happens to characters outside the GSM 03.38 alphabet.
      - One character outside the GSM 03.38 alphabet changes the encoding of the message to UCS-2. A message in UCS-2
        often takes more segments than in GSM 03.38, and is then more expensive.
      - With V(allow), the module sends the text unchanged. With V(fail), the task fails and sends no message.
      - With V(replace), the module replaces typographic quotes, dashes and similar characters with GSM characters. If
        an emoji or another unsupported character remains, the message stays in UCS-2.
    type: str
    choices: [allow, replace, fail]
    default: allow
  part_size:
    description:
      - Number of characters in each segment of a message that takes several segments. RV(segments) and
        RV(total_segments) depend on O(part_size).
      - With V(vendor), each segment of a multi-segment message holds 134 GSM characters, as at the gateway of the
        service.
      - With V(gsm), each segment of a multi-segment message holds 153 GSM characters, as in the standard GSM 03.40.
      - In the encoding UCS-2, each segment of a multi-segment message holds 67 characters with V(vendor) and with
        V(gsm). A message fits into one segment if it has at most 160 GSM characters, or at most 70 characters in the
        encoding UCS-2.
      - To check O(max_segments) and O(max_total_segments), the module always uses V(vendor), because some messages take
        more segments with V(vendor) than with V(gsm).
    type: str
    choices: [vendor, gsm]
    default: vendor
  max_segments:
    description:
      - Maximum number of segments of the message. If the message takes more segments than this maximum, the task fails
        and sends no message.
    type: int
  max_total_segments:
    description:
      - Maximum number of segments of the message for all receivers together. If there are more segments, the task fails
        and sends no message.
      - For example, a message of three segments to four receivers takes 12 segments. With V(10), this is an error.
    type: int
  send_at:
    description:
      - Time when the service sends the message. If this option is omitted, the service sends the message at once.
      - The time can be relative to the current time, such as V(+90m). The time can have an offset from UTC, such as
        V(2026-01-31T09:00:00+01:00), or the name of a time zone, such as V(2026-01-31 09:00 Europe/Oslo).
      - A date and time without an offset and without a time zone is an error. A local time that does not exist or
        exists twice, because the clocks change, is also an error.
      - A time in the past is an error, except if a message with this O(idempotency_key) was already sent.
    type: str
  quiet_hours:
    description:
      - Part of the day in which the module sends no message.
      - If the message with this O(idempotency_key) was already sent, a repeated task succeeds even during the quiet
        hours, because the task sends nothing.
    type: dict
    suboptions:
      from:
        description:
          - Start of the quiet hours, as a quoted time of day such as V("22:00").
        type: raw
        required: true
      to:
        description:
          - End of the quiet hours, as a quoted time of day such as V("07:00").
        type: raw
        required: true
      zone:
        description:
          - Name of the time zone of the quiet hours, such as V(Europe/Oslo).
        type: str
        required: true
      action:
        description:
          - Decides what happens if the module would send the message during the quiet hours.
          - With V(fail), the task fails and sends no message. With V(postpone), the service sends the message at the
            end of the quiet hours.
        type: str
        choices: [fail, postpone]
        default: fail
  wait:
    description:
      - Wait until the delivery to each receiver has succeeded or failed. RV(deliveries) contains the delivery reports.
      - The task also waits for the delivery of a message that was sent earlier with the same O(idempotency_key).
    type: bool
    default: false
  wait_timeout:
    description:
      - Maximum number of seconds for which O(wait=true) waits for the delivery.
      - If the delivery takes longer, the task still succeeds, except with O(require_delivery=true).
    type: int
    default: 60
  require_delivery:
    description:
      - Fail if the service does not confirm the delivery to every receiver within O(wait_timeout).
      - This option requires O(wait=true).
    type: bool
    default: false
  tariff:
    description:
      - Price that each receiver pays for the message, in the smallest unit of the currency, such as cents.
      - The maximum is the setting C(MAX_TARIFF) of the account.
    type: int
    default: 0
  allow_premium:
    description:
      - Allow a O(tariff) above 0. With a tariff above 0, each receiver pays for the message.
    type: bool
    default: false
  merge:
    description:
      - Let the service replace each merge code in the text with a field of the contact who gets the message.
      - A merge code is the label that the organisation has given to a description field. For example, with the label
        C(City), write V(Your next shift is in City).
      - It is an error if the text contains a merge code and a receiver has no value for this merge code.
      - RV(segments) is the number of segments before the service replaces the merge codes.
      - With O(receiver_allowlist) or O(redirect_to), the module sends the message to phone numbers instead of contacts.
        The service possibly does not replace the merge codes in a message to a phone number, so the task gives a
        warning.
    type: bool
    default: false
  message_id:
    description:
      - Id of the message to cancel with O(state=absent).
    type: str
  state:
    description:
      - Send or cancel the message.
      - With V(present), the module sends the message. With V(absent), the module cancels a message that the service has
        not sent yet.
      - V(absent) requires O(message_id) or O(idempotency_key). If the message was already sent, V(absent) is an error.
      - If O(store) does not contain the O(idempotency_key) of the message to cancel, V(absent) is an error. In check
        mode, this is only a warning, because an earlier task of the playbook stores no key in check mode.
      - After a task has cancelled a message, no task can send a message with the same O(idempotency_key) within
        O(idempotency_window).
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

- name: Send a message of one segment to a number and a contact, with the company name as the sender
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

- name: Announce maintenance, but send no message at night
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
    - The message. With RV(outcome=not_sent), the message has no C(message_id) and no C(status).
    - With O(state=absent), the value is the message as it was before the cancellation. If the message is already
      cancelled or does not exist, the value is an empty dictionary.
  returned: success
  type: dict
  contains:
    # BEGIN GENERATED message returns
    message_id:
      description: Id of the message, such as C(O_1234). The first letter shows the direction of the message.
      returned: success
      type: str
      sample: O_1234
    text:
      description: Text of the message.
      returned: success
      type: str
      sample: Disk full on web1
    receivers:
      description: Receivers of the message, as one text in which C(;) separates the receivers.
      returned: success
      type: str
      sample: 4790555817;/groups/12
    sender:
      description: Sender that the receivers of the message see.
      returned: success
      type: str
      sample: LINK
    status:
      description: Status of the message in the service, such as C(Sent).
      returned: success
      type: str
      sample: Sent
    handled:
      description: Time when the message was sent or will be sent, as ISO 8601 in UTC.
      returned: success
      type: str
      sample: '2026-01-31T08:00:00Z'
    merge:
      description: True if the text contains merge codes, which the service replaces with fields of each receiver.
      returned: success
      type: bool
      sample: false
    private:
      description: True if only the owner of the message sees the message.
      returned: success
      type: bool
      sample: false
    tariff:
      description: Price that each receiver pays for the message, in the smallest unit of the currency, such as cents.
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
    - "Result of the task: V(sent), V(scheduled), V(already_sent), V(taken_for_sent), V(cancelled) or V(not_sent)."
    - V(already_sent) means that an earlier run with the same idempotency key has sent the message.
    - V(taken_for_sent) means that the module has sent nothing, because it found an earlier message with the same text
      and receivers. See O(adopt_window).
    - V(not_sent) means that the task ran in check mode, or that O(receiver_allowlist) blocks all receivers.
    - If it is not known whether the message was sent, the task fails and C(failure.outcome) is V(unknown).
  returned: success
  type: str
  sample: sent
receivers:
  description:
    - People who get the message. Each person is listed once.
    - With RV(outcome=already_sent), the list contains the current members of the groups. The message went to the people
      who were members when it was sent.
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
      description:
        - "Type of the receiver: V(contact) for a contact of the address book, V(number) for any other phone number."
      returned: success
      type: str
      sample: contact
    contact_id:
      description: Id of the contact.
      returned: if the receiver is a contact
      type: int
      sample: 4711
    group_id:
      description: Id of the group through which the contact gets the message.
      returned: if the receiver is a member of a group
      type: int
      sample: 12
    group:
      description: Name of the group through which the contact gets the message.
      returned: if the receiver is a member of a group
      type: str
      sample: On call
skipped_receivers:
  description:
    - Receivers that the module has skipped. The key C(option) names the entry, such as C(numbers[1]), and C(reason)
      says why the module has skipped the receiver.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"option": "numbers[1]", "reason": "numbers[1]: the phone number is empty; write a number."}]
blocked_receivers:
  description:
    - Receivers who get no message because they are not in O(receiver_allowlist). Each entry has the same fields as an
      entry of RV(receivers).
  returned: with O(state=present)
  type: list
  elements: dict
  sample: []
redirected_receivers:
  description:
    - Receivers who get no message because O(redirect_to) is set. Each entry has the same fields as an entry of
      RV(receivers).
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
  description: Number of segments that the message takes for each receiver.
  returned: with O(state=present)
  type: int
  sample: 1
total_segments:
  description: Number of segments that the message takes for all receivers together.
  returned: with O(state=present)
  type: int
  sample: 3
offending_characters:
  description:
    - Characters that are not in the GSM 03.38 alphabet. These characters change the encoding to UCS-2, and often make
      the message more expensive.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "ő", "position": 3, "name": "LATIN SMALL LETTER O WITH DOUBLE ACUTE"}]
replaced_characters:
  description:
    - Characters that the module has replaced because of O(unsupported_characters=replace).
    - The list also contains tabs, form feeds and escape sequences, which the module always replaces or removes.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{"character": "…", "position": 3, "name": "HORIZONTAL ELLIPSIS", "replacement": "..."}]
send_at:
  description:
    - Time when the service sends the message, as ISO 8601 in UTC. The value is null if the service sends the message at
      once.
    - With RV(outcome=already_sent), the value is the time when the earlier message was sent or will be sent.
  returned: with O(state=present)
  type: str
  sample: "2026-01-31T08:00:00Z"
deliveries:
  description:
    - Delivery reports of the service. The list has one entry for each receiver with a delivery report.
  returned: with O(wait=true), if a message was sent
  type: list
  elements: dict
  contains:
    receiver:
      description: Receiver of the message, as a phone number, or as the name of a contact or a group.
      returned: success
      type: str
      sample: Kari Nordmann
    state:
      description: "State of the delivery: V(delivered), V(failed) or V(unknown)."
      returned: success
      type: str
      sample: delivered
    status:
      description: Delivery status of the message, as the service names it.
      returned: success
      type: str
      sample: Delivered
    delivered:
      description: Time when the message was delivered, as ISO 8601 in UTC.
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
