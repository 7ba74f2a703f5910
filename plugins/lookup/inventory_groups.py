# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: inventory_groups
short_description: Groups and their members from the variables of the inventory's hosts
description:
  - Gathers who is named in a variable of all hosts that a pattern matches, such as who is on call for them, and returns
    it as M(community.linkengage.linkengage_address_book) takes it. Nothing is asked of the service.
  - The variables are those in C(hostvars), so they belong to hosts and groups, and not to a play or a task.
  - All hosts of the inventory count, those too that the play or C(--limit) leaves out and those that do not answer.
  - What is wrong is an error that names the host and the variable, whatever the host.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
options:
  _terms:
    description:
      - The groups, each a dictionary.
      - C(name) is the group's name, C(hosts) a pattern of hosts as a play has it, and C(numbers_from) the name of the
        variable of these hosts.
      - Other fields of M(community.linkengage.linkengage_group), such as C(description), are passed on.
      - The variable holds a quoted phone number, a dictionary of the fields of
        M(community.linkengage.linkengage_contact), or a list of them. An empty list is nobody.
    type: list
    elements: dict
    required: true
  on_missing:
    description: What to do about hosts that lack the variable. V(fail) names them, V(ignore) leaves them out.
    type: str
    choices: [fail, ignore]
    default: fail
  create_contacts:
    description:
      - Whether a number alone declares a contact, so that it is made where it is not in the address book.
      - A dictionary always does, unless it holds nothing but C(contact_id).
    type: bool
    default: false
  allow_empty:
    description: Whether a group may come out with no member at all.
    type: bool
    default: false
  default_country_code:
    description:
      - The country calling code of numbers that are written without one, such as V("47").
      - Needed only where a contact is given with more than its number, with the code by one host and without it by
        another.
    type: str
    env: [{name: LINKENGAGE_DEFAULT_COUNTRY_CODE}]
    ini: [{section: linkengage, key: default_country_code}]
    vars: [{name: linkengage_default_country_code}]
requirements:
  - phonenumbers or phonenumberslite
"""

EXAMPLES = r"""
- name: Have those on call for the web servers in a group
  community.linkengage.linkengage_address_book:
    contacts: "{{ book.contacts }}"
    groups: "{{ book.groups }}"
  vars:
    book: "{{ lookup('community.linkengage.inventory_groups', group) }}"
    group: {name: On call web, hosts: web, numbers_from: on_call}
"""

RETURN = r"""
_list:
  description:
    - One dictionary for all terms.
    - C(contacts) are the contacts that are declared, each once, and C(groups) the groups with their C(members).
  type: list
  elements: dict
  sample:
    - contacts: [{"phone_number": "+4790555817", "first_name": "Kari"}]
      groups: [{"name": "On call web", "members": ["+4790555817"]}]
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase
from jinja2.exceptions import UndefinedError

from ..module_utils._errors import InvalidInput
from ..plugin_utils._membership import Gathering
from ..plugin_utils._plugin import ansible_errors, plain, templated


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        option = templated(self.get_option, self._templar)
        pattern = lookup_loader.get("ansible.builtin.inventory_hostnames", loader=self._loader, templar=self._templar)
        with ansible_errors("inventory_groups lookup"):
            gathering = Gathering(
                hosts_of=lambda text: pattern.run([text], variables=variables),
                value_of=lambda host, variable: _value(variables["hostvars"][host], variable),
                country_code=option("default_country_code") or "",
                on_missing=option("on_missing"),
                create_contacts=option("create_contacts"),
                allow_empty=option("allow_empty"),
            )
            return [gathering.book(plain(self._flatten(terms)))]


def _value(variables: Mapping[str, Any], name: str) -> Any:
    """The value of a host's variable. Raises KeyError where there is none, InvalidInput where it is not defined."""
    if name not in variables:
        raise KeyError(name)
    try:
        return plain(variables[name])
    except (AnsibleError, UndefinedError) as error:
        raise InvalidInput(str(error)) from error
