# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers and proxies a connection trusts."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._service.trust import (
    is_loopback,
    proxy_complaint,
    proxy_secrets,
    trusted,
)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::1%lo", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_loopback_is_recognised_by_name_and_address(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return path


def test_a_file_or_a_folder_replaces_the_certificates_of_the_system(certificate: Path) -> None:
    for path in (certificate, certificate.parent):
        assert trusted(str(path)).cert_store_stats()["x509_ca"] == 1


def test_a_folder_can_have_the_names_of_openssl(certificate: Path) -> None:
    certificate.rename(certificate.with_name("0123abcd.0"))
    trusted(str(certificate.parent))


@pytest.mark.parametrize("content", ["", "nothing", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_a_path_without_certificates_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.crt"
    path.write_text(content, encoding="utf-8")
    for wrong in (path, path.parent):
        with pytest.raises(InvalidInput, match=r"^ca_path: no certificates in PEM format"):
            trusted(str(wrong))


def test_the_variable_that_names_a_missing_file_is_named(monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nope.pem")
    with pytest.raises(InvalidInput, match=r"^REQUESTS_CA_BUNDLE: /nope\.pem does not exist\.$"):
        trusted(None)


@pytest.mark.parametrize(
    "proxy",
    ["http://proxy:3128", "proxy:3128", "http://kari:p%2Fx@proxy:3128/", "socks5h://proxy", "http://kari:p@x@proxy:1"],
)
def test_valid_addresses_of_proxies_are_accepted(proxy: str) -> None:
    assert proxy_complaint(proxy) is None


def test_the_password_of_a_proxy_is_a_secret_in_both_spellings() -> None:
    assert list(proxy_secrets("http://kari:p%2Fx@proxy:3128")) == ["p%2Fx", "p/x"]
    assert list(proxy_secrets("proxy:3128")) == list(proxy_secrets("http://[")) == []
