# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

DOCUMENTED = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
OVERLAY = yaml.safe_load(ModuleDocFragment.PLUGINS)["options"]
OPTIONS = pytest.mark.parametrize("option", CONNECTION_SPEC)
DEFAULTS = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
GIVEN = {**DEFAULTS, "username": "kari", "domain": "acme.example", "password": "secret"}


def connected(**options: Any) -> Client:
    return connect({**GIVEN, **options}.get)


def refusal(**options: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        connected(**options)
    assert "secret" not in str(caught.value)
    return str(caught.value)


# The list of options is the same in three places


def test_the_documented_options_are_the_accepted_options() -> None:
    assert set(DOCUMENTED) == set(OVERLAY) == set(CONNECTION_SPEC)


@OPTIONS
def test_every_option_has_its_environment_variable_everywhere(option: str) -> None:
    variable = f"LINKENGAGE_{option.upper()}"
    assert CONNECTION_SPEC[option]["fallback"][1] == [variable]
    assert OVERLAY[option]["env"] == [{"name": variable}]
    assert any(f"E({variable})" in line for line in DOCUMENTED[option]["description"])


@OPTIONS
def test_type_default_and_choices_are_documented_as_they_are(option: str) -> None:
    def facts(spec: dict[str, Any]) -> dict[str, Any]:
        return {name: spec[name] for name in ("type", "default", "choices") if name in spec}

    assert facts(DOCUMENTED[option]) == facts(CONNECTION_SPEC[option])


@OPTIONS
def test_plugins_take_every_option_from_variables_and_all_but_the_password_from_a_file(option: str) -> None:
    assert OVERLAY[option]["vars"] == [{"name": f"linkengage_{option}"}]
    expected = None if option == "password" else [{"section": "linkengage", "key": option}]
    assert OVERLAY[option].get("ini") == expected


@OPTIONS
def test_no_option_is_required_since_all_have_an_environment_variable(option: str) -> None:
    assert not CONNECTION_SPEC[option].get("required")
    assert not DOCUMENTED[option].get("required")


def test_only_the_password_is_a_secret() -> None:
    assert [name for name, spec in CONNECTION_SPEC.items() if spec.get("no_log")] == ["password"]


@pytest.mark.parametrize("path", sorted((CHECKOUT / "plugins" / "modules").glob("*.py")), ids=lambda path: path.stem)
def test_every_module_has_the_connection_options(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "  - community.linkengage.connection\n" in text


@OPTIONS
def test_modules_take_every_option_from_the_environment(json_account, monkeypatch, option: str) -> None:
    sample = {
        **json_account.connection,
        "data_format": "xml",
        "validate_certs": "false",
        "ca_path": "/etc/ssl",
        "allow_http": "true",
        "timeout": "11.5",
        "retries": "0",
        "throttle_timeout": "5",
        "requests_per_minute": "1000",
        "lock_timeout": "7.5",
        "answer_timeout": "70.5",
        "max_answer_size": "8",
        "method_override": "always",
        "default_country_code": "46",
        "foreign_numbers": "plus_only",
        "store": "/tmp/store",
        "store_schema": "engage",
    }
    for name, value in sample.items():
        if name == option or name in json_account.connection:
            monkeypatch.setenv(f"LINKENGAGE_{name.upper()}", value)
    seen: dict[str, Any] = {}
    target = "ansible_collections.community.linkengage.plugins.module_utils._module.connect"
    monkeypatch.setattr(target, lambda options: seen.update(value=options(option)) or connect(options))
    json_account.connection = {}
    assert not json_account.run("user_info").get("failed")
    assert str(seen["value"]).lower() == sample[option]


# Login


@pytest.mark.parametrize(
    ("username", "domain", "login"),
    [
        ("MrJohnson", "acme.com", "MrJohnson@acme.com"),
        ("MrJohnson", "@acme.com", "MrJohnson@acme.com"),
        ("MrJohnson@acme.com", "acme.com", "MrJohnson@acme.com"),
        ("MrJohnson@acme.com", None, "MrJohnson@acme.com"),
        ("MrJohnson@acme.com", "", "MrJohnson@acme.com"),
        ("kari@mail.example", "acme.com", "kari@mail.example@acme.com"),
        ("kari@mail.example@acme.com", "acme.com", "kari@mail.example@acme.com"),
        ("kari@notacme.com", "acme.com", "kari@notacme.com@acme.com"),
        ("Åse", "blåbær.no", "Åse@blåbær.no"),
    ],
)
def test_the_domain_is_appended_unless_it_is_there(username: str, domain: str | None, login: str) -> None:
    assert connected(username=username, domain=domain).http.settings.login == login


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"username": None}, "LINKENGAGE_USERNAME"),
        ({"username": ""}, "LINKENGAGE_USERNAME"),
        ({"password": None}, "LINKENGAGE_PASSWORD"),
        ({"password": ""}, "LINKENGAGE_PASSWORD"),
        ({"username": "ka:ri"}, "colon"),
        ({"domain": "acme:com"}, "colon"),
    ],
    ids=str,
)
def test_an_incomplete_or_invalid_login_is_rejected(options: dict[str, Any], words: str) -> None:
    assert words in refusal(**options)


