# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Modules: the only file that imports ``AnsibleModule``, and the only place that looks at check mode."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ansible.module_utils.basic import AnsibleModule

from ._errors import InvalidInput, LinkEngageError, MissingLibrary, Unforeseen, UnknownRecord, foreseen
from ._machine.files import outdated, write_private
from ._machine.locks import last_holder
from ._machine.postgres import passwords_of
from ._machine.run import ATTEMPT
from ._model.arguments import Arguments, by_variable, lost_values, not_texts, nulls, variables_of
from ._model.changes import Change
from ._model.halves import SHOWN_AS, has_half, without_halves
from ._model.listing import IN_FAILURE, first_of
from ._model.plan import Outcome, Plan, to_write
from ._model.readable import readable
from ._service.client import Client
from ._service.connection import CONNECTION_SPEC, connect

Options = TypeVar("Options")
OnePlan = TypeVar("OnePlan", bound=Plan)

GARBAGE = 100_000  # new objects before the garbage collector looks for unused ones
SHOWN = 20  # unknown records in a message
ROUNDS = 3  # maximum number of plans, if other runs create the same records


def no_options(_params: Mapping[str, Any]) -> None:
    """The options of a module that has only connection options."""


def never(_options: Any) -> bool:
    """The answer of a task that takes no lock in check mode."""
    return False


def as_read(options: Options, _client: Client) -> Options:
    """The options of a module that reads no files before it plans."""
    return options


def make_changes(plan: Plan, client: Client) -> Outcome:
    """Apply a plan: make its changes in their order."""
    return Outcome(plan.changes, client.apply(plan.changes))


def known_result(plan: Plan, _outcome: Outcome) -> dict[str, Any]:
    """Report the result of the plan."""
    return dict(plan.result)


