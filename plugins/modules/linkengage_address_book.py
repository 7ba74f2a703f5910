#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_address_book
short_description: Converge a whole LINK Engage address book in one task
description:
  - Creates, updates and deletes contacts, groups and members so that the address book matches your declaration.
  - The module reads the account once, makes a plan, and writes only the differences. Several writes run at a time.
  - Records that are not declared are not changed, unless O(purge) or O(absent) says so.
  - The order is creates, updates, additions to groups, removals from groups, deletes. So no group is empty in between.
  - A wrong entry does not stop the other entries, unless O(on_invalid) says so. The task fails at the end and lists the
    wrong entries. Correct them and run the task again.
  - As long as an entry is wrong, no record is purged, and the group of a wrong member loses no members.
  - If the service itself fails, the module does not try the remaining changes.
  - Two entries with the same number or the same group name are an error that reports both places. Nothing is sent. With
    O(on_invalid=skip) this is a warning.
  - If the account already has contacts with the same number, or groups with the same name, declare them with their
    C(contact_id) or C(group_id).
  - After creating records, the module lists contacts and groups once more. If another run created the same record
    earlier, the module deletes its own copy and moves the memberships of the copy to that record.
options:
  contacts:
    description:
      - Contacts, as dictionaries with the fields of M(community.linkengage.linkengage_contact).
      - An omitted field is not managed. An empty string clears the field. Null is an error.
      - An entry with C(contact_id) updates that contact. Its C(phone_number) is then the new number.
      - With C(previous_phone_number), the contact with that number gets C(phone_number) as its new number. It keeps its
        id, its groups and all other fields. After that, the line has no effect.
      - Two contacts can exchange their numbers in one run if both entries have a C(contact_id).
    type: list
    elements: raw
  groups:
    description:
      - Groups, as dictionaries with C(members) and the fields of M(community.linkengage.linkengage_group).
      - "C(members) is the complete list of the members, as quoted phone numbers or V({contact_id: 4711})."
      - A group without C(members) keeps its members.
      - With C(previous_names), a list, the group with one of these names gets C(name) as its new name. It keeps its
        members. After that, the line has no effect.
      - Two groups can exchange their names in one run if both entries have a C(group_id).
    type: list
    elements: raw
  places:
    description:
      - Says where each entry of O(contacts) and O(groups) comes from. Messages and the plan show this place. By
        default, it is the index of the entry, as in V(contacts[0]).
      - The lookup P(community.linkengage.inventory_groups#lookup) returns them with the host and the variable.
    type: dict
    suboptions:
      contacts:
        description:
          - Places of the contacts, in the order of O(contacts).
        type: list
        elements: str
      groups:
        description:
          - Places of the groups, in the order of O(groups).
        type: list
        elements: str
      members:
        description:
          - Places of the members of each group, as a list for each group in the order of O(groups).
        type: list
        elements: list
  src:
    description:
      - File or folder that declares the address book, instead of O(contacts) and O(groups).
      - Use it for large address books, because the data does not pass through the variables of Ansible.
      - YAML and JSON files contain O(contacts) and O(groups). YAML needs the Python library PyYAML.
      - "Tables contain contacts: CSV files (C(.csv), C(.tsv)), and the first sheet of workbooks (C(.xlsx),
        C(.ods)). Workbooks need the Python library python-calamine."
      - The first line of a table has the headers. The names of the fields are known, and so are usual headers in
        English, Norwegian, Swedish, Danish, Finnish and German. Add others with O(columns).
      - The headers of Google Contacts and Outlook are known too, also in a table with a few of them. A warning names
        the columns that are not read.
      - Upper and lower case, blanks, hyphens and underscores in headers are ignored.
      - If several columns have the same field, the first filled cell of a row is used. A column for mobile numbers
        comes before other phone columns.
      - A table of 20 or more columns is an export. Its other columns are not read, with a warning.
      - An empty cell is an empty string. A missing cell at the end of a row is not managed. Empty rows are skipped.
      - A number that the spreadsheet has changed, such as V(4.79056E+10), is rejected. Format the column as text.
      - vCard files (C(.vcf)) contain contacts, in version 2.1, 3 or 4. They need the Python library vobject.
        Cards of groups are ignored.
      - A CSV file of the vendor's own sync, Syncopy, is recognised by its rows. It contains contacts and groups.
      - Files that ansible-vault encrypted, and C(!vault) values in YAML, are decrypted if the module runs on the
        controller with a local connection. Anywhere else they are an error.
      - In a folder, subfolders are read too. Other files, hidden files and the lock files of Office programs are
        ignored. A warning names address books of other programs, such as C(.xls).
      - A file that is empty, or has only comments, declares nothing.
    type: path
  restore:
    description:
      - File that O(backup) has written. The records in it are restored, and nothing else is changed.
      - An existing record gets all its values back by its id. A deleted record is created again and gets a new id.
      - The members of the groups are restored too, also in groups that were not declared.
      - To undo several runs, restore the newest backup first.
      - No record takes the number or the name of another record. Such a record is a wrong entry, see O(on_invalid).
      - The limits of a run, such as O(max_delete_percent), do not apply.
      - The file must be complete and unchanged, and the task needs the same login and service as the run that wrote it.
      - Not together with O(contacts), O(groups), O(src), O(absent) and O(marker).
    type: path
  remove_created:
    description:
      - Also delete the contacts and groups that were created after the backup, by anybody.
      - The default is to keep them with a warning. RV(created_since) lists them.
      - Only together with O(restore).
    type: bool
    default: false
  columns:
    description:
      - Contact fields of the columns whose header is not recognised.
      - "The value is a dictionary of headers and their fields, such as C({Mobile: phone_number, Given name:
        first_name})."
      - "If several headers have the same field, the first filled cell of a row is used. Such headers can be a list, as
        in C({phone_number: [Mobile, Phone]})."
      - A header in O(columns) that no file contains is an error.
    type: dict
    default: {}
  unknown_columns:
    description:
      - Decides what happens if a header is not recognised and not in O(columns).
      - With V(fail), such a header is an error. With V(ignore), its column is not read.
    type: str
    choices: [fail, ignore]
    default: fail
  delimiter:
    description:
      - Character that separates the cells of CSV files.
      - The value is one character, or one of the words V(comma), V(semicolon), V(tab) and V(pipe).
      - With V(auto), a first line such as C(sep=;) sets the delimiter. Otherwise, the delimiter with the most
        recognised headers is used.
    type: str
    default: auto
  encoding:
    description:
      - Character encoding of files that are neither UTF-8 nor UTF-16 with a byte order mark, such as V(windows-1252).
        Plain CSV of a spreadsheet in Western Europe has this encoding.
      - With V(auto), a file in another encoding than UTF-8 or UTF-16 is an error.
    type: str
    default: auto
  without_number:
    description:
      - Action if a contact has neither a phone number nor a C(contact_id).
      - With V(fail), the entry is wrong, as described in O(on_invalid).
      - With V(skip), the contact is left out with a warning. RV(without_number) has the count. Such contacts do not
        stop a purge.
    type: str
    choices: [fail, skip]
    default: fail
  on_invalid:
    description:
      - Action if entries are wrong or do not fit the account.
      - A wrong entry is, for example, a row without a valid number, or a member who does not exist. All wrong entries
        are listed by file and line, also in check mode.
      - V(continue) applies the other entries and fails at the end. In check mode it gives warnings.
      - V(refuse) fails before anything is written. It also rejects repeated entries.
      - V(skip) skips wrong entries with warnings, and the task succeeds. It fails if no correct entry is left.
      - With V(skip), different entries for one number or name are all skipped. Of equal entries, the first is used.
      - With V(skip), nothing is purged if a wrong entry was skipped, and the group of a wrong member loses no members.
      - A file that cannot be read is always an error. An entry that the service rejects always fails the task.
    type: str
    choices: [continue, refuse, skip]
    default: continue
  warn_skipped:
    description:
      - Give a warning for each entry that O(on_invalid=skip) skips, at most 20.
      - RV(plan) and RV(problems) have these entries too.
    type: bool
    default: true
  marker:
    description:
      - Text that marks the records that this task manages.
      - The marker is written in square brackets, such as V([team]), at the end of O(marker_field) of a contact, and of
        the description of a group. The same words in another place are not a marker.
      - Records with an older form of the marker are reported and not purged. That is the marker without brackets, or in
        another place of the field. If such a record is declared, it gets the new form.
      - A marker that the service cuts off is reported, because the record then counts as not marked.
    type: str
  marker_field:
    description:
      - Field of a contact that contains the O(marker).
      - If you change this option, the marker of declared contacts moves to the new field.
    type: str
    choices: [description, description2, description3]
    default: description3
  previous_markers:
    description:
      - Former texts of O(marker). Records with such a marker count as marked.
      - Declared records get O(marker) instead.
    type: list
    elements: str
    default: []
  purge:
    description:
      - Delete contacts or groups that have the O(marker) and are not declared.
      - Requires O(marker). Records without the marker are never deleted.
      - It is an error if a declared group has such a contact as a member.
      - If no contacts or no groups are declared, purging them requires O(allow_empty).
    type: list
    elements: str
    choices: [contacts, groups]
    default: []
  ignore:
    description:
      - Records that are never purged, as shell patterns of names and quoted phone numbers.
      - A complete number can have any spelling.
      - A record that is both declared and ignored is an error.
      - Ignored records are not reported in RV(unmanaged).
    type: list
    elements: raw
    default: []
  absent:
    description:
      - Records to delete.
      - It is an error if such a record is also declared or is a member of a declared group.
      - It is an error if several records have the number or the name.
    type: dict
    suboptions:
      contacts:
        description:
          - Phone numbers of the contacts to delete, quoted.
        type: list
        elements: raw
      groups:
        description:
          - Names of the groups to delete.
        type: list
        elements: str
  max_delete_percent:
    description:
      - Maximum percentage of records that one run may delete or remove.
      - The limit applies separately to the managed contacts, the managed groups, all contacts, all groups, and the
        members of each group.
      - Members whose contact is deleted count too, also in groups that are not declared. If contacts are deleted, the
        members of all groups are read.
      - If a run would delete more, the task fails before anything is written.
      - Of fewer than ten members of a group or managed records, at most half may go, unless O(allow_empty) is true.
        One or two members may be replaced by others.
    type: int
    default: 25
  max_create_percent:
    description:
      - Maximum percentage of contacts that one run may create, compared with the contacts in the account.
      - Up to ten contacts are always allowed. In an account with fewer than ten contacts, which count as ten, up to 100
        are.
      - The limit does not apply to an account without contacts, or if at least half of its contacts are declared.
    type: int
    default: 100
  max_update_percent:
    description:
      - Maximum percentage of declared contacts of which one run may overwrite values.
      - Filling an empty field and adding the marker do not count.
      - Of fewer than ten declared contacts, three are always allowed, and all of them with O(force).
    type: int
    default: 50
  max_additions:
    description:
      - Maximum percentage of the members of a group that one run may add.
      - Up to ten members are always allowed. Fewer than ten members in the group count as ten.
      - The limit does not apply to a new group, or to an account without contacts.
    type: int
    default: 100
  allow_empty:
    description:
      - Allow a source without entries, or a O(purge) of contacts or groups when none are declared.
      - Allow a run to remove more than half of the members of a group, or all of them, if they are fewer than ten. The
        same applies to managed records.
      - It includes O(force).
    type: bool
    default: false
  force:
    description:
      - Delete groups that have members. Otherwise O(absent) and O(purge) of such a group are an error.
      - The contacts stay in the address book, unless they are deleted too.
      - Also overwrite values of most of fewer than ten declared contacts. See O(max_update_percent).
    type: bool
    default: false
  read_strategy:
    description:
      - Method of reading the contacts.
      - V(list) reads all contacts in one request. V(lookup) makes one request for each declared number.
      - V(auto) uses the faster method. It counts the contacts, and compares a list with the look-ups.
      - One look-up takes about as long as a list of 1000 contacts. For more than 30 numbers, V(auto) always uses
        V(list).
      - The plan is the same with each method. Only V(list) finds RV(unmanaged) records.
      - O(purge) and O(unmanaged=fail) always use V(list).
    type: str
    choices: [auto, list, lookup]
    default: auto
  reread:
    description:
      - Rule for reading a record again before it is replaced, so that an edit during the run is kept.
      - With V(auto), this happens if the address book was read more than three seconds ago. So an edit during the first
        three seconds can be lost.
      - With V(always), each record is read again. With V(never), no record is read again.
      - Each record that is read again takes one more request. Only records to update are read again.
      - Fields that the entry does not manage keep the value that somebody wrote during the run.
      - If a managed field was changed during the run, the entry fails and the record is not written. Run again.
    type: str
    choices: [auto, always, never]
    default: auto
  workers:
    description:
      - Number of writes at a time, from 1 to 64. The members of as many groups are read at a time.
      - Set O(requests_per_minute) if you know the limit of the account, so that no request is refused. Otherwise the
        service refuses at most one request of each worker before all of them pause.
    type: int
    default: 4
  new_holder:
    description:
      - Action if the name of an entry differs entirely from the name of the contact with its number. Another person
        possibly has the number now.
      - It does not apply to entries with C(contact_id), or with an unchanged e-mail address.
      - V(report) updates the contact and gives a warning. The contact keeps its groups and the fields that are not
        declared, such as the e-mail address.
      - V(keep) does the same without a warning.
      - V(replace) also clears the fields that are not declared. It removes the contact from all groups that do not
        declare it as a member.
      - V(refuse) makes the entry wrong, as described in O(on_invalid).
    type: str
    choices: [report, replace, keep, refuse]
    default: report
  number_format:
    description:
      - Format of the phone number of a new contact. See M(community.linkengage.linkengage_contact).
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description:
      - Action if several records have the number or the name of an entry.
      - V(fail) makes the entry wrong. V(first) uses the record with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  lock:
    description:
      - Use of the lock of the account, for which other tasks on this machine wait.
      - With V(writes), the task holds the lock except in check mode.
      - With V(always), the task also holds it in check mode. So no plan is made while another run changes the account.
    type: str
    choices: [writes, always]
    default: writes
  expect_plan_id:
    description:
      - Expected RV(plan_id), from an earlier run in check mode. Only this plan is applied.
      - If the plan is now different, the task fails and nothing is written.
      - If nothing is left to do, the task succeeds.
    type: str
  fail_on_drift:
    description:
      - Fail and write nothing if the account differs from the declaration.
    type: bool
    default: false
  unmanaged:
    description:
      - Action if the account has contacts or groups that are neither declared nor deleted nor in O(ignore).
      - V(report) reports them in RV(unmanaged) and RV(plan), if the whole address book was read. See O(read_strategy).
      - V(fail) fails and writes nothing. V(ignore) does not report them.
      - A contact that is only a member of a declared group is not declared.
    type: str
    choices: [ignore, report, fail]
    default: report
  show_people:
    description:
      - Detail of people in RV(plan).
      - V(names) shows the name, or a part of the number of a contact without a name.
      - V(true) also shows numbers, and the values before and after.
      - V(false) shows only a part of the number.
    type: str
    choices: ["names", "true", "false"]
    default: names
  backup:
    description:
      - File for a copy of the records before they are changed or deleted. O(restore) restores them.
      - The file is JSON, so use a name that ends in C(.json). Only the owner can read the file.
      - The file is written before the first change. An earlier file is kept with a number in its name.
      - The file also has the ids and digests of all records, so the run lists all contacts and groups.
      - The file must not be in O(src).
    type: path
  dest:
    description:
      - File for the complete plan with all values. Only the owner can read the file.
      - A file whose name ends in C(.txt) has the lines of RV(plan). Any other file is JSON.
      - Wrong and skipped entries are at its end, in JSON with the action C(correct).
      - The file is also written in check mode. It does not count as a change.
      - The file must not be in O(src).
    type: path
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes
"""

EXAMPLES = r"""
- name: Make the address book match the files in a folder
  community.linkengage.linkengage_address_book:
    src: ./address-book
    workers: 8

