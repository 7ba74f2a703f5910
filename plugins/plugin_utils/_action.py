# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Passes environment variables of the controller to the modules, and runs modules inside the controller if possible.

A module reads the environment of its host and of its user. With ``become`` or on another host, this is not the
environment of ansible-playbook. So this plugin turns the environment variables of the collection into options, for
every module.

On a local connection, the module runs inside the controller, with one HTTP session for all items of a loop. It runs the
same code and returns the same result. If the result could differ, Ansible runs the module as usual. This is the case
with another connection, another user, ``async``, an ``environment`` of the task, or a library that the controller does
not have. The variable ``linkengage_in_process: false`` makes Ansible always run the module as usual.
"""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils._errors import InvalidInput, LinkEngageError, MissingLibrary, TooOld, foreseen
from ..module_utils._machine.database_address import passwords_of
from ..module_utils._machine.run import ATTEMPT, VARIABLE
from ..module_utils._model.arguments import misspelt, variables_of, with_moments
from ..module_utils._module import (
    Task,
    execute,
    failed,
    lost_arguments,
    not_as_written,
    null_options,
    place_named,
    rejected,
)
from ..module_utils._service.guard import GUARD_SPEC, misnamed_limit
from ._plugin import decrypter, plain
from ._session import client_of, close_lines, run_of_controller
from ._versions import python_too_old

# ansible-playbook runs each task in a fork, and its many objects live until it ends. So the garbage collector must not
# search them: not in a fork, where that also copies their memory, and not at the end. The search would take a tenth of
# the time of a short run.
gc.freeze()

COLLECTION = "community.linkengage"
PREFIX = "LINKENGAGE_"
MODULES = f"ansible_collections.{COLLECTION}.plugins.modules"


class ActionModule(ActionBase):
    """The action plugin of all modules. For each module, a file in ``plugins/action`` imports this class.

    Redirects in ``meta/runtime.yml`` would need no such files. But documentation tools apply such a redirect to the
    module itself, and then do not find its options.
    """

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        name = self._task.action.rpartition(".")[2]
        task: Task[Any, Any] = import_module(f"{MODULES}.{name}").TASK
        arguments = task.chained(self._task.args, self._task.check_mode)
        environment = self._environment()
        error = self._misspelt_variables(task_vars) or null_options(task, arguments)
        if not error and GUARD_SPEC.keys() <= task.argument_spec.keys():
            error = misnamed_limit(environment, arguments)
        if error:
            return {**result, "failed": True, **failed(error)}
        variables = variables_of(arguments, task.argument_spec, environment)
        # The arguments of the task stay unchanged, because Ansible shows them to callback plugins.
        given = with_moments({**arguments, **{name: environment[variable] for name, variable in variables.items()}})
        error = lost_arguments(task, plain(given))
        outcome = {"failed": True, **failed(error)} if error else self._outcome(name, task, given, task_vars)
        named = place_named(outcome, variables)
        if named.get("msg") != outcome.get("msg"):
            # The exception has the message without the variables, and Ansible would show it.
            named.pop("exception", None)
        return {**result, **named}

    def _misspelt_variables(self, task_vars: Mapping[str, Any]) -> InvalidInput | None:
        """Return an error about variables that are probably misspelt variables of the task's role.

        Only roles of this collection are checked.
        """
        role = self._task._role
        collection, _dot, name = role.get_name().rpartition(".") if role else ("", "", "")
        if collection != COLLECTION:
            return None
        others = task_vars.keys() - role._role_vars.keys()  # without the variables that the role itself defines
        wrong = list(misspelt(others, f"{name}_", list(role.get_default_vars())))
        return InvalidInput(f"Role {name}: {' '.join(wrong)}", problems=wrong, misspelt=True) if wrong else None

    def _outcome(
        self, name: str, task: Task[Any, Any], given: dict[str, Any], task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        if self._runs_here(task_vars):
            try:
                return self._run_here(task, given)
            except MissingLibrary:
                pass
        shipped: dict[str, Any] = self._execute_module(
            module_name=f"{COLLECTION}.{name}",
            module_args=given,
            task_vars=task_vars,
            wrap_async=bool(self._task.async_val),
        )
        return self._explained(shipped)

    def _explained(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a module. If the Python of the host is too old for the module, return this reason."""
        interpreter = str(getattr(self, "_used_interpreter", "") or "").lstrip("#!").strip()
        if "failure" in result or not (result.get("failed") and interpreter):
            return result
        asked = self._low_level_execute_command(f"{interpreter} -c 'import sys; print(sys.version.split()[0])'")
        reason = python_too_old(str(asked.get("stdout") or ""), interpreter)
        return {"failed": True, **failed(TooOld(reason))} if reason else result

    def _environment(self) -> dict[str, Any]:
        """Return the environment variables of the collection. ``environment`` of the task overrides ansible-playbook's.

        A value of the task keeps its type, so that a number or a boolean is not mistaken for a text.
        """
        own: dict[str, Any] = {}
        super()._compute_environment_string(own)
        both = [*os.environ.items(), *((name, value) for name, value in own.items() if value is not None)]
        return {name: value for name, value in both if name.upper().startswith(PREFIX) and str(value).strip()}

    @property
    def _attempt(self) -> str:
        """An id that is the same in all attempts of a task, but differs between hosts and items.

        Ansible creates a new action plugin for each attempt, but keeps the object of the task.
        """
        if not hasattr(self._task, ATTEMPT):
            setattr(self._task, ATTEMPT, uuid.uuid4().hex)
        return str(getattr(self._task, ATTEMPT))

    def _runs_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get("linkengage_in_process", True))
        return (
            boolean(wanted, strict=False)
            and self._connection.transport == "local"
            and not (self._connection.become or self._task.async_val)
            and not any(self._task.environment or ())
        )

    def _compute_environment_string(self, raw_environment_out: Any = None) -> str:
        """Return the environment of a module for its command line, without the variables that have become options.

        A module on this machine also gets its run, so that it stops when the run is over.
        """
        own: dict[str, Any] = {}
        super()._compute_environment_string(own)
        kept = {name: value for name, value in own.items() if not name.startswith(PREFIX)}
        run = run_of_controller()
        if self._connection.transport == "local" and not self._task.async_val and run.controller:
            kept[VARIABLE] = str(run)
        kept[ATTEMPT] = self._attempt
        if isinstance(raw_environment_out, dict):
            raw_environment_out.update(kept)
        return str(self._connection._shell.env_prefix(**kept))

    def _run_here(self, task: Task[Any, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        given = plain(arguments)
        validation = ArgumentSpecValidator(task.argument_spec, **task.rules).validate(given)
        secrets = {*validation._no_log_values, *passwords_of(str(given.get("store") or ""))}
        error = not_as_written(task, given)
        if validation.error_messages:
            module = f"{COLLECTION}.{self._task.action.rpartition('.')[2]}"
            error = rejected(task, module, validation.validated_parameters, validation.errors)
        if error:
            return dict(remove_values({"failed": True, "msg": str(error), **error.report}, secrets))
        params = validation.validated_parameters
        try:
            with foreseen(lambda: "The options of the connection"):
                client = client_of(params.get)
                client.renew()
                client.attempt = self._attempt
                client.decrypt = decrypter(self._loader)
            result, warnings = execute(task, params, client, self._task.check_mode, bool(self._task.diff))
        except MissingLibrary:
            raise
        except LinkEngageError as error:
            result, warnings = {"failed": True, **failed(error)}, error.warnings
        finally:
            close_lines()
        if warnings:
            result["warnings"] = warnings
        return dict(remove_values(result, secrets))
