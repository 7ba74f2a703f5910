# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options: their meaning here, how plugins take them in ``PLUGINS``."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the API, with its version.
      - Taken from the environment variable E(LINKENGAGE_API_URL) where it is left out.
    type: str
    default: https://intouchapi.pswin.com/2
  username:
    description:
      - User name, as V(user@domain), or without the domain if O(domain) is given. An e-mail login works too.
      - Taken from the environment variable E(LINKENGAGE_USERNAME) where it is left out. One of the two must be given.
    type: str
  domain:
    description:
      - The account's domain. Appended to O(username) as V(@domain), unless it ends with that already.
      - Taken from the environment variable E(LINKENGAGE_DOMAIN) where it is left out.
    type: str
  password:
    description:
      - Password of the user, or the API password.
      - Taken from the environment variable E(LINKENGAGE_PASSWORD) where it is left out. One of the two must be given.
    type: str
  data_format:
    description:
      - What is spoken on the wire. Both give the same results.
      - Taken from the environment variable E(LINKENGAGE_DATA_FORMAT) where it is left out.
    type: str
    choices: [json, xml]
    default: json
  validate_certs:
    description:
      - Whether the service's TLS certificate must be valid. Turn it off for tests only.
      - Taken from the environment variable E(LINKENGAGE_VALIDATE_CERTS) where it is left out.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder of CA certificates to trust, instead of the system's.
      - Taken from the environment variable E(LINKENGAGE_CA_PATH) where it is left out.
    type: path
  allow_http:
    description:
      - Whether O(api_url) may begin with V(http://), which sends the password in clear text. To loopback it always may.
      - Taken from the environment variable E(LINKENGAGE_ALLOW_HTTP) where it is left out.
    type: bool
    default: false
  timeout:
    description:
      - How many seconds the service may take to accept a connection, and again to answer.
      - Taken from the environment variable E(LINKENGAGE_TIMEOUT) where it is left out.
    type: float
    default: 30.0
  retries:
    description:
      - How often a request is repeated after a lost connection or a server error, with growing pauses.
      - A POST is only repeated where the service did not act.
      - Taken from the environment variable E(LINKENGAGE_RETRIES) where it is left out.
    type: int
    default: 3
  throttle_timeout:
    description:
      - How many seconds a run may wait in all while the service refuses requests, there being too many in a minute.
      - With V(0) it fails at the first refusal.
      - Taken from the environment variable E(LINKENGAGE_THROTTLE_TIMEOUT) where it is left out.
    type: int
    default: 180
  requests_per_minute:
    description:
      - How many requests per minute the account allows, if you know it. The run then keeps below that by itself.
      - Where it is left out, the run learns it, by one refusal in a minute while nothing else uses the account.
      - Taken from the environment variable E(LINKENGAGE_REQUESTS_PER_MINUTE) where it is left out.
    type: int
  method_override:
    description:
      - Whether PUT and DELETE are sent as POST with the header C(X-HTTP-Method-Override), for proxies that block them.
      - With V(auto) a PUT or DELETE that is answered 405 is tried once that way, and if it works so is the rest.
      - Taken from the environment variable E(LINKENGAGE_METHOD_OVERRIDE) where it is left out.
    type: str
    choices: [auto, always, never]
    default: auto
  default_country_code:
    description:
      - Country calling code of phone numbers that are written without one, such as V("47").
      - Where it is left out, the account's C(NUMBER_PREFIX) is asked for when such a number must be understood.
      - Taken from the environment variable E(LINKENGAGE_DEFAULT_COUNTRY_CODE) where it is left out.
    type: str
requirements:
  - requests
  - xmltodict (for O(data_format=xml))
  - phonenumbers or phonenumberslite
"""

    PLUGINS = r"""
options:
  api_url:
    env: [{name: LINKENGAGE_API_URL}]
    ini: [{section: linkengage, key: api_url}]
    vars: [{name: linkengage_api_url}]
  username:
    env: [{name: LINKENGAGE_USERNAME}]
    ini: [{section: linkengage, key: username}]
    vars: [{name: linkengage_username}]
  domain:
    env: [{name: LINKENGAGE_DOMAIN}]
    ini: [{section: linkengage, key: domain}]
    vars: [{name: linkengage_domain}]
  password:
    env: [{name: LINKENGAGE_PASSWORD}]
    vars: [{name: linkengage_password}]
  data_format:
    env: [{name: LINKENGAGE_DATA_FORMAT}]
    ini: [{section: linkengage, key: data_format}]
    vars: [{name: linkengage_data_format}]
  validate_certs:
    env: [{name: LINKENGAGE_VALIDATE_CERTS}]
    ini: [{section: linkengage, key: validate_certs}]
    vars: [{name: linkengage_validate_certs}]
  ca_path:
    env: [{name: LINKENGAGE_CA_PATH}]
    ini: [{section: linkengage, key: ca_path}]
    vars: [{name: linkengage_ca_path}]
  allow_http:
    env: [{name: LINKENGAGE_ALLOW_HTTP}]
    ini: [{section: linkengage, key: allow_http}]
    vars: [{name: linkengage_allow_http}]
  timeout:
    env: [{name: LINKENGAGE_TIMEOUT}]
    ini: [{section: linkengage, key: timeout}]
    vars: [{name: linkengage_timeout}]
  retries:
    env: [{name: LINKENGAGE_RETRIES}]
    ini: [{section: linkengage, key: retries}]
    vars: [{name: linkengage_retries}]
  throttle_timeout:
    env: [{name: LINKENGAGE_THROTTLE_TIMEOUT}]
    ini: [{section: linkengage, key: throttle_timeout}]
    vars: [{name: linkengage_throttle_timeout}]
  requests_per_minute:
    env: [{name: LINKENGAGE_REQUESTS_PER_MINUTE}]
    ini: [{section: linkengage, key: requests_per_minute}]
    vars: [{name: linkengage_requests_per_minute}]
  method_override:
    env: [{name: LINKENGAGE_METHOD_OVERRIDE}]
    ini: [{section: linkengage, key: method_override}]
    vars: [{name: linkengage_method_override}]
  default_country_code:
    env: [{name: LINKENGAGE_DEFAULT_COUNTRY_CODE}]
    ini: [{section: linkengage, key: default_country_code}]
    vars: [{name: linkengage_default_country_code}]
"""
