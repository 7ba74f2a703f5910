# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Single records: how options name a contact or a group, and how modules plan and read these records.

Public names, which other rooms and the plugins use:

- ``contacts``: CONTACT_RULES, CONTACT_SPEC, ContactOptions, ContactRef, contact_ref, only, plan_contact, report_contact
- ``groups``: GROUP_RULES, GROUP_SPEC, GroupOptions, GroupRef, choose_group, group_ref, plan_group,
  refuse_other_blanks, report_group
- ``info``: CONTACT_INFO_RULES, CONTACT_INFO_SPEC, ContactChoice, FOLDER_INFO_RULES, FOLDER_INFO_SPEC, FolderChoice,
  GROUP_INFO_RULES, GROUP_INFO_SPEC, GroupChoice, read_contacts, read_folders, read_groups, read_user
- ``lookups``: LookUps
- ``many``: contacts_and_members, find_contacts, listing_pays, members_of
- ``messages``: MESSAGE_INFO_RULES, MESSAGE_INFO_SPEC, MessageChoice, read_messages
- ``request``: API_SPEC, RequestOptions, plan_api, report_response
"""
