#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_address_book
short_description: Manage a whole LINK Engage address book in one task
description:
  - Creates, updates and deletes contacts, groups and memberships, so that the address book matches your declaration.
  - The module reads the account once, makes a plan, and writes only the differences.
  - Records that are not declared stay unchanged, unless O(purge) or O(absent) deletes them.
  - The module first creates and updates records. Then it adds members to groups, removes members from groups, and
    finally deletes records. The module adds members before it removes members, so that no group becomes empty during
    the run.
  - With the default O(on_invalid=continue), the module applies the correct entries, then fails and lists the wrong
    entries. Correct the wrong entries, and run the task again.
  - If an entry is wrong, the module purges no record. If a member of a group is wrong, the module removes no member
    from this group.
  - If the service fails during the run, the module does not try the remaining changes.
  - Two entries with the same phone number or the same group name are an error. The error message shows where both
    entries are, and the module writes nothing. With O(on_invalid=skip), entries with the same phone number or group
    name give a warning instead of an error.
  - If several contacts in the account have the same number, declare each of these contacts with its C(contact_id). If
    several groups in the account have the same name, declare each of these groups with its C(group_id).
  - After the module has created records, it reads the lists of contacts and groups once more. If another run was faster
    and created the same record first, the module deletes its own new record. The members and memberships of the deleted
    record move to the record of the other run. If somebody has already edited the record that the module created, the
    module keeps both records. If both records stay, the task fails, and the error message contains both ids.
