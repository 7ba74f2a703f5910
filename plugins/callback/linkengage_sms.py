# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: linkengage_sms
type: notification
short_description: Send one SMS at the end of a run that failed
description:
  - At the end of a run, sends at most one message through LINK Engage. It says what failed, on how many hosts and on
    which, the first task that failed, and its error, as far as O(max_segments) has room.
  - A failure that is ignored, or that a C(rescue) catches, is none. A host that cannot be reached has failed, unless
    C(ignore_unreachable) is set. With several playbooks in one command there is one message for all of them.
  - It never changes the result of a run. What keeps it from sending, such as a service that cannot be reached, is a
    warning. Options that make no sense are one at the start of the first play already.
  - Of a task's result only the message and the return code are told, and of one with C(no_log) nothing. Passwords,
    tokens and keys in it are masked as far as they can be recognised, and so are a URL's credentials and query.
  - A character that the GSM alphabet lacks becomes the nearest that it has, a rare one a question mark. A text with
    many of them is sent as UCS-2, in which a segment holds less than half as much.
  - It must be enabled, by its full name in C(callbacks_enabled) of C(ansible.cfg), or in the environment variable
    E(ANSIBLE_CALLBACKS_ENABLED).
  - Variables are those of plays, C(vars_files) and C(--extra-vars), not those of hosts and groups. They win over the
    environment, and the environment over C(ansible.cfg). Where several plays set one, the last play counts.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
requirements:
  - enabled in C(callbacks_enabled)
options:
  numbers:
    description:
      - Phone numbers to send to, in any spelling. They need not be in the address book.
      - Lists have commas between their entries in the environment and in C(ansible.cfg). In YAML, quote the numbers.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_NUMBERS}]
    ini: [{section: callback_linkengage_sms, key: numbers}]
    vars: [{name: linkengage_sms_numbers}]
  contacts:
    description: Contacts of the address book to send to, by their phone numbers, or in variables by their ids too.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_CONTACTS}]
    ini: [{section: callback_linkengage_sms, key: contacts}]
    vars: [{name: linkengage_sms_contacts}]
  groups:
    description: Groups of the address book to send to, by their names, or in variables by their ids too.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_GROUPS}]
    ini: [{section: callback_linkengage_sms, key: groups}]
    vars: [{name: linkengage_sms_groups}]
  send_on:
    description:
      - When to send. V(failure) when a host failed or could not be reached, V(change) also when something changed,
        V(always) after every run.
    type: str
    choices: [failure, change, always]
    default: failure
    env: [{name: LINKENGAGE_SMS_SEND_ON}]
    ini: [{section: callback_linkengage_sms, key: send_on}]
    vars: [{name: linkengage_sms_send_on}]
  in_check_mode:
    description: Whether to send after a run with C(--check) too. The message then says so.
    type: bool
    default: false
    env: [{name: LINKENGAGE_SMS_IN_CHECK_MODE}]
    ini: [{section: callback_linkengage_sms, key: in_check_mode}]
    vars: [{name: linkengage_sms_in_check_mode}]
  title:
    description:
      - What the message calls the run, such as the name of a CI job.
      - Left out, it is the file name of the playbook.
    type: str
    env: [{name: LINKENGAGE_SMS_TITLE}]
    ini: [{section: callback_linkengage_sms, key: title}]
    vars: [{name: linkengage_sms_title}]
  max_segments:
    description:
      - How many segments the message may take to each receiver. What has no room is cut off.
      - A segment is 160 characters, or 153 where there are several. In UCS-2 it is 70, or 67.
    type: int
    default: 1
    env: [{name: LINKENGAGE_SMS_MAX_SEGMENTS}]
    ini: [{section: callback_linkengage_sms, key: max_segments}]
    vars: [{name: linkengage_sms_max_segments}]
  sender:
    description:
      - What the receivers see as the sender. A number, or up to 11 characters of text. It must be one that the account
        allows.
      - Left out, the account's own sender is used.
    type: raw
    env: [{name: LINKENGAGE_SMS_SENDER}]
    ini: [{section: callback_linkengage_sms, key: sender}]
    vars: [{name: linkengage_sms_sender}]
  idempotency_key:
    description:
      - A name for this run, such as the id of a CI job, so that a retry of the job does not send again. Within
        O(idempotency_window), one message is sent for a key, and one for each status, since a failure and the success
        after it are two things to tell.
      - Left out, every run sends its own message, because a run that fails again is news.
      - A retry that has something else to tell is a warning and sends nothing.
    type: str
    env: [{name: LINKENGAGE_SMS_IDEMPOTENCY_KEY}]
    ini: [{section: callback_linkengage_sms, key: idempotency_key}]
    vars: [{name: linkengage_sms_idempotency_key}]
  idempotency_window:
    description: For how long a key holds from the send, such as V(90m), V(24h) or V(7d).
    type: str
    default: 24h
    env: [{name: LINKENGAGE_SMS_IDEMPOTENCY_WINDOW}]
    ini: [{section: callback_linkengage_sms, key: idempotency_window}]
    vars: [{name: linkengage_sms_idempotency_window}]
  ledger_path:
    description: The file that keeps the record of sends with a key, as for M(community.linkengage.linkengage_sms).
    type: path
    env: [{name: LINKENGAGE_LEDGER_PATH}]
    ini: [{section: linkengage, key: ledger_path}]
    vars: [{name: linkengage_ledger_path}]
  receiver_allowlist:
    description:
      - Phone numbers that may get messages from this system, for staging. Others are not sent to. An empty list is
        nobody.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_RECEIVER_ALLOWLIST}]
    ini: [{section: linkengage, key: receiver_allowlist}]
    vars: [{name: linkengage_receiver_allowlist}]
  redirect_to:
    description: A phone number that gets the message instead of the receivers, for tests.
    type: raw
    env: [{name: LINKENGAGE_REDIRECT_TO}]
    ini: [{section: linkengage, key: redirect_to}]
    vars: [{name: linkengage_redirect_to}]
  max_wait:
    description:
      - How many seconds the end of a run is held up at the most, whatever the service does. Past that, it is not known
        whether the message was sent.
    type: float
    default: 90.0
    env: [{name: LINKENGAGE_SMS_MAX_WAIT}]
    ini: [{section: callback_linkengage_sms, key: max_wait}]
    vars: [{name: linkengage_sms_max_wait}]
  timeout:
    description:
      - How many seconds the service may take to accept a connection, and again to answer.
    default: 10.0
  retries:
    description:
      - How often a request is repeated after a lost connection or a server error. With the defaults, a service that
        cannot be reached holds up the end of a run for 20 seconds.
    default: 1
  throttle_timeout:
    description:
      - How many seconds to wait while the service refuses requests, there being too many in a minute.
    default: 60