- name: Delete managed records that are no longer in the files
  community.linkengage.linkengage_address_book:
    src: ./address-book
    marker: "[ansible]"
    purge: [contacts, groups]
    backup: ./before.json

- name: Restore the records of an earlier run
  community.linkengage.linkengage_address_book:
    restore: ./before.json

- name: Apply a staff list from a spreadsheet, but only if every row is correct
  community.linkengage.linkengage_address_book:
    src: ./staff.csv
    columns:
      Mobile: phone_number
      Given name: first_name
      Surname: last_name
    unknown_columns: ignore
    on_invalid: refuse
    default_country_code: "47"

- name: Declare a contact and a group in the playbook
  community.linkengage.linkengage_address_book:
    contacts:
      - phone_number: "+4790555817"
        first_name: Kari
    groups:
      - name: On call
        members: ["+4790555817"]
"""

RETURN = r"""
plan:
  description:
    - The plan for people, as lines. Deletions come first.
    - A plan of at most 100 changes is shown whole.
    - Of a larger plan, 20 changes of each kind and the numbers of changed members of 20 groups are shown. The file in
      O(dest) has the whole plan.
    - O(show_people) controls how people are shown.
  returned: success
  type: list
  elements: str
  sample:
    - "Plan 0c0f8a1f8d2b4a55: 5 changes."
    - "Contacts: 1 to create, 1 to update, 1 to delete, 1998 as declared."
    - "Groups: 0 to create, 0 to update, 0 to delete, 5 as declared."
    - "Members: 1 to add, 1 to remove."
    - "- delete contact 4712, Per Hansen (purge)"
    - "- On call: +1 -1 (groups.yml line 3)"
    - "  - Ola Nordmann"
    - "  + Åse Sæther (groups.yml line 7)"
    - "- create contact Åse Sæther (contacts.yml line 12): phone_number, first_name, last_name"
    - "- update contact 4711, Kari Nordmann (staff.csv line 40): email"
    - "In the account, but not in the files: 1 group: Managers."
