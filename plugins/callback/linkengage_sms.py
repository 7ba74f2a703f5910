# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: linkengage_sms
type: notification
short_description: Send one SMS at the end of a failed playbook run
description:
  - Sends at most one SMS through LINK Engage at the end of a run of C(ansible-playbook).
  - The message names at most three failed hosts, the task that failed first, and the error of this task. The plugin
    cuts off text that does not fit into O(max_segments).
  - A task with an error counts as failed, except if the play ignores the error or a C(rescue) handles the error. An
    unreachable host counts as failed, except if C(ignore_unreachable) is set.
  - If one C(ansible-playbook) command runs several playbooks, the plugin sends one message for all these playbooks.
  - If a run is interrupted, for example by Ctrl-C or by a cancelled CI job, the message describes the run until the
    interruption.
  - With O(send_on=failure), the plugin sends a message about an interrupted run only if a host failed before the
    interruption.
  - If C(ansible-playbook) ends with an error outside of a task, for example because a second playbook is unreadable,
    the run counts as failed.
  - If a C(meta) task clears the error of a host with C(clear_host_errors), this host does not count as failed.
  - The plugin never changes the result of a run. If the plugin cannot send the message, for example because the service
    cannot be reached, the plugin gives a warning.
  - After the plugin has sent a message, the output of Ansible shows the number of receivers.
  - If the options of the plugin are invalid, the plugin gives a warning when the first play starts, and possibly sends
    no message.
  - The message describes the failed task only with its name, its error message, its return code and the failed loop
    item. If the failed task has C(no_log), the message describes the task only with its name. If the name of a
    C(no_log) task contains templates, the plugin hides the values of these templates.
  - In the message, the plugin masks the passwords, tokens and keys that it recognises. In a URL in the message, the
    plugin masks the credentials and the query.
  - The plugin masks the values of variables that C(ansible-vault) has encrypted. It also masks the encrypted values of
    other hosts, because a task can use C(hostvars). If the inventory has more than 200 hosts, the plugin masks the
    encrypted values of the failed host and of the first 200 hosts only.
  - The plugin replaces characters outside the GSM alphabet with similar GSM characters. If at most 10 % of the
    characters of a message have no similar GSM character, these characters become question marks.
  - If more than 10 % of the characters have no similar GSM character, as in Russian text, these characters stay
    unchanged. The message then has the encoding UCS-2. A UCS-2 segment holds at most half as many characters as a
    segment of GSM characters.
  - To enable the plugin, add C(community.linkengage.linkengage_sms) to C(callbacks_enabled) in C(ansible.cfg), or to
    the environment variable E(ANSIBLE_CALLBACKS_ENABLED).
  - You can set an option in C(ansible.cfg), in an environment variable, or in an Ansible variable. Set the Ansible
    variable in a play, in C(vars_files) or in C(--extra-vars). The plugin ignores variables of hosts and groups.
  - Ansible variables take precedence over environment variables. Environment variables take precedence over
    C(ansible.cfg). If several plays set a variable to different values, the plugin uses the value of the last play.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
extends_documentation_fragment:
  - community.linkengage.connection
  - community.linkengage.connection.plugins
requirements:
  - The plugin is enabled in C(callbacks_enabled)
