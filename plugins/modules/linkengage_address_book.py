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
  - The module first creates and updates records, then adds members to groups, then removes members from groups, and
    finally deletes records. The module adds members before it removes members, so that no group becomes empty during
    the run.
  - With the default O(on_invalid=continue), the module applies the correct entries, then fails and lists the wrong
    entries. Correct the wrong entries, and run the task again.
  - If an entry is wrong, the module purges no record. If a declared member of a group is invalid, the module removes no
    member from this group.
  - If the service fails during the run, the module stops, and does not make the remaining changes.
  - If two entries have the same phone number or the same group name, the task writes nothing, fails, and shows where
    the two entries are. With O(on_invalid=skip), entries with the same phone number or group name give a warning
    instead of an error.
  - If several contacts in the account have the same number, declare each of these contacts with its C(contact_id). If
    several groups in the account have the same name, declare each of these groups with its C(group_id).
  - If two runs without a common O(store) create the same contact or group at the same time, the record exists twice.
    The run that created the second record then deletes the second record. Before the deletion of a group, this run adds
    all members of the second group to the first group. Before the deletion of a contact, this run adds the first
    contact to all groups of the second contact.
  - If somebody has already edited the second record, both records stay in the account. The task then fails, and the
    error message contains the ids of both records.
options:
  contacts:
    description:
      - Contacts to create or update, as dictionaries with the fields of M(community.linkengage.linkengage_contact).
      - If an entry omits a field, the field keeps its value in the account. An empty string clears the field. The value
        null is an error.
      - An entry with C(contact_id) updates the contact with this id. If an entry contains C(contact_id) and
        C(phone_number), the contact with this id gets this phone number.
      - To change the number of a contact, write the old number into C(previous_phone_number), and the new number into
        C(phone_number). A contact with a changed number keeps its id, its groups and its other fields. As soon as the
        contact has the new number, C(previous_phone_number) has no effect.
      - Two contacts can exchange their phone numbers in one run if the entries of both contacts contain a
        C(contact_id).
    type: list
    elements: raw
  groups:
    description:
      - Groups to create or update, as dictionaries with C(members) and the fields of
        M(community.linkengage.linkengage_group).
      - "C(members) is the complete list of the group's members. Write each member as a quoted phone number, or as
        V({contact_id: 4711})."
      - If an entry omits C(members), the group keeps its members.
      - To rename a group, list its old names in C(previous_names), and write the new name into C(name). If a group gets
        a new name, it keeps its members. As soon as the group has the new name, C(previous_names) has no effect.
      - Two groups can exchange their names in one run if the entries of both groups contain a C(group_id).
    type: list
    elements: raw
  places:
    description:
      - Places from which the entries of O(contacts) and O(groups) come, such as a host and a variable. Warnings and
        errors show these places. If O(places) is omitted, warnings and errors show the index of the entry, as in
        V(contacts[0]).
      - The lookup P(community.linkengage.inventory_groups#lookup) returns values for O(contacts), O(groups) and
        O(places).
    type: dict
    suboptions:
      contacts:
        description:
          - Each item says where the entry with the same index in O(contacts) comes from, such as V(on_call of web1).
        type: list
        elements: str
      groups:
        description:
          - Each item says where the entry with the same index in O(groups) comes from.
        type: list
        elements: str
      members:
        description:
          - One list for each entry of O(groups), in the same order. Each list says where each member of the group
            comes from.
        type: list
        elements: list
  src:
    description:
      - File or folder with the contacts and groups to declare, instead of O(contacts) and O(groups).
      - Use O(src) for a large address book, because Ansible then does not load the records into variables.
      - In YAML and JSON files, write the entries as lists below the keys C(contacts) and C(groups). YAML files need the
        Python library PyYAML.
      - Contacts can also be in a table. A table is a CSV file with the extension C(.csv) or C(.tsv), or the first sheet
        of a workbook with the extension C(.xlsx) or C(.ods). Workbooks need the Python library python-calamine.
      - The first row of a table contains the headers of the columns. The module recognises field names, such as
        C(phone_number), and common headers in English, Norwegian, Swedish, Danish, Finnish and German. Use O(columns)
        for headers that the module does not recognise.
      - The module also recognises the headers of exports from Google Contacts and Outlook, even if you have deleted
        some of the columns.
      - Headers are not case-sensitive. The module ignores spaces, hyphens and underscores in headers.
      - If a row contains several phone numbers, the module uses only one of them, and prefers a mobile number. The
        module also uses only one e-mail address of each row.
      - A table with unrecognised headers and 20 or more columns counts as an export of a contact program, such as
        Outlook. From such an export, the module reads only phone numbers, names, e-mail addresses, contact ids, and the
        columns in O(columns). A warning lists up to 6 columns that the module does not read.
      - An empty cell clears the field of the contact. If a row has fewer cells than the header, the fields without a
        cell keep their values. The module skips empty rows.
      - A phone number that a spreadsheet program has changed, such as V(4.79056E+10), is an error. In the spreadsheet
        program, format the column with the phone numbers as text.
      - Contacts can also be in vCard files with the extension C(.vcf). The module reads vCards of the versions 2.1, 3
        and 4. For vCard files, install the Python library vobject. The module ignores vCards that describe a group.
      - The module also reads contacts and groups from the CSV files of Syncopy, which is the directory sync of the
        vendor.
      - The module decrypts files that are encrypted with C(ansible-vault). It also decrypts C(!vault) values in YAML
        files. Decryption works only in tasks with a local connection, which run on the controller. In other tasks, an
        encrypted file or value is an error.
      - If O(src) is a folder, the module reads its subfolders too. In a folder, the module ignores hidden files, lock
        files of Office programs, and files that are not address books. If the folder contains an address book in a
        format that the module cannot read, such as C(.xls), a warning names the file.
      - An empty file, or a file with only comments, declares no records.
    type: path
  restore:
    description:
      - Backup file to restore, which an earlier run has written with O(backup). The module restores the records in the
        backup file. Without O(remove_created), the module does not change other records.
      - If a record in the backup still exists, the module restores all old values of the record. If a record in the
        backup was deleted, the module creates it again with a new id.
      - The module also restores the members of groups. For example, a contact that is created again becomes a member of
        all its old groups again.
      - To undo several runs, restore their backups one after the other, and begin with the newest backup.
      - The module does not restore a record whose number or name now belongs to another record. Such a record counts as
        a wrong entry, as described in O(on_invalid).
      - When the module restores a backup, it does not apply the limits for large changes, such as
        O(max_delete_percent).
      - The module rejects a backup file that is incomplete, or that somebody has edited. Use the same login and the
        same O(api_url) as the run that wrote the backup file.
      - O(restore) cannot be used together with O(contacts), O(groups), O(src), O(absent) or O(marker).
    type: path
  remove_created:
    description:
      - Delete contacts and groups that were created after the backup in O(restore), even if another person has created
        them.
      - By default, the module keeps these records, and gives a warning. The return value RV(created_since) lists these
        records, even if the module deletes them.
      - O(remove_created) can be used only together with O(restore).
    type: bool
    default: false
  columns:
    description:
      - Assigns contact fields to the columns whose headers the module does not recognise.
      - "The value is a dictionary of headers and their fields, such as C({Mobile: phone_number, Given name:
        first_name})."
      - "If several headers belong to one field, write the field before its headers, as in C({phone_number: [Mobile,
        Phone]}). In each row, the module uses the first column in the list that has a filled cell."
      - If O(columns) contains a header that is in no file, the task fails.
    type: dict
    default: {}
  unknown_columns:
    description:
      - Decides what happens if the module does not recognise a header, and the header is not in O(columns).
      - With V(fail), an unrecognised header is an error. In an export of a contact program, an unrecognised header
        gives only a warning. See O(src) for what counts as such an export.
      - With V(ignore), the module does not read columns with unrecognised headers.
    type: str
    choices: [fail, ignore]
    default: fail
  delimiter:
    description:
      - Character that separates the cells of CSV files.
      - The value is one character, or one of the words V(comma), V(semicolon), V(tab) and V(pipe).
      - With V(auto), the first line of a file can set the delimiter, as in C(sep=;). If the first line does not set the
        delimiter, the module selects the delimiter with which it recognises the most headers.
    type: str
    default: auto
  encoding:
    description:
      - Character encoding, such as V(windows-1252), of files that are not in UTF-8 or UTF-16. The module always
        recognises UTF-8, and UTF-16 with a byte order mark. In Western Europe, many spreadsheet programs save CSV files
        in V(windows-1252).
      - With V(auto), a file is an error if its encoding is neither UTF-8 nor UTF-16.
    type: str
    default: auto
  without_number:
    description:
      - Decides what happens if a declared contact has neither a phone number nor a C(contact_id).
      - With V(fail), the contact counts as a wrong entry, as described in O(on_invalid).
      - With V(skip), the module leaves out the contact and gives a warning. The return value RV(without_number) is the
        number of contacts that the module left out. Unlike wrong entries, these contacts do not prevent O(purge).
    type: str
    choices: [fail, skip]
    default: fail
  on_invalid:
    description:
      - Decides what the task does if entries are wrong.
      - Examples of wrong entries are a row without a valid phone number, and a group member who is not in the address
        book. The task lists all wrong entries with their file and line, even in check mode.
      - With V(continue), the task applies the correct entries, and then fails because of the wrong entries. In check
        mode, V(continue) gives warnings about the wrong entries, and the task does not fail.
      - With V(refuse), the task writes nothing and fails if an entry is wrong.
      - With V(skip), the task skips wrong entries, gives warnings, and succeeds. If all entries are wrong, the task
        fails even with V(skip).
      - With V(continue) and V(refuse), the task writes nothing and fails if two entries have the same number or name,
        even if the entries are equal.
      - If several entries have the same number or name, but different values, V(skip) skips all of them. If several
        entries are equal, V(skip) skips all of them except the first.
      - If the task skips a wrong entry, it does not purge any record. If the task skips a wrong member of a group, it
        does not remove any member from this group.
      - With every value of O(on_invalid), the task fails if it cannot read a file, or if the service rejects an entry.
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
      - Text that the task adds to each record that it manages. The task later recognises its records by this text.
      - The module writes the marker in square brackets. For example, V(team) and V([team]) both become C([team]).
      - In a contact, the marker is at the end of the field that O(marker_field) names. In a group, the marker is at the
        end of the description. If the text of the marker is in another place of a record, the record counts as not
        marked.
      - Earlier versions of the collection wrote the marker without brackets, or not at the end of the field. If a
        declared record has such an old marker, the module adds the marker in brackets at the end of the field. The
        module does not purge other records with an old marker, but lists them in a warning.
      - If the service has shortened a text and cut off the marker, the record counts as not marked. A warning lists the
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
      - Values that O(marker) had in earlier versions of the playbook. The module treats a record with an earlier marker
        like a record with the O(marker).
      - In declared records, the module replaces each earlier marker with the O(marker).
    type: list
    elements: str
    default: []
  purge:
    description:
      - Delete contacts or groups that have the O(marker) and are not declared.
      - O(purge) requires O(marker). The module never purges records without the marker.
      - The module does not purge a contact that is a declared member of a group, but reports an error.
      - If no contacts are declared, purging contacts requires O(allow_empty). If no groups are declared, purging groups
        requires O(allow_empty).
    type: list
    elements: str
    choices: [contacts, groups]
    default: []
  ignore:
    description:
      - Contacts and groups that the task never purges. Each entry is a quoted phone number in any form, or a shell
        pattern for names or phone numbers, such as V(Temp *).
      - It is an error if a record is both declared and in O(ignore).
      - RV(unmanaged) does not list the records in O(ignore).
    type: list
    elements: raw
    default: []
  absent:
    description:
      - Contacts and groups to delete.
      - It is an error if a record in O(absent) is also declared, is in O(ignore), or is a declared member of a group.
      - It is an error if a number in O(absent) belongs to several contacts, or if a name in O(absent) belongs to
        several groups.
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
      - Maximum percentage of the contacts or groups that one run may delete. The same percentage applies to the members
        that one run may remove from a group. V(100) means that there is no limit.
      - The module checks this limit separately for managed contacts, managed groups, all contacts, all groups, and the
        members of each group. Managed records are the declared records and the records to purge.
      - Each deleted contact also counts as a removed member in all groups of the contact, even in groups that are not
        declared. To check the limit, the module reads the members of all groups before it deletes a contact.
      - If a run would exceed the limit, the task writes nothing and fails.
      - If there are fewer than ten records or members, a run may delete or remove at most half of them, unless the
        value is V(100). For example, a run may remove four of eight members. With O(allow_empty=true), this limit of
        one half does not apply.
      - If all deleted records are in O(absent), the limit of one half applies only to the members of groups.
        In a group with fewer than ten members, a run may always replace one or two members with other members.
    type: int
    default: 25
  max_create_percent:
    description:
      - Maximum number of new contacts in one run, as a percentage of the contacts in the account before the run.
      - A run may always create up to ten contacts, whatever the percentage is. If the account has fewer than ten
        contacts, a run may always create up to 100 contacts.
      - The limit does not apply if the account has no contacts, or if at least half of its contacts are declared.
    type: int
    default: 100
  max_update_percent:
    description:
      - Maximum percentage of the declared contacts whose values one run may overwrite. New contacts do not count. For
        example, if 20 of 100 declared contacts are new, V(50) allows a run to overwrite values in 40 of the other 80
        contacts.
      - If a change only fills empty fields, or only adds the marker, it does not count towards the limit.
      - If fewer than ten contacts are declared, a run may always overwrite values in three contacts. With
        O(force=true), the run may then overwrite values in all contacts.
    type: int
    default: 50
  max_additions:
    description:
      - Maximum number of new members of a group in one run, as a percentage of the members before the run.
      - A run may always add up to ten members to a group, whatever the percentage is.
      - If the group has fewer than ten members, the limit is calculated as if the group had ten members. For example,
        V(200) allows a run to add 20 members to a group with four members.
      - There is no limit for a new group, and no limit if the account has no contacts.
    type: int
    default: 100
  allow_empty:
    description:
      - Allow a declaration that contains no contacts and no groups.
      - If no contacts are declared, this option allows O(purge) to delete all contacts with the O(marker). If no groups
        are declared, this option allows O(purge) to delete all groups with the O(marker).
      - If there are fewer than ten records or members, a run may delete or remove at most half of them, unless
        O(max_delete_percent) is V(100). With O(allow_empty=true), this limit of one half does not apply.
      - O(allow_empty=true) also has all effects of O(force=true).
    type: bool
    default: false
  force:
    description:
      - Allow O(absent) and O(purge) to delete groups that have members. Without O(force), deleting a group with members
        is an error.
      - When the module deletes a group, it does not delete the contacts that were members of the group.
      - If fewer than ten contacts are declared, this option allows a run to overwrite values in all of them. See
        O(max_update_percent).
    type: bool
    default: false
  read_strategy:
    description:
      - Decides how the module reads the contacts of the account.
      - With V(list), the module reads all contacts in one request. With V(lookup), the module makes one request for
        each declared number.
      - With V(auto), the module uses the method that is probably faster. The module uses V(lookup) only for a
        large account, and only if at most 30 numbers are declared. An account is large if it has more than 1000
        contacts for each declared number. For example, with five declared numbers, an account is large if it has more
        than 5000 contacts.
      - The planned changes are the same with V(list) and with V(lookup). The module finds RV(unmanaged) records only
        with V(list).
      - With O(purge) or O(unmanaged=fail), the task always uses V(list).
    type: str
    choices: [auto, list, lookup]
    default: auto
  reread:
    description:
      - Decides whether the module reads a record again before it updates the record. If the module does not read the
        record again, the update overwrites edits that another person made during the run.
      - With V(auto), the module reads a record again if it has read the address book more than three seconds before the
        update. With V(auto), an edit that another person makes in these three seconds can be lost.
      - With V(always), the module reads each record again before the update. With V(never), the module reads no record
        again.
      - For each record that the module reads again, it makes one more request.
      - When the module reads a record again, it finds edits of other people. The module keeps edits of fields that your
        entry omits. If another person has changed a field in your entry, the task does not write the record, and fails.
    type: str
    choices: [auto, always, never]
    default: auto
  workers:
    description:
      - Maximum number of requests at the same time, from 1 to 64. This maximum applies to requests that write records,
        and to requests that read the members of groups.
      - If you know the request limit of the account, set O(requests_per_minute). With the correct
        O(requests_per_minute), the run never exceeds the request limit. Without O(requests_per_minute), the service can
        refuse several requests, at most as many as O(workers), before the module pauses.
    type: int
    default: 4
  new_holder:
    description:
      - Decides what happens if a phone number possibly belongs to another person now. The module assumes that the
        number has a new owner if the entry and the contact with this number have completely different names.
      - O(new_holder) has no effect if the entry contains C(contact_id), or if the entry and the contact have the same
        e-mail address.
      - With V(report), the module updates the contact and gives a warning. The contact keeps its groups, and also the
        values of fields that the entry omits, such as the e-mail address.
      - With V(keep), the module updates the contact as with V(report), but gives no warning.
      - With V(replace), the module updates the contact, and clears the fields that the entry omits.
      - With V(replace), the module also removes the contact from all groups in which the contact is not a declared
        member.
      - With V(refuse), an entry with a completely different name counts as a wrong entry, as described in
        O(on_invalid).
    type: str
    choices: [report, replace, keep, refuse]
    default: report
  number_format:
    description:
      - Format in which the module stores new phone numbers. See
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
      - Decides when the task holds the lock of the account. While a task holds the lock, two kinds of tasks wait -
        other tasks of this module, and tasks that create a contact or a group.
      - If O(store) is a folder, the lock works only between tasks on the same machine. If O(store) is a database, the
        lock works between all machines that use this database.
      - With V(writes), the task holds the lock, except in check mode.
      - With V(always), the task holds the lock in check mode too. Other tasks then wait until this task has made its
        plan.
    type: str
    choices: [writes, always]
    default: writes
  expect_plan_id:
    description:
      - Id of the plan that the task may apply. Use RV(plan_id) from an earlier run in check mode.
      - If the task now makes a plan with another id, the task writes nothing and fails.
      - If the account already matches the declaration, the task succeeds with any id.
    type: str
  fail_on_drift:
    description:
      - Fail if the account differs from the declaration. The task then writes nothing to the account.
    type: bool
    default: false
  unmanaged:
    description:
      - Decides what happens if the account has unmanaged contacts or groups. Unmanaged records are records that are not
        declared, not deleted by the task, and not in O(ignore).
      - With V(report), the task lists unmanaged records in RV(unmanaged) and RV(plan), if it reads the whole address
        book. See O(read_strategy).
      - With V(fail), the task writes nothing and fails if there are unmanaged records. With V(ignore), the task does
        not list unmanaged records.
      - A contact without an entry of its own is unmanaged, even if it is a declared member of a group.
    type: str
    choices: [ignore, report, fail]
    default: report
  show_people:
    description:
      - Decides which personal data RV(plan) contains.
      - With V(names), RV(plan) contains the name of each contact, or a part of the phone number if the contact has no
        name.
      - With V(true), RV(plan) contains names, phone numbers, and the values before and after each change.
      - With V(false), RV(plan) contains no names of people, and only a part of each phone number.
    type: str
    choices: ["names", "true", "false"]
    default: names
  backup:
    description:
      - Backup file into which the module writes the old values of the records that the run changes or deletes. To
        restore the old values, use the option O(restore) with the backup file.
      - The backup file contains JSON, so use a name that ends in C(.json). Only the owner of the file can read it.
      - The module writes the backup file before the first change. If the backup file already exists, the module keeps
        the old file, and adds a number to the name of the old file.
      - With O(backup), the module reads all contacts and groups, and writes their ids into the backup file. From these
        ids, O(restore) later knows which records were created after the backup.
      - It is an error if the backup file is in the folder that O(src) names.
    type: path
  dest:
    description:
      - File into which the module writes the complete plan, which is the list of all changes with their values. Only
        the owner of the file can read it.
      - If the file name ends in C(.txt), the file contains the plan as lines of text, like RV(plan). If the file name
        does not end in C(.txt), the file contains JSON.
      - The module lists wrong and skipped entries at the end of the file. In a JSON file, these entries have the action
        C(correct), because somebody must correct them.
      - The module writes the file in check mode too. This file has no effect on C(changed).
      - It is an error if this file is in the folder that O(src) names.
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
    - Lines of text that describe the planned changes, with deletions first.
    - If there are more than 100 changes, RV(plan) shows only 20 changes of each kind, and only 20 groups whose members
      change. The file in O(dest) always contains the complete plan.
    - O(show_people) decides which personal data the plan contains.
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
    - "1 group is in the account, but not in the files: Managers."
