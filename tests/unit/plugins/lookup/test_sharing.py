# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many lookups in one task use one connection, and read each record once until the task writes."""

from __future__ import annotations

import pytest

NUMBERS = [f"479000{index:04d}" for index in range(50)]

TWO_HUNDRED = """
- hosts: localhost
  gather_facts: false
  connection: local
  tasks:
    - name: Two hundred lookups in one template
      ansible.builtin.debug:
        msg: >-
          {% for turn in range(4) %}{% for index in range(50) -%}
          {{ lookup('community.linkengage.linkengage', '479000%04d' % index).first_name }},
          {%- endfor %}{% endfor %}
"""

WRITE_BETWEEN = """
- hosts: localhost
  gather_facts: false
  connection: local
  tasks:
    - name: Each item reads what the one before it wrote
      community.linkengage.linkengage_contact:
        phone_number: "4790000000"
        first_name: "{{ lookup('community.linkengage.linkengage', '+4790000000').first_name }}x"
      loop: [1, 2, 3]
"""


@pytest.fixture(autouse=True)
def people(simulator) -> None:
    simulator.seed(contacts=[{"PhoneNumber": number, "Firstname": f"P{number[-2:]}"} for number in NUMBERS])


def test_two_hundred_look_ups_in_a_template_read_each_record_once(run_playbook, simulator, connection_env) -> None:
    run = run_playbook(TWO_HUNDRED, env=connection_env)
    assert run.rc == 0, run.stdout
    assert run.results[0]["result"]["msg"].count("P07,") == 4
    searches = [entry["path"] for entry in simulator.log() if "/search/" in entry["path"]]
    assert len(searches) == 50  # one search for each number; numbers with the same digits have the same search
    assert len({entry["connection"] for entry in simulator.log()}) == 1


def test_a_record_is_read_again_after_the_task_wrote(run_playbook, simulator, connection_env) -> None:
    run = run_playbook(WRITE_BETWEEN, env=connection_env)
    assert run.rc == 0, run.stdout
    assert {contact["Firstname"] for contact in simulator.state()["contacts"]} >= {"P00xxx"}


def test_many_terms_are_read_as_a_list(account) -> None:
    from ansible.plugins.loader import lookup_loader

    plugin = lookup_loader.get("community.linkengage.linkengage")
    found = plugin.run([*NUMBERS, *NUMBERS], variables={}, **account.connection)
    assert [contact["phone_number"] for contact in found] == [*NUMBERS, *NUMBERS]
    paths = [entry["path"] for entry in account.simulator.log()]
    assert [path for path in paths if path != "/user"] == ["/contacts", "/contacts/count"]
    assert len(paths) <= 4
