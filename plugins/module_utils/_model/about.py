# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Records, changes, plans, phone numbers, times and text values. Pure: no I/O, no Ansible, no wire format.

Public names, which other rooms and the plugins use:

- ``arguments``: Arguments, by_variable, did_you_mean, lost_values, misspelt, not_texts, nulls, unknown_options,
  variables_of, with_moments
- ``assumptions``: TABLE
- ``changes``: AddMember, Cancel, Change, Create, Delete, Id, Key, RemoveMember, Request, Send, Update, position,
  require_known
- ``copies``: is_as_posted, own_copies
- ``delivery_states``: is_norwegian, is_permanent, state_of, waits
- ``fields``: BOOL, INT, Record, Resource, STR
- ``frozen``: Value, frozen, thawed
- ``guards``: FIRST, GUARD_FROM, SOME, all_of, check_all, guard_additions, guard_removals, guard_updates
- ``halves``: SHOWN_AS, has_half, json_text, without_halves
- ``index``: Index, by_name, by_number
- ``kept``: is_kept, stored_otherwise, warning_of
- ``listing``: IN_FAILURE, first_of, listed, marked
- ``names``: DIFFERENCE, TWO_MEANT, alike, alike_among, folded, keys_of, trimmed
- ``phone``: FOREIGN_NUMBERS, NUMBER_FORMATS, Numbering, calling_code, numbering_of, possibly_same
- ``plan``: Membership, Outcome, Plan, differences, plan_record, plan_removal, to_write
- ``readable``: printable, readable
- ``resources``: CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, REQUEST, USER, full_name, title
- ``spelling``: ALLOWED, DIGITS, SIMPLE, normalised, spelt
- ``templates``: defused, is_template, unevaluated, without_signs
- ``times``: ServiceZone, find_zone, is_local, iso_utc, parse_moment, parse_time
- ``values``: UNWRITABLE, all_read, check_text, is_id, is_number, kind_of, mask, misread, read_as, require_text
"""