# Address


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://intouchapi.pswin.com/2", "https://intouchapi.pswin.com/2"),
        ("https://intouchapi.pswin.com/1/", "https://intouchapi.pswin.com/1"),
        (" https://intouchapi.pswin.com/2 ", "https://intouchapi.pswin.com/2"),
        ("http://127.0.0.1:8080/2", "http://127.0.0.1:8080/2"),
        ("http://127.8.9.1/2", "http://127.8.9.1/2"),
        ("http://[::1]:8080/2", "http://[::1]:8080/2"),
        ("http://localhost/2", "http://localhost/2"),
        ("HTTPS://intouchapi.pswin.com/2", "HTTPS://intouchapi.pswin.com/2"),
    ],
)
def test_the_last_slash_of_an_address_is_removed(url: str, kept: str) -> None:
    assert connected(api_url=url).http.settings.api_url == kept


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://intouchapi.pswin.com/2", "clear text"),
        ("http://127.0.0.1.evil.example/2", "clear text"),
        ("http://localhost.evil.example/2", "clear text"),
        ("http://0.0.0.0/2", "clear text"),
        ("http://10.0.0.1/2", "clear text"),
        ("http://127.0.0.1@evil.example/2", "credentials"),
        ("https://kari:secret@intouchapi.pswin.com/2", "credentials"),
        ("https://@intouchapi.pswin.com/2", "credentials"),
        ("ftp://intouchapi.pswin.com/2", "an address"),
        ("file:///etc/passwd", "an address"),
        ("intouchapi.pswin.com/2", "an address"),
        ("https:///2", "an address"),
        ("https://intouchapi.pswin.com/2?x=1", "an address"),
        ("https://intouchapi.pswin.com/2#x", "an address"),
        ("", "an address"),
        ("https://[::1/2", "api_url"),
        ("https://intouchapi.pswin.com:port/2", "api_url"),
    ],
)
def test_an_invalid_or_unsafe_address_is_rejected(url: str, words: str) -> None:
    message = refusal(api_url=url)
    assert message.startswith("api_url: ")
    assert words in message


def test_clear_text_is_possible_with_allow_http() -> None:
    assert connected(api_url="http://intouchapi.pswin.com/1", allow_http=True).http.settings.api_url.startswith("http:")


# Other options


@pytest.mark.parametrize(
    ("options", "verify"),
    [
        ({}, True),
        ({"ca_path": ""}, True),
        ({"validate_certs": False}, False),
        ({"validate_certs": False, "ca_path": "/ca.pem"}, False),
    ],
    ids=str,
)
def test_the_options_decide_which_certificates_are_trusted(options: dict[str, Any], verify: bool | str) -> None:
    assert connected(**options).http.settings.verify == verify


@pytest.fixture
def ca_path(tmp_path: Path) -> str:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def test_own_certificates_are_trusted(ca_path: str) -> None:
    assert connected(ca_path=ca_path).http.settings.verify == ca_path


