# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The result of the doctor as a table, as Markdown and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .._model.assumptions import TABLE
from .findings import PROBLEM, counted
from .unanswered import doubt, reason

Result = Mapping[str, Any]
NOTHING = "not shown"


def as_table(result: Result) -> list[str]:
    """Return lines for a terminal: findings, open questions that have no answer yet, and the options to set."""
    findings = result["findings"]
    width = max(len(finding["check"]) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding['status']:<8} {finding['check']:<{width}}  {finding['meaning']}")
        if finding["remedy"]:
            lines.append(f"{'':<8} {'':<{width}}  To do: {finding['remedy']}")
    if any(finding["check"] == "login" and finding["status"] == PROBLEM for finding in findings):
        return [
            *lines,
            summary(result),
            "The login failed, so the doctor did not check the account. Solve this problem, and run the doctor again.",
        ]
    return [*lines, *_open_questions(result["answers"]), summary(result), *_settings(result)]


def summary(result: Result) -> str:
    """Return the number of problems and the number of warnings, in words."""
    return f"{counted(result['problem_count'], 'problem')}, {counted(result['warning_count'], 'warning')}."


def _open_questions(answers: Mapping[str, Iterable[str]]) -> list[str]:
    """Return how many questions are answered. The other questions are listed with the reasons."""
    reasons: dict[str, list[str]] = {}
    for row in TABLE:
        shown, meaning = answer(row, answers)
        if shown == NOTHING:
            reasons.setdefault(meaning, []).append(row["name"])
    count = len(TABLE) - sum(map(len, reasons.values()))
    lines = [f"  {', '.join(names)}: {reason}" for reason, names in reasons.items()]
    return [f"The doctor has answered {count} of {len(TABLE)} open questions about the service.", *lines]


def _settings(result: Result) -> list[str]:
    if not result["settings"]:
        return ["You need not change any option for this account."]
    return ["Options to set for this account:", *(f"  {name}: {value}" for name, value in result["settings"].items())]


def as_json(result: Result) -> str:
    """Return the whole result as JSON."""
    return (
        json.dumps(
            {name: value for name, value in result.items() if name not in ("table", "files")}, indent=2, sort_keys=True
        )
        + "\n"
    )


def as_markdown(result: Result) -> str:
    """Return the report to attach to an issue, as Markdown."""
    findings = ([finding[name] for name in ("status", "check", "meaning", "remedy")] for finding in result["findings"])
    questions = ([row["question"], *answer(row, result["answers"])] for row in TABLE)
    return "\n".join(
        [
            "# Report of linkengage_doctor",
            "",
            "This report contains no names, no phone numbers and no secrets.",
            "",
            summary(result),
            "",
            *_table(["result", "check", "meaning", "what to do"], findings),
            "",
            "## Options to set for this account",
            "",
            *_table(["option", "value"], result["settings"].items()),
            "",
            "## Open questions about the service",
            "",
            *_table(["question", "answer", "meaning"], questions),
            "",
            "## Versions",
            "",
            *_table(["what", "version"], result["versions"].items()),
            "",
        ]
    )


def answer(row: Mapping[str, Any], answers: Mapping[str, Iterable[str]]) -> tuple[str, str]:
    """Return the answer that fits a row of the table of open questions, and what it means."""
    values = list(answers[row["name"]])
    meanings = [row["values"][value]["means"] for value in values if value in row["values"]]
    if not values:
        return NOTHING, reason(row["name"])
    return " or ".join(values), " ".join(filter(None, (" Or: ".join(meanings), doubt(row["name"], values))))


def _table(heads: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [_row(heads), _row(["---"] * len(heads)), *map(_row, lines)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