plan_id:
  description: Id of the plan. Two plans with the same changes have the same id.
  returned: success
  type: str
  sample: 0c0f8a1f8d2b4a55
default_country_code:
  description:
    - Country calling code that applies to phone numbers without a country code. Without O(default_country_code), the
      value is null if the module did not need a country code.
  returned: success
  type: str
  sample: "47"
without_number:
  description: Number of declared contacts that the module left out, because the contacts have no phone number.
  returned: success
  type: int
  sample: 0
contacts:
  description: Counts of C(created), C(updated), C(deleted) and C(unchanged) contacts.
  returned: success
  type: dict
  sample: {"created": 1, "updated": 1, "deleted": 1, "unchanged": 1998}
groups:
  description: Counts of C(created), C(updated), C(deleted) and C(unchanged) groups.
  returned: success
  type: dict
  sample: {"created": 0, "updated": 0, "deleted": 0, "unchanged": 5}
members:
  description:
    - C(added) is the number of members that the run added to groups. C(removed) is the number of members that the run
      removed from groups.
    - A member also counts as C(removed) if the run deletes the group, or deletes the contact of this member.
  returned: success
  type: dict
  sample: {"added": 1, "removed": 1}
losses:
  description:
    - Groups that lose members. The list contains at most 20 groups. The key C(members) is the number of members before
      the run, and C(removed) is the number of members who leave the group.
    - A member leaves a group if the run removes the member, deletes the contact, or deletes the group.
  returned: success
  type: list
  elements: dict
  sample: [{"group": "On call", "group_id": 12, "members": 20, "removed": 1}]