options:
  numbers:
    description:
      - Phone numbers that get the message. Any format is allowed, such as V("+47 905 55 817").
      - The numbers do not have to be in the address book.
      - In an environment variable and in C(ansible.cfg), separate the numbers with commas. In YAML, quote the numbers.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_NUMBERS}]
    ini: [{section: callback_linkengage_sms, key: numbers}]
    vars: [{name: linkengage_sms_numbers}]
  contacts:
    description:
      - "Contacts in the address book who get the message. Each entry is a phone number. In an Ansible variable, you can
        also write a contact id as V({contact_id: 4711})."
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_CONTACTS}]
    ini: [{section: callback_linkengage_sms, key: contacts}]
    vars: [{name: linkengage_sms_contacts}]
  groups:
    description:
      - "Groups of the address book whose members get the message. Each entry is the name of a group. In an Ansible
        variable, you can also write a group id as V({group_id: 12})."
    type: list
    elements: raw
    env: [{name: LINKENGAGE_SMS_GROUPS}]
    ini: [{section: callback_linkengage_sms, key: groups}]
    vars: [{name: linkengage_sms_groups}]
  send_on:
    description:
      - Decides after which runs the plugin sends a message.
      - With V(failure), the plugin sends a message if the run failed, for example because a host failed or was
        unreachable.
      - With V(change), the plugin sends a message if the run failed, or if a task reported a change. With V(always),
        the plugin sends a message after every run.
      - With V(always), the message of a run without hosts contains the words C(no matching host).
    type: str
    choices: [failure, change, always]
    default: failure
    env: [{name: LINKENGAGE_SMS_SEND_ON}]
    ini: [{section: callback_linkengage_sms, key: send_on}]
    vars: [{name: linkengage_sms_send_on}]
  in_check_mode:
    description:
      - Send the message even if the run uses C(--check). The message then contains the words C(check mode).
    type: bool
    default: false
    env: [{name: LINKENGAGE_SMS_IN_CHECK_MODE}]
    ini: [{section: callback_linkengage_sms, key: in_check_mode}]
    vars: [{name: linkengage_sms_in_check_mode}]
  title:
    description:
      - Name of the run in the message, such as the name of a CI job.
      - If this option is omitted, the message contains the file name of the playbook.
    type: raw
    env: [{name: LINKENGAGE_SMS_TITLE}]
    ini: [{section: callback_linkengage_sms, key: title}]
    vars: [{name: linkengage_sms_title}]
  max_segments:
    description:
      - Maximum number of segments of the message. The plugin cuts off text that does not fit into O(max_segments).
      - A message fits into one segment if it has at most 160 GSM characters, or at most 70 characters in the encoding
        UCS-2. In a message of several segments, each segment holds 134 GSM characters, or 67 characters in the encoding
        UCS-2.
      - A value above 16 counts as 16, because the service cuts off a message after 16 segments.
    type: int
    default: 1
    env: [{name: LINKENGAGE_SMS_MAX_SEGMENTS}]
    ini: [{section: callback_linkengage_sms, key: max_segments}]
    vars: [{name: linkengage_sms_max_segments}]
  sender:
    description:
      - Sender that the receivers see. The sender is a phone number, or a text of at most 11 characters.
      - The account must allow this sender. If this option is omitted, the default sender of the account is used.
    type: raw
    env: [{name: LINKENGAGE_SMS_SENDER}]
    ini: [{section: callback_linkengage_sms, key: sender}]
    vars: [{name: linkengage_sms_sender}]
  idempotency_key:
    description:
      - Name of this run, such as the pipeline id together with the job name. If a retried job has the same key and the
        same result, the plugin does not send the message again.
      - A run has the result C(failed), C(changed) or C(ok). Within O(idempotency_window), the plugin sends at most one
        message for each key and each result.
      - For example, a job with O(send_on=always) fails twice with the same key, and then succeeds. The plugin sends a
        message about the first failure, no message about the second failure, and a message about the success.
      - The plugin adds the key in brackets at the end of the message. If the key is long, the plugin adds only the
        beginning of the key and a hash of the key.
      - On a new machine, O(store) is empty. The plugin then sends nothing if the account has already sent the same
        message in the last 15 minutes. Two runs with different keys still send two messages, because their messages
        contain different keys.
      - If this option is omitted, a retried job sends the message again.
      - If a retried job has the same key and the same result but another message, the plugin sends nothing and gives a
        warning.
    type: raw
    env: [{name: LINKENGAGE_SMS_IDEMPOTENCY_KEY}]
    ini: [{section: callback_linkengage_sms, key: idempotency_key}]
    vars: [{name: linkengage_sms_idempotency_key}]
  idempotency_window:
    description:
      - Time for which an idempotency key is valid after the message was sent. Write a duration such as V(90m), V(24h)
        or V(7d).
    type: str
    default: 24h
    env: [{name: LINKENGAGE_SMS_IDEMPOTENCY_WINDOW}]
    ini: [{section: callback_linkengage_sms, key: idempotency_window}]
    vars: [{name: linkengage_sms_idempotency_window}]
  receiver_allowlist:
    description:
      - Phone numbers that may get messages from this system. Use this option, for example, on a staging system.
      - Receivers that are not in O(receiver_allowlist) get no message. If O(receiver_allowlist) is an empty list,
        nobody gets a message.
    type: list
    elements: raw
    env: [{name: LINKENGAGE_RECEIVER_ALLOWLIST}]
    ini: [{section: linkengage, key: receiver_allowlist}]
    vars: [{name: linkengage_receiver_allowlist}]
  redirect_to:
    description:
      - Phone number that gets the message instead of the receivers. Use this option for tests.
    type: raw
    env: [{name: LINKENGAGE_REDIRECT_TO}]
    ini: [{section: linkengage, key: redirect_to}]
    vars: [{name: linkengage_redirect_to}]
  max_wait:
    description:
      - Maximum number of seconds by which the plugin delays the end of a run to send the message. The limit O(max_wait)
        also applies if Ctrl-C or a signal such as SIGTERM ends the run. If you press Ctrl-C a second time, the plugin
        stops waiting for the service.
      - If the plugin needs more time, the run ends, and a warning says that it is not known whether the message was
        sent.
    type: float
    default: 90.0
    env: [{name: LINKENGAGE_SMS_MAX_WAIT}]
    ini: [{section: callback_linkengage_sms, key: max_wait}]
    vars: [{name: linkengage_sms_max_wait}]
  timeout:
    description:
      - Maximum number of seconds to wait for the connection to the service, or for the next part of the answer.
    default: 10.0
  retries:
    description:
      - Maximum number of times to repeat a request after a lost connection or a server error.
      - If the service cannot be reached, a run with the default options ends about 20 seconds later.
    default: 1
  throttle_timeout:
    description:
      - Maximum number of seconds that the plugin waits in total while the service refuses requests. The service refuses
        requests if it gets too many of them in one minute.
    default: 60
