# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: contacts_from_csv
short_description: Read contacts from the CSV file of a spreadsheet program
description:
  - Converts the text of a CSV file to contacts for M(community.linkengage.linkengage_address_book) or
    M(community.linkengage.linkengage_contact).
  - The filter does not read the country code of the account. For numbers without a country code, set
    O(default_country_code).
  - The first line of the file contains the headers of the columns. The filter recognises headers that are names of
    contact fields, such as C(phone_number), and common headers, such as C(Mobil).
  - For the rules about headers and cells, see O(community.linkengage.linkengage_address_book#module:src).
  - If rows are wrong, one error lists all these rows with their line numbers and with the file name from O(name).
  - Two rows with the same phone number are an error, even if the numbers have different formats.
  - A phone number that the spreadsheet program has changed, such as V(4.79056E+10), is an error. In the spreadsheet
    program, set the format of the column to text.
  - For a large file, use O(community.linkengage.linkengage_address_book#module:src) instead of this filter. The filter
    cannot skip wrong rows, but the module M(community.linkengage.linkengage_address_book) can skip them.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input
extends_documentation_fragment:
  - community.linkengage.numbers
options:
  _input:
    description:
      - Text of the CSV file. The filter ignores a byte order mark at the beginning of the text.
    type: str
    required: true
  columns:
    description:
      - Assigns contact fields to the columns whose headers the filter does not recognise.
      - "The value is a dictionary with a contact field for each header, such as C({Mobile: phone_number, Given name:
        first_name})."
      - "If several columns can contain the same field, write the field before the headers, as in C({phone_number:
        [Mobile, Phone]}). In each row, the filter uses the first of these columns whose cell is not empty."
      - It is an error if O(columns) contains a header that the file does not have.
    type: dict
    default: {}
  unknown_columns:
    description:
      - Decides what happens if a header is not in O(columns) and the filter does not recognise it.
      - With V(fail), an unrecognised header is an error, except in an export of a contact program. See
        O(community.linkengage.linkengage_address_book#module:src) for what counts as such an export.
      - With V(ignore), the filter skips a column with an unrecognised header.
    type: str
    choices: [fail, ignore]
    default: fail
  delimiter:
    description:
      - Character that separates the cells of the CSV file.
      - The value is one character, or one of the words V(comma), V(semicolon), V(tab) and V(pipe).
      - With V(auto), a first line such as C(sep=;) sets the delimiter. Without a line such as C(sep=;), the filter uses
        the delimiter with which it recognises the most headers.
    type: str
    default: auto
  encoding:
    description:
      - Character encoding, such as V(windows-1252), for a file that is not in UTF-8 or UTF-16. The filter recognises
        UTF-8, and UTF-16 with a byte order mark, automatically.
      - With V(auto), a file that is not in UTF-8 or UTF-16 is an error.
      - Read the file with P(ansible.builtin.file#lookup), because this lookup keeps bytes that are not UTF-8.
    type: str
    default: auto
  name:
    description:
      - File name that error messages show.
    type: str
    default: ''
seealso:
  - module: community.linkengage.linkengage_address_book
"""

EXAMPLES = r"""
- name: Read a staff list that was saved as CSV
  ansible.builtin.set_fact:
    staff: >-
      {{ csv | community.linkengage.contacts_from_csv(columns=columns, unknown_columns='ignore', delimiter='semicolon',
                                                      encoding='windows-1252', default_country_code='47',
                                                      foreign_numbers='plus_only', name=file) }}
  vars:
    file: staff.csv
    csv: "{{ lookup('ansible.builtin.file', file) }}"
    columns:
      Mobile: phone_number
      Given name: first_name
      Surname: last_name

- name: Add the contacts with an e-mail address to the address book
  community.linkengage.linkengage_address_book:
    contacts: "{{ staff | selectattr('email') }}"
"""

RETURN = r"""
_value:
  description:
    - Contacts as dictionaries, in the order of the rows. Each dictionary contains the contact fields for which the file
      has columns.
    - If the cell of a text field is empty, the field is an empty string, which clears the field of the contact.
    - If the cell of an id or a boolean is empty, the dictionary does not contain the field.
  type: list
  elements: dict
  sample:
    - phone_number: "+47 905 55 817"
      first_name: Kari
      email: kari@example.com
      private: false
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._book.columns import Columns
from ..module_utils._book.declared import understand
from ..module_utils._book.entries import PREVIOUS_NUMBER
from ..module_utils._book.table import read_text
from ..module_utils._book.texts import DELIMITERS, UNKNOWN_COLUMNS, decode, is_delimiter, require_encoding
from ..module_utils._errors import InvalidInput
from ..module_utils._model.phone import Numbering, numbering_of
from ..module_utils._model.resources import CONTACT
from ..module_utils._model.values import kind_of, misread
from ..plugin_utils._plugin import ansible_errors, plain, untrusted

display = Display()

PLUGIN = "contacts_from_csv"


def contacts_from_csv(
    text: Any,
    columns: Mapping[str, Any] | None = None,
    unknown_columns: str = "fail",
    default_country_code: Any = None,
    name: str = "",
    delimiter: str = "auto",
    foreign_numbers: str = "any",
    encoding: str = "auto",
) -> list[dict[str, Any]]:
    """Return the contacts in a CSV file. Raises AnsibleFilterError, which names every invalid row."""
    if not isinstance(text, str):
        raise AnsibleFilterError(f"{PLUGIN}: the text of a file is expected; this is {kind_of(text)}.")
    for option, value in (("name", name), ("delimiter", delimiter), ("encoding", encoding)):
        if not isinstance(value, str):
            raise AnsibleFilterError(f"{PLUGIN}: {option}: the value {misread(value)}.")
    if unknown_columns not in UNKNOWN_COLUMNS:
        raise AnsibleFilterError(f"{PLUGIN}: unknown_columns must be one of {', '.join(UNKNOWN_COLUMNS)}.")
    if not isinstance(columns or {}, Mapping):
        raise AnsibleFilterError(
            f"{PLUGIN}: columns: a dictionary is expected, as in {{Mobile: phone_number}}; this is {kind_of(columns)}."
        )
    if not is_delimiter(delimiter):
        raise AnsibleFilterError(
            f"{PLUGIN}: delimiter: expected one character, or one of the values {', '.join(DELIMITERS)}."
        )
    with ansible_errors(PLUGIN, AnsibleFilterError):
        numbering = numbering_of(plain(default_country_code), plain(foreign_numbers))
        meaning = Columns(plain(columns or {}), unknown_columns)
        rows = _rows(str(text), meaning, str(name), str(delimiter), require_encoding(str(encoding)))
        found: list[dict[str, Any]] = untrusted(_contacts(rows, numbering))
        meaning.refuse_unmet()
    for doubt in numbering.doubts():
        display.warning(f"{PLUGIN}: {doubt}")
    return found


def _rows(text: str, columns: Columns, name: str, delimiter: str, encoding: str) -> list[Any]:
    try:
        # The lookup `file` returns bytes that are not UTF-8 as surrogates. They become the original bytes here.
        whole = decode(text.encode("utf-8", "surrogateescape"), encoding)
        rows, warnings = read_text(whole, name, columns, delimiter)
    except ValueError as error:
        raise InvalidInput(f"{name or 'the text'}: {error}.") from None
    for warning in warnings:
        display.warning(f"{PLUGIN}: {warning}")
    return rows


def _contacts(rows: list[Any], numbering: Numbering) -> list[dict[str, Any]]:
    declared = understand({"contacts": rows, "groups": []}, numbering, "refuse")
    problems = [reason for _where, reason in declared.problems] + declared.repeated
    if problems:
        raise InvalidInput("\n".join(["Correct these rows:", *problems]))
    return [
        {
            **({} if contact.id is None else {CONTACT.id: contact.id}),
            **contact.fields,
            **({PREVIOUS_NUMBER: contact.previous[0]} if contact.previous else {}),
        }
        for contact in declared.contacts
    ]


class FilterModule:
    """The class that Ansible loads from this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"contacts_from_csv": contacts_from_csv}
