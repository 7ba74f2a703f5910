# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: linkengage
short_description: The contacts and groups of LINK Engage as hosts and groups
description:
  - Contacts are hosts, and the groups they are members of are groups. A play can then go over the people of a group,
    with what the address book knows of each.
  - Its configuration is a YAML file named C(linkengage.yml) or C(linkengage.yaml), or whose name ends in
    C(.linkengage.yml) or C(.linkengage.yaml).
  - Reading G groups takes G + 1 requests, and none where O(cache) holds the answer.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
  - constructed
  - inventory_cache
notes:
  - Contacts are people and not machines. C(ansible_host) is a name below C(.invalid), which no DNS knows, so that a
    play without C(connection=local) reaches nobody and nothing. O(compose) can set it otherwise.
  - "Each host has the variables C(linkengage_contact_id), C(linkengage_phone_number), C(linkengage_first_name),
    C(linkengage_last_name), C(linkengage_email), C(linkengage_description), C(linkengage_description2),
    C(linkengage_description3), C(linkengage_cpa_accepted), C(linkengage_private) and C(linkengage_created), as
    M(community.linkengage.linkengage_contact) returns them, but with an empty text for null. C(linkengage_groups) and
    C(linkengage_group_ids) are the names and ids of its groups that are in the inventory."
  - What the service says is data. A template in it is never evaluated, wherever O(compose), O(groups) or
    O(keyed_groups) put it.
  - Characters of a group's name that Ansible does not take become underscores. Groups that would then share a name, or
    would be called V(all), V(ungrouped), V(localhost) or as a host is, get their id behind it, as in C(On_call_12), and
    a warning tells it.
  - In the file, O(api_url), O(username), O(domain) and O(password) may be templates, or encrypted with Ansible Vault.
    Values from the environment are taken as they are.
  - The cache holds the chosen contacts and groups, and no credentials. Another account or choice is read anew, and so
    is everything with C(ansible-playbook --flush-cache). On disk it belongs in a folder that is only yours.
  - Ansible goes on with a warning, and with no hosts, where an inventory cannot be read. With
    C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) it fails instead.
options:
  plugin:
    description: The name of this plugin, which tells that the file is for it.
    type: str
    required: true
    choices: [community.linkengage.linkengage]
  hostname:
    description:
      - What hosts are called. Either way a name is one contact's only, and remains when a namesake is added.
      - V(id) is as in C(contact_4711), and never changes.
      - V(name) is as in C(contact_4711_Kari_Nordmann), and changes when the person is renamed.
    type: str
    choices: [id, name]
    default: id
  group_prefix:
    description:
      - A text before the name of each group, such as V(linkengage_).
      - Use it where the inventory has other groups, which a group of the same name would be one with.
    type: str
    default: ''
  include_groups:
    description:
      - Shell patterns of the names of groups. Only these are groups, and only their members are hosts.
      - Where it is left out, all groups are. A group that no pattern matches costs no request.
    type: list
    elements: raw
  exclude_groups:
    description:
      - Shell patterns of the names of groups whose members are no hosts, even if other groups have them too.
    type: list
    elements: raw
    default: []
  include_contacts:
    description:
      - Shell patterns of names, as in V(Kari N*), and of quoted phone numbers. A whole number may be spelt in any way.
        Only contacts that match are hosts.
      - Where it is left out, all contacts are.
      - With it or O(exclude_contacts), and without O(default_country_code), the account's country code may have to be
        asked for, which is one more request.
    type: list
    elements: raw
  exclude_contacts:
    description:
      - The same patterns for contacts that are no hosts, even if O(include_contacts) matches them too.
    type: list
    elements: raw
    default: []
  ungrouped:
    description:
      - Whether contacts that are in no group at all are hosts too. It takes one more request, which reads every
        contact, and all groups are read.
    type: bool
    default: false
"""

EXAMPLES = r"""
# fmt: yaml+jinja

# linkengage.yml: every group and its members. The user name comes from the environment variable LINKENGAGE_USERNAME.
#
# A playbook then tells those on call, each in words of their own:
#
# - hosts: On_call
#   connection: local
#   gather_facts: false
#   tasks:
#     - community.linkengage.linkengage_sms:
#         text: "{{ linkengage_first_name }}, the database is down"
#         contacts: [{contact_id: "{{ linkengage_contact_id }}"}]
#         idempotency_key: "incident-4711-{{ linkengage_contact_id }}"
plugin: community.linkengage.linkengage
password: "{{ lookup('ansible.builtin.env', 'ADDRESS_BOOK_PASSWORD') }}"