seealso:
  - module: community.linkengage.linkengage_sms
"""

EXAMPLES = r"""
# fmt: ini

# In ansible.cfg; the password is better given in the environment, as LINKENGAGE_PASSWORD.
[defaults]
callbacks_enabled = community.linkengage.linkengage_sms

[linkengage]
username = MrJohnson@acme.com

[callback_linkengage_sms]
groups = On call
numbers = +4790555817, +4741234567
max_segments = 2

# In a CI job, everything in the environment: one message for a job, however often it is retried.
# export ANSIBLE_CALLBACKS_ENABLED=community.linkengage.linkengage_sms
# export LINKENGAGE_USERNAME=MrJohnson@acme.com LINKENGAGE_PASSWORD=...
# export LINKENGAGE_SMS_GROUPS="On call" LINKENGAGE_SMS_TITLE="$CI_JOB_NAME"
# export LINKENGAGE_SMS_IDEMPOTENCY_KEY="$CI_PIPELINE_ID-$CI_JOB_NAME"

# In a play, for the receivers of what it does.
# - name: Deploy the shop
#   hosts: shop
#   vars:
#     linkengage_sms_groups: [Shop team]
#     linkengage_sms_send_on: change
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from ansible import constants, context
from ansible.plugins.callback import CallbackBase
from ansible.template import Templar

from ..module_utils._errors import LinkEngageError
from ..module_utils._service.connection import CONNECTION_SPEC
from ..plugin_utils._plugin import plain
from ..plugin_utils._run_message import RECEIVERS, check_arguments, send_message, within
from ..plugin_utils._run_record import RunRecord, of
from ..plugin_utils._run_report import Report, compose, tidy

STATUSES = {"failure": ("failed",), "change": ("failed", "changed"), "always": ("failed", "changed", "ok")}
# What goes to the module as it is.
PASSED = (
    *CONNECTION_SPEC,
    *RECEIVERS,
    *("idempotency_window", "ledger_path", "max_segments", "receiver_allowlist", "redirect_to", "sender"),
)


