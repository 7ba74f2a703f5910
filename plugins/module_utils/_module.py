# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Modules: the only file that imports ``AnsibleModule``, and the only place that looks at check mode."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._errors import InvalidInput, LinkEngageError, MissingLibrary, UnknownRecord
from ._machine.files import outdated, write_private
from ._machine.locks import account_lock, last_holder
from ._model.arguments import Arguments
from ._model.fields import Record
from ._model.plan import Key, Plan, differences
from ._service.client import Client
from ._service.connection import CONNECTION_SPEC, connect

Planner = Callable[[Mapping[str, Any], Client], Plan]

ROUNDS = 3  # plans at most, where others keep making the records that we are about to make


@dataclass(frozen=True)
class Task:
    """What a module is: its planner, its options beside the connection's, and the rules for their combinations."""

    planner: Planner
    spec: Mapping[str, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)
    purposes: Mapping[str, str] = field(default_factory=dict)  # what a state does, for errors: {"present": "to send"}
    locked: bool = False  # whether the plan itself is made under the account's lock, so that it is made once

    @property
    def argument_spec(self) -> dict[str, Any]:
        return {**CONNECTION_SPEC, **self.spec}


class Module(AnsibleModule):
    """An Ansible module that explains which of its arguments are wrong."""

    def __init__(self, task: Task) -> None:
        self._task = task
        # no_log keeps the values of all options out of the log of the system, because numbers, names and texts are
        # personal data. The names of the options are logged.
        super().__init__(task.argument_spec, supports_check_mode=True, no_log=True, **task.rules)
        self.no_log = False

    def fail_json(self, msg: str, **facts: Any) -> None:
        validation = getattr(self, "validation_result", None)
        if validation and validation.error_messages:
            error = rejected(self._task, self._name or "", self.params, validation.errors)
            msg, facts = str(error), error.report
        super().fail_json(msg, **facts)


def rejected(task: Task, module: str, given: Mapping[str, Any], errors: Iterable[Any]) -> InvalidInput:
    """The error for arguments that Ansible rejects. ``errors`` are those of Ansible's validation."""
    arguments = Arguments(given, task.argument_spec, f"ansible-doc {module}", task.purposes, os.environ)
    return InvalidInput(arguments.complaint([(type(error).__name__, error.msg) for error in errors]))


def run(task: Task) -> None:
    """A module's ``main``: options in, plan, apply unless in check mode, report."""
    module = Module(task)
    module.log(f"Invoked with {', '.join(sorted(name for name, value in module.params.items() if value is not None))}")
    try:
        result, warnings = execute(task, module.params, connect(module.params.get), module.check_mode, module._diff)
    except MissingLibrary as error:
        module.fail_json(msg=missing_required_lib(error.facts["library"]), exception=error.facts["trace"])
    except LinkEngageError as error:
        module.fail_json(msg=str(error), **error.report)
    for warning in warnings:
        module.warn(warning)
    module.exit_json(**result)


def execute(
    task: Task, params: Mapping[str, Any], client: Client, check_mode: bool, diff: bool
) -> tuple[dict[str, Any], list[str]]:
    """What a run of the module returns, and its warnings. Raises LinkEngageError."""
    with account_lock(client.account, client.waiting) if task.locked and not check_mode else nullcontext():
        plan, result = carry_out(task, params, client, check_mode)
    if diff and (plan.before or plan.after):
        result["diff"] = {"before": plan.before, "after": plan.after}
    return result, [*plan.warnings, *client.waiting.report(), *client.http.pace.report()]


def carry_out(task: Task, params: Mapping[str, Any], client: Client, check_mode: bool) -> tuple[Plan, dict[str, Any]]:
    """Plan and, unless in check mode, apply; the plan and the module's return values.

    Creates happen under the account's lock, and are planned again under it where another run has held it meanwhile:
    what that has made is taken over.
    """
    holder = None if check_mode or task.locked else last_holder(client.account)
    plan = task.planner(params, client)
    write_private(plan.reports)
    if plan.refusal:
        raise plan.refusal
    if check_mode:
        plan.warnings += plan.problems
        if plan.unknown:
            missing = "; ".join(plan.unknown)
            plan.warnings.append(f"{missing}. The task fails unless one before it makes what is missing.")
        return plan, _report(plan, bool(plan.changes or outdated(plan.files)), {})
    if plan.creates and not task.locked:
        with account_lock(client.account, client.waiting) as before:
            return _create(task.planner, params, client, plan if before and before == holder else None)
    _refuse_unknown(plan)
    made = plan.perform() if plan.perform else client.apply(plan.changes)
    written = write_private(plan.files)
    return plan, _report(plan, bool(plan.changes or written), made)


def _create(
    planner: Planner, params: Mapping[str, Any], client: Client, standing: Plan | None
) -> tuple[Plan, dict[str, Any]]:
    changed = False
    for _round in range(ROUNDS):
        plan, standing = standing or planner(params, client), None
        _refuse_unknown(plan)
        made = client.apply(plan.changes)
        changed = changed or bool(plan.changes)
        creates = [change for change in plan.changes if change.action == "create"]
        if not any(differences(change.record, made[change.key]) for change in creates):
            break
    return plan, _report(plan, changed, made)


def _report(plan: Plan, changed: bool, made: Mapping[Key, Record]) -> dict[str, Any]:
    return {"changed": changed if plan.changed is None else plan.changed, **plan.result(made)}


def _refuse_unknown(plan: Plan) -> None:
    if plan.unknown:
        raise UnknownRecord("; ".join(plan.unknown) + ". Nothing was written.", problems=plan.unknown)