plan_id:
  description: Hash of the changes. Equal changes have equal hashes.
  returned: success
  type: str
  sample: 0c0f8a1f8d2b4a55
default_country_code:
  description: Country code of numbers without a country code. Null if no option has it and no number needs it.
  returned: success
  type: str
  sample: "47"
without_number:
  description: Number of declared contacts that were left out because they have no phone number.
  returned: success
  type: int
  sample: 0
contacts:
  description: Number of contacts that are C(created), C(updated), C(deleted) and C(unchanged).
  returned: success
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 9999}
groups:
  description: Number of groups that are C(created), C(updated), C(deleted) and C(unchanged).
  returned: success
  type: dict
  sample: {"created": 0, "updated": 0, "deleted": 0, "unchanged": 5}
members:
  description:
    - Number of members that are C(added) and C(removed).
    - Members whose contact or group is deleted count as C(removed).
  returned: success
  type: dict
  sample: {"added": 1, "removed": 0}
losses:
  description:
    - First twenty groups that lose members, with the number of members before the run and of those who leave.
    - Members leave if they are removed from the group, or if their contact or the group is deleted.
  returned: success
  type: list
  elements: dict
  sample: [{"group": "On call", "group_id": 12, "members": 20, "removed": 1}]
change_count:
  description: Number of all changes.
  returned: success
  type: int
  sample: 2
