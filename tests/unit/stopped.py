# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account at whose n-th write request the process ends."""

from __future__ import annotations

from typing import Any

from assumed import Account

SEED: dict[str, Any] = {
    "contacts": [{"ContactId": 1, "PhoneNumber": "4790555817", "Firstname": "Kari"}],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1]}],
    "messages": [{"Receivers": "/contacts/1", "Text": "Hi", "HandledDate": "2026-01-01T08:00:07"}],
    "user": {"Settings": {"SENDER_ID": "4790000001"}},
}


class Stopped(Account):
    """An account at whose n-th write request the process ends, before or after the service has acted."""

    def __init__(self, *arguments: Any, **seed: Any) -> None:
        super().__init__(*arguments, **seed)
        self.left, self.acts = -1, False
        self.ends: Any = KeyboardInterrupt

    def exchange(self, method: str, *arguments: Any, **more: Any) -> Any:
        if method != "GET" and self.left > 0:
            self.left -= 1
        if self.left == 0:  # all later requests fail too, because an ended process makes no requests
            if self.acts:
                self.acts = False
                super().exchange(method, *arguments, **more)
            raise self.ends
        return super().exchange(method, *arguments, **more)
