# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejected requests and their answers (contract page, "Status codes")."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def some_data(simulator: Any) -> None:
    contacts = [{"ContactId": 1, "Firstname": "Kari", "PhoneNumber": "41234567"}]
    simulator.seed(contacts=contacts, groups=[{"GroupId": 2, "Name": "A"}])


def test_wrong_login_is_406(wire: Any, simulator: Any) -> None:
    right = (simulator.login, simulator.password)
    pairs = [("kari", right[1]), (right[0], "wrong"), (right[0].upper(), right[1]), (right[0], right[1] + ":")]
    for login, password in pairs:
        wire.session.auth = HTTPBasicAuth(login.encode("utf-8"), password.encode("utf-8"))
        response = wire.write("POST", "/contacts", "Contact", PhoneNumber="1")
        assert response.status_code == 406
        assert response.headers["Content-Type"].startswith("text/html")
        assert "WWW-Authenticate" not in response.headers
    assert len(simulator.state()["contacts"]) == 1


@pytest.mark.parametrize("header", [None, "Bearer x", "Basic", "Basic !!!", "Basic /w==", "Basic YQ=="])
def test_invalid_credentials_are_406(simulator: Any, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    assert requests.get(simulator.api() + "/user", headers=headers, timeout=60).status_code == 406


def test_credentials_are_utf8_and_the_password_can_contain_a_colon(simulator: Any) -> None:
    pair = f"{simulator.login}:{simulator.password}"
    assert simulator.password.count(":") == 1
    assert not pair.isascii()
    token = base64.b64encode(pair.encode("utf-8")).decode("ascii")
    response = requests.get(simulator.api() + "/user", headers={"Authorization": f"basic {token}"}, timeout=60)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/contacts/9",
        "/groups/9",
        "/groups/9/contacts",
        "/messages/O_9",
        "/messages/9",
        "/folders/99/messages",
        "/contacts/99999999999999999999",
        "/Contacts",
        "/contacts/1/2",
        "/nothing",
        "",
        "/",
        "/contacts/search/a/b",
    ],
)
def test_an_unknown_path_or_record_is_404(wire: Any, path: str) -> None:
    assert wire.send("GET", path).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/contacts/9", "/groups/9"])
def test_writing_a_missing_record_is_404(wire: Any, method: str, path: str) -> None:
    root = "Contact" if "contacts" in path else "Group"
    assert wire.write(method, path, root, PhoneNumber="1", Name="A").status_code == 404


def test_other_versions_are_404(simulator: Any, plain: Any) -> None:
    for path in ("/3/contacts", "/contacts"):
        assert plain.session.get(simulator.url + path, timeout=60).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/contacts/abc"),
        ("PUT", "/contacts/abc"),
        ("DELETE", "/contacts/1.5"),
        ("GET", "/contacts/search"),
        ("GET", "/groups/x"),
        ("GET", "/groups/x/contacts"),
        ("GET", "/groups/x/contacts/search/a"),
        ("PUT", "/groups/x/contacts/1"),
        ("DELETE", "/groups/2/contacts/x"),
        ("GET", "/folders/x/messages"),
        ("PUT", "/contacts"),
        ("DELETE", "/contacts"),
        ("DELETE", "/contacts/count"),
        ("POST", "/contacts/1"),
        ("PATCH", "/contacts/1"),
        ("PUT", "/messages/O_1"),
        ("GET", "/messages"),
        ("POST", "/user"),
        ("POST", "/folders"),
        ("GET", "/groups/2/contacts/1"),
    ],
)
def test_a_method_that_a_path_does_not_allow_is_405(wire: Any, method: str, path: str) -> None:
    assert wire.send(method, path).status_code == 405


@pytest.mark.parametrize("name", ["firstname", "FirstName", "PHONENUMBER", "contactid"])
def test_a_field_name_in_the_wrong_case_is_406(plain: Any, simulator: Any, name: str) -> None:
    fields = {"PhoneNumber": "1", name: "x"}
    assert plain.write("POST", "/contacts", "Contact", **fields).status_code == 406
    assert plain.write("PUT", "/contacts/1", "Contact", **fields).status_code == 406
    assert plain.send("POST", "/contacts", f"PhoneNumber=1&{name}=x", Content_Type=FORM).status_code == 406
    assert plain.send("GET", f"/contacts?{name}=x").status_code == 406
    assert [contact["Firstname"] for contact in simulator.state()["contacts"]] == ["Kari"]


def test_unknown_names_are_ignored(wire: Any) -> None:
    response = wire.write("POST", "/contacts", "Contact", Nickname="x", PhoneNumber="1")
    assert response.status_code in (200, 201)
    assert wire.send("GET", "/contacts?_=1&Firstname=x").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        '{"PhoneNumber": 41234567}',
        '{"PhoneNumber": "1", "IsPrivate": "true"}',
        '{"PhoneNumber": "1", "IsPrivate": 1}',
        '{"PhoneNumber": "1", "IsPrivate": null}',
        '{"PhoneNumber": "1", "ContactId": "5"}',
        '{"PhoneNumber": "1", "ContactId": true}',
        '{"PhoneNumber": "1", "CreatedDate": "yesterday"}',
        '{"PhoneNumber": "1", "CreatedDate": "/Date(x)/"}',
        '{"PhoneNumber": "1", "CreatedDate": "/Date(99999999999999999)/"}',
        '{"PhoneNumber": "1", "Firstname": ["x"]}',
        '{"PhoneNumber": "1", "ContactId": NaN}',
        b'{"PhoneNumber": "1", "Firstname": "\xe6"}',
        '{"PhoneNumber": ""}',
        '{"PhoneNumber": null}',
        '{"PhoneNumber": " "}',
        '{"Firstname": "Kari"}',
        "[" * 100000,
    ],
)
def test_invalid_json_is_400(plain: Any, simulator: Any, body: str) -> None:
    before = simulator.state()["contacts"]
    assert plain.send("POST", "/contacts", body).status_code == 400
    assert plain.send("PUT", "/contacts/1", body).status_code == 400
    assert simulator.state()["contacts"] == before


