# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Data for other and later processes: private files, locks, and the store of sent messages, cursors and request rates.

Public names, which other rooms and the plugins use:

- ``database_address``: passwords_of
- ``files``: outdated, require_folder, require_regular, write_private
- ``locks``: SILENT, Holder, Waiting, account_lock, last_holder
- ``open_store``: SCHEMA, open_store, run_store
- ``run``: ATTEMPT, Run, VARIABLE, shown, this_run
- ``store``: Budget, CANCELLED, Entry, INTENT, LATEST, SENT, Store, StoreFailed
"""
