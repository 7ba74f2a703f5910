#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_api
short_description: Make any request to the LINK Engage API
description:
  - Makes one request with the same login, formats, throttling and errors as the other modules.
  - It reaches what they do not know, such as version 2's Services, Servicepoints, Users and Senders.
  - A POST is never repeated, unless the service has said that it did not act.
options:
  path:
    description:
      - Path below O(api_url), beginning with a slash. Characters that a path cannot hold are encoded.
      - What is encoded already, such as C(%20), is left as it is. A percent sign itself is written C(%25).
    type: str
    required: true
  method:
    description: Method of the request. V(GET) reads; the others are writes, and not made in check mode.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  query:
    description: Parameters to append to the path. One with a list is repeated for each of its values.
    type: dict
  body:
    description: Body of the request, under the API's own field names, whose case matters.
    type: raw
  root:
    description: Name of the body's root element. Needed with O(data_format=xml) where there is a O(body).
    type: str
  changed:
    description: What to report. Left out, a read has changed nothing and a write has changed something.
    type: bool
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.attributes.request
"""

EXAMPLES = r"""
- name: Read the services
  community.linkengage.linkengage_api:
    path: /services
  register: services

- name: Make a contact without the module that knows contacts
  community.linkengage.linkengage_api:
    path: /contacts
    method: POST
    root: Contact
    body:
      Firstname: Kari
      Lastname: Nordmann
      PhoneNumber: "4790555817"
"""

RETURN = r"""
response:
  description: The answer. In check mode a write has none, and all three are null.
  returned: success
  type: dict
  contains:
    status:
      description: Status code.
      returned: success
      type: int
      sample: 200
    location:
      description: Where the new record is, if the service says so.
      returned: success
      type: str
      sample: http://intouchapi.pswin.com/2/contacts/4711
    content:
      description:
        - The body as data under the API's own names; null if it is empty.
        - With O(data_format=xml) every scalar is text, and a list is a dictionary of its elements by their name.
          That is one element, or a list of several. JSON gives lists as lists, and is the better choice here.
      returned: success
      type: raw
      sample: {"Id": 12, "Name": "Alarm"}
"""

from ..module_utils._module import Task, run
from ..module_utils._records.request import API_SPEC, plan_api

TASK = Task(plan_api, API_SPEC)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