@pytest.mark.parametrize("api_url", ["https://intouchapi.pswin.com/2", "http://127.0.0.1:1/2"])
def test_missing_certificates_are_named(monkeypatch, api_url: str) -> None:
    assert refusal(ca_path="/nope.pem", api_url=api_url) == "ca_path: /nope.pem does not exist."
    monkeypatch.setenv("LINKENGAGE_CA_PATH", "/nope.pem")
    assert refusal(ca_path="/nope.pem", api_url=api_url) == "LINKENGAGE_CA_PATH: /nope.pem does not exist."


def test_the_time_for_a_whole_answer_is_ten_times_timeout_unless_it_is_given() -> None:
    def limits(**options: Any) -> tuple[float, float, int]:
        found = connected(**options).http.settings.limits
        return found.timeout, found.answer_timeout, found.size

    assert limits() == (30, 300, 256 * 1024 * 1024)
    assert limits(timeout=2.5, max_answer_size=1) == (2.5, 25, 1024 * 1024)
    assert limits(timeout=2.5, answer_timeout=0.5) == (2.5, 0.5, 256 * 1024 * 1024)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", float("nan")),
        ("timeout", float("inf")),
        ("timeout", 1e300),
        ("answer_timeout", 0),
        ("answer_timeout", float("inf")),
        ("max_answer_size", 0),
        ("max_answer_size", 10**400),
        ("retries", 10**400),
        ("throttle_timeout", 10**30),
        ("retries", -1),
        ("throttle_timeout", -1),
        ("requests_per_minute", 0),
        ("requests_per_minute", -5),
    ],
)
def test_numbers_out_of_range_are_rejected(option: str, value: float) -> None:
    assert refusal(**{option: value}).startswith(f"{option}: ")


def test_an_error_in_an_environment_value_names_the_variable(monkeypatch) -> None:
    monkeypatch.setenv("LINKENGAGE_TIMEOUT", "-1.50")
    assert refusal(timeout=-1.5).startswith("LINKENGAGE_TIMEOUT: the number is too small")
    assert refusal(timeout=-1).startswith("timeout: the number is too small")


def test_an_empty_variable_is_not_set(json_account, monkeypatch) -> None:
    for option in CONNECTION_SPEC:
        monkeypatch.setenv(f"LINKENGAGE_{option.upper()}", "")
    assert not json_account.run("user_info").get("failed")
    json_account.connection = {**json_account.connection, "password": None}
    assert "LINKENGAGE_PASSWORD" in json_account.refused("user_info")


BROKEN_TEXT = b"s\xe9cret".decode("utf-8", "surrogateescape")  # the form in which Python reads it from the environment


@pytest.mark.parametrize("option", ["password", "username", "domain"])
def test_a_login_that_is_not_utf_8_is_named_without_showing_it(monkeypatch, option: str) -> None:
    message = refusal(**{option: BROKEN_TEXT})
    assert message.startswith(f"{option}: the value is not UTF-8 text")
    assert "cret" not in message
    monkeypatch.setenv(f"LINKENGAGE_{option.upper()}", BROKEN_TEXT)
    assert refusal(**{option: BROKEN_TEXT}).startswith(f"LINKENGAGE_{option.upper()}: the value is not UTF-8 text")


@pytest.mark.parametrize(
    ("text", "code"), [("47", "47"), ("+47", "47"), ("0047", "47"), (" 47 ", "47"), ("358", "358"), ("1", "1")]
)
def test_a_country_code_is_digits(text: str, code: str) -> None:
    assert connected(default_country_code=text).country_code() == code


@pytest.mark.parametrize("value", ["NO", "0", "4790", "+", "4a", "-47", "047", "999", 47, 0o047, False, ["47"]])
def test_an_invalid_country_code_is_rejected(value: Any) -> None:
    assert refusal(default_country_code=value).startswith("default_country_code: ")


def test_connecting_sends_nothing(json_account) -> None:
    connect({**DEFAULTS, **json_account.connection}.get)
    assert json_account.simulator.log() == []