CONTACT = '<Contact xmlns="http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources">{}</Contact>'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<Contact",
        "<Contact><PhoneNumber>1</PhoneNumber></Contact>",
        CONTACT.format("<PhoneNumber>1</PhoneNumber>").replace("Contact", "Person"),
        CONTACT.format(""),
        CONTACT.format("<IsPrivate>yes</IsPrivate><PhoneNumber>1</PhoneNumber>"),
        CONTACT.format("<IsPrivate></IsPrivate><PhoneNumber>1</PhoneNumber>"),
        CONTACT.format("<ContactId>x</ContactId><PhoneNumber>1</PhoneNumber>"),
        CONTACT.format("<CreatedDate>x</CreatedDate><PhoneNumber>1</PhoneNumber>"),
        CONTACT.format("<PhoneNumber><b>1</b></PhoneNumber>"),
        CONTACT.format("<PhoneNumber>1&#x1;</PhoneNumber>"),
        '<!DOCTYPE Contact [<!ENTITY a "1">]>' + CONTACT.format("<PhoneNumber>&a;</PhoneNumber>"),
        "<!DOCTYPE Contact>" + CONTACT.format("<PhoneNumber>1</PhoneNumber>"),
        '<?xml version="1.0" encoding="nonsense"?>' + CONTACT.format("<PhoneNumber>1</PhoneNumber>"),
    ],
)
def test_invalid_xml_is_400(xml: Any, simulator: Any, body: str) -> None:
    before = simulator.state()["contacts"]
    assert xml.send("POST", "/contacts", body).status_code == 400
    assert xml.send("PUT", "/contacts/1", body).status_code == 400
    assert simulator.state()["contacts"] == before


def test_group_without_a_name_is_400(wire: Any) -> None:
    assert wire.write("POST", "/groups", "Group", Description="d").status_code == 400
    assert wire.write("PUT", "/groups/2", "Group", Name="").status_code == 400


def test_errors_are_one_line_of_text(plain: Any) -> None:
    response = plain.send("GET", "/contacts/æ")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == "/contacts/æ does not take GET"


@pytest.mark.parametrize(
    ("function", "method", "path"),
    [
        ("ALLOW_API", "GET", "/user"),
        ("EDIT_CONTACT", "DELETE", "/contacts/1"),
        ("EDIT_GROUP", "PUT", "/groups/2/contacts/1"),
        ("SEND_SMS", "POST", "/messages"),
        ("READ_SMS", "GET", "/folders"),
    ],
)
def test_missing_right_is_406(wire: Any, simulator: Any, function: str, method: str, path: str) -> None:
    rights = {"ALLOW_API", "EDIT_CONTACT", "EDIT_GROUP", "SEND_SMS", "READ_SMS"} - {function}
    simulator.seed(user={"AllowedFunctions": sorted(rights)})
    assert wire.send(method, path).status_code == 406
    assert wire.send("GET", "/contacts").status_code == (406 if function == "ALLOW_API" else 200)


@pytest.mark.parametrize(("mode", "bodies"), [("empty", ("", "")), ("null", ("null", ' i:nil="true" />'))])
def test_the_answer_for_a_missing_number_can_be_chosen(
    wire: Any, simulator: Any, mode: str, bodies: tuple[str, str]
) -> None:
    simulator.assume(missing_number=mode)
    response = wire.send("GET", "/contacts/phonenumber/1")
    assert response.status_code == 200
    assert response.text.endswith(bodies[wire.format == "xml"])
    assert bool(response.text) == bool(bodies[0])
    assert wire.read("GET", "/contacts/phonenumber/41234567")["Firstname"] == "Kari"


@pytest.mark.parametrize("override", ["PUT", "put"])
def test_a_post_with_the_override_header_acts_like_put_or_delete(wire: Any, override: str) -> None:
    body = wire.document("Contact", {"Firstname": "Ola", "PhoneNumber": "2"})
    wire.done(wire.send("POST", "/contacts/1", body, X_HTTP_Method_Override=override))
    assert wire.read("GET", "/contacts/1")["Firstname"] == "Ola"
    wire.done(wire.send("POST", "/contacts/1", b"", X_HTTP_Method_Override="DELETE"))
    assert wire.send("GET", "/contacts/1").status_code == 404


def test_other_methods_are_not_overridden(plain: Any) -> None:
    assert plain.send("POST", "/contacts/1", b"", X_HTTP_Method_Override="GET").status_code == 405
    assert plain.send("GET", "/contacts/1", X_HTTP_Method_Override="DELETE").status_code == 200
    assert plain.send("GET", "/contacts/1").status_code == 200


def test_blocked_methods_work_only_with_the_override_header(wire: Any, simulator: Any) -> None:
    simulator.options(block_methods=True)
    for method in ("PUT", "DELETE"):
        assert wire.send(method, "/groups/2/contacts/1").status_code == 405
        wire.done(wire.send("POST", "/groups/2/contacts/1", b"", X_HTTP_Method_Override="PUT"))
    assert [entry["fault"] for entry in simulator.log()] == ["block_methods", None] * 2
