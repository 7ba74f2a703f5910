#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_address_book
short_description: Converge a whole LINK Engage address book in one call
description:
  - Makes contacts, groups and their members what is declared, in one task. It reads the account once, plans, and
    writes only differences, several at a time.
  - What is not declared is left alone, unless O(purge) or O(absent) says otherwise.
  - The order is creates, updates, additions to groups, removals from groups, deletes; so no group is empty half way.
  - An entry that cannot be understood, or that the service refuses, does not stop the others, unless O(on_invalid)
    says otherwise. The task fails at the end with a list of them, and a rerun does what is left. Until then nothing is
    purged, and a group with such a member loses nobody. Where the service itself fails, the rest is not tried.
  - The same number, or the same group name, declared twice is an error that names both places, and nothing is sent,
    unless O(on_invalid=skip). Contacts that share a number already, and groups that share a name, can be declared with
    their C(contact_id) or C(group_id).
options:
  contacts:
    description:
      - The contacts, each a dictionary of the fields of M(community.linkengage.linkengage_contact).
      - A field that is left out is not managed, an empty text clears, and null is an error.
      - An entry with C(contact_id) means that contact, and gives it the C(phone_number) that it names.
    type: list
    elements: raw
  groups:
    description:
      - The groups, each a dictionary of the fields of M(community.linkengage.linkengage_group) and C(members).
      - "C(members) is a list of quoted phone numbers, or of V({contact_id: 4711}), and is exact. A group without it
        keeps its members."
    type: list
    elements: raw
  src:
    description:
      - A file, or a folder of files, that declares the address book instead, so that a large one never passes through
        Ansible's variables.
      - YAML and JSON hold O(contacts) and O(groups).
      - CSV holds contacts, as a spreadsheet saves it in UTF-8. The names of the fields, or those of O(columns), are in
        its first line, in any case, with commas, semicolons or tabs between the cells. An empty cell is an empty text,
        and a row of empty cells is none.
      - What the spreadsheet has made of a number that is not formatted as text, such as V(4.79056E+10), is refused.
      - Other files of a folder, hidden ones, and those of the folders below it are not read.
      - Reading YAML needs the Python library PyYAML.
    type: path
  columns:
    description:
      - What the columns of the CSV files in O(src) are, where they do not have the names of the fields.
      - "A dictionary of headers and fields, such as C({Mobile: phone_number, Given name: first_name})."
      - A header is found in any case. One that no file has is an error.
    type: dict
    default: {}
  unknown_columns:
    description: What to do about a column of a CSV file that is no field and not among O(columns).
    type: str
    choices: [fail, ignore]
    default: fail
  on_invalid:
    description:
      - What to do about entries that cannot be understood or do not fit the account, such as a row whose number is
        none, or a member who does not exist. All of them are listed by file and line. It is the same in check mode.
      - V(continue) does the rest, and the task fails at the end; in check mode it warns.
      - V(refuse) fails before anything is written. An entry that only repeats another one is refused too.
      - V(skip) leaves them out with warnings, and the task succeeds. Of several entries for one number or name that
        differ none is taken; of equal ones, the first. Nothing is purged as long as an entry is left out for any
        other reason than repeating, and a group with such a member loses nobody. A source with no good entry is
        refused.
      - A file that cannot be read as a whole is an error always. What the service refuses in the end fails the task
        always.
    type: str
    choices: [continue, refuse, skip]
    default: continue
  marker:
    description:
      - A text that marks what this task manages. It is put behind the text in O(marker_field) of a contact, and in
        the description of a group.
      - It counts only by itself, with white space or nothing around it; V(team) is no part of V(team2).
    type: str
  marker_field:
    description: The field of a contact that gets O(marker).
    type: str
    choices: [description, description2, description3]
    default: description3
  purge:
    description:
      - Whether contacts or groups that bear the O(marker) and are not declared are deleted.
      - It needs O(marker). Records without the marker are never deleted.
      - A contact that a declared group names as its member is not deleted; that is an error.
      - Where no contacts, or no groups, are declared at all, purging them needs O(allow_empty).
    type: list
    elements: str
    choices: [contacts, groups]
    default: []
  ignore:
    description:
      - Shell patterns of names and quoted phone numbers that are never purged. A whole number may be spelt in any way.
      - A declared record that is also ignored is an error.
    type: list
    elements: raw
    default: []
  absent:
    description:
      - Records to delete by name. One that is declared too, or needed as a member, is an error; so are several of one
        number or name.
    type: dict
    suboptions:
      contacts:
        description: Quoted phone numbers.
        type: list
        elements: raw
      groups:
        description: Names of groups.
        type: list
        elements: str
  max_delete_percent:
    description:
      - How many percent of the managed contacts, of the managed groups, of all contacts, of all groups, or of a group's
        members may go in one run, counted from ten records up. Above it the task fails before anything is written.
    type: int
    default: 25
  allow_empty:
    description: Whether a source that declares nothing, or nothing of what is purged, is meant.
    type: bool
    default: false
  read_strategy:
    description:
      - How the contacts are read. V(list) reads all of them in one request, V(lookup) asks for each declared number.
      - V(auto) looks up where the contacts that are named anywhere are no more than 200 and a hundredth of the contacts
        in the book, and lists else. O(purge) always lists.
    type: str
    choices: [auto, list, lookup]
    default: auto
  workers:
    description:
      - How many writes are made at a time, from 1 to 64.
      - Without O(requests_per_minute) it is one at a time beyond what this machine has seen the account let through in
        a minute, so that the service refuses one request a minute at the most while nothing else uses the account.
    type: int
    default: 4
  number_format:
    description: How a number is written when a contact is made. See M(community.linkengage.linkengage_contact).
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description: What to do where several records answer to one number or name.
    type: str
    choices: [fail, first]
    default: fail
  expect_plan_id:
    description:
      - The RV(plan_id) of a run in check mode. Any other plan is an error, and nothing is written. It is
        none where nothing is left to do.
    type: str
  fail_on_drift:
    description: Whether the task fails, and writes nothing, where the account differs from what is declared.
    type: bool
    default: false
  backup:
    description:
      - File to keep what will be changed or deleted, as it is before, in the form that O(src) reads. It is readable
        by its owner only, and written before the first write; it should end in C(.json).
      - An earlier file of that name is kept, with a number in its name. It must not lie in O(src).
    type: path
  dest:
    description:
      - File to write the whole plan to, as JSON, readable by its owner only. It is written in check mode too, and is no
        change. It must not lie in O(src).
    type: path
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes
"""

EXAMPLES = r"""
- name: Converge the address book to the files in a folder
  community.linkengage.linkengage_address_book:
    src: ./address-book
    workers: 8

