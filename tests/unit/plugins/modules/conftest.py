# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts with the records in the constants CONTACTS and GROUPS of a test file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stopped import SEED, Stopped

from ansible_collections.community.linkengage.plugins.module_utils._doctor import left_behind, message, probe, sent
from ansible_collections.community.linkengage.plugins.module_utils._service import client
from ansible_collections.community.linkengage.plugins.module_utils._service import reach as reaching
from ansible_collections.community.linkengage.plugins.module_utils._service.reach import Reach


@pytest.fixture
def book(request: pytest.FixtureRequest, account: Any) -> Any:
    """The account in both formats and both versions."""
    account.simulator.seed(contacts=request.module.CONTACTS, groups=request.module.GROUPS)
    return account


@pytest.fixture
def one_book(request: pytest.FixtureRequest, json_account: Any) -> Any:
    """The account in JSON, with one version."""
    json_account.simulator.seed(contacts=request.module.CONTACTS, groups=request.module.GROUPS)
    return json_account


@pytest.fixture
def new_account(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stopped]:
    """``new_account(assume, data_format, seed)``: create an account for the doctor in this process.

    Tests do not wait for it.
    """
    monkeypatch.setattr(reaching, "reach", lambda *_address: Reach(True, False, issuer="Example CA", days=90))

    def create(
        assume: dict[str, str] | None = None, data_format: str = "json", seed: dict[str, Any] | None = None
    ) -> Stopped:
        account = Stopped(assume or {}, data_format, **{**SEED, **(seed or {})})
        for module in (client, left_behind, message, probe, sent):
            monkeypatch.setattr(module, "time", account)
        return account

    return create
