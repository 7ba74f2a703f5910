# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The steps that all modules share.

Only this file imports ``AnsibleModule``, and only this file checks whether a run is in check mode.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ansible.module_utils.basic import AnsibleModule

from ._errors import InvalidInput, LinkEngageError, MissingLibrary, Unforeseen, UnknownRecord, foreseen
from ._machine.database_address import passwords_of
from ._machine.files import outdated, write_private
from ._machine.locks import last_holder
from ._machine.run import ATTEMPT
from ._model.arguments import Arguments, by_variable, lost_values, not_texts, nulls, variables_of
from ._model.changes import Change
from ._model.frozen import thawed
from ._model.halves import SHOWN_AS, has_half, without_halves
from ._model.listing import IN_FAILURE, first_of
from ._model.plan import Outcome, Plan, to_write
from ._service.client import Client
from ._service.connection import CONNECTION_SPEC, connect

Options = TypeVar("Options")
OnePlan = TypeVar("OnePlan", bound=Plan)

# Number of new objects after which the garbage collector looks for unused objects. A task makes nearly none in cycles.
GARBAGE = 1_000_000
SHOWN = 20  # number of unknown records that a message lists
ROUNDS = 3  # how often a plan is made at most, if other runs create the same records at the same time


def no_options(_params: Mapping[str, Any]) -> None:
    """The step ``options`` of a module that has no options besides those of the connection."""


def never(_options: Any) -> bool:
    """The value of ``locks_check_mode`` for a module that takes no lock in check mode."""
    return False


def as_read(options: Options, _client: Client) -> Options:
    """The step ``prepare`` of a module that reads no files before it plans."""
    return options


def make_changes(plan: Plan, client: Client) -> Outcome:
    """Apply a plan: make all of its changes, in the order of the plan."""
    return Outcome(plan.changes, client.apply(plan.changes))


def known_result(plan: Plan, _outcome: Outcome) -> dict[str, Any]:
    """The step ``report`` of a module whose return values are all known when the plan is made."""
    return dict(plan.result)