---
# on-call.linkengage.yml: some groups, less those who are away, read from the service once an hour.
plugin: community.linkengage.linkengage
default_country_code: "47"
include_groups: [On call, "Duty *"]
exclude_groups: [Away]
exclude_contacts: ["+47 905 55 817"]
group_prefix: linkengage_
hostname: name
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/linkengage
cache_timeout: 3600

---
# all.linkengage.yml: everybody, and groups that the address book does not have.
plugin: community.linkengage.linkengage
ungrouped: true
strict: true
compose:
  full_name: (linkengage_first_name, linkengage_last_name) | select | join(' ')
groups:
  reachable_by_email: linkengage_email is truthy
keyed_groups:
  - key: linkengage_description2
    prefix: city
    default_value: unknown
"""

import json
import os
from hashlib import sha256
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._service.connection import connect
from ..plugin_utils._inventory import FILTERS, OF_ANSIBLE, filters_of, group_names, host_name, read_book
from ..plugin_utils._plugin import ansible_errors, plain, templated, untrusted

TEMPLATES = ("api_url", "username", "domain", "password")
# What the answer depends on, and whose it is: a change makes another entry of the cache.
CACHED_BY = ("api_url", "username", "domain", "default_country_code", *FILTERS, "ungrouped")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "community.linkengage.linkengage"

    def verify_file(self, path: str) -> bool:
        name = f".{os.path.basename(path)}"
        return bool(super().verify_file(path)) and name.endswith((".linkengage.yml", ".linkengage.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        with ansible_errors("linkengage inventory", AnsibleParserError):
            self._configure(path)
            book = self._book(path, cache)
        self._populate(book)

    def _configure(self, path: str) -> None:
        """Take the options of the file, and of its templates what they evaluate to."""
        config = self._read_config_data(path)
        unknown = ", ".join(sorted(set(map(str, config)) - set(self._options)))
        if unknown:
            raise AnsibleParserError(
                f"linkengage inventory: {unknown}: there is no such option; "
                f"ansible-doc -t inventory {self.NAME} lists them."
            )
        value = templated(self.get_option, self.templar)
        for name in config.keys() & set(TEMPLATES):
            self.set_option(name, plain(value(name)))

    def _book(self, path: str, cache: bool) -> dict[str, Any]:
        """Hosts and groups, from the cache where it is on and holds them. Raises LinkEngageError."""
        if not self.get_option("cache"):
            return self._read()
        facts = json.dumps(plain({name: self.get_option(name) for name in CACHED_BY}))
        key = f"{self.get_cache_key(path)}_{sha256(facts.encode()).hexdigest()[:16]}"
        book = self._cache.get(key) if cache else None
        if book is None:
            book = self._cache[key] = self._read()
        found: dict[str, Any] = plain(book)
        return found

    def _read(self) -> dict[str, Any]:
        client = connect(self.get_option)
        client.http.pace.on_wait = lambda seconds: self._warn(f"the service is throttled; waiting {seconds:.0f} s.")
        filters = plain({name: self.get_option(name) for name in FILTERS})
        return read_book(filters_of(filters.get), self.get_option("ungrouped"), client, self._warn)

    def _populate(self, book: dict[str, Any]) -> None:
        hosts = {host_name(contact, self.get_option("hostname") == "name"): contact for contact in book["contacts"]}
        prefix = self.get_option("group_prefix")
        taken = {*OF_ANSIBLE, *hosts, *self.inventory.hosts}
        names, warnings = group_names(book["groups"], lambda name: self._sanitize_group_name(prefix + name), taken)
        for warning in warnings:
            self._warn(warning)
        for name in names.values():
            self.inventory.add_group(name)
        titles = {group["group_id"]: group["name"] for group in book["groups"]}
        for name, contact in hosts.items():
            group_ids = contact.pop("group_ids")
            self._add_host(name, {**contact, "groups": [titles[id] for id in group_ids], "group_ids": group_ids})
            for id in group_ids:
                self.inventory.add_child(names[id], name)
            self._construct(name)

    def _add_host(self, name: str, facts: dict[str, Any]) -> None:
        self.inventory.add_host(name)
        self.inventory.set_variable(name, "ansible_host", f"contact-{facts['contact_id']}.invalid")
        for field, value in facts.items():
            self.inventory.set_variable(name, f"linkengage_{field}", untrusted("" if value is None else value))

    def _construct(self, name: str) -> None:
        strict = self.get_option("strict")
        variables = self.inventory.get_host(name).get_vars()
        self._set_composite_vars(self.get_option("compose"), variables, name, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict)

    def _warn(self, text: str) -> None:
        self.display.warning(f"linkengage inventory: {text}")