changes:
  description:
    - All changes of a plan of at most 100 changes, and the first 20 changes of a larger plan. Deletions come first.
    - The file in O(dest) has all changes.
    - C(where) is the file and the line of the entry.
    - C(name) and C(member_name) are the names of the record and the member. For a contact without a name,
      a part of its number is shown.
  returned: success
  type: list
  elements: dict
  sample:
    - action: update
      resource: contact
      where: "contacts.yml line 12"
      id: 4711
      name: Kari Nordmann
      before: {"email": ""}
      after: {"email": "kari@example.com"}
    - action: add_member
      resource: group
      where: "groups.yml line 7"
      id: 12
      name: On call
      member: 4713
      member_name: Åse Sæther
problems:
  description:
    - Wrong entries with the reason, at most 100. The file in O(dest) has all of them.
    - With O(on_invalid=skip), the skipped entries with the reason, at most 1000.
  returned: success
  type: list
  elements: str
  sample: ["staff.csv line 7: phone_number: 123...89 is not a phone number; write it as in +4790555817."]
problem_count:
  description: Number of wrong or skipped entries.
  returned: success
  type: int
  sample: 1
created_since:
  description:
    - Records that were created after the backup. C(contacts) and C(groups) have a C(count), the C(ids) and a C(sample)
      of names.
  returned: with O(restore)
  type: dict
  sample: {"contacts": {"count": 1, "ids": [4712], "sample": ["Ola Nordmann"]}}
