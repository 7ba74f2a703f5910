# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: inventory_groups
short_description: Build groups and their members from variables of the inventory hosts
description:
  - Reads a variable of all hosts that match a host pattern, for example the variable with the people on call for each
    host.
  - Returns contacts and groups for M(community.linkengage.linkengage_address_book). It also returns the host and the
    variable of each contact or member, so that warnings and errors can name this host and variable.
  - The lookup makes a request only if a phone number needs the country code of the account.
  - The lookup does not use the values in C(module_defaults). If you set O(default_country_code) in C(module_defaults),
    also set it as an option of the lookup.
  - The lookup reads C(hostvars), so set the variables for hosts or groups of the inventory. The lookup ignores
    variables of a play or a task.
  - The lookup reads the variables of all matching hosts, even of hosts that cannot be reached, and of hosts that the
    play or C(--limit) excludes.
  - If a variable is wrong, the error message names the host and the variable.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
options:
  _terms:
    description:
      - Groups to build, as dictionaries.
      - The key C(name) is the name of the group. The key C(hosts) is a host pattern, as in a play.
      - The key C(numbers_from) is the name of the host variable that contains the members of the group.
      - Each dictionary can also contain other fields of M(community.linkengage.linkengage_group). The lookup copies
        these fields, such as C(description), to its result.
      - The host variable contains a quoted phone number, a dictionary with fields of
        M(community.linkengage.linkengage_contact), or a list of numbers and dictionaries.
      - An empty list in the host variable means that the host adds no members to the group.
    type: list
    elements: dict
    required: true
  on_missing:
    description:
      - Decides what happens if a host does not have the variable that C(numbers_from) names.
      - With V(fail), the lookup fails and lists the hosts without the variable. With V(ignore), the lookup skips hosts
        without the variable.
    type: str
    choices: [fail, ignore]
    default: fail
  create_contacts:
    description:
      - Return a contact for each phone number, so that M(community.linkengage.linkengage_address_book) creates missing
        contacts.
      - With V(false), the lookup returns a contact only if the host variable contains a dictionary with fields of the
        contact, such as C(first_name).
    type: bool
    default: false
  allow_empty:
    description:
      - Allow the lookup to return a group without members.
    type: bool
    default: false
  on_problem:
    description:
      - Decides what happens if the host variables or the terms contain errors.
      - With V(fail), the lookup fails and lists all errors. With V(return), the lookup returns the errors as the list
        C(problems), but no contacts and no groups.
    type: str
    choices: [fail, return]
    default: fail
"""

EXAMPLES = r"""
- name: Make a group of the people who are on call for the web servers
  community.linkengage.linkengage_address_book:
    contacts: "{{ book.contacts }}"
    groups: "{{ book.groups }}"
    places: "{{ book.places }}"
    default_country_code: "47"
  vars:
    # The module and the lookup need the same country code.
    book: "{{ lookup('community.linkengage.inventory_groups', group, default_country_code='47') }}"
    group: {name: On call web, hosts: web, numbers_from: on_call}
"""

RETURN = r"""
_list:
  description:
    - One dictionary with the contacts and groups of all terms.
    - C(contacts) contains each contact once, even if several hosts have the same contact. C(groups) contains the
      groups, each with its C(members).
    - C(places) contains the host and the variable from which each contact and each member comes. For each group,
      C(places) contains the values of C(hosts) and C(numbers_from).
    - C(country_code) is the country code that the lookup used for numbers without a country code. The value of
      C(country_code) is empty if no number needed a country code.
    - With O(on_problem=return), C(problems) contains the errors in the host variables and the terms.
    - C(country_code_needed) is true if a number needs a country code, but the lookup has found no country code in its
      options or in the account. The lookup can then return one contact twice, with its phone number in two formats.
  type: list
  elements: dict
  sample:
    - contacts: [{"phone_number": "+4790555817", "first_name": "Kari"}]
      groups: [{"name": "On call web", "members": ["+4790555817"]}]
      places: {"contacts": ["web00: on_call"], "groups": ["web: on_call"], "members": [["web00: on_call"]]}
      problems: []
      country_code: ""
      country_code_needed: false
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase
from jinja2.exceptions import UndefinedError

from ..module_utils._errors import InvalidInput, NoCountryCode
from ..module_utils._model.phone import Numbering, calling_code
from ..plugin_utils._membership import Gathering
from ..plugin_utils._plugin import ansible_errors, plain, reading_options, refuse_misread, templated
from ..plugin_utils._session import client_of, close_lines


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        with ansible_errors("inventory_groups lookup"):
            refuse_misread(self, kwargs, variables)
        with reading_options():
            self.set_options(var_options=variables, direct=kwargs)
        option = templated(self.get_option, self._templar)
        codes: list[str] = []

        def country_code() -> str:
            codes.append(_country_code(option))
            return codes[-1]

        pattern = lookup_loader.get("ansible.builtin.inventory_hostnames", loader=self._loader, templar=self._templar)
        with ansible_errors("inventory_groups lookup"):
            gathering = Gathering(
                hosts_of=lambda text: pattern.run([text], variables=variables),
                value_of=lambda host, variable: _value(variables["hostvars"][host], variable),
                numbering=Numbering(country_code, option("foreign_numbers")),
                on_missing=option("on_missing"),
                create_contacts=option("create_contacts"),
                allow_empty=option("allow_empty"),
            )
            book = _book(gathering, plain(self._flatten(terms)), option("on_problem") == "return")
            return [{**book, "country_code": codes[0] if codes else "", "country_code_needed": gathering.unsure}]


def _book(gathering: Gathering, groups: list[Any], return_problems: bool) -> dict[str, Any]:
    """Return the declared address book and its problems. Raises InvalidInput unless *return_problems* is set."""
    try:
        return {**gathering.book(groups), "problems": []}
    except InvalidInput as error:
        if not return_problems:
            raise
        return {"contacts": [], "groups": [], "places": {}, "problems": error.facts["problems"]}


def _country_code(option: Callable[[str], Any]) -> str:
    """Return the country code that the modules use: from the option, otherwise from the account.

    Raises NoCountryCode.
    """
    code = calling_code(option("default_country_code"))
    if code:
        return code
    if not (option("username") and option("password")):
        raise NoCountryCode("default_country_code: numbers without a country code need this option. Set the option.")
    try:
        return client_of(option).country_code()
    finally:
        close_lines()


def _value(variables: Mapping[str, Any], name: str) -> Any:
    """Return the value of a host's variable.

    Raises KeyError if there is none, InvalidInput if it cannot be evaluated.
    """
    if name not in variables:
        raise KeyError(name)
    try:
        return plain(variables[name])
    except (AnsibleError, UndefinedError) as error:
        raise InvalidInput(str(error)) from error
