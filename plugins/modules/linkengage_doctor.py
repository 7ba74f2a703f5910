#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_doctor
short_description: Check a LINK Engage account and the connection to the service
description:
  - Checks the connection to the service, the login, the rights of the user, the settings of the account, and the
    address book.
  - The vendor's documentation leaves some questions about the service open, for example whether ids are numbers or
    texts. The module answers such questions from the data that it reads.
  - Returns the problems, a remedy for each problem, and the connection options that this account needs, such as
    O(default_country_code).
  - The module changes the account only with O(probe), O(to), O(owned_contact) or O(clean).
  - If a request fails, the module adds a finding about this request to the result, and the task does not fail.
  - The checks read all contacts, all groups, and the messages in at most three folders. The module reads the first
    three folders that contain 1 to 500 messages.
options:
  dest:
    description:
      - Folder for the two files of the report, C(linkengage-doctor.md) and C(linkengage-doctor.json).
      - The report contains no names, no phone numbers and no secrets. You can attach the report to an issue.
      - Only the owner of the report files can read them.
      - Use an absolute path. A relative path depends on the working folder of the task.
    type: path
  probe:
    description:
      - Write test records to the account. Test records show how the service stores texts, and what the service returns
        after POST, PUT and DELETE.
      - The module creates one private contact and one private group, both with unusual characters in their texts. To
        find out whether the service accepts duplicates, the module tries to create the same contact and the same group
        again.
      - The module updates and reads the test contact, and then searches for it. The module adds the test contact to the
        test group, and removes the contact again.
      - The module schedules a message that is due in one year, with O(own_number) as the receiver. The module then
        finds the message in the message folders, and cancels it.
      - If neither O(receiver_allowlist) nor O(redirect_to) is set, this message has the test contact and the test group
        as additional receivers. The number of the test contact has the unused country code 999, so this number cannot
        belong to a phone.
      - If neither O(receiver_allowlist) nor O(redirect_to) is set, the module schedules and cancels a second message.
        This message lists the test contact 101 times as a receiver, to find out whether a message can have more than
        100 receivers. If the message folder then has an entry for each receiver, the module also checks whether the
        service returns all entries of the folder.
      - At the end, the module deletes everything that it has created, even after an error.
      - In check mode, the module writes nothing to the account.
    type: bool
    default: false
  own_number:
    description:
      - Quoted phone number for the message that O(probe) schedules, such as the number of your own phone.
      - The message is due in one year. The module cancels the message before the task ends. If the service ignores the
        send time, the phone with this number gets one SMS.
      - If this option is omitted, the message goes to the phone number that is the default sender of the account. If
        the default sender is not a phone number, the message goes to the first allowed sender that is a phone number.
      - If this option is omitted and no sender of the account is a phone number, the module schedules no message.
      - O(receiver_allowlist) and O(redirect_to) apply to the scheduled message.
    type: raw
  to:
    description:
      - Quoted phone number to which the module sends one SMS, such as the number of your own phone.
      - The module waits for the delivery of the SMS, and then deletes the stored SMS from the account. The result shows
        whether the service lets users delete messages that were sent.
      - If the service refuses to delete the SMS, the SMS stays in the account, and a finding contains its message id.
      - Each run with this option sends one SMS. If the service does not respond, the run does not send a second SMS.
      - In check mode, or if a check has found a problem, the module sends no SMS.
      - O(receiver_allowlist) and O(redirect_to) apply to the phone number in O(to).
    type: raw
  wait_timeout:
    description:
      - Maximum number of seconds to wait for the delivery of the SMS that O(to) sends.
    type: int
    default: 30
  owned_contact:
    description:
      - Quoted phone number of a contact that comes from the directory sync Syncopy.
      - The module reads the contact, writes the contact back unchanged, and reads the contact again. The result shows
        whether the service refuses changes to contacts that come from the directory sync.
      - If a field has another value in the second reading, the module reports a problem and names the field.
      - The module writes exactly what the service has returned. For example, if the service returns only the beginning
        of a long text, the account then contains only this beginning.
      - Without this option, the module does not write to contacts from the directory sync. In check mode, the module
        writes nothing to the account.
    type: raw
  clean:
    description:
      - Delete the test records and cancel the test messages of earlier runs that were interrupted.
      - The module recognises test records by the text V(linkengage-doctor-probe) in their fields. To find test
        messages, the module reads all message folders except the inbox.
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
    description: The playbook runs this module, shows a table, and fails if there are problems.
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

- name: Also write test records, which the module deletes again
  community.linkengage.linkengage_doctor:
    probe: true
    own_number: "+4790555817"

- name: Send one SMS to your own phone, wait for the delivery, and delete the stored SMS from the account
  community.linkengage.linkengage_doctor:
    to: "+4790555817"
    wait_timeout: 10

- name: Find out whether the service refuses changes to contacts that come from the directory sync
  community.linkengage.linkengage_doctor:
    owned_contact: "+4741234567"

- name: Delete the test records that an interrupted run left behind
  community.linkengage.linkengage_doctor:
    clean: true

- name: Fail if there are problems
  ansible.builtin.assert:
    that: doctor.problem_count == 0
"""

RETURN = r"""
findings:
  description: Results of the checks.
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
      description: "Status of the check: V(ok), V(warning) or V(problem)."
      returned: success
      type: str
      sample: warning
    meaning:
      description: What the check has found, in one or more sentences.
      returned: success
      type: str
      sample: The certificate was issued by Example CA, and is valid for 9 more days.
    remedy:
      description: What to do about a problem or a warning. The value is empty if nothing needs to be fixed.
      returned: success
      type: str
      sample: Ask the vendor, or the operator of your proxy, for a new certificate.
problem_count:
  description: Number of checks with the status V(problem).
  returned: success
  type: int
  sample: 0
warning_count:
  description: Number of checks with the status V(warning).
  returned: success
  type: int
  sample: 1
answers:
  description:
    - Answers to the open questions about the service. The vendor's documentation does not answer these questions. Each
      key is the name of a question, such as V(ids).
    - Each value is a list of answers that can be right. If the list has several answers, the module could not find out
      which answer is right. If the list is empty, the module has found no answer.
  returned: success
  type: dict
  sample: {"ids": ["numbers"], "put_answer": []}
settings:
  description: Connection options that this account needs, with their values.
  returned: success
  type: dict
  sample: {"default_country_code": "47"}
versions:
  description: Versions of the software on the machine where the module ran.
  returned: success
  type: dict
  sample: {"ansible-core": "2.18.0", "python": "3.12.3"}
table:
  description:
    - Lines of a table for the terminal. The table shows the findings, the questions about the service that have no
      answer yet, and the options in RV(settings).
  returned: success
  type: list
  elements: str
  sample: ["ok       login  The service accepts the login."]
files:
  description: Paths of the two report files. The list is empty if O(dest) is omitted.
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
