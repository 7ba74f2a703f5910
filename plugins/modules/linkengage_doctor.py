#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_doctor
short_description: Check an account of LINK Engage and its service
description:
  - Checks the way to the service, the login, the rights of the user, the settings, and the address book.
  - Finds out how the service answers the open questions of its documentation, as far as reading shows them.
  - Returns what is wrong, what to do, and the options that this account needs.
  - The module only reads, unless O(probe), O(to), O(owned_contact) or O(clean) is set.
  - A failed request is a finding and not a failure of the task.
  - The module reads all contacts and groups. It also reads up to three message folders that have at most 500 messages.
options:
  dest:
    description:
      - Folder for the report, as C(linkengage-doctor.md) and C(linkengage-doctor.json).
      - The report contains no names, no phone numbers and no secrets. Attach the report to an issue.
      - Only the owner can read the files.
      - Use an absolute path. The meaning of a relative path depends on the working folder of the task.
    type: path
  probe:
    description:
      - Also write to the account, to find out how the service stores texts and answers writes.
      - The module creates one private contact and one private group with difficult texts, and each of them again.
      - The module updates, reads and searches the contact. The contact becomes a member of the group and leaves it.
      - The module writes a message to the account's own number for the next year, finds it in the folders, and cancels
        it. See O(own_number).
      - The contact and the group are also receivers of this message, unless O(receiver_allowlist) or O(redirect_to) is
        set. The phone number of the contact belongs to no country.
      - The module then writes a message to this contact alone, 101 times in its list of receivers, and cancels it. This
        shows how many receivers a message may have, and whether long lists are complete.
      - The module then deletes everything that it made, also after an error.
      - In check mode, nothing is written.
    type: bool
    default: false
  own_number:
    description:
      - Quoted phone number that gets the message of O(probe), such as the number of your own phone.
      - The message is cancelled a year before it is due. If the service ignored its time, this phone would get one SMS.
      - If omitted, the default sender of the account is used, or the first allowed sender that is a phone number.
      - Without such a sender, no message is written.
    type: raw
  to:
    description:
      - Quoted phone number that gets one SMS, such as the number of your own phone.
      - The module follows the delivery of this SMS, and then deletes its record in the account. This shows whether the
        service deletes messages that were sent.
      - If the service refuses this, the record stays, and a warning names it.
      - Each run sends one SMS. It is not sent again if its answer is lost.
      - Nothing is sent if a check has found a problem. In check mode, nothing is sent.
      - O(receiver_allowlist) and O(redirect_to) also apply to this SMS.
    type: raw
  wait_timeout:
    description:
      - Maximum number of seconds to wait for the delivery of the SMS in O(to).
    type: int
    default: 30
  owned_contact:
    description:
      - Quoted phone number of a contact that a directory sync (Syncopy) owns.
      - The module writes this contact back exactly as it was read, and reads it again. This shows whether the service
        refuses changes of such contacts.
      - A service that stores a text in another way than it shows it would change the contact. This is a problem, which
        names the changed fields.
      - If omitted, the question is not asked. In check mode, nothing is written.
    type: raw
  clean:
    description:
      - Delete the records of an earlier run that was interrupted, and cancel its message.
      - The module recognises them by their texts. It reads all message folders except the inbox.
    type: bool
    default: false
version_added: 1.1.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.guard
  - community.linkengage.attributes.doctor
seealso:
  - name: Playbook community.linkengage.doctor
    description: Runs this module, shows a table, and fails if there are problems.
    link: https://github.com/ansible-collections/community.linkengage/blob/main/playbooks/doctor.yml
"""

EXAMPLES = r"""
- name: Check the account
  community.linkengage.linkengage_doctor:
    dest: "{{ playbook_dir }}/report"
  register: doctor

- name: Show the result
  ansible.builtin.debug:
    var: doctor.table

- name: Find out how the service stores texts, with records that are deleted and a message that is cancelled
  community.linkengage.linkengage_doctor:
    probe: true
    own_number: "+4790555817"

- name: Send one SMS to your own phone, follow its delivery, and delete its record
  community.linkengage.linkengage_doctor:
    to: "+4790555817"
    wait_timeout: 10

- name: Find out whether contacts of the directory sync refuse changes
  community.linkengage.linkengage_doctor:
    owned_contact: "+4741234567"

- name: Delete what an interrupted run left behind
  community.linkengage.linkengage_doctor:
    clean: true

- name: Fail if there are problems
  ansible.builtin.assert:
    that: doctor.problem_count == 0
"""

RETURN = r"""
findings:
  description: The result of each check.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: Name of the check.
      returned: success
      type: str
      sample: certificate
    status:
      description: V(ok), V(warning) or V(problem).
      returned: success
      type: str
      sample: warning
    meaning:
      description: What was found.
      returned: success
      type: str
      sample: It is issued by Example CA and valid for 9 more days.
    remedy:
      description: What to do. Empty if there is nothing to do.
      returned: success
      type: str
      sample: Ask the vendor, or your proxy's owner, for a new certificate.
problem_count:
  description: Number of problems.
  returned: success
  type: int
  sample: 0
warning_count:
  description: Number of warnings.
  returned: success
  type: int
  sample: 1
answers:
  description:
    - How the service answers the open questions, by the names of these questions.
    - Each value is a list with the answers that fit. An empty list means that no request showed the answer.
  returned: success
  type: dict
  sample: {"ids": ["numbers"], "put_answer": []}
settings:
  description: Options that this account needs, with their values.
  returned: success
  type: dict
  sample: {"default_country_code": "47"}
versions:
  description: Versions of the software on this machine.
  returned: success
  type: dict
  sample: {"ansible-core": "2.18.0", "python": "3.12.3"}
table:
  description: The findings, the open questions without an answer, and the options as lines of text.
  returned: success
  type: list
  elements: str
  sample: ["ok       login  The service accepts the login."]
files:
  description: Files of the report.
  returned: success
  type: list
  elements: str
  sample: [/srv/report/linkengage-doctor.md, /srv/report/linkengage-doctor.json]
"""

from ..module_utils._doctor.examine import DOCTOR_SPEC, DoctorOptions, apply_doctor, examine, report_doctor
from ..module_utils._module import Task, run

TASK = Task(DoctorOptions.read, examine, DOCTOR_SPEC, apply=apply_doctor, report=report_doctor)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
