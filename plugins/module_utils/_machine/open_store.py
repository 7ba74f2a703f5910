# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Opens the store that the options name."""

from __future__ import annotations

import os
import re

from .._errors import InvalidInput, LinkEngageError
from .database_address import masked
from .folder import FolderStore
from .locks import Waiting
from .paths import state_folder, temporary_folder
from .store import Store, StoreFailed

SCHEMA = "linkengage"
DATABASES = ("postgresql://", "postgres://")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
PARAMETERS = re.compile(r"\s*(host|hostaddr|port|dbname|user|password|service|passfile)\s*=")
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def open_store(store: str | None, schema: str | None, account: str, waiting: Waiting) -> Store:
    """Return the store of *account* for the options ``store`` and ``store_schema``. It is neither read nor created yet.

    Raises InvalidInput for invalid options, and MissingLibrary.
    """
    text = (store or "").strip()
    if not NAME.fullmatch(schema or SCHEMA):
        raise InvalidInput("store_schema: a name of letters, digits and _ is expected, such as linkengage.")
    if text.startswith(DATABASES):
        from .postgres import PostgresStore  # imported here, because most runs use a folder

        return PostgresStore(text, schema or SCHEMA, account, waiting)
    if "\0" in text:
        raise InvalidInput("store: the text contains a null character. Remove the character.")
    if PARAMETERS.match(text):
        raise InvalidInput(
            "store: parameters such as host=... are not accepted. Write an address, such as "
            "postgresql://user@host/database or postgresql://?service=name."
        )
    if ADDRESS.match(text):
        raise InvalidInput(
            f"store: {masked(text)} is an unknown kind of store. Write the path of a folder, or an address such as "
            "postgresql://user@host/database."
        )
    if text == "account":
        raise InvalidInput(
            "store: the account cannot be used as the store, because the service cannot lock a record. Use "
            "postgresql://user@host/database, or write `./account` for a folder with the name `account`."
        )
    found = FolderStore(os.path.expanduser(text) if text else state_folder(), account, waiting)
    found.is_default = not text
    return found


def run_store(account: str, waiting: Waiting) -> Store:
    """Return a store in the temporary folder of this user. It is used if the store in the options cannot be used.

    Raises StoreFailed if there is no temporary folder, or if the folder belongs to another user.
    """
    try:
        return FolderStore(os.path.join(temporary_folder(), "store"), account, waiting)
    except (OSError, LinkEngageError) as error:
        raise StoreFailed(str(error)) from error
