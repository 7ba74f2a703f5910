# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: linkengage
short_description: Use the contacts and groups of LINK Engage as an Ansible inventory
description:
  - Contacts become hosts of the inventory, and their groups become groups of the inventory. With this inventory, a play
    can run once for each person in a group.
  - The configuration of the plugin is a YAML file. The file name is C(linkengage.yml) or C(linkengage.yaml), or ends in
    C(.linkengage.yml) or C(.linkengage.yaml).
  - The plugin makes one request for the list of groups, and one request for each included or excluded group.
    With O(ungrouped=true), the plugin makes one request for each group, and one request for the list of contacts.
  - With O(cache=true), the plugin makes no request if the cache contains the data of the account.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
  - constructed
  - inventory_cache
notes:
  - The hosts of this inventory are people and not machines, so use C(connection=local) in a play. The C(ansible_host)
    of each host ends in C(.invalid), so a play without C(connection=local) cannot connect to any machine. To give the
    hosts another C(ansible_host), use O(compose).
  - Each host has a variable for each field of its contact. The variables of a host are C(linkengage_contact_id),
    C(linkengage_phone_number), C(linkengage_first_name), C(linkengage_last_name), C(linkengage_email),
    C(linkengage_description), C(linkengage_description2), C(linkengage_description3), C(linkengage_cpa_accepted),
    C(linkengage_private) and C(linkengage_created). If a field of a contact is null, the variable contains an empty
    text.
  - C(linkengage_groups) contains the names of the groups of a host, and C(linkengage_group_ids) contains the ids of
    these groups. The variables C(linkengage_groups) and C(linkengage_group_ids) leave out groups that are not in the
    inventory.
  - A template in a text from the service is never evaluated, even if O(compose), O(groups) or O(keyed_groups) use the
    text.
  - If the name of a group contains characters that Ansible does not allow, the plugin replaces these characters with
    underscores.
  - If two groups have the same name, the plugin adds the group id to both names, as in C(On_call_12). If the name of a
    group is V(all), V(ungrouped), V(localhost) or the name of a host, the plugin adds the group id to this name. If the
    plugin adds a group id to a name, a warning shows the old and the new name.
  - In the configuration file, O(api_url), O(username), O(domain) and O(password) can be templates, or values that
    Ansible Vault has encrypted. The plugin does not evaluate templates in environment variables.
  - The cache contains the selected contacts and groups, but no credentials. The cache stores the data of each account
    and of each set of options separately. With C(ansible-playbook --flush-cache), the plugin ignores the cache. If the
    cache is on disk, use a private folder.
  - If Ansible cannot read an inventory, it gives a warning and continues without the hosts of this inventory. With
    C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true), Ansible fails if it cannot read an inventory.
options:
  plugin:
    description:
      - Name of this plugin, by which Ansible recognises the configuration file.
    type: str
    required: true
    choices: [community.linkengage.linkengage]
  hostname:
    description:
      - Form of the host names. No two contacts have the same host name.
      - With V(id), the host name contains only the contact id, as in C(contact_4711), and never changes.
      - With V(name), the host name contains the id and the name of the contact, as in C(contact_4711_Kari_Nordmann).
        With V(name), the host name changes when the contact gets another name.
    type: str
    choices: [id, name]
    default: id
  group_prefix:
    description:
      - Text that the plugin adds before the name of each group, such as V(linkengage_).
      - Use a prefix if other inventories define groups too, because Ansible merges groups with the same name.
    type: str
    default: ''
  include_groups:
    description:
      - Groups to include, as shell patterns of the group names in LINK Engage. Only members of included groups become
        hosts. With O(ungrouped=true), contacts without a group become hosts too.
      - If this option is omitted, all groups are included.
    type: list
    elements: raw
  exclude_groups:
    description:
      - Groups to exclude, as shell patterns of the group names in LINK Engage.
      - Members of an excluded group do not become hosts, even if they are also members of other groups.
      - If somebody deletes an excluded group while the plugin reads the account, the plugin fails, because it does not
        know the members of this group.
    type: list
    elements: raw
    default: []
  include_contacts:
    description:
      - Contacts to include, as a list of shell patterns. The pattern V(Kari N*) selects contacts by their names. The
        pattern V("+47905*") selects contacts by their phone numbers.
      - A pattern can also be a whole phone number in any format, such as V("905 55 817").
      - O(include_groups) and O(exclude_groups) also apply to the contacts that match a pattern.
      - If you use O(include_contacts) or O(exclude_contacts), set O(default_country_code) too. This avoids a request
        for the country code of the account.
    type: list
    elements: raw
  exclude_contacts:
    description:
      - Contacts to exclude, as shell patterns of names or of quoted phone numbers. See O(include_contacts).
      - A contact that matches both O(include_contacts) and O(exclude_contacts) is excluded.
    type: list
    elements: raw
    default: []
  ungrouped:
    description:
      - Include contacts that are not in any group.
      - To find contacts without a group, the plugin reads all groups, and makes one more request for the list of all
        contacts.
    type: bool
    default: false
"""

EXAMPLES = r"""
# fmt: yaml+jinja

# The file linkengage.yml includes all groups and their members. The user name comes from the environment variable
# LINKENGAGE_USERNAME.
#
# A playbook can then send each person on call a personal message:
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
# The file on-call.linkengage.yml includes some groups, without the people who are away. The plugin reads the account
# at most once an hour.
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
# The file all.linkengage.yml includes all contacts, and makes groups from their fields.
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

from ..module_utils._model.arguments import unknown_options
from ..module_utils._service.connection import connect
from ..plugin_utils._inventory import FILTERS, OF_ANSIBLE, filters_of, group_names, host_name, read_book
from ..plugin_utils._plugin import ansible_errors, plain, reading_options, refuse_misread, templated, untrusted
from ..plugin_utils._session import TRAFFIC

TEMPLATES = ("api_url", "username", "domain", "password")
# The options that change the result. If one of them changes, another entry of the cache is used.
CACHED_BY = ("api_url", "username", "domain", "default_country_code", "foreign_numbers", *FILTERS, "ungrouped")


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
        """Read the options in the file, and evaluate the templates in them."""
        with reading_options():
            config = self._read_config_data(path)
        names = set(map(str, config)) - set(self._options)
        unknown = unknown_options(names, self._options, f"ansible-doc -t inventory {self.NAME}")
        if unknown:
            raise AnsibleParserError(f"linkengage inventory: {unknown}")
        refuse_misread(self, config)
        value = templated(self.get_option, self.templar)
        for name in config.keys() & set(TEMPLATES):
            self.set_option(name, plain(value(name)))

    def _book(self, path: str, cache: bool) -> dict[str, Any]:
        """Return hosts and groups. They come from the cache if it is enabled and has them. Raises LinkEngageError."""
        if not self.get_option("cache"):
            return self._read()
        facts = json.dumps(plain({name: self.get_option(name) for name in CACHED_BY}), default=str)
        key = f"{self.get_cache_key(path)}_{sha256(facts.encode()).hexdigest()[:16]}"
        book = self._cache.get(key) if cache else None
        if book is None:
            book = self._cache[key] = self._read()
        found: dict[str, Any] = plain(book)
        return found

    def _read(self) -> dict[str, Any]:
        client = connect(self.get_option)
        client.share(TRAFFIC)
        client.on_wait(lambda text: self._warn(f"{text}."))
        filters = plain({name: self.get_option(name) for name in FILTERS})
        for risk in client.risks:
            self._warn(risk)
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
