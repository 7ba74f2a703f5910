# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options. ``PLUGINS`` says from where plugins other than modules read these options."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the API, including its version.
      - If omitted, the environment variable E(LINKENGAGE_API_URL) is used.
    type: str
    default: https://intouchapi.pswin.com/2
  username:
    description:
      - User name, as V(user@domain), or as V(user) if O(domain) is set. An e-mail login also works.
      - If omitted, the environment variable E(LINKENGAGE_USERNAME) is used. The option or the variable is required.
    type: str
  domain:
    description:
      - Domain of the account. It is appended to O(username) as V(@domain), unless O(username) already ends with it.
      - If omitted, the environment variable E(LINKENGAGE_DOMAIN) is used.
    type: str
  password:
    description:
      - Password of the user, or the API password.
      - If omitted, the environment variable E(LINKENGAGE_PASSWORD) is used. The option or the variable is required.
    type: str
  data_format:
    description:
      - Format of requests and answers, JSON or XML. Both give the same results.
      - If omitted, the environment variable E(LINKENGAGE_DATA_FORMAT) is used.
    type: str
    choices: [json, xml]
    default: json
  validate_certs:
    description:
      - Check the TLS certificate of the service. Disable the check only for tests.
      - If omitted, the environment variable E(LINKENGAGE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the CA certificates to trust, instead of the certificates of the system.
      - If omitted, the environment variable E(LINKENGAGE_CA_PATH) is used.
    type: path
  allow_http:
    description:
      - Allow an O(api_url) that begins with V(http://), which sends the password in clear text.
      - V(http://) to a loopback address is always allowed.
      - If omitted, the environment variable E(LINKENGAGE_ALLOW_HTTP) is used.
    type: bool
    default: false
  timeout:
    description:
      - Number of seconds to wait for a connection, and then again for an answer.
      - If omitted, the environment variable E(LINKENGAGE_TIMEOUT) is used.
    type: float
    default: 30.0
  answer_timeout:
    description:
      - Maximum number of seconds for a request and its whole answer, even if the answer arrives slowly.
      - If omitted, the environment variable E(LINKENGAGE_ANSWER_TIMEOUT) is used.
      - Without the option and the variable, the value is ten times O(timeout).
    type: float
  max_answer_size:
    description:
      - Largest size of an answer in MiB, after decompression. A larger answer is an error.
      - The records of an answer may need 128 MiB of memory, or half of this option if that is more.
      - If omitted, the environment variable E(LINKENGAGE_MAX_ANSWER_SIZE) is used.
    type: int
    default: 256
  retries:
    description:
      - Number of times to repeat a request after a lost connection or a server error. The pauses grow.
      - A POST is repeated only if it is certain that the service did not act on it.
      - If omitted, the environment variable E(LINKENGAGE_RETRIES) is used.
    type: int
    default: 3
  throttle_timeout:
    description:
      - Number of seconds that a run may wait in total while the service refuses requests.
      - The service refuses requests after too many requests in a minute. With V(0), the first refused request is an
        error.
      - Waiting that keeps a run below O(requests_per_minute), or below a limit that it has found, does not count.
      - If omitted, the environment variable E(LINKENGAGE_THROTTLE_TIMEOUT) is used.
    type: int
    default: 180
  requests_per_minute:
    description:
      - Number of requests per minute that the account allows, if you know it. The run then stays below this number.
      - All tasks and runs with the same O(store) share this number, and a limit that one of them has found.
      - Without a number, all workers send requests until the service refuses some. They pause for a minute, and then
        stay below the limit that they have found.
      - If omitted, the environment variable E(LINKENGAGE_REQUESTS_PER_MINUTE) is used.
    type: int
  lock_timeout:
    description:
      - Number of seconds to wait for another process on this machine that is changing the same account.
      - After three seconds the task reports which process it waits for. After this time it fails, and writes nothing.
      - With V(0), the task fails at once if another process is changing the account.
      - If omitted, the environment variable E(LINKENGAGE_LOCK_TIMEOUT) is used.
    type: float
    default: 600.0
  method_override:
    description:
      - Send PUT and DELETE as POST with the header C(X-HTTP-Method-Override), for proxies that block them.
      - V(always) sends them as POST, and V(never) does not.
      - V(auto) repeats a PUT or DELETE as POST if the answer is status 405. If that works, the run continues with POST.
      - If omitted, the environment variable E(LINKENGAGE_METHOD_OVERRIDE) is used.
    type: str
    choices: [auto, always, never]
    default: auto
  default_country_code:
    description:
      - Country calling code of phone numbers that are written without a country code, such as V("47").
      - It must be quoted. YAML reads V(0047) without quotes as the number 39, which is Italy.
      - Without it, the setting C(NUMBER_PREFIX) of the account is used. It is read only when such a number occurs.
      - If omitted, the environment variable E(LINKENGAGE_DEFAULT_COUNTRY_CODE) is used.
    type: raw
  store:
    description:
      - Store of sent messages, locks, cursors and the pace. It is a folder, or the address of a PostgreSQL database.
      - The default is the folder C(community.linkengage) in E(XDG_STATE_HOME), which is C(~/.local/state) by default.
      - A folder is for one machine. Use a local disk, because locks on network file systems are not reliable.
      - For AWX, CI and several controllers, use a database, such as V(postgresql://user@host/database).
      - Set the password in E(PGPASSWORD), or in a file with E(PGPASSFILE) or E(PGSERVICEFILE). A password in the
        address is hidden in messages.
      - The store contains keys, message ids, times and hashes. It contains no texts and no phone numbers.
      - If omitted, the environment variable E(LINKENGAGE_STORE) is used.
    type: str
  store_schema:
    description:
      - Schema of the database in O(store). The schema and its tables are created when they are used first.
      - The first use needs the privilege C(CREATE) on the database. Later uses need C(USAGE) on the schema, and
        C(SELECT), C(INSERT), C(UPDATE) and C(DELETE) on its tables.
      - If omitted, the environment variable E(LINKENGAGE_STORE_SCHEMA) is used.
    type: str
    default: linkengage
  foreign_numbers:
    description:
      - Accepted spellings of numbers of other countries.
      - V(any) also accepts them without a plus sign, as in V(46701740605). They must be valid in their country, and
        not look like a national number with one digit too many or too few.
      - V(plus_only) accepts them only with a plus sign or V(00).
      - Stored numbers without a plus sign are always found.
      - If omitted, the environment variable E(LINKENGAGE_FOREIGN_NUMBERS) is used.
    type: str
    choices: [any, plus_only]
    default: any
requirements:
  - requests
  - xmltodict (for O(data_format=xml))
  - phonenumbers or phonenumberslite
  - psycopg >= 3.1 (for a database in O(store))
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
  answer_timeout:
    env: [{name: LINKENGAGE_ANSWER_TIMEOUT}]
    ini: [{section: linkengage, key: answer_timeout}]
    vars: [{name: linkengage_answer_timeout}]
  max_answer_size:
    env: [{name: LINKENGAGE_MAX_ANSWER_SIZE}]
    ini: [{section: linkengage, key: max_answer_size}]
    vars: [{name: linkengage_max_answer_size}]
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
  lock_timeout:
    env: [{name: LINKENGAGE_LOCK_TIMEOUT}]
    ini: [{section: linkengage, key: lock_timeout}]
    vars: [{name: linkengage_lock_timeout}]
  method_override:
    env: [{name: LINKENGAGE_METHOD_OVERRIDE}]
    ini: [{section: linkengage, key: method_override}]
    vars: [{name: linkengage_method_override}]
  default_country_code:
    env: [{name: LINKENGAGE_DEFAULT_COUNTRY_CODE}]
    ini: [{section: linkengage, key: default_country_code}]
    vars: [{name: linkengage_default_country_code}]
  store:
    env: [{name: LINKENGAGE_STORE}]
    ini: [{section: linkengage, key: store}]
    vars: [{name: linkengage_store}]
  store_schema:
    env: [{name: LINKENGAGE_STORE_SCHEMA}]
    ini: [{section: linkengage, key: store_schema}]
    vars: [{name: linkengage_store_schema}]
  foreign_numbers:
    env: [{name: LINKENGAGE_FOREIGN_NUMBERS}]
    ini: [{section: linkengage, key: foreign_numbers}]
    vars: [{name: linkengage_foreign_numbers}]
"""
