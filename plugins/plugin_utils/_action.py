# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Runs the collection's modules inside the controller on a local connection, with one HTTP session for a whole loop.

It runs the same code as the module and returns the same. Where that would not be so (another connection, another user,
``async``, an ``environment`` of the task's own, a library that the controller lacks), the module runs as usual.
``linkengage_in_process: false`` as a variable turns it off.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils._errors import LinkEngageError, MissingLibrary
from ..module_utils._machine.run import VARIABLE
from ..module_utils._module import Task, execute, rejected
from ._plugin import plain
from ._session import client_of, run_of_controller

COLLECTION = "community.linkengage"
MODULES = f"ansible_collections.{COLLECTION}.plugins.modules"


class ActionModule(ActionBase):
    """One for all modules of the collection; each has a file in ``plugins/action`` that leads here.

    A redirect in ``meta/runtime.yml`` would do without those files, but documentation tools take it for the module's
    own and then find none of its options.
    """

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        name = self._task.action.rpartition(".")[2]
        if self._runs_here(task_vars):
            try:
                return {**result, **self._run_here(import_module(f"{MODULES}.{name}").TASK)}
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
        """Tell a module on this machine which run it belongs to, so that it stops when the run is over."""
        environment: str = super()._compute_environment_string(raw_environment_out)
        run = run_of_controller()
        if self._connection.transport != "local" or self._task.async_val or not run.controller:
            return environment
        return f"{self._connection._shell.env_prefix(**{VARIABLE: str(run)})} {environment}"

    def _run_here(self, task: Task) -> dict[str, Any]:
        validation = ArgumentSpecValidator(task.argument_spec, **task.rules).validate(plain(self._task.args))
        secrets = validation._no_log_values
        if validation.error_messages:
            module = f"{COLLECTION}.{self._task.action.rpartition('.')[2]}"
            error = rejected(task, module, validation.validated_parameters, validation.errors)
            return dict(remove_values({"failed": True, "msg": str(error), **error.report}, secrets))
        params = validation.validated_parameters
        try:
            client = client_of(params.get)
            client.http.pace.renew()
            client.waiting.renew()
            result, warnings = execute(task, params, client, self._task.check_mode, bool(self._task.diff))
        except MissingLibrary:
            raise
        except LinkEngageError as error:
            result, warnings = {"failed": True, "msg": str(error), **error.report}, []
        if warnings:
            result["warnings"] = warnings
        return dict(remove_values(result, secrets))
