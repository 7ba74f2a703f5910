# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The whole address book: read the declared entries, plan the changes, apply them, export the address book.

Public names, which other rooms and the plugins use:

- ``columns``: Columns
- ``converge``: apply_address_book, plan_address_book, read_declaration, waits_in_check_mode
- ``declared``: understand
- ``entries``: PREVIOUS_NUMBER
- ``export``: ADDRESS_BOOK_INFO_SPEC, ExportOptions, read_address_book
- ``options``: ADDRESS_BOOK_RULES, ADDRESS_BOOK_SPEC, BookOptions
- ``report``: report_address_book
- ``scope``: RecordPatterns
- ``table``: read_text
- ``texts``: DELIMITERS, UNKNOWN_COLUMNS, decode, is_delimiter, require_encoding
"""
