# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter contacts_from_csv returns contacts that the modules accept, or one error that names every bad row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import support
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.community.linkengage.plugins.filter import contacts_from_csv as plugin

contacts_from_csv = plugin.FilterModule().filters()["contacts_from_csv"]

STAFF = "\ufeffMobile;Given name;Email;Private;Salary\r\n+47 905 55 817;Kari;kari@example.com;FALSE;1\r\n"
COLUMNS = {"mobile": "phone_number", "GIVEN NAME ": "first_name"}


def refused(*arguments: Any, **options: Any) -> str:
    with pytest.raises(AnsibleFilterError) as error:
        contacts_from_csv(*arguments, **options)
    return str(error.value)


def test_the_documented_sample_is_a_real_result() -> None:
    found = contacts_from_csv(STAFF, columns=COLUMNS, unknown_columns="ignore")
    assert found == yaml.safe_load(plugin.RETURN)["_value"]["sample"]


def test_a_cell_is_a_text_a_flag_or_an_id() -> None:
    text = "contact_id,phone_number,description,private,cpa_accepted\n4711,90555817,,,yes\n,+4741234567,007,no,\n"
    assert contacts_from_csv(text, default_country_code="47") == [
        {"contact_id": 4711, "phone_number": "90555817", "description": "", "cpa_accepted": True},
        {"phone_number": "+4741234567", "description": "007", "private": False},
    ]


def test_every_bad_row_and_every_repeated_number_is_reported() -> None:
    text = (
        "phone_number;first_name;private\n90555817;Kari;\n4.79E+10;Ola;\n+47 905 55 817;Per;\n41234567;x;perhaps\n"
        '99000001;"a\nb"c;\n99000002;a;\n0047 990 00 002;a;\n99000003;;;x\n'
    )
    message = refused(text, default_country_code="47", name="staff.csv")
    assert message.startswith("contacts_from_csv: Correct these rows:\nstaff.csv line 3: phone_number: 4.79E+10")
    for complaint in (
        "staff.csv line 2 and staff.csv line 4: the same contact is declared twice",
        "staff.csv line 5: `private` must be true or false, not 'perhaps'.",
        "staff.csv line 6: there is text after the closing quotation mark",
        "staff.csv line 9: this entry is for the same contact as the entry in staff.csv line 8",
        "staff.csv line 10: the row has 4 cells",
    ):
        assert complaint in message


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("phone_number\n90555817\n41234567\n", {}, "default_country_code: this option is required for a number"),
        ("phone_number\n+4790555817\n", {"default_country_code": "Norway"}, "default_country_code: 'Norway' is not"),
        ("Mobbile\n1\n", {"name": "a.csv"}, "a.csv: line 1: these headers are not known: 'Mobbile' (nea"),
        (
            "phone_number\n1;\udce5\n",
            {"name": "a.csv"},
            "a.csv: line 2 is not UTF-8; the file is probably in Windows-1252",
        ),
        ("phone_number\n+4790555817\n", {"columns": {"Mobil": "email"}}, "columns: no file has a column 'Mobil'"),
        (
            "phone_number\n",
            {"columns": {"a": "b"}},
            "columns: the key 'a' has the wrong value 'b'. Write a field for each header",
        ),
        ("phone_number\n", {"columns": ["a"]}, "columns: a dictionary is expected"),
        ("phone_number\n", {"unknown_columns": "drop"}, "unknown_columns must be one of fail, ignore"),
    ],
)
def test_invalid_input_is_an_error(text: str, options: dict[str, Any], message: str) -> None:
    message_of_error = refused(text, **options)
    assert message_of_error.startswith(f"contacts_from_csv: {message}")
    assert message_of_error.count(message) == 1


@pytest.mark.parametrize(
    ("value", "kind"), [(None, "null"), (4711, "an integer"), (["a"], "a list"), (b"phone_number", "binary data")]
)
def test_only_a_text_is_read(value: Any, kind: str) -> None:
    assert refused(value) == f"contacts_from_csv: the text of a file is expected; this is {kind}."


def test_a_file_without_rows_has_no_contacts() -> None:
    assert contacts_from_csv("phone_number;first_name\n;\n") == []
    assert contacts_from_csv("") == []


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json-v2", "xml-v1"])
def test_the_examples_run(
    run_playbook: Callable[..., support.PlaybookRun], simulator, connection_env, tmp_path
) -> None:
    (tmp_path / "staff.csv").write_bytes(
        "Mobile;Given name;Surname;Email;Salary\n90555817;Åse;Ås;{{ 7 * 7 }};1\n412 34 567;Ola;;;2\n".encode()
    )
    tasks = yaml.safe_load(plugin.EXAMPLES)
    text = yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    ran = run_playbook(text, env=connection_env)
    assert ran.rc == 0, ran.stdout
    (contact,) = simulator.state()["contacts"]
    assert (contact["PhoneNumber"], contact["Firstname"], contact["Email"]) == ("4790555817", "Åse", "{{ 7 * 7 }}")
    simulator.clear_log()
    assert run_playbook(text, env=connection_env).rc == 0
    assert simulator.log(writes_only=True) == []
