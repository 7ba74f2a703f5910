#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_api
short_description: Make any request to the API of LINK Engage
description:
  - Makes one request to the service. Login, formats, throttling and errors work as in the other modules of the
    collection.
  - Use this module for resources that no other module handles. In version 2 of the API, such resources are, for
    example, Services, Servicepoints, Users and Senders.
  - The module repeats a POST only if the service did not act on the first POST.
  - With O(receiver_allowlist) or O(redirect_to), a request that sends a message to a number that is not allowed is an
    error, and the module sends nothing. With O(receiver_allowlist) or O(redirect_to), the module accepts only phone
    numbers in C(Receivers) of O(body). The module M(community.linkengage.linkengage_sms), in contrast, leaves out or
    redirects receivers that are not allowed.
options:
  path:
    description:
      - Path of the request, which the module adds to O(api_url). The path begins with a slash.
      - The module encodes characters that are not allowed in a path. Characters that are already encoded, such as
        C(%20), stay unchanged.
      - In the path, write a percent sign as C(%25).
    type: str
    required: true
  method:
    description:
      - HTTP method of the request.
      - V(GET) reads. All methods except V(GET) write. In check mode, the module does not send requests that write.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  query:
    description:
      - Query parameters, which the module adds to the path.
      - If the value of a parameter is a list, the query contains the parameter once for each entry of the list.
    type: dict
  body:
    description:
      - Body of the request, with the field names of the API. Field names are case-sensitive.
    type: raw
  root:
    description:
      - Name of the XML root element of the body. This option is required with O(data_format=xml) if O(body) is set.
    type: str
  changed:
    description:
      - Value of C(changed) in the task result.
      - If this option is omitted, C(changed) is V(false) after a V(GET), and V(true) after any other method.
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

- name: Create a contact, with the field names of the API
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
  description:
    - Answer of the service. In check mode, the module does not send a request that writes, and all values of the answer
      are null.
  returned: success
  type: dict
  contains:
    status:
      description: HTTP status code of the answer.
      returned: success
      type: int
      sample: 200
    location:
      description:
        - Address of the new record in the API. The value is null if the answer does not contain the address of a
          record.
      returned: success
      type: str
      sample: http://intouchapi.pswin.com/2/contacts/4711
    content:
      description:
        - Body of the answer, with the field names of the API. The value is null if the body is empty.
        - With O(data_format=xml), the module returns every number and boolean as a text. With O(data_format=xml), a
          list becomes a dictionary with one key, which is the name of the list elements. The value of this key is a
          single element, or a list if there are several elements.
        - With O(data_format=json), a list stays a list, so results in JSON are easier to use.
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