@dataclass(frozen=True)
class Task(Generic[Options, OnePlan]):
    """The steps of a module: read the options, plan, apply the plan, and report.

    ``options`` is the only step that uses the parameters of the module; it returns an immutable value. ``prepare``
    reads files before the lock is taken, so that other runs do not wait. ``plan`` reads from the service and writes
    nothing. ``apply`` makes the changes of the plan, and ``report`` returns the return values.
    """

    options: Callable[[Mapping[str, Any]], Options]
    plan: Callable[[Any, Client], OnePlan]  # its argument is the result of prepare
    spec: Mapping[str, Any]  # the options without the connection options
    rules: Mapping[str, Any] = field(default_factory=dict)  # for the combinations of options
    apply: Callable[[OnePlan, Client], Outcome] = make_changes
    report: Callable[[OnePlan, Outcome], dict[str, Any]] = known_result
    prepare: Callable[[Options, Client], Any] = as_read
    purposes: Mapping[str, str] = field(default_factory=dict)  # what a state does, for errors: {"present": "to send"}
    returned: tuple[str, ...] = ()  # options that an earlier task returns, so that in check mode they can be null
    locked: bool = False  # whether the plan is made under the lock of the account, so that it is made only once
    locks_check_mode: Callable[[Any], bool] = never  # its argument is the result of prepare

    def chained(self, given: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
        """The arguments. In check mode, an earlier task returned null for a record that it did not create."""
        empty = [name for name in self.returned if check_mode and name in given and given[name] is None]
        return {**given, **dict.fromkeys(empty, "")}

    @property
    def argument_spec(self) -> dict[str, Any]:
        return {**CONNECTION_SPEC, **self.spec}


class Module(AnsibleModule):
    """An Ansible module that explains which of its arguments are wrong."""

    def __init__(self, task: Task[Any, Any]) -> None:
        self._task = task
        super().__init__(task.argument_spec, supports_check_mode=True, **task.rules)
        error = not_as_written(task, self.given) or null_options(task, task.chained(self.given, self.check_mode))
        if error:
            super().fail_json(msg=str(error), **error.report)

    def _load_params(self) -> None:
        super()._load_params()
        self.given = dict(self.params)  # before Ansible converts them

    def _log_invocation(self) -> None:
        """Write the names of the options to the system log, because their values are personal data."""
        given = sorted(name for name, value in self.params.items() if value is not None)
        self.log(f"Invoked with {', '.join(given)}")

    def fail_json(self, msg: str, **facts: Any) -> None:
        validation = getattr(self, "validation_result", None)
        if validation and validation.error_messages:
            error = rejected(self._task, self._name or "", self.params, validation.errors)
            msg, facts = str(error), error.report
        super().fail_json(msg, **facts)


def rejected(task: Task[Any, Any], module: str, given: Mapping[str, Any], errors: Iterable[Any]) -> InvalidInput:
    """The error for arguments that Ansible rejects. ``errors`` are those of Ansible's validation."""
    arguments = Arguments(given, task.argument_spec, f"ansible-doc {module}", task.purposes, os.environ)
    return InvalidInput(arguments.complaint([(type(error).__name__, error.msg) for error in errors]))


def not_as_written(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """The error for arguments that YAML changed, from those that are not yet converted."""
    return _listing(not_texts(given, task.argument_spec))


def lost_arguments(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """The error for arguments that would become other texts on their way to a module, such as dates."""
    return _listing(lost_values(given, task.argument_spec))


def null_options(task: Task[Any, Any], given: Mapping[str, Any]) -> InvalidInput | None:
    """The error for options that are null, which are neither a value nor omitted.

    One of the connection may be null, so that a variable can leave it to the environment.
    """
    return _listing(nulls(given, task.spec))


def _listing(sentences: Iterable[str]) -> InvalidInput | None:
    problems = list(sentences)
    return InvalidInput(" ".join(problems), problems=problems) if problems else None


def run(task: Task[Any, Any]) -> None:
    """The ``main`` of a module: read options, plan, apply unless in check mode, report."""
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
    if failure:  # here, because in ``except`` Ansible would add the texts of all exceptions to the error
        module.fail_json(**failure)
    module.exit_json(**result)


def execute(
    task: Task[Any, Any], params: Mapping[str, Any], client: Client, check_mode: bool, diff: bool
) -> tuple[dict[str, Any], list[str]]:
    """The result of a run and its warnings. Raises LinkEngageError, with the changes that were made before it."""
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
    """Let the garbage collector run rarely. Otherwise it takes half of the time to read a large YAML file."""
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, GARBAGE) if first else 0, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


def failed(error: LinkEngageError) -> dict[str, Any]:
    """The return values of a failed task."""
    trace = {"exception": error.trace} if isinstance(error, Unforeseen) else {}
    return {"msg": without_halves(str(error)), **without_halves(error.report), **trace}


def place_named(result: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """A result that names the variables that wrong values come from, instead of their options."""

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
    result = {"changed": changed, **task.report(plan, outcome)}
    if diff and outcome.done and (plan.before or plan.after):
        result["diff"] = {"before": readable(plan.before), "after": readable(plan.after)}
    return result, [*plan.warnings, *outcome.warnings, *client.warnings()]


def carry_out(
    task: Task[Any, OnePlan], options: Any, client: Client, check_mode: bool
) -> tuple[OnePlan, Outcome, list[str]]:
    """Plan and, unless in check mode, apply. Returns the plan, its outcome and the written files.

    Records are created under the lock of the account. If another run held the lock since the plan, the plan is made
    again under the lock, so that the records of the other run are used.
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
    """Apply a plan that creates records. Plan again if another run created a record with other fields."""
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
    missing = "; ".join(plan.unknown)
    return (
        [f"{missing}. Without check mode, the task fails unless an earlier task creates this record."]
        if missing
        else []
    )


def _refuse_unknown(plan: Plan) -> None:
    if plan.unknown:
        lines = first_of([f"{unknown}." for unknown in plan.unknown], SHOWN, IN_FAILURE)
        end = " Nothing was written." if len(lines) == 1 else "\nNothing was written."
        raise UnknownRecord("\n".join(lines) + end, problems=list(plan.unknown))