change_count:
  description: Number of all changes in the plan.
  returned: success
  type: int
  sample: 5
changes:
  description:
    - Planned changes, with deletions first. If there are more than 100 changes, RV(changes) contains only the first 20
      changes.
    - The file in O(dest) contains all changes.
    - C(where) is the file and the line of the entry that causes the change.
    - C(name) is the name of the record, and C(member_name) is the name of the member. For a contact without a name,
      C(name) or C(member_name) contains a part of the phone number.
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
    - Wrong entries, each with the reason. The list contains at most 100 wrong entries. The file in O(dest) contains
      all wrong entries.
    - With O(on_invalid=skip), RV(problems) contains the skipped entries, each with the reason. The list then contains
      at most 1000 skipped entries.
  returned: success
  type: list
  elements: str
  sample:
    - "staff.csv line 7: phone_number: 123...89 is not a phone number in the country with code 47: it has 9 digits, but
      a Norwegian number has 8 digits. Correct the number. For a foreign number, write a plus sign and the country code,
      as in +4790555817."
problem_count:
  description: Number of wrong or skipped entries.
  returned: success
  type: int
  sample: 1
created_since:
  description:
    - Contacts and groups that were created after the backup in O(restore).
    - For contacts and for groups, C(count) is the number of records. The list C(ids) contains at most 1000 of their
      ids, and the list C(sample) contains at most 20 of their names.
  returned: with O(restore)
  type: dict
  sample: {"contacts": {"count": 1, "ids": [4712], "sample": ["Ola Nordmann"]}}
notes:
  description:
    - Remarks about records that you should check, at most 1000 in total. The first 20 remarks are also warnings.
  returned: if there are remarks
  type: list
  elements: str
  sample:
    - "contacts.yml line 12: contact 4711 has the phone number of this entry, but a completely different name."
questions:
  description:
    - Questions about entries that possibly belong to an existing record with another number or name. Each question ends
      with a field, such as C(previous_phone_number). If the answer is yes, add this field to the entry. Without this
      field, the module creates a new record.
    - To find records that exist already, the module compares the names and e-mail addresses of contacts, and the
      members of groups. With O(read_strategy=list), the module compares a new contact with all contacts. With
      O(read_strategy=lookup), the module compares a new contact only with the contacts that it has read.
  returned: success
  type: list
  elements: str
  sample:
    - 'contacts[3]: is this the contact with id 4711 (479...17) with a changed number? That contact is not declared and
      has the same name as this entry. If yes, add to the entry: previous_phone_number: "4790555817"'
unmanaged:
  description:
    - Contacts and groups that are not declared, not deleted by the task, and not in O(ignore).
    - For contacts and for groups, C(count) is the number of records, and C(sample) contains at most 20 of their names.
      For a contact without a name, C(sample) contains a part of the phone number.
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