@dataclass(frozen=True)
class Task(Generic[Options, OnePlan]):
    """The steps of a module: read the options, plan, apply the plan, and report.

    - ``options`` is the only step that sees the parameters of the module. It returns an immutable value.
    - ``prepare`` reads files. It runs before the lock of the account is taken, so that other runs need not wait for it.
    - ``plan`` reads from the service and writes nothing.
    - ``apply`` makes the changes of the plan.
    - ``report`` returns the return values.
    """

    options: Callable[[Mapping[str, Any]], Options]
    plan: Callable[[Any, Client], OnePlan]  # its first argument is the result of prepare
    spec: Mapping[str, Any]  # the options of the module, without those of the connection
    rules: Mapping[str, Any] = field(default_factory=dict)  # for Ansible: which options require or exclude each other
    apply: Callable[[OnePlan, Client], Outcome] = make_changes
    report: Callable[[OnePlan, Outcome], dict[str, Any]] = known_result
    prepare: Callable[[Options, Client], Any] = as_read
    # What a value of state does, for error messages: {"present": "to send"}.
    purposes: Mapping[str, str] = field(default_factory=dict)
    returned: tuple[str, ...] = ()  # options whose value an earlier task returns; in check mode this value can be null
    # True: the lock of the account is taken before the plan is made, so that the plan is made only once
    locked: bool = False
    locks_check_mode: Callable[[Any], bool] = never  # its argument is the result of prepare

    def chained(self, given: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
        """Return the arguments. In check mode, null becomes an empty text for an option that an earlier task returns.

        The earlier task returns null in check mode, because it did not create the record.
        """
        empty = [name for name in self.returned if check_mode and name in given and given[name] is None]
        return {**given, **dict.fromkeys(empty, "")}

    @property
    def argument_spec(self) -> dict[str, Any]:
        return {**CONNECTION_SPEC, **self.spec}


class Module(AnsibleModule):
    """An AnsibleModule whose error says which argument is wrong and what to write instead."""

    def __init__(self, task: Task[Any, Any]) -> None:
        self._task = task
        super().__init__(task.argument_spec, supports_check_mode=True, **task.rules)
        error = not_as_written(task, self.given) or null_options(task, task.chained(self.given, self.check_mode))
        if error:
            super().fail_json(msg=str(error), **error.report)

    def _load_params(self) -> None:
        super()._load_params()
        self.given = dict(self.params)  # the arguments before Ansible converts them

    def _log_invocation(self) -> None:
        """Log only the names of the options, because their values are personal data."""
        given = sorted(name for name, value in self.params.items() if value is not None)
        self.log(f"Invoked with {', '.join(given)}")

    def fail_json(self, msg: str, **facts: Any) -> None:
        validation = getattr(self, "validation_result", None)
        if validation and validation.error_messages:
            error = rejected(self._task, self._name or "", self.params, validation.errors)
            msg, facts = str(error), error.report
        super().fail_json(msg, **facts)


def rejected(task: Task[Any, Any], module: str, given: Mapping[str, Any], errors: Iterable[Any]) -> InvalidInput:
    """Return the error for arguments that Ansible rejects. *errors* are the errors of Ansible's own validation."""
    arguments = Arguments(given, task.argument_spec, f"ansible-doc {module}", task.purposes, os.environ)
    return InvalidInput(arguments.complaint([(type(error).__name__, error.msg) for error in errors]))


def not_as_written(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """Return the error for arguments that YAML changed, such as NO, which becomes False.

    *given* is not yet converted.
    """
    return _listing(not_texts(given, task.argument_spec))


def lost_arguments(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """Return the error for arguments, such as dates, that Ansible would turn into text on the way to a module."""
    return _listing(lost_values(given, task.argument_spec))


def null_options(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """Return the error for options that are null: null is not a value, and the option is not omitted either.

    Options of the connection may be null. Then the environment variable of the option is used.
    """
    return _listing(nulls(given, task.spec))


def _listing(sentences: Iterable[str]) -> InvalidInput | None:
    problems = list(sentences)
    return InvalidInput(" ".join(problems), problems=problems) if problems else None


def run(task: Task[Any, Any]) -> None:
    """The ``main`` of a module: read the options, plan, apply the plan (except in check mode), and report."""
    module = Module(task)
    module.no_log_values.update(passwords_of(module.params["store"] or ""))
    variables = variables_of(module.given, task.argument_spec, os.environ)
    result: dict[str, Any] = {}
    warnings: list[str] = []
    failure: dict[str, Any] = {}
    try:
        with foreseen(lambda: "The options of the connection"):
            client = connect(module.params.get)
            client.attempt = os.environ.get(ATTEMPT, "")
        result, warnings = execute(task, module.params, client, module.check_mode, module._diff)
    except MissingLibrary as error:
        failure = {"msg": str(error), "exception": error.facts["trace"], **error.report}
    except LinkEngageError as error:
        failure, warnings = place_named(failed(error), variables), error.warnings
    for warning in warnings:
        module.warn(by_variable(warning, variables))
    if failure:  # not inside ``except``, because there Ansible adds the texts of all exceptions to the error
        module.fail_json(**failure)
    module.exit_json(**result)


def execute(
    task: Task[Any, Any], params: Mapping[str, Any], client: Client, check_mode: bool, diff: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return the result of a run and its warnings.

    Raises LinkEngageError, which lists the changes that were made before the error.
    """
    try:
        with rarely_collected(), foreseen(lambda: client.journal.last or "The options of the task"):
            result, warnings = _run(task, params, client, check_mode, diff)
            return _encodable(result, warnings)
    except LinkEngageError as error:
        error.made_before(client.journal.made, client.journal.count)
        error.warnings = client.warnings()
        raise


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Make the garbage collector run rarely.

    With its usual settings, it takes half of the time to read a large YAML file.
    """
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, GARBAGE) if first else 0, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


def failed(error: LinkEngageError) -> dict[str, Any]:
    """Return the return values of a failed task."""
    trace = {"exception": error.trace} if isinstance(error, Unforeseen) else {}
    return {"msg": without_halves(str(error)), **without_halves(error.report), **trace}


def place_named(result: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return a result whose messages name environment variables.

    If a wrong value comes from an environment variable, the message names this variable instead of the option.
    """

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(item) for item in value]
        return by_variable(value, variables) if isinstance(value, str) else value

    texts: dict[str, Any] = {name: named(value) for name, value in result.items() if name in ("msg", "warnings")}
    failure = result.get("failure")
    if isinstance(failure, dict) and "problems" in failure:
        texts["failure"] = {**failure, "problems": named(failure["problems"])}
    return {**result, **texts} if variables else result


def _encodable(result: dict[str, Any], warnings: list[str]) -> tuple[dict[str, Any], list[str]]:
    if not has_half(result):
        return result, warnings
    return without_halves(result), [*warnings, SHOWN_AS]


def _run(
    task: Task[Any, Any], params: Mapping[str, Any], client: Client, check_mode: bool, diff: bool
) -> tuple[dict[str, Any], list[str]]:
    options = task.prepare(task.options(params), client)
    locked = task.locked and (not check_mode or task.locks_check_mode(options))
    with client.lock() if locked else nullcontext():
        plan, outcome, written = carry_out(task, options, client, check_mode)
    changed = bool(outcome.done or written) if plan.changed is None else plan.changed
    result: dict[str, Any] = thawed({"changed": changed, **task.report(plan, outcome)})
    if diff and outcome.done and (plan.before or plan.after):
        from ._model.readable import readable  # imported here, because most runs show no diff

        result["diff"] = {"before": readable(plan.before), "after": readable(plan.after)}
    return result, [*plan.warnings, *outcome.warnings, *client.warnings()]


def carry_out(
    task: Task[Any, OnePlan], options: Any, client: Client, check_mode: bool
) -> tuple[OnePlan, Outcome, list[str]]:
    """Make a plan and apply it, except in check mode. Returns the plan, its outcome and the written files.

    Records are created only under the lock of the account. If another run held this lock after the plan was made, the
    plan is made again under the lock. The new plan then uses the records that the other run created.
    """
    holder = None if check_mode or task.locked else last_holder(client.account)
    plan = task.plan(options, client)
    write_private(plan.reports)
    if plan.refusal:
        raise plan.refusal
    if check_mode:
        return plan, Outcome(plan.changes, warnings=[*plan.problems, *_missing(plan)]), outdated(plan.files)
    if plan.creates and not task.locked:
        with client.lock() as before:
            plan, outcome = _create(task, options, client, plan if before and before == holder else None)
    else:
        _refuse_unknown(plan)
        outcome = task.apply(plan, client)
    return plan, outcome, write_private(plan.files)


def _create(
    task: Task[Any, OnePlan], options: Any, client: Client, standing: OnePlan | None
) -> tuple[OnePlan, Outcome]:
    """Apply a plan that creates records.

    If another run created such a record with other fields, plan and apply again.
    """
    done: list[Change] = []
    for _round in range(ROUNDS):
        plan, standing = standing or task.plan(options, client), None
        _refuse_unknown(plan)
        outcome = task.apply(plan, client)
        done += outcome.done
        if not any(to_write(change.record, outcome.made[change.id]) for change in plan.creates):
            break
    return plan, replace(outcome, done=done)


def _missing(plan: Plan) -> list[str]:
    if not plan.unknown:
        return []
    end = f"In a run without check mode, this task fails if no earlier task {plan.awaited}."
    return [f"{'; '.join(plan.unknown)}. {end}"]


def _refuse_unknown(plan: Plan) -> None:
    if plan.unknown:
        lines = first_of([f"{unknown}." for unknown in plan.unknown], SHOWN, IN_FAILURE)
        between = " " if len(lines) == 1 else "\n"
        message = f"{between.join(lines)}{between}Nothing was written. {plan.remedy}".rstrip()
        raise UnknownRecord(message, problems=list(plan.unknown))