options:
  contacts:
    description:
      - Contacts to create or update, as dictionaries with the fields of M(community.linkengage.linkengage_contact).
      - A field that the entry omits keeps its value. An empty string clears the field. The value null is an error.
      - An entry with C(contact_id) updates the contact with this id. In an entry with C(contact_id), C(phone_number) is
        the new number of the contact.
      - C(previous_phone_number) is the old number of a contact. The contact with the number in C(previous_phone_number)
        gets C(phone_number) as its new number, and keeps its id, its groups and all other fields. After the contact has
        its new number, C(previous_phone_number) has no effect.
      - Two contacts can exchange their phone numbers in one run, if both entries have a C(contact_id).
    type: list
    elements: raw
  groups:
    description:
      - Groups to create or update, as dictionaries with C(members) and the fields of
        M(community.linkengage.linkengage_group).
      - "C(members) is the complete list of the members, as quoted phone numbers or V({contact_id: 4711})."
      - If an entry omits C(members), the group keeps its members.
      - C(previous_names) is a list of old names of the group. A group with a name in C(previous_names) gets C(name) as
        its new name, and keeps its members. After the group has its new name, C(previous_names) has no effect.
      - Two groups can exchange their names in one run, if both entries have a C(group_id).
    type: list
    elements: raw
  places:
    description:
      - Places where the entries of O(contacts) and O(groups) come from, such as a host and a variable. The plan, the
        warnings and the errors show the place of each entry. By default, the place is the position of the entry in the
        option, as in V(contacts[0]).
      - The lookup P(community.linkengage.inventory_groups#lookup) returns the places of all contacts, groups and
        members that it builds.
    type: dict
    suboptions:
      contacts:
        description:
          - Place of each contact, such as a host and a variable, in the order of O(contacts).
        type: list
        elements: str
      groups:
        description:
          - Place of each group, such as a host pattern and a variable, in the order of O(groups).
        type: list
        elements: str
      members:
        description:
          - Places of the members of each group, as one list for each group, in the order of O(groups).
        type: list
        elements: list
  src:
    description:
      - File or folder that declares the address book, instead of O(contacts) and O(groups).
      - Use O(src) for a large address book, because the records in a file do not pass through the variables of Ansible.
      - YAML and JSON files contain the keys C(contacts) and C(groups). YAML files need the Python library PyYAML.
      - Tables contain contacts. A table is a CSV file with the extension C(.csv) or C(.tsv), or the first sheet of a
        workbook with the extension C(.xlsx) or C(.ods). Workbooks need the Python library python-calamine.
      - The first line of a table contains the headers. The module recognises the names of the fields, and common
        headers in English, Norwegian, Swedish, Danish, Finnish and German. For other headers, use O(columns).
      - The module also recognises the headers of exports from Google Contacts and Outlook. The module accepts exports
        from these programs even if some columns are missing.
      - Headers are not case-sensitive. The module ignores spaces, hyphens and underscores in headers.
      - If several columns contain the same field, the module uses only one of the filled cells in each row. Columns
        with mobile numbers take precedence over other columns with phone numbers.
      - The module treats a table as an export of another program if it has 20 or more columns, and some headers are not
        recognised. From an export of another program, the module reads only phone numbers, names, e-mail addresses,
        contact ids, and the columns in O(columns). A warning reports the columns that the module does not read.
      - An empty cell counts as an empty string, which clears the field. If a row has fewer cells than
        the header, the fields of the missing cells keep their values. The module skips empty rows.
      - A phone number that the spreadsheet program has changed, such as V(4.79056E+10), is an error. In the spreadsheet
        program, set the format of the column to text.
      - vCard files with the extension C(.vcf) contain contacts. The module reads the vCard versions 2.1, 3 and 4. vCard
        files need the Python library vobject. The module ignores vCards of groups.
      - The module recognises the CSV files of Syncopy, which is the directory sync of the vendor. Syncopy files contain
        contacts and groups.
      - The module decrypts files that C(ansible-vault) has encrypted, and C(!vault) values in YAML files. Decryption
        works only in a task that runs on the controller with a local connection. In a task without a local connection,
        encrypted files and values are an error.
      - If O(src) is a folder, the module reads its subfolders too. The module ignores files of other types, hidden
        files, and the lock files of Office programs. A warning names address books in formats that the module cannot
        read, such as C(.xls).
      - An empty file, or a file with only comments, declares no records.
    type: path
  restore:
    description:
      - Backup file that O(backup) has written. The module restores the records in the backup file, and changes no other
        records.
      - A record that still exists with the same id gets all its old values back. The module creates deleted records
        again, with new ids.
      - The module also restores the members of each group, even if the group was not declared.
      - To undo several runs, restore their backups one after the other, the newest backup first.
      - If another record now has the number or name of a record in the backup, the module does not restore the record
        in the backup. A record that is not restored counts as a wrong entry, as described in O(on_invalid).
      - The limits for large changes, such as O(max_delete_percent), do not apply to O(restore).
      - The module rejects a backup file that is incomplete, or that somebody has edited. Use the login and the service
        of the run that wrote the backup file.
      - O(restore) cannot be used together with O(contacts), O(groups), O(src), O(absent) or O(marker).
    type: path
  remove_created:
    description:
      - Delete contacts and groups that were created after the backup, even if another person has created them.
      - By default, the module keeps records that were created after the backup, and gives a warning. The return value
        RV(created_since) lists records that were created after the backup.
      - O(remove_created) can be used only together with O(restore).
    type: bool
    default: false
  columns:
    description:
      - Contact fields for the columns whose header is not recognised.
      - "The value is a dictionary of headers and their fields, such as C({Mobile: phone_number, Given name:
        first_name})."
      - "To give several headers for one field, use a list, as in C({phone_number: [Mobile, Phone]}). In each row, the
        module uses the first column in the list whose cell is not empty."
      - A header in O(columns) that no file contains is an error.
    type: dict
    default: {}
  unknown_columns:
    description:
      - Decides what happens if a header is not recognised and not in O(columns).
      - With V(fail), an unrecognised header is an error. With V(ignore), a column with an unrecognised header is not
        read.
    type: str
    choices: [fail, ignore]
    default: fail
  delimiter:
    description:
      - Character that separates the cells of CSV files.
      - The value is one character, or one of the words V(comma), V(semicolon), V(tab) and V(pipe).
      - With V(auto), a first line such as C(sep=;) sets the delimiter. In a file without C(sep=;), V(auto) selects the
        delimiter that gives the most recognised headers.
    type: str
    default: auto
  encoding:
    description:
      - Character encoding, such as V(windows-1252), for files that are not in UTF-8 or UTF-16. The module recognises
        UTF-8, and UTF-16 with a byte order mark, automatically. In Western Europe, spreadsheet programs save plain CSV
        files as V(windows-1252).
      - With V(auto), a file that is not in UTF-8 or UTF-16 is an error.
    type: str
    default: auto
  without_number:
    description:
      - Decides what happens if a contact has neither a phone number nor a C(contact_id).
      - With V(fail), the contact counts as a wrong entry, as described in O(on_invalid).
      - With V(skip), the module leaves out the contact and gives a warning. RV(without_number) is the number of
        contacts that the module left out. Contacts without a number do not prevent O(purge).
    type: str
    choices: [fail, skip]
    default: fail
  on_invalid:
    description:
      - Decides what happens if entries are wrong, or cannot be applied to the account.
      - A wrong entry is, for example, a row without a valid phone number, or a member who does not exist. The task
        lists all wrong entries with their file and line, even in check mode.
      - V(continue) applies the correct entries, and then fails because of the wrong entries. In check mode, V(continue)
        gives warnings about the wrong entries.
      - V(refuse) fails before the first write. V(refuse) also rejects the second of two equal entries.
      - V(skip) skips wrong entries and gives warnings, and the task succeeds. If all entries are wrong, the task fails.
      - If several entries have the same number or name, but different values, V(skip) skips all these entries. If
        several entries are equal, V(skip) uses the first entry.
      - If V(skip) skips an entry, the module purges no record. If V(skip) skips a member of a group, the module removes
        no member from this group.
      - A file that cannot be read is always an error. If the service rejects an entry, the task always fails.
    type: str
    choices: [continue, refuse, skip]
    default: continue
  warn_skipped:
    description:
      - Give a warning for each entry that O(on_invalid=skip) skips. The task gives at most 20 warnings about skipped
        entries.
      - RV(plan) and RV(problems) list the skipped entries even if this option is V(false).
    type: bool
    default: true
  marker:
    description:
      - Text that marks the records that this task manages.
      - The module writes the marker in square brackets, such as V([team]). In a contact, the marker is at the end of
        the field in O(marker_field). In a group, the marker is at the end of the description. The same text elsewhere
        in the record does not count as a marker.
      - Earlier versions of the collection wrote the marker without brackets, or not at the end of the field. A warning
        lists the records with a marker of an earlier version, and the module does not purge these records. In declared
        records, the module replaces a marker without brackets, or in another place, with the new form.
      - If the service has cut off the marker of a record, the record counts as not marked, and a warning lists the
        record.
    type: str
  marker_field:
    description:
      - Contact field that contains the O(marker).
      - If you change O(marker_field), the module moves the marker of each declared contact to the new field.
    type: str
    choices: [description, description2, description3]
    default: description3
  previous_markers:
    description:
      - Former values of O(marker). A record with a former marker also counts as marked.
      - In declared records, the module replaces each former marker with O(marker).
    type: list
    elements: str
    default: []
  purge:
    description:
      - Delete contacts or groups that have the O(marker) and are not declared.
      - O(purge) requires O(marker). Records without the marker are never purged.
      - It is an error if a contact to purge is a member of a declared group.
      - If no contacts are declared, purging contacts requires O(allow_empty). If no groups are declared, purging groups
        requires O(allow_empty).
    type: list
    elements: str
    choices: [contacts, groups]
    default: []
  ignore:
    description:
      - Records that are never purged. Each entry is a shell pattern of names, or a quoted phone number.
      - A complete phone number can have any spelling.
      - A record that is both declared and ignored is an error.
      - RV(unmanaged) does not contain ignored records.
    type: list
    elements: raw
    default: []
  absent:
    description:
      - Contacts and groups to delete.
      - It is an error if a record to delete is also declared, or is a member of a declared group.
      - It is an error if a number to delete belongs to several contacts, or if a name to delete belongs to several
        groups.
    type: dict
    suboptions:
      contacts:
        description:
          - Quoted phone numbers of the contacts to delete.
        type: list
        elements: raw
      groups:
        description:
          - Names of the groups to delete.
        type: list
        elements: str
  max_delete_percent:
    description:
      - Maximum percentage of records that one run may delete, and of members that one run may remove.
      - The limit applies separately to the managed contacts, the managed groups, all contacts, all groups, and the
        members of each group.
      - A deleted contact also counts as a removed member of all its groups, including groups that are not declared. The
        module reads the members of all groups before it deletes a contact.
      - If a run would exceed the limit, the task fails before the first write.
      - The percentage applies only if there are ten or more records, or ten or more members in the group. If there are
        fewer than ten records or members, a run may remove at most half of them, or all of them with
        O(allow_empty=true).
      - In a group with fewer than ten members, a run may always replace one or two members with other members.
    type: int
    default: 25
  max_create_percent:
    description:
      - Maximum number of contacts that one run may create, as a percentage of the contacts in the account.
      - Up to ten new contacts are always allowed. In an account with fewer than ten contacts, up to 100 new contacts
        are always allowed. For the percentage, an account with fewer than ten contacts counts as an account with ten
        contacts.
      - The limit does not apply if the account has no contacts, or if at least half of its contacts are declared.
    type: int
    default: 100
  max_update_percent:
    description:
      - Maximum number of contacts in which one run may overwrite values, as a percentage of the declared contacts.
      - A change that only fills an empty field, or that only adds the marker, does not count towards the limit.
      - If fewer than ten contacts are declared, a run may always overwrite values in three of them, or in all of them
        with O(force=true).
    type: int
    default: 50
  max_additions:
    description:
      - Maximum number of members that one run may add to a group, as a percentage of its current members.
      - Up to ten new members are always allowed. For the percentage, a group with fewer than ten members counts as a
        group with ten members.
      - The limit does not apply to a new group, or to an account without contacts.
    type: int
    default: 100
  allow_empty:
    description:
      - Allow a declaration that contains no contacts and no groups.
      - With this option, O(purge) may delete contacts even if no contacts are declared, and groups even if no groups
        are declared.
      - If a group has fewer than ten members, a run with this option may remove any number of them, even all of them.
      - If there are fewer than ten managed records, a run with this option may delete more than half of them.
      - O(allow_empty=true) also allows everything that O(force=true) allows.
    type: bool
    default: false
  force:
    description:
      - Allow O(absent) and O(purge) to delete groups that have members. Without O(force), deleting a group with members
        is an error.
      - The members of a deleted group stay in the address book as contacts, unless the contacts are deleted too.
      - If fewer than ten contacts are declared, a run with this option may overwrite values in all declared contacts.
        See O(max_update_percent).
    type: bool
    default: false
  read_strategy:
    description:
      - Method that the module uses to read the contacts of the account.
      - V(list) reads all contacts in one request. V(lookup) makes one request for each declared number.
      - V(auto) uses the faster method. To find the faster method, V(auto) reads the number of contacts in the account.
      - V(auto) assumes that one lookup takes as long as reading a list of 1000 contacts. For more than 30 numbers,
        V(auto) always uses V(list).
      - V(list) and V(lookup) give the same plan. Only V(list) finds RV(unmanaged) records.
      - With O(purge) or O(unmanaged=fail), the task always uses V(list).
    type: str
    choices: [auto, list, lookup]
    default: auto
  reread:
    description:
      - Decides whether the module reads a record again before it updates the record. Reading the record again prevents
        the loss of an edit that another person makes during the run.
      - With V(auto), the module reads a record again if the run read the address book more than three seconds ago. An
        edit can be lost if another person makes it within three seconds after the run has read the address book.
      - V(always) reads each record again before the update. V(never) reads no record again.
      - Reading a record again takes one more request. The module reads a record again only if the run updates the
        record.
      - If another person changes a field during the run, and the entry omits this field, the module keeps the new
        value.
      - If another person changes a field during the run, and the entry contains this field, the task does not write the
        record, and fails. Run the task again.
    type: str
    choices: [auto, always, never]
    default: auto
  workers:
    description:
      - Maximum number of parallel writes, from 1 to 64. The limit also applies to parallel requests that read the
        members of groups.
      - If you know the request limit of the account, set O(requests_per_minute). If the number in
        O(requests_per_minute) is correct, the service refuses no request. Without O(requests_per_minute), the service
        refuses at most one request of each worker before all workers pause.
    type: int
    default: 4
  new_holder:
    description:
      - Decides what happens if a phone number possibly belongs to another person now. The module assumes that the
        number has a new owner if the entry and the contact with this number have completely different names.
      - O(new_holder) has no effect on an entry with C(contact_id). O(new_holder) has no effect if the entry and the
        contact have the same e-mail address.
      - V(report) updates the contact and gives a warning. The contact keeps its groups, and the fields that the entry
        omits, such as the e-mail address.
      - V(keep) updates the contact in the same way as V(report), but gives no warning.
      - V(replace) updates the contact, and clears the fields that the entry omits.
      - V(replace) also removes the contact from its groups, except from groups that declare the contact as a member.
      - With V(refuse), the entry counts as a wrong entry, as described in O(on_invalid).
    type: str
    choices: [report, replace, keep, refuse]
    default: report
  number_format:
    description:
      - Format in which the module stores the phone number of a new contact. See
        O(community.linkengage.linkengage_contact#module:number_format).
    type: str
    choices: [msisdn, e164, national, as_given]
    default: msisdn
  on_duplicate:
    description:
      - Decides what happens if the number or the name of an entry belongs to several records of the account.
      - With V(fail), the entry counts as a wrong entry. With V(first), the module uses the record with the lowest id.
    type: str
    choices: [fail, first]
    default: fail
  lock:
    description:
      - Decides when the task holds the lock of the account. While a task holds the lock, all other tasks that change
        the same account wait. With a folder as O(store), tasks on one machine wait for each other. With a database as
        O(store), tasks on all machines that use this database wait for each other.
      - With V(writes), the task holds the lock, but not in check mode.
      - With V(always), the task holds the lock in check mode too. With V(always), the task makes its plan only when no
        other run is changing the account.
    type: str
    choices: [writes, always]
    default: writes
  expect_plan_id:
    description:
      - Id of the expected plan, which is RV(plan_id) of an earlier run in check mode. The task applies only the
        expected plan.
      - If the plan of the task has another id, the task fails and writes nothing.
      - If no changes are left, the task succeeds even if the id of the plan is different.
    type: str
  fail_on_drift:
    description:
      - Fail and write nothing if the account differs from the declaration.
    type: bool
    default: false
  unmanaged:
    description:
      - Decides what happens if the account has unmanaged contacts or groups. Unmanaged records are records that are not
        declared, not deleted by the task, and not in O(ignore).
      - V(report) lists unmanaged records in RV(unmanaged) and RV(plan). The task finds unmanaged records only if the
        task reads the whole address book. See O(read_strategy).
      - With V(fail), the task fails and writes nothing if there are unmanaged records. V(ignore) does not list
        unmanaged records.
      - A contact counts as declared only if it has its own entry. It is not enough that the contact is a member of a
        declared group.
    type: str
    choices: [ignore, report, fail]
    default: report
  show_people:
    description:
      - Amount of personal data in RV(plan).
      - V(names) shows the name of each contact. For a contact without a name, V(names) shows a part of the phone
        number.
      - V(true) also shows phone numbers, and the values before and after each change.
      - V(false) shows only a part of each phone number, and no names of people.
    type: str
    choices: ["names", "true", "false"]
    default: names
  backup:
    description:
      - Backup file for the old values of the records that the run changes or deletes. To restore the old values, use
        the option O(restore) with the backup file.
      - The backup file contains JSON, so use a name that ends in C(.json). Only the owner of the file can read it.
      - The module writes the backup file before the first change. If a backup file with the same name already exists,
        the module keeps it, and adds a number to its name.
      - The backup file also contains the ids and hashes of all records, so the module reads the lists of all contacts
        and groups.
      - It is an error if the backup file is in the folder of O(src).
    type: path
  dest:
    description:
      - File for the complete plan with all values. Only the owner of the file can read it.
      - If the file name ends in C(.txt), the file contains the lines of RV(plan). With any other file name, the file
        contains JSON.
      - Wrong and skipped entries are at the end of the file. In the JSON file, wrong and skipped entries have the
        action C(correct).
      - The module writes the file in check mode too. Writing the file does not count as a change.
      - It is an error if the file in O(dest) is in the folder of O(src).
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

- name: Restore the records that an earlier run changed or deleted
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
    - The plan as lines of text. The plan begins with deletions.
    - RV(plan) shows all changes of a plan with at most 100 changes.
    - If a plan has more than 100 changes, RV(plan) shows only 20 changes of each kind, and the number of changed
      members for 20 groups. The file in O(dest) contains the complete plan.
    - O(show_people) sets the amount of personal data in the plan.
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
  description: Id of the plan. Two plans with the same changes have the same id.
  returned: success
  type: str
  sample: 0c0f8a1f8d2b4a55
default_country_code:
  description:
    - Country code for numbers without a country code. The value is null if the country code is not set and not needed.
  returned: success
  type: str
  sample: "47"
without_number:
  description: Number of declared contacts that the module left out, because the contacts have no phone number.
  returned: success
  type: int
  sample: 0
contacts:
  description: How many contacts were C(created), C(updated), C(deleted) and left C(unchanged).
  returned: success
  type: dict
  sample: {"created": 1, "updated": 0, "deleted": 0, "unchanged": 9999}
groups:
  description: How many groups were C(created), C(updated), C(deleted) and left C(unchanged).
  returned: success
  type: dict
  sample: {"created": 0, "updated": 0, "deleted": 0, "unchanged": 5}
members:
  description:
    - How many members were C(added) to groups and C(removed) from groups.
    - A member also counts as C(removed) if the run deletes the contact or the group.
  returned: success
  type: dict
  sample: {"added": 1, "removed": 0}
losses:
  description:
    - Groups that lose members, at most 20. C(members) is the number of members before the run, and C(removed) is the
      number of members who leave.
    - A member leaves a group if the run removes the member, deletes the contact, or deletes the group.
  returned: success
  type: list
  elements: dict
  sample: [{"group": "On call", "group_id": 12, "members": 20, "removed": 1}]
change_count:
  description: Number of all changes in the plan.
  returned: success
  type: int
  sample: 2
changes:
  description:
    - Changes in the plan, with deletions first. If there are more than 100 changes, the list contains only the first 20
      changes.
    - The file in O(dest) contains all changes.
    - C(where) is the file and the line of the entry that causes the change.
    - C(name) is the name of the record, and C(member_name) is the name of the member. If a contact has no name, C(name)
      or C(member_name) contains a part of the phone number.
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
    - Wrong entries with the reason, at most 100. The file in O(dest) contains all wrong entries.
    - With O(on_invalid=skip), the list contains the skipped entries with the reason, at most 1000.
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
    - Contacts and groups that were created after the backup. The keys C(contacts) and C(groups) each contain a
      C(count), the C(ids), and a C(sample) of names.
  returned: with O(restore)
  type: dict
  sample: {"contacts": {"count": 1, "ids": [4712], "sample": ["Ola Nordmann"]}}
notes:
  description:
    - Remarks about records that need attention, at most 1000. Each remark is also a warning.
  returned: if there are remarks
  type: list
  elements: str
  sample:
    - "contacts.yml line 12: the name differs entirely from that of contact 4711 with this number."
questions:
  description:
    - Questions about new records. A record that the task creates possibly exists already in the account, under another
      number or name. Each question contains a line. If the record exists already, add this line to the entry.
    - To find records that exist already, the module compares the names and e-mail addresses of contacts, and the
      members of groups. With O(read_strategy=list), the module compares a new contact with all contacts. With
      O(read_strategy=lookup), the module compares a new contact only with the contacts that it has read.
  returned: success
  type: list
  elements: str
  sample:
    - 'contacts[3]: changed number? Contact 4711 (479...17) is not declared and has the same name. If yes, add to the
      entry: previous_phone_number: "4790555817"'
unmanaged:
  description:
    - Contacts and groups that are not declared, not deleted by the task, and not in O(ignore).
    - The keys C(contacts) and C(groups) each contain a C(count) and a C(sample) of at most 20 names. For a contact
      without a name, C(sample) contains a part of the phone number.
  returned: if the task read the whole address book, and O(unmanaged) is not V(ignore)
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