seealso:
  - module: community.linkengage.linkengage_sms
"""

EXAMPLES = r"""
# fmt: ini

# The settings in ansible.cfg. Set the password in the environment variable LINKENGAGE_PASSWORD.
[defaults]
callbacks_enabled = community.linkengage.linkengage_sms

[linkengage]
username = MrJohnson@acme.com

[callback_linkengage_sms]
groups = On call
numbers = +4790555817, +4741234567
max_segments = 2

# In a CI job, set all options in environment variables. A retried job does not send the message again.
# export ANSIBLE_CALLBACKS_ENABLED=community.linkengage.linkengage_sms
# export LINKENGAGE_USERNAME=MrJohnson@acme.com LINKENGAGE_PASSWORD=...
# export LINKENGAGE_SMS_GROUPS="On call" LINKENGAGE_SMS_TITLE="$CI_JOB_NAME"
# export LINKENGAGE_SMS_IDEMPOTENCY_KEY="$CI_PIPELINE_ID-$CI_JOB_NAME"

# In a play, set the receivers and the runs that send a message.
# - name: Deploy the shop
#   hosts: shop
#   vars:
#     linkengage_sms_groups: [Shop team]
#     linkengage_sms_send_on: change
"""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from ansible import constants, context
from ansible.plugins.callback import CallbackBase
from ansible.template import Templar

from ..module_utils._errors import InvalidInput, LinkEngageError
from ..module_utils._model.arguments import by_variable
from ..module_utils._model.values import misread
from ..module_utils._service.connection import CONNECTION_SPEC
from ..module_utils._service.guard import GUARD_SPEC, misnamed_limit
from ..plugin_utils._plugin import plain, reading_options, refuse_misread
from ..plugin_utils._run_end import RunEnd
from ..plugin_utils._run_message import RECEIVERS, Sending, check_arguments, send_message, summary
from ..plugin_utils._run_record import RunRecord, hosts_of, of
from ..plugin_utils._run_report import ABORTED, INTERRUPTED, Report, compose, one_line, reference_of, tidy
from ..plugin_utils._secrets import hide

META = ("meta", "ansible.builtin.meta", "ansible.legacy.meta")
STATUSES = {"failure": ("failed",), "change": ("failed", "changed"), "always": ("failed", "changed", "ok")}
# Options that are passed to the module linkengage_sms unchanged.
PASSED = (
    *CONNECTION_SPEC,
    *RECEIVERS,
    *GUARD_SPEC,
    *("idempotency_window", "max_segments", "sender"),
)
NAMED = (*PASSED, "max_wait")  # if one of these options comes from an environment variable, an error names the variable


def guarded(hook: Callable[..., None]) -> Callable[..., None]:
    """Convert every error in a hook to a warning. A run must not fail because its report fails."""

    @wraps(hook)
    def safe(self: CallbackModule, *args: Any, **kwargs: Any) -> None:
        try:
            hook(self, *args, **kwargs)
        except LinkEngageError as error:
            self.warn(str(error))
        except Exception as error:
            self.warn(tidy(f"{type(error).__name__}: {error}"))

    return safe


class CallbackModule(CallbackBase):
    """Records the failures of a run, and sends the report when Ansible has counted the results."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "community.linkengage.linkengage_sms"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._record = RunRecord()
        self._variables: dict[str, Any] = {}
        self._playbooks: list[str] = []
        self._plays: list[Any] = []
        self._ended = 0
        self._checked = False
        self._sending: Sending | None = None
        self._end = RunEnd(self._report_the_end, self._stop_waiting)

    def set_options(self, *args: Any, **kwargs: Any) -> None:
        with reading_options():
            super().set_options(*args, **kwargs)

    @guarded
    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbooks.append(Path(playbook._file_name).name)
        if len(self._playbooks) == 1:
            self._end.watch()
        self._plays = list(playbook.get_plays())

    @guarded
    def v2_playbook_on_play_start(self, play: Any) -> None:
        first, self._checked = not self._checked, True
        self._plays = [other for other in self._plays if other._uuid != play._uuid]
        self._record.begin(play)
        self._take_variables(play)
        if first and self._wanted():
            check_arguments(self._arguments(text="-"))
            self._text("title")
            self._text("idempotency_key")
            self._max_wait()

    @guarded
    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        if task.action in META and task.args.get("_raw_params") == "clear_host_errors":
            self._record.clear_errors(task)

    @guarded
    def v2_runner_on_ok(self, result: Any) -> None:
        self._record.succeeded(result)

    @guarded
    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record.skipped(result)

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
        """Send the report.

        Ansible calls this after each playbook. The run ends after a failure or after the last playbook.
        """
        self._ended += 1
        try:
            report = self._report(stats)
            if not report.failures and self._ended < len(_named()):
                return
            self._finish(report)
        except Exception:
            self._end.over()
            raise
        self._end.over()

    @guarded
    def _report_the_end(self, interrupted: bool) -> None:
        """Report what is known if the process ends before the run is complete."""
        if interrupted and not self._checked:
            return  # no play has begun
        later = _named()[self._ended :] if self._ended == len(self._playbooks) else []
        reason = f"{Path(later[0]).name} did not run: " if later else ""
        self._finish(self._report(None, INTERRUPTED if interrupted else ABORTED, reason))

    def _report(self, stats: Any, ended: str = "", reason: str = "") -> Report:
        for play in self._plays:  # the plays that have not begun
            with contextlib.suppress(Exception):  # for example, a file of variables is missing
                self._record.add_hosts(hosts_of(play))
        if ended == ABORTED:
            reason += "ansible-playbook ended with an error"
        return self._record.report(self._title(), stats, _is_check_run(), ended, reason)

    def _finish(self, report: Report) -> None:
        """Send the report if it is wanted. If it is already being sent, wait for the result."""
        if not self._sending and self._wanted() and report.status in STATUSES[self.get_option("send_on")]:
            arguments = self._message(report)
            self._sending = Sending(self._max_wait(), lambda: send_message(arguments))
        if self._sending:
            self._sending.start()
            self._announce(*self._sending.wait())

    def _stop_waiting(self) -> None:
        if self._sending:
            self._sending.stop()

    def warn(self, text: str) -> None:
        """Give a warning without the known secrets. The patterns for secrets would mask words of the warning
        itself.
        """
        named = by_variable(one_line(text), self._environment_variables())
        secrets = [form for secret in self._secrets() for form in (secret, one_line(secret))]
        self._display.warning(f"linkengage_sms callback: {hide(named, secrets)}")

    def _environment_variables(self) -> dict[str, str]:
        """Return the options that come from environment variables, each with the name of its variable."""
        names = [(name, f"LINKENGAGE_{prefix}{name.upper()}") for name in NAMED for prefix in ("SMS_", "")]
        return {name: at for name, at in names if os.environ.get(at) and f"linkengage_{name}" not in self._variables}

    def _secrets(self) -> list[str]:
        password = self._plugin_options.get("password")
        return [str(password)] if password else []

    def _wanted(self) -> bool:
        return bool(self.get_option("in_check_mode")) or not _is_check_run()

    def _title(self) -> str:
        # The last playbook comes first, because it is the one that failed.
        return self._text("title") or ", ".join(reversed(self._playbooks))

    def _max_wait(self) -> float:
        seconds = float(self.get_option("max_wait"))
        if not 0 < seconds <= threading.TIMEOUT_MAX:
            raise InvalidInput("max_wait: a number of seconds above 0 is expected. Nothing was sent.")
        return seconds

    def _text(self, name: str) -> str:
        """Return an option that must be text.

        Raises InvalidInput if YAML read a value without quotes as another type.
        """
        value = plain(self.get_option(name))
        if value is not None and not isinstance(value, str):
            raise InvalidInput(f"{name}: the value {misread(value)}.")
        return value or ""

    def _take_variables(self, play: Any) -> None:
        """Read the variables of a play. Ansible itself passes only extra variables to a callback, or no variables."""
        variables = play.get_variable_manager().get_vars(play=play)
        names = constants.config.get_plugin_vars(self.plugin_type, self._load_name)
        raw = {name: variables[name] for name in names if name in variables}
        if raw:
            self._variables.update(Templar(loader=play.get_loader(), variables=variables).template(raw))
            self.set_options(var_options=self._variables)

    def _arguments(self, **more: Any) -> dict[str, Any]:
        """Return the arguments of the module. An empty option is omitted, because a variable of a CI job can be empty.

        Raises InvalidInput for variables that are not text. Also raises it if a variable of a play makes a limit on the
        receivers empty.
        """
        for name in (f"linkengage_{name}" for name in GUARD_SPEC):
            if name in self._variables and self._variables[name] in (None, ""):
                raise InvalidInput(
                    f"{name}: the value is null or empty. Nothing was sent. Set the variable to a value, or "
                    "delete the variable."
                )
        refuse_misread(self, {}, self._variables)
        error = misnamed_limit(os.environ, {name: self.get_option(name) for name in GUARD_SPEC})
        if error:
            raise error
        options = {name: self.get_option(name) for name in PASSED}
        for name in RECEIVERS:
            options[name] = [entry for entry in options[name] or [] if entry != ""]
        given = {name: value for name, value in options.items() if value not in (None, "")}
        return {**plain(given), "skip_invalid": True, **more}

    def _message(self, report: Report) -> dict[str, Any]:
        """Return the arguments of the module for a report."""
        key = self._text("idempotency_key")
        values = self._record.vaulted(report.first)
        text = compose(report, max(self.get_option("max_segments"), 1), self._secrets(), reference_of(key), values)
        return self._arguments(text=text, **({"idempotency_key": f"{key} ({report.status})"} if key else {}))

    def _announce(self, result: Mapping[str, Any], warnings: list[str]) -> None:
        """Display in one line what was sent. If nobody got the message, this is a warning."""
        reasons = [row["reason"] for row in result["skipped_receivers"]]
        for warning in [*warnings, *(reason for reason in reasons if not any(reason in one for one in warnings))]:
            self.warn(warning)
        if result["outcome"] == "not_sent":
            self.warn(f"{summary(result)}.")
        else:
            self._display.display(f"linkengage: {summary(result)}")
        receivers = f"receivers: {len(result['receivers'])}, segments for each receiver: {result['segments']}"
        self._display.v(f"linkengage_sms callback: {result['outcome']}; {receivers}")


def _is_check_run() -> bool:
    return bool(context.CLIARGS.get("check"))


def _named() -> list[str]:
    """Return the playbooks of the command. A command other than ansible-playbook counts as one playbook."""
    named = context.CLIARGS.get("args")
    return list(named) if isinstance(named, (list, tuple)) else [""]
