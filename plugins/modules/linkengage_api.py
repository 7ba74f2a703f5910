#!/usr/bin/python
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linkengage_api
short_description: Make any request to the API of LINK Engage
description:
  - Makes one request to the service. The login, the data format, the request limit and errors work as in the other
    modules of the collection.
  - Use this module for resources that no other module handles, such as Services, Servicepoints, Users and Senders in
    version 2 of the API.
  - The module repeats a POST only if it knows that the service did not act on the first POST.
  - With O(receiver_allowlist), only the phone numbers in this list are allowed as receivers of a message. With
    O(redirect_to), only the phone number in this option is allowed.
  - With one of these options, the task fails if C(Receivers) in O(body) contains a contact, a group, or a phone number
    that is not allowed. To leave out or redirect receivers that are not allowed, use
    M(community.linkengage.linkengage_sms).
options:
  path:
    description:
      - Path of the request, with a slash at its beginning, such as V(/services/12). The module adds the path to
        O(api_url).
      - The module encodes characters that are not allowed in a path. Characters that are already encoded, such as
        C(%20), stay unchanged.
      - In the path, write a percent sign as C(%25).
    type: str
    required: true
  method:
    description:
      - HTTP method of the request.
      - V(GET) reads data. All other methods write data. In check mode, the module sends only V(GET) requests.
    type: str
    choices: [GET, POST, PUT, DELETE]
    default: GET
  query:
    description:
      - Query parameters of the request, as a dictionary of names and values.
      - "If the value of a parameter is a list, the query repeats the parameter. V({id: [1, 2]}) becomes the query
        V(id=1&id=2)."
    type: dict
  body:
    description:
      - Body of the request, with the field names of the API. Field names are case-sensitive.
    type: raw
  root:
    description:
      - Name of the XML root element of the body. If O(data_format=xml) and O(body) are set, this option is required.
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
    - Answer of the service. If the module does not send the request because of check mode, all values in this
      dictionary are null.
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
        - Address of the new record in the API. If the answer contains no address of a record, the value is null.
      returned: success
      type: str
      sample: http://intouchapi.pswin.com/2/contacts/4711
    content:
      description:
        - Body of the answer, with the field names of the API. If the body is empty, the value is null.
        - "With O(data_format=xml), every number and boolean in the body is returned as a text. With O(data_format=xml),
          a list of contacts is returned as the dictionary C({Contact: [...]}). If the list has only one contact,
          C(Contact) contains this contact without a list."
        - With O(data_format=json), a list is returned as a list, so the result is easier to use than with
          O(data_format=xml).
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