notes:
  description:
    - Sentences about records that need attention, which are also warnings, at most 1000.
  returned: with entries
  type: list
  elements: str
  sample:
    - "contacts.yml line 12: the name differs entirely from that of contact 4711 with this number."
questions:
  description:
    - Questions about new records that are possibly stored ones under a new number or name, with the line to add.
    - A contact is compared by name and e-mail address, a group by its members. Only O(read_strategy=list) compares
      contacts with all others.
  returned: success
  type: list
  elements: str
  sample:
    - 'contacts[3]: changed number? Contact 4711 (479...17) is not declared and has the same name. If yes, add to the
      entry: previous_phone_number: "4790555817"'
unmanaged:
  description:
    - Records that are neither declared nor deleted nor ignored.
    - C(contacts) and C(groups) have a C(count) and a C(sample) of at most 20 names. For a contact without a
      name, a part of its number is shown.
  returned: when the whole address book was read, and O(unmanaged) is not V(ignore)
  type: dict
  sample: {"contacts": {"count": 2, "sample": ["Ola Nordmann", "479...17"]}}
"""

from ..module_utils._book.converge import (
    apply_address_book,
    plan_address_book,
    read_declaration,
    waits_in_check_mode,
)
from ..module_utils._book.options import ADDRESS_BOOK_RULES, ADDRESS_BOOK_SPEC, BookOptions
from ..module_utils._book.report import report_address_book
from ..module_utils._module import Task, run

TASK = Task(
    BookOptions.read,
    plan_address_book,
    ADDRESS_BOOK_SPEC,
    ADDRESS_BOOK_RULES,
    apply_address_book,
    report_address_book,
    prepare=read_declaration,
    locked=True,
    locks_check_mode=waits_in_check_mode,
)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
