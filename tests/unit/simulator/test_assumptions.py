# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator can give every answer to the open questions, chosen on the command line or while it runs."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkengage_simulator import service as simulated
from linkengage_simulator.app import App
from linkengage_simulator.assumptions import profiles, table
from linkengage_simulator.errors import ServiceError, ThrottledError
from linkengage_simulator.exchange import Call
from linkengage_simulator.options import Options
from linkengage_simulator.process import HOME, SimulatorError, SimulatorProcess
from linkengage_simulator.seed import plant

NAMESPACE = "PSWinCom.Intouch.API.Resources"
LOGIN = ("--username", "kari", "--password", "secret")


def first(name: str) -> str:
    return str(next(iter(table()[name]["values"])))


def test_of_the_command_line_the_file_and_the_profile_the_nearest_decides(tmp_path: Path) -> None:
    file = tmp_path / "answers.txt"
    file.write_text("# a comment\n\nids = texts\nuser=none\n", encoding="utf-8")
    options = ("--profile", "aspnet", "--assume-file", str(file), "--assume", "ids=numbers", "--assume", "read_lag=2.5")
    with SimulatorProcess(*options) as simulator:
        answers = simulator.control("GET", "assumptions")
        assert set(answers) == set(table())
        assert (answers["ids"], answers["user"], answers["folders"]) == ("numbers", "none", "version_1")
        assert (answers["read_lag"], answers["put_answer"]) == ("2.5", first("put_answer"))
        simulator.assume(put_answer="record")
        assert simulator.control("GET", "assumptions")["put_answer"] == "record"
        simulator.reset()
        assert simulator.control("GET", "assumptions") == answers


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--assume", "ids=words"), "ids must be one of numbers, texts, not words"),
        (("--assume", "id=texts"), "There is no open question id"),
        (("--assume", "ids"), "does not have the form NAME=VALUE"),
        (("--profile", "java"), "aspnet"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_clear_line(options: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "linkengage_simulator", *LOGIN, *options]
    run = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "changes", [{"ids": "words"}, {"id": "texts"}, {"list_limit": "-1"}, {"ids": "texts", "x": "1"}]
)
def test_a_wrong_answer_changes_nothing(simulator: Any, changes: dict[str, str]) -> None:
    before = simulator.control("GET", "assumptions")
    with pytest.raises(SimulatorError):
        simulator.assume(**changes)
    assert simulator.control("GET", "assumptions") == before


def test_the_profiles_are_known() -> None:
    assert "aspnet" in profiles()


class Service:
    """The simulator in this process.

    ``ask`` returns the status and the body of the answer. ``headers`` has its headers.
    """

    def __init__(self, name: str, value: str, data_format: str = "json", version: int = 2) -> None:
        options = Options()
        options.update({"assume": {name: value}})
        contacts = [{"ContactId": id, "PhoneNumber": f"9055{id:04}", "Firstname": f"P{id}"} for id in range(1, 104)]
        seed = {
            "contacts": contacts,
            "groups": [{"GroupId": 12, "Name": "A", "members": [1]}],
            "owned": ["/contacts/1"],
        }
        self.service = simulated.Service(simulated.Settings("kari", "secret", options=options, seed=seed))
        self._media, self._version = f"application/{data_format}", version
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, password: str = "secret", **more: str) -> tuple[int, str]:
        token = base64.b64encode(f"kari:{password}".encode()).decode()
        headers = {"Accept": self._media, "Content-Type": self._media, "Authorization": f"Basic {token}", **more}
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        answer = self.service.api.answer(Call(method, f"/{self._version}{path}", headers, content))
        self.headers = answer.headers
        return answer.status, answer.body.decode("utf-8", "surrogatepass")

    def contact(self, **fields: Any) -> dict[str, Any]:
        """Create a contact, and return it as it is stored."""
        self.ask("POST", "/contacts", {"PhoneNumber": "41234567", **fields})
        return dict(self.service.store.book.contacts.get(1001))

    def send(self, receivers: str = "90011223", **more: Any) -> dict[str, Any]:
        """Send a message, and return its first line in the folder."""
        self.ask("POST", "/messages", {"Receivers": receivers, "Text": "Hi", **more})
        return dict(json.loads(self.ask("GET", "/folders/3/messages")[1])[0])

    def later(self) -> str:
        """Create a message that is due at half a minute past a full hour. Returns its id."""
        self.ask("POST", "/messages", {"Receivers": "1", "Text": "x", "HandledDate": "/Date(4102444830123)/"})
        return self.ask("GET", "/messages/O_5001")[1]

    def rows(self) -> int:
        self.send("90011223;90011224")
        return len(json.loads(self.ask("GET", "/folders/3/messages")[1]))

    def throttled(self) -> ServiceError:
        return ThrottledError("Number of allowed API requests per minute exceeded", 7)

    def sent(self) -> str:
        return f"/messages/{self.send()['MessageId']}"


