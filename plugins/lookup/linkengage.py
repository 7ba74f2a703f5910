# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: linkengage
short_description: Look up contacts, groups or the current user in LINK Engage
description:
  - Returns one result for each term, in the order of the terms.
  - All lookups of this plugin in one task share a connection, and read each record only once.
  - If an item of a loop with C(connection=local) changes the account, the lookup reads the records again for the next
    item.
  - The lookup reads the list of all contacts if this is probably faster than one request for each contact.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
options:
  _terms:
    description:
      - Records to look up.
      - "With O(resource=contact), each term is a quoted phone number or a contact id. A contact id is written as
        V(4711) or as V({contact_id: 4711})."
      - "With O(resource=group) and O(resource=members), each term is the name or the id of a group. A group id is
        written as V(12) or as V({group_id: 12})."
      - With O(resource=user), the lookup returns the current user, and accepts no terms.
    type: list
    elements: raw
  resource:
    description:
      - Kind of record to look up.
      - With V(members), the lookup returns a list of contacts for each group.
    type: str
    choices: [contact, group, members, user]
    default: contact
  on_missing:
    description:
      - Decides what happens if a record does not exist.
      - With V(error), the lookup fails. With V(skip), the lookup leaves out the missing record without a warning. With
        V(warn), the lookup leaves out the missing record and gives a warning.
      - If the lookup leaves out a record, the number of results is smaller than the number of terms.
    type: str
    choices: [error, warn, skip]
    default: error
"""

EXAMPLES = r"""
- name: Greet a contact
  ansible.builtin.debug:
    msg: "Hello {{ lookup('community.linkengage.linkengage', '+4790555817').first_name }}"

- name: List the phone numbers of the members of a group
  ansible.builtin.debug:
    msg: "{{ members | map(attribute='phone_number') | join(', ') }}"
  vars:
    members: "{{ lookup('community.linkengage.linkengage', 'On call', resource='members') }}"

- name: Look up two contacts and skip contacts that do not exist
  ansible.builtin.debug:
    msg: "{{ query('community.linkengage.linkengage', '+4790555817', '+4741234567', on_missing='skip') }}"
"""

RETURN = r"""
_list:
  description:
    - One dictionary for each term, with the fields of the contact, the group or the user.
    - For the fields of the records, see M(community.linkengage.linkengage_contact),
      M(community.linkengage.linkengage_group) and M(community.linkengage.linkengage_user_info).
    - With O(resource=members), the lookup returns one list of contacts for each term.
  type: list
  elements: raw
"""

from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..plugin_utils._plugin import ansible_errors, plain, reading_options, refuse_misread, templated, untrusted
from ..plugin_utils._session import close_lines, look_ups_of

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        with ansible_errors("linkengage lookup"):
            refuse_misread(self, kwargs, variables)
        with reading_options():
            self.set_options(var_options=variables, direct=kwargs)
        option = templated(self.get_option, self._templar)
        with ansible_errors("linkengage lookup"):
            look_ups = look_ups_of(option)
            try:
                found = look_ups.find(option("resource"), plain(terms))
            finally:
                close_lines()
        for doubt in look_ups.doubts():
            display.warning(f"linkengage lookup: {doubt}")
        return [untrusted(result) for result in self._present(found, option("on_missing"))]

    def _present(self, found: list[Any], on_missing: str) -> list[Any]:
        """Return the records that were found. For missing records, raise an error or warn, as *on_missing* says."""
        missing = ", term ".join(str(index) for index, result in enumerate(found, 1) if result is None)
        if missing and on_missing == "error":
            raise AnsibleError(
                f"linkengage lookup: LINK Engage has no record for term {missing} of this lookup. Correct each term "
                "without a record, or set on_missing='skip' to leave out missing records."
            )
        if missing and on_missing == "warn":
            display.warning(
                f"linkengage lookup: LINK Engage has no record for term {missing} of this lookup, so the lookup "
                "returns fewer results than terms."
            )
        return [result for result in found if result is not None]