- name: Delete what we once made and no longer declare
  community.linkengage.linkengage_address_book:
    src: ./address-book
    marker: "[ansible]"
    purge: [contacts, groups]
    backup: ./before.json

- name: Take the staff list from a spreadsheet, but nothing of it unless all of it is right
  community.linkengage.linkengage_address_book:
    src: ./staff.csv
    columns:
      Mobile: phone_number
      Given name: first_name
      Surname: last_name
    unknown_columns: ignore
    on_invalid: refuse
    default_country_code: "47"

- name: Declare a few right here
  community.linkengage.linkengage_address_book:
    contacts:
      - phone_number: "+4790555817"
        first_name: Kari
    groups:
      - name: On call
        members: ["+4790555817"]
"""

RETURN = r"""
plan_id:
  description: A hash of the changes, the same for the same changes.
  returned: success
  type: str
  sample: 0c0f8a1f8d2b4a55
contacts:
  description: How many contacts are C(created), C(updated), C(deleted) and C(unchanged).
  returned: success
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 9999}
groups:
  description: The same of groups.
  returned: success
  type: dict
  sample: {"created": 0, "updated": 0, "deleted": 0, "unchanged": 5}
members:
  description: How many members are C(added) and C(removed).
  returned: success
  type: dict
  sample: {"added": 1, "removed": 0}
changes:
  description: The first twenty changes. O(dest) has all.
  returned: success
  type: list
  elements: dict
  sample:
    - action: update
      resource: contact
      where: "contacts.yml: contacts[3]"
      id: 4711
      before: {"first_name": "Kar"}
      after: {"first_name": "Kari"}
problems:
  description:
    - The entries that are left out, up to a thousand, or the first hundred of those that the task will fail for, each
      with the reason.
  returned: success
  type: list
  elements: str
  sample: ["staff.csv line 7: phone_number: 123...89 is not a phone number; write it as in +4790555817."]
problem_count:
  description: How many entries are left out, or make the task fail.
  returned: success
  type: int
  sample: 1
unmanaged:
  description:
    - For C(contacts) and C(groups), the C(count) and a C(sample) of the names of what is neither declared nor deleted.
  returned: where the whole book was read
  type: dict
  sample: {"contacts": {"count": 2, "sample": ["Ola Nordmann"]}}
"""

from ..module_utils._book.converge import ADDRESS_BOOK_RULES, ADDRESS_BOOK_SPEC, plan_address_book
from ..module_utils._module import Task, run

TASK = Task(plan_address_book, ADDRESS_BOOK_SPEC, ADDRESS_BOOK_RULES, locked=True)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
