# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Inbound messages: find new messages, and record which messages have become events.

Public names, which other rooms and the plugins use:

- ``cursor``: StoredCursor
- ``messages``: INBOX_SPEC, Inbox, InboxOptions, Message, Reading
"""
