# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The current user and the rights of the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .schema import Record

FUNCTIONS = ("SEND_SMS", "SEND_WAP", "EDIT_GROUP", "EDIT_CONTACT", "READ_SMS", "ALLOW_API")


class Account:
    """The current user. The settings are a mapping here, and a list in the API."""

    def __init__(self, prefix: str, assume: Mapping[str, str]) -> None:
        self._assume = assume
        self.functions: list[str] = list(FUNCTIONS)
        self.sender_ids: list[str] = ["LINK", "26112"]
        self.organization: dict[str, Any] = {
            "Description": "An organisation of the simulator",
            "Description1Alias": "Department",
            "Description2Alias": "Title",
            "Description3Alias": "Place",
            "Edition": "Enterprise",
            "Name": "Acme",
        }
        self.settings: dict[str, str] = {
            "SENDER_ID": "LINK",
            "NUMBER_PREFIX": prefix,
            "NUMBER_LENGTH": "8",
            "SENDER_EMAIL": "noreply@acme.example",
            "FREE_SENDER_ID": "True",
            "ALLOW_PRIVATE_MESSAGES": "True",
            "DEFAULT_ROWS_PER_PAGE": "25",
            "CUSTOM_REPORTS_FOLDER": "",
            "MAX_TARIFF": "1000",
        }

    def update(self, changes: Mapping[str, Any]) -> None:
        """Change the user.

        Lists are replaced as a whole; the organisation and the settings are changed entry by entry.
        """
        self.functions = list(changes.get("AllowedFunctions", self.functions))
        self.sender_ids = list(changes.get("AllowedSenderIds", self.sender_ids))
        self.organization.update(changes.get("Organization", {}))
        self.settings.update({name: str(value) for name, value in changes.get("Settings", {}).items()})

    def kept(self) -> dict[str, Any]:
        """Return the whole state, for ``restore``."""
        names = ("functions", "sender_ids", "organization", "settings")
        return {name: getattr(self, name) for name in names}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the whole state with a result of ``kept``."""
        self.functions, self.sender_ids = list(kept["functions"]), list(kept["sender_ids"])
        self.organization, self.settings = dict(kept["organization"]), dict(kept["settings"])

    def record(self) -> Record:
        """Return the user with the fields of the contract."""
        settings = dict(self.settings)
        if self._assume["number_length"] == "with_prefix":
            settings["NUMBER_LENGTH"] = str(int(settings["NUMBER_LENGTH"]) + len(settings["NUMBER_PREFIX"]))
        return {
            "AllowedFunctions": self.functions,
            "AllowedSenderIds": self.sender_ids,
            "Organization": self.organization,
            "Settings": [{"Name": name, "Value": value} for name, value in settings.items()],
        }

    def lists_sender(self, sender: str) -> bool:
        """Return whether the account lists this sender. A listed sender is allowed in any form."""
        return sender in (self.settings["SENDER_ID"], *self.sender_ids)

    def may_send_as(self, sender: str) -> bool:
        """Return whether the user may use this sender."""
        return self.settings["FREE_SENDER_ID"] == "True" or self.lists_sender(sender)

    def phone(self, number: str) -> str:
        """Return the digits of a number with its country code. They identify the phone."""
        digits = "".join(filter(str.isdigit, number))
        if digits.startswith("00"):
            return digits[2:]
        national = "+" not in number and len(digits) == int(self.settings["NUMBER_LENGTH"])
        return self.settings["NUMBER_PREFIX"] + digits if national else digits
