#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_api
short_description: Make any request to the LINK Engage API
description:
  - Makes one request. The login, the formats, the throttling and the errors are the same as in the other modules.
  - Use it for resources that no other module handles. Version 2 of the API has Services, Servicepoints, Users and
    Senders.
  - A POST is repeated only if the service said that it did not act on the POST.
  - With O(receiver_allowlist) or O(redirect_to), a request that sends a message to another number is an error, and
    nothing is sent. C(Receivers) in the body must then be phone numbers. M(community.linkengage.linkengage_sms) leaves
    out or redirects other receivers.
options:
  path:
    description:
      - Path below O(api_url), beginning with a slash.
      - Characters that are not allowed in a path are encoded. Encoded characters, such as C(%20), stay as they are.
      - Write a percent sign as C(%25).
    type: str
    required: true
  method:
    description:
      - Method of the request.
      - V(GET) reads. The other methods write, and check mode does not use them.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  query:
    description:
      - Parameters to append to the path.
      - A parameter whose value is a list is repeated for each entry of the list.
    type: dict
  body:
    description:
      - Body of the request, with the field names of the API. The names are case-sensitive.
    type: raw
  root:
    description:
      - Name of the root element of the body. Required with O(data_format=xml) if O(body) is set.
    type: str
  changed:
    description:
      - Value to report as C(changed).
      - If omitted, a read reports V(false) and a write reports V(true).
    type: bool
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.guard
  - community.linkengage.attributes.request
"""

EXAMPLES = r"""
- name: Read the services
  community.linkengage.linkengage_api:
    path: /services
  register: services

- name: Create a contact with the field names of the API
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
  description: Answer of the service. In check mode a write has no answer, and all three values are null.
  returned: success
  type: dict
  contains:
    status:
      description: Status code.
      returned: success
      type: int
      sample: 200
    location:
      description: Address of the new record, if the service returns the address.
      returned: success
      type: str
      sample: http://intouchapi.pswin.com/2/contacts/4711
    content:
      description:
        - Body of the answer, with the field names of the API; null if the body is empty.
        - With O(data_format=xml) every scalar is text. A list is a dictionary with the name of its elements as the key.
          The value is one element, or a list if there are several.
        - With O(data_format=json) lists are lists, so JSON is easier to use here.
      returned: success
      type: raw
      sample: {"Id": 12, "Name": "Alarm"}
"""

from ..module_utils._module import Task, run
from ..module_utils._records.request import API_SPEC, RequestOptions, plan_api, report_response

TASK = Task(RequestOptions.read, plan_api, API_SPEC, report=report_response)


def main() -> None:
    run(TASK)


if __name__ == "__main__":
    main()
