# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: extra_vars
short_description: Read extra variables exactly as they are on the command line
description:
  - Returns the values of variables that C(ansible-playbook -e) sets. Use the lookup in playbooks that get all their
    input with C(-e).
  - Ansible ignores an extra variable that has the name of a special variable, such as C(groups). The lookup returns
    this extra variable too.
  - If a value contains spaces, the lookup returns the whole value. In C(-e text='Deploy done'), the shell removes the
    quotes, so Ansible itself keeps only C(Deploy).
  - The lookup does not evaluate templates in the values of the variables.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
options:
  _terms:
    description:
      - Names of the extra variables to return.
      - On the command line, use one C(-e) for each variable.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the extra variables of the command line
  ansible.builtin.debug:
    msg: "{{ given.text | default('') }} to {{ given.groups | default([]) | join(', ') }}"
  vars:
    given: "{{ lookup('community.linkengage.extra_vars', 'text', 'groups') }}"
"""

RETURN = r"""
_list:
  description:
    - One dictionary with the names and values of the requested variables. The dictionary contains only variables that
      the command line sets.
  type: list
  elements: dict
  sample: [{"text": "Deploy done", "groups": ["On call"]}]
"""

from collections.abc import Collection
from typing import Any

from ansible import context
from ansible.errors import AnsibleError
from ansible.parsing.splitter import parse_kv
from ansible.plugins.lookup import LookupBase
from ansible.utils.vars import load_extra_vars

from ..plugin_utils._plugin import plain, untrusted

REST = "_raw_params"  # the key under which parse_kv returns words that are not name=value


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        names = [str(term) for term in terms]
        given = load_extra_vars(self._loader)
        found = {name: plain(given[name]) for name in names if name in given}
        for name, (cut, whole) in _as_typed(context.CLIARGS.get("extra_vars") or (), names).items():
            if found[name] == cut:  # if the values differ, a later -e with a file or JSON has set the variable
                found[name] = whole
        return [untrusted(found)]


def _as_typed(arguments: Collection[Any], names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return for each variable the value that Ansible reads, and the whole value as it was typed.

    Raises AnsibleError if the whole value is not clear.
    """
    typed: dict[str, tuple[str, str]] = {}
    for argument in map(str, arguments):
        if argument[:1] in ("", "@", "[", "{"):
            continue
        parsed = {str(name): str(value) for name, value in parse_kv(argument).items()}
        others = set(parsed) - set(names)
        if not set(parsed) - others:
            continue
        if others == {REST} and len(parsed) == 2:
            (name,) = set(parsed) - others
            typed[name] = (parsed[name], argument.partition("=")[2])
        elif others:
            raise AnsibleError(
                f"extra_vars lookup: -e {argument!r} can be read in several ways. Use one -e for each variable. "
                'If a value contains an equals sign, use JSON: -e \'{"text": "x=1"}\'.'
            )
        else:
            typed.update({name: (value, value) for name, value in parsed.items()})
    return typed
