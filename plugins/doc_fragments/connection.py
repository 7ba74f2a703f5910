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
      - Address of the API of LINK Engage, with the API version at the end.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_API_URL) is used.
    type: str
    default: https://intouchapi.pswin.com/2
  username:
    description:
      - User name as V(user@domain), or as V(user) if O(domain) is set. The user name can also have the form
        V(email@domain), with the e-mail address of the user, as in V(kari@example.com@acme.com).
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_USERNAME) is used. If neither the
        option nor the environment variable is set, the task fails.
    type: str
  domain:
    description:
      - Domain of the account. The module adds the domain to the end of O(username), as in V(user@domain). If
        O(username) already ends with the domain, O(username) stays unchanged.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_DOMAIN) is used.
    type: str
  password:
    description:
      - Normal password or API password of the user. If O(username) has the form V(email@domain), use the normal
        password of the user.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_PASSWORD) is used. If neither the
        option nor the environment variable is set, the task fails.
    type: str
  data_format:
    description:
      - Format of the data that the module and the service exchange. All modules return the same result with JSON and
        with XML, except M(community.linkengage.linkengage_api).
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_DATA_FORMAT) is used.
    type: str
    choices: [json, xml]
    default: json
  validate_certs:
    description:
      - Check the TLS certificate of the service. Set V(false) only for tests.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the trusted CA certificates. If O(ca_path) is set, the CA certificates of the operating
        system are not used.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_CA_PATH) is used.
    type: path
  allow_http:
    description:
      - Allow an O(api_url) that begins with V(http://). With V(http://), the password is sent without encryption.
      - An O(api_url) with V(http://) and a loopback address, such as V(127.0.0.1), is always allowed.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_ALLOW_HTTP) is used.
    type: bool
    default: false
  timeout:
    description:
      - Maximum number of seconds to wait for the connection to the service, or for the next part of an answer.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_TIMEOUT) is used.
    type: float
    default: 30.0
  answer_timeout:
    description:
      - Maximum number of seconds for one request and its complete answer.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_ANSWER_TIMEOUT) is used.
      - If neither O(answer_timeout) nor the environment variable is set, the maximum is ten times O(timeout).
    type: float
  max_answer_size:
    description:
      - Maximum size of an answer of the service in MiB, after decompression. If an answer is larger than this maximum,
        the request fails.
      - If the records in one answer need more than 128 MiB of memory, the request fails. With a value above 256, this
        memory limit is half of the value. For example, with V(1000), the memory limit is 500 MiB.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_MAX_ANSWER_SIZE) is used.
    type: int
    default: 256
  retries:
    description:
      - Maximum number of times to repeat a request after a lost connection or a server error. The pause before each
        repeated request is twice as long as the previous pause.
      - The module repeats a POST only if it knows that the service did not act on the first POST.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_RETRIES) is used.
    type: int
    default: 3
  throttle_timeout:
    description:
      - Maximum number of seconds that a run waits in total while the service refuses requests.
      - The service refuses requests if it gets too many of them in one minute. With V(0), the task fails as soon as the
        service refuses a request.
      - If a run pauses to stay within the request limit of the account, this pause does not count towards
        O(throttle_timeout).
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_THROTTLE_TIMEOUT) is used.
    type: int
    default: 180
  requests_per_minute:
    description:
      - Number of requests per minute that the account allows. All tasks and runs with the same O(store) together send
        at most this number of requests per minute.
      - If O(requests_per_minute) is not set, a run sends requests until the service refuses a request. The run then
        pauses for the time in the header C(Retry-After), or for one minute if the answer has no such header. After the
        pause, the run sends only as many requests per minute as the service accepted in the last minute before the
        pause. Other runs with the same O(store) use this limit too.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_REQUESTS_PER_MINUTE) is used.
    type: int
  lock_timeout:
    description:
      - Maximum number of seconds to wait while another process is changing the same account.
      - With a folder as O(store), a task waits only for processes on its own machine. With a database as O(store), a
        task waits for processes on all machines that use this database. If the task waits longer than three seconds, it
        reports which process it waits for. If the task waits longer than O(lock_timeout), it fails without a change in
        the account.
      - With V(0), the task fails at once if another process is changing the account.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_LOCK_TIMEOUT) is used.
    type: float
    default: 600.0
  method_override:
    description:
      - Send PUT and DELETE as POST with the header C(X-HTTP-Method-Override). Use this option if a proxy blocks PUT and
        DELETE.
      - V(always) sends each PUT and DELETE as POST. V(never) sends PUT and DELETE unchanged.
      - With V(auto), the run sends a PUT or DELETE unchanged, and repeats it as POST if the service answers with status
        405. If the repeated request succeeds, the run sends every later PUT and DELETE as POST.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_METHOD_OVERRIDE) is used.
    type: str
    choices: [auto, always, never]
    default: auto
  default_country_code:
    description:
      - Country calling code, such as V("47"), for phone numbers without a country code.
      - Quote the country code. Without quotes, YAML reads V(0047) as an octal number with the value 39, which is the
        country code of Italy.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_DEFAULT_COUNTRY_CODE) is used. If
        neither the option nor the environment variable is set, the module uses the setting C(NUMBER_PREFIX) of the
        account.
    type: raw
  store:
    description:
      - Folder or PostgreSQL database for data that several runs need, such as idempotency keys, locks and request
        counts.
      - The default is the folder C(community.linkengage) inside the folder that E(XDG_STATE_HOME) names. If
        E(XDG_STATE_HOME) is not set or is a relative path, the default is C(~/.local/state/community.linkengage).
      - Write an absolute path, because a relative path depends on the working folder of the task.
      - If all runs are on one machine, use a folder as O(store). Choose a folder on a local disk, because locks on
        network file systems are not reliable.
      - With AWX, CI jobs or several controllers, use a database as O(store). For a database, the value of O(store) is
        an address such as V(postgresql://user@host/database).
      - Put the password of the database into the environment variable E(PGPASSWORD), or into the file that
        E(PGPASSFILE) or E(PGSERVICEFILE) names. If the address of the database contains a password, warnings and errors
        do not show this password.
      - The store contains idempotency keys, message ids, times and hashes, but no texts of messages and no phone
        numbers.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_STORE) is used.
    type: str
  store_schema:
    description:
      - Database schema for the tables of the collection, if O(store) is a database. The first task that uses the schema
        creates the schema and its tables.
      - The first task that uses the schema needs the privilege C(CREATE) on the database. Later tasks need C(USAGE) on
        the schema, and C(SELECT), C(INSERT), C(UPDATE) and C(DELETE) on the tables of the schema.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_STORE_SCHEMA) is used.
    type: str
    default: linkengage
  foreign_numbers:
    description:
      - Accepted formats of foreign phone numbers. A foreign number is a phone number whose country code differs from
        the default country code.
      - V(any) accepts foreign numbers with or without a plus sign, such as V(+46701740605) and V(46701740605). With
        V(any), a foreign number without a plus sign is an error if it is not valid in its country.
      - Digits that look like a mistyped national number are an error. For example, with the default country code 47,
        nine digits are an error, because a Norwegian number has eight digits.
      - V(plus_only) accepts a foreign number only if the number begins with a plus sign or V(00).
      - Even with V(plus_only), the module recognises foreign numbers that the service stores without a plus sign.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_FOREIGN_NUMBERS) is used.
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