NEW = {"PhoneNumber": "41234567", "Firstname": "x" * 300}
# For each answer: what a request shows if the service gives this answer (``seen`` in the table).
SEEN: dict[str, Callable[[Service], bool]] = {
    "field_names=any_case": lambda s: s.ask("POST", "/contacts", {"phonenumber": "1"})[0] == 201,
    "field_names=camel_case": lambda s: '"firstname"' in s.ask("GET", "/contacts/1")[1],
    "field_names=camel_case_only": lambda s: (
        s.ask("POST", "/contacts", {"PhoneNumber": "1"})[0] == 400
        and s.ask("POST", "/contacts", {"phoneNumber": "1"})[0] == 201
    ),
    "user=version_1": lambda s: s.ask("GET", "/user")[0] == 404,
    "user=none": lambda s: s.ask("GET", "/user")[0] == 404,
    "folders=version_1": lambda s: s.ask("GET", "/folders")[0] == 404,
    "folders=none": lambda s: s.ask("GET", "/folders")[0] == 404,
    "errors=aspnet": lambda s: '{"Message": ' in s.ask("GET", "/contacts/999")[1],
    "date_slashes=escaped": lambda s: (
        s.ask("POST", "/messages", '{"Receivers": "1", "Text": "x", "HandledDate": "/Date(0)/"}')[0] == 400
        and s.ask("POST", "/messages", r'{"Receivers": "1", "Text": "x", "HandledDate": "\/Date(0)\/"}')[0] == 201
    ),
    "number_lookup=any_spelling": lambda s: s.ask("GET", "/contacts/phonenumber/+4790550001")[0] == 200,
    **{
        f"duplicate_numbers=refused_{status}": lambda s, status=status: (
            s.ask("POST", "/contacts", {"PhoneNumber": "+4790550001"})[0] == status
        )
        for status in (400, 409)
    },
    "missing_number=empty": lambda s: s.ask("GET", "/contacts/phonenumber/1") == (200, ""),
    "missing_number=null": lambda s: s.ask("GET", "/contacts/phonenumber/1") == (200, "null"),
    **{
        f"group_names=refused_{status}": lambda s, status=status: s.ask("POST", "/groups", {"Name": "A"})[0] == status
        for status in (400, 409)
    },
    **{
        f"list_limit={limit}": lambda s, limit=limit: len(json.loads(s.ask("GET", "/contacts")[1])) == limit
        for limit in (10, 100)
    },
    "repeated_post=same_record": lambda s: s.ask("POST", "/contacts", {"PhoneNumber": "90550001"})[1] == "1",
    "retry_after=seconds": lambda s: App(s.service)._retry_after(7) == {"Retry-After": "7"},
    "retry_after=date": lambda s: App(s.service)._retry_after(7).get("Retry-After", "").endswith("GMT"),
    "delete_sent=refused": lambda s: s.ask("DELETE", s.sent())[0] == 400,
    "row_receiver=number": lambda s: s.send("/contacts/1")["To"] == "90550001",
    "row_receiver=reference": lambda s: s.send("/contacts/1")["To"] == "/contacts/1",
    "row_receiver=id": lambda s: s.send("/contacts/1")["To"] == "1",
    "form_bodies=refused": lambda s: (
        s.ask("POST", "/contacts", "PhoneNumber=1", **{"Content-Type": "application/x-www-form-urlencoded"})[0] == 406
    ),
    "json_dates=date": lambda s: bool(re.search(r"/Date\(\d+\)", s.ask("GET", "/contacts/1")[1])),
    "json_dates=iso_offset": lambda s: bool(re.search(r"T[\d:.]+\+0[12]:00\"", s.ask("GET", "/contacts/1")[1])),
    "json_dates=iso_utc": lambda s: bool(re.search(r"T[\d:.]+Z\"", s.ask("GET", "/contacts/1")[1])),
    "json_dates=iso_local": lambda s: bool(re.search(r"T[\d:.]+\"", s.ask("GET", "/contacts/1")[1])),
    "message_times=minutes": lambda s: "(4102444800000+" in s.later(),
    "login_refused=401": lambda s: s.ask("GET", "/contacts", password="x")[0] == 401,
    "login_refused=403": lambda s: s.ask("GET", "/contacts", password="x")[0] == 403,
    "put_answer=empty": lambda s: s.ask("PUT", "/contacts/1", NEW) == (200, ""),
    "put_answer=record": lambda s: '"ContactId": 1,' in s.ask("PUT", "/contacts/1", NEW)[1],
    "delete_answer=empty": lambda s: s.ask("DELETE", "/contacts/1") == (200, ""),
    "delete_answer=record": lambda s: '"ContactId": 1,' in s.ask("DELETE", "/contacts/1")[1],
    "post_answer=quoted_id": lambda s: s.ask("POST", "/contacts", NEW) == (201, '"1001"'),
    "post_answer=record": lambda s: s.ask("POST", "/contacts", NEW)[0] == 200,
    "post_answer=created_record": lambda s: s.ask("POST", "/contacts", NEW)[1].startswith("{"),
    "post_answer=location": lambda s: s.ask("POST", "/contacts", NEW)[1] == "" and "://" in s.headers["Location"],
    "post_answer=location_path": lambda s: (
        s.ask("POST", "/contacts", NEW) == (201, "") and s.headers["Location"] == "/2/contacts/1001"
    ),
    "post_answer=location_name": lambda s: (
        s.ask("POST", "/contacts", NEW) == (201, "") and s.headers["Location"] == "contacts/1001"
    ),
    "ids=texts": lambda s: '"ContactId": "1"' in s.ask("GET", "/contacts/1")[1],
    "outer_blanks=trimmed": lambda s: s.contact(Firstname=" a ")["Firstname"] == "a",
    **{
        f"long_texts=cut_{length}": lambda s, length=length: s.contact(**NEW)["Firstname"] == "x" * length
        for length in (50, 100, 160, 255)
    },
    "long_texts=cut_50_in_emoji": lambda s: s.contact(Firstname="x" * 49 + "🎉")["Firstname"] == "x" * 49 + "\ud83c",
    "long_texts=refused_50": lambda s: s.ask("POST", "/contacts", NEW)[0] == 400,
    "line_ends=crlf": lambda s: s.contact(Description="a\nb")["Description"] == "a\r\nb",
    "numbers=msisdn": lambda s: s.contact()["PhoneNumber"] == "4741234567",
    "numbers=plus": lambda s: s.contact()["PhoneNumber"] == "+4741234567",
    "numbers=national": lambda s: s.contact(PhoneNumber="+4741234567")["PhoneNumber"] == "41234567",
    **{f"read_lag={seconds}": lambda s: s.contact() and s.ask("GET", "/contacts/1001")[0] == 404 for seconds in (1, 5)},
    "folder_rows=per_message": lambda s: s.rows() == 1,
    "states=numbers": lambda s: s.send()["DeliverStatus"] == "0",
    "states=norwegian": lambda s: s.send()["DeliverStatus"] == "Ukjent",
    "message_ids=bare": lambda s: s.send()["MessageId"] == "5001",
    "throttle_status=429": lambda s: (
        s.service.api.refuse(s.throttled(), Call("GET", "/2/contacts", {}, b"")).status == 429
    ),
    "max_receivers=2": lambda s: s.ask("POST", "/messages", {"Receivers": "1;2;3", "Text": "x"})[0] == 400,
    "max_receivers=100": lambda s: (
        s.ask("POST", "/messages", {"Receivers": ";".join(["1"] * 101), "Text": "x"})[0] == 400
    ),
    **{
        f"owned_records=refused_{status}": lambda s, status=status: s.ask("PUT", "/contacts/1", NEW)[0] == status
        for status in (400, 403, 406, 409)
    },
    "number_length=with_prefix": lambda s: '{"Name": "NUMBER_LENGTH", "Value": "10"}' in s.ask("GET", "/user")[1],
}
SEEN_IN_XML: dict[str, Callable[[Service], bool]] = {
    "xml_namespace=other": lambda s: NAMESPACE not in s.ask("GET", "/contacts/1")[1],
    "xml_namespace=none": lambda s: s.ask("GET", "/contacts/1")[1].startswith("<Contact xmlns:i="),
    "xml_elements=others": lambda s: s.ask("GET", "/contacts/count")[1].startswith("<Count"),
    "xml_dates=offset": lambda s: bool(re.search(r"\+0[12]:00</Cr", s.ask("GET", "/contacts/1")[1])),
    "xml_dates=utc": lambda s: "Z</CreatedDate>" in s.ask("GET", "/contacts/1")[1],
    "message_times=utc": lambda s: s.service.clock.now().strftime("T%H:%M") in _sent_in_xml(s),
}


def _sent_in_xml(service: Service) -> str:
    plant(service.service.store, {"messages": [{"Receivers": "1", "Text": "x"}]})
    return service.ask("GET", "/folders/3/messages")[1]


def alternatives() -> list[str]:
    return [f"{name}={value}" for name, row in table().items() for value in list(row["values"])[1:]]


def test_each_alternative_has_a_check() -> None:
    assert {*SEEN, *SEEN_IN_XML} == set(alternatives())


@pytest.mark.parametrize("alternative", alternatives())
def test_each_alternative_shows_in_the_traffic_and_the_assumption_does_not(alternative: str) -> None:
    name, value = alternative.split("=")
    data_format = "xml" if alternative in SEEN_IN_XML else "json"
    seen = SEEN_IN_XML.get(alternative) or SEEN[alternative]
    assert seen(Service(name, value, data_format))
    assert not seen(Service(name, first(name), data_format))
