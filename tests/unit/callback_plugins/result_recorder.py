# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the result of every task to a file, as one JSON object in each line, for the tests."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: result_recorder
type: notification
short_description: Write task results for the tests of this collection
description: Appends one JSON object for each task and host to the file that C(RESULT_RECORDER_FILE) names.
"""


class CallbackModule(CallbackBase):
    """Appends every result to the file that an environment variable names."""

    CALLBACK_VERSION = 2.0
    CALLBACK_NAME = "result_recorder"

    def _record(self, status: str, result: object) -> None:
        # The attributes without an underscore exist since ansible-core 2.19.
        task = getattr(result, "task", None) or result._task
        outcome = getattr(result, "result", None) or result._result
        line = {"task": task.get_name(), "status": status, "result": outcome}
        with open(os.environ["RESULT_RECORDER_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: object) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result: object, ignore_errors: bool = False) -> None:
        self._record("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: object) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result: object) -> None:
        self._record("unreachable", result)
