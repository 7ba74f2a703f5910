# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts with the records of a file of tests, which are its constants CONTACTS and GROUPS."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def book(request: pytest.FixtureRequest, account: Any) -> Any:
    """The account in both formats and versions."""
    account.simulator.seed(contacts=request.module.CONTACTS, groups=request.module.GROUPS)
    return account


@pytest.fixture
def one_book(request: pytest.FixtureRequest, json_account: Any) -> Any:
    """The account in JSON."""
    json_account.simulator.seed(contacts=request.module.CONTACTS, groups=request.module.GROUPS)
    return json_account
