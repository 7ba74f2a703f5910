# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of

ONE_SERVICE = [
    [
        "https://intouchapi.pswin.com/2",
        "https://intouchapi.pswin.com/1",
        "https://intouchapi.pswin.com/2/",
        "https://intouchapi.pswin.com//2//",
        "https://intouchapi.pswin.com/2/.",
        "https://intouchapi.pswin.com/./2/./",
        "https://intouchapi.pswin.com/test/../2",
        "https://intouchapi.pswin.com",
        "https://intouchapi.pswin.com:443/2",
        "http://intouchapi.pswin.com/2",
        "http://intouchapi.pswin.com:80/2",
        "HTTPS://INTOUCHAPI.PSWIN.COM./2",
    ],
    [
        "http://localhost:8080/2",
        "http://LOCALHOST:8080/1",
        "http://127.0.0.1:8080/2",
        "https://127.0.0.1:8080/2",
        "http://127.8.9.1:8080/2",
        "http://localhost.:8080/2",
        "http://[::ffff:127.0.0.1]:8080/2",
        "http://[::1]:8080/1",
        "http://[0:0:0:0:0:0:0:1]:8080/1/",
    ],
    ["http://localhost:8081/2", "http://127.0.0.1:8081/1"],
    [
        "https://proxy.example/linkengage/2",
        "https://proxy.example/linkengage/1/",
        "https://proxy.example/linkengage",
        "https://proxy.example//linkengage//2",
        "https://proxy.example/./linkengage/2/.",
    ],
    ["https://proxy.example/test/2"],
    ["https://[2001:db8::1]/2", "https://[2001:DB8:0::1]/1"],
]


@pytest.mark.parametrize("spellings", ONE_SERVICE, ids=lambda spellings: spellings[0])
def test_every_spelling_of_an_address_is_the_same_account(spellings: list[str]) -> None:
    assert len({account_of("kari@acme.example", url) for url in spellings}) == 1


def test_different_services_are_different_accounts() -> None:
    assert len({account_of("kari@acme.example", spellings[0]) for spellings in ONE_SERVICE}) == len(ONE_SERVICE)


def test_different_logins_are_different_accounts_but_case_does_not_matter() -> None:
    url = "https://intouchapi.pswin.com/2"
    assert account_of("kari@acme.example", url) != account_of("ola@acme.example", url)
    assert account_of("Kari@ACME.example", url) == account_of("kari@acme.example", url)