def guarded(hook: Callable[..., None]) -> Callable[..., None]:
    """Whatever goes wrong in a hook is a warning: a run must not fail because its report does."""

    @wraps(hook)
    def safe(self: CallbackModule, *args: Any, **kwargs: Any) -> None:
        try:
            hook(self, *args, **kwargs)
        except LinkEngageError as error:
            self.warn(str(error))
        except Exception as error:
            self.warn(f"{type(error).__name__}: {error}")

    return safe


class CallbackModule(CallbackBase):
    """Notes what fails, and tells it when Ansible has counted."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "community.linkengage.linkengage_sms"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._record = RunRecord()
        self._variables: dict[str, Any] = {}
        self._playbooks: list[str] = []
        self._ended = 0
        self._checked = self._told = False

    @guarded
    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbooks.append(Path(playbook._file_name).name)

    @guarded
    def v2_playbook_on_play_start(self, play: Any) -> None:
        first, self._checked = not self._checked, True
        self._take_variables(play)
        if first and self._wanted():
            check_arguments(self._arguments(text="-"))

    @guarded
    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._record.item_failed(result)

    @guarded
    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record.failed(result, ignored=ignore_errors)

    @guarded
    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._record.failed(result, ignored=bool(of(result, "task").ignore_unreachable), unreachable=True)

    @guarded
    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Ansible's counts, after each playbook. A failure ends the run; without one, the last playbook does."""
        self._ended += 1
        report = self._record.report(self._title(), stats, _is_check_run())
        over = bool(report.failures) or self._ended >= _count_of_playbooks()
        if over and not self._told and self._wanted() and report.status in STATUSES[self.get_option("send_on")]:
            self._told = True
            self._tell(report)

    def warn(self, text: str) -> None:
        self._display.warning(f"linkengage_sms callback: {tidy(text, self._secrets())}")

    def _secrets(self) -> list[str]:
        password = self._plugin_options.get("password")
        return [str(password)] if password else []

    def _wanted(self) -> bool:
        return bool(self.get_option("in_check_mode")) or not _is_check_run()

    def _title(self) -> str:
        title = self.get_option("title")
        return str(title) if title else ", ".join(reversed(self._playbooks))  # the last is the one that failed

    def _take_variables(self, play: Any) -> None:
        """Ansible gives a callback no variables, or only extra variables: those of plays are taken here."""
        variables = play.get_variable_manager().get_vars(play=play)
        names = constants.config.get_plugin_vars(self.plugin_type, self._load_name)
        raw = {name: variables[name] for name in names if name in variables}
        if raw:
            self._variables.update(Templar(loader=play.get_loader(), variables=variables).template(raw))
            self.set_options(var_options=self._variables)

    def _arguments(self, **more: Any) -> dict[str, Any]:
        """The module's arguments. What is empty, as a variable of a CI job may be, is not given."""
        options = {name: self.get_option(name) for name in PASSED}
        for name in RECEIVERS:
            options[name] = [entry for entry in options[name] or [] if entry != ""]
        given = {name: value for name, value in options.items() if value not in (None, "")}
        return {**plain(given), "skip_invalid": True, **more}

    def _tell(self, report: Report) -> None:
        text = compose(report, max(self.get_option("max_segments"), 1), self._secrets())
        arguments = self._arguments(text=text)
        if self.get_option("idempotency_key"):
            arguments["idempotency_key"] = f"{self.get_option('idempotency_key')} ({report.status})"
        result, warnings = within(self.get_option("max_wait"), lambda: send_message(arguments))
        reasons = [row["reason"] for row in result["skipped_receivers"]]
        for warning in [*warnings, *(reason for reason in reasons if not any(reason in one for one in warnings))]:
            self.warn(warning)
        told = f"receivers: {len(result['receivers'])}, segments to each: {result['segments']}"
        self._display.v(f"linkengage_sms callback: {result['outcome']}; {told}")


def _is_check_run() -> bool:
    return bool(context.CLIARGS.get("check"))


def _count_of_playbooks() -> int:
    """How many playbooks the command names; there is one where it is not ansible-playbook."""
    named = context.CLIARGS.get("args")
    return len(named) if isinstance(named, (list, tuple)) else 1
