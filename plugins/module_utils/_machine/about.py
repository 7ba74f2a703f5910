# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Data that this machine keeps between processes: private files, locks, the ledger of sends.

Public names, which other rooms and the plugins use:

- ``files``: StagedFile, outdated, require_regular, write_private
- ``ledger``: CANCELLED, Entry, INTENT, Ledger, SENT
- ``locks``: Waiting, account_lock, file_lock, last_holder
- ``paths``: cursor_path, sends_path
- ``run``: Run, VARIABLE, shown, this_run
"""
