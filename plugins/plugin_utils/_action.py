# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Runs the modules of the collection inside the controller on a local connection, with one HTTP session for a loop.

It runs the same code as the module and returns the same result. The module runs as usual if the result could differ:
with another connection, another user, ``async``, an ``environment`` of the task, or a library that the controller does
not have. The variable ``linkengage_in_process: false`` turns this off.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils._errors import LinkEngageError, MissingLibrary, foreseen
from ..module_utils._machine.run import VARIABLE
from ..module_utils._module import Task, execute, failed, not_as_written, null_options, rejected
from ._plugin import decrypter, plain
from ._session import client_of, run_of_controller

COLLECTION = "community.linkengage"
MODULES = f"ansible_collections.{COLLECTION}.plugins.modules"


class ActionModule(ActionBase):
    """The action plugin of all modules. Each module has a file in ``plugins/action`` that imports this class.

    A redirect in ``meta/runtime.yml`` would need no files. But documentation tools treat such a redirect as a redirect
    of the module, and then do not find the options of the module.
    """

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        name = self._task.action.rpartition(".")[2]
        task: Task[Any, Any] = import_module(f"{MODULES}.{name}").TASK
        error = null_options(task, self._task.args)
        if error:
            return {**result, "failed": True, **failed(error)}
        if self._runs_here(task_vars):
            try:
                return {**result, **self._run_here(task)}
            except MissingLibrary:
                pass
        module = self._execute_module(
            module_name=f"{COLLECTION}.{name}", task_vars=task_vars, wrap_async=bool(self._task.async_val)
        )
        return {**result, **module}

    def _runs_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get("linkengage_in_process", True))
        return (
            boolean(wanted, strict=False)
            and self._connection.transport == "local"
            and not (self._connection.become or self._task.async_val)
            and not any(self._task.environment or ())
        )

    def _compute_environment_string(self, raw_environment_out: Any = None) -> str:
        """Pass the run to a module on this machine, so that the module stops when the run is over."""
        environment: str = super()._compute_environment_string(raw_environment_out)
        run = run_of_controller()
        if self._connection.transport != "local" or self._task.async_val or not run.controller:
            return environment
        return f"{self._connection._shell.env_prefix(**{VARIABLE: str(run)})} {environment}"

    def _run_here(self, task: Task[Any, Any]) -> dict[str, Any]:
        given = plain(self._task.args)
        validation = ArgumentSpecValidator(task.argument_spec, **task.rules).validate(given)
        secrets = validation._no_log_values
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
                client.decrypt = decrypter(self._loader)
            result, warnings = execute(task, params, client, self._task.check_mode, bool(self._task.diff))
        except MissingLibrary:
            raise
        except LinkEngageError as error:
            result, warnings = {"failed": True, **failed(error)}, error.warnings
        if warnings:
            result["warnings"] = warnings
        return dict(remove_values(result, secrets))
