# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The steps of the module linkengage_doctor: read everything, check it, and write the report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import LinkEngageError
from .._machine.files import write_private
from .._model.changes import Delete
from .._model.phone import Numbering
from .._model.plan import Outcome, Plan
from .._service.client import Client
from .account import check_country, check_formats, check_prefix, check_resources, check_user
from .book import check_lists, check_names, check_numbers
from .findings import PROBLEM, WARNING, Finding, ok, problem
from .machine import check_store, versions
from .probe import BY_HAND, deletions, probe
from .probed import shown_by
from .reaching import check_login, check_reach, check_throttle
from .recognised import recognised
from .report import as_json, as_markdown, as_table
from .survey import Survey, Surveyor

DOCTOR_SPEC: dict[str, Any] = {
    "dest": {"type": "path"},
    "probe": {"type": "bool", "default": False},
    "clean": {"type": "bool", "default": False},
}
NAME = "linkengage-doctor"
PLANNED = "probe (planned)"


@dataclass(frozen=True)
class DoctorOptions:
    """The folder of the report, or None, and whether the probe runs and whether its leftovers are deleted."""

    dest: str | None
    probe: bool
    clean: bool

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> DoctorOptions:
        return cls(params["dest"], params["probe"], params["clean"])


@dataclass(frozen=True)
class DoctorPlan(Plan):
    """What reading showed. The changes delete what an earlier probe left behind."""

    options: DoctorOptions = DoctorOptions(None, False, False)
    survey: Survey | None = None


@dataclass(frozen=True)
class DoctorOutcome(Outcome):
    """The result after the probe."""

    result: Mapping[str, Any] = field(default_factory=dict)


def examine(options: DoctorOptions, client: Client) -> DoctorPlan:
    """Read the account and the service, and report on them. A failed request is a finding."""
    survey = Surveyor(client).run()
    answers = recognised(survey)
    findings = [*_findings(survey, answers, client)]
    changes: list[Delete] = []
    if options.clean and survey.logged_in:
        try:
            changes = deletions(client)
        except LinkEngageError as error:
            findings.append(problem("clean", f"Records of a probe cannot be searched ({error.kind}).", BY_HAND))
        else:
            findings.append(ok("clean", f"Records of an earlier probe to delete: {len(changes)}."))
    probes = options.probe and survey.logged_in
    if probes:
        findings.append(ok(PLANNED, "A private contact and a private group will be written and deleted."))
    result = _result(findings, answers, _settings(survey, answers, client), options)
    files = {} if probes else _files(result, options)
    changed = True if probes and options.dest else None  # the report is written after the probe
    return DoctorPlan(changes=changes, result=result, files=files, options=options, survey=survey, changed=changed)


def apply_doctor(plan: DoctorPlan, client: Client) -> Outcome:
    """Delete what an earlier probe left behind, and probe."""
    client.apply(plan.changes)
    if not (plan.options.probe and plan.survey and plan.survey.logged_in):
        return DoctorOutcome(done=plan.changes, result=plan.result)
    probed = probe(client)
    findings = [finding for finding in _findings_of(plan) if finding.check != PLANNED]
    answers = {**recognised(plan.survey), **shown_by(probed)}
    settings = plan.result["settings"]
    result = _result([*findings, *probed.findings], answers, settings, plan.options)
    write_private(_files(result, plan.options))
    return DoctorOutcome(done=plan.changes, result=result)


def report_doctor(plan: DoctorPlan, outcome: Outcome) -> dict[str, Any]:
    """The result; in check mode, without the probe."""
    return dict(outcome.result if isinstance(outcome, DoctorOutcome) else plan.result)


def _findings_of(plan: DoctorPlan) -> list[Finding]:
    return [Finding(**finding) for finding in plan.result["findings"]]


def _result(
    findings: Sequence[Finding],
    answers: Mapping[str, Sequence[str]],
    settings: Mapping[str, str],
    options: DoctorOptions,
) -> dict[str, Any]:
    result = {
        "findings": [finding.as_dict() for finding in findings],
        "problem_count": sum(finding.status == PROBLEM for finding in findings),
        "warning_count": sum(finding.status == WARNING for finding in findings),
        "answers": {name: list(values) for name, values in answers.items()},
        "settings": dict(settings),
        "versions": versions(),
    }
    return {**result, "table": as_table(result), "files": list(_files(result, options))}


def _files(result: Mapping[str, Any], options: DoctorOptions) -> dict[str, str]:
    if not options.dest:
        return {}
    return {
        os.path.join(options.dest, f"{NAME}.md"): as_markdown(result),
        os.path.join(options.dest, f"{NAME}.json"): as_json(result),
    }


def _findings(survey: Survey, answers: Mapping[str, tuple[str, ...]], client: Client) -> Iterator[Finding]:
    yield from check_reach(survey)
    yield from check_login(survey)
    if survey.logged_in:
        yield from check_user(survey)
        yield from check_resources(survey, answers["user"], answers["folders"])
        yield check_formats(survey)
        yield check_country(survey)
        yield from check_prefix(survey, answers["number_length"])
        yield from check_lists(survey)
        yield from _check_book(survey)
    yield check_throttle(client.refusals, len(survey.seen))
    yield check_store(client)


def _check_book(survey: Survey) -> Iterator[Finding]:
    code = survey.country_code
    if survey.contacts is not None and code:
        yield from check_numbers(survey, Numbering(lambda: code))
    if survey.contacts is not None and survey.groups is not None:
        yield from check_names(survey)


def _settings(survey: Survey, answers: Mapping[str, Sequence[str]], client: Client) -> dict[str, str]:
    """The options that this account needs, with their values."""
    found: dict[str, str] = {}
    if not survey.logged_in:
        return found
    if not survey.country_code:
        found["default_country_code"] = "the country code of your numbers, such as 47"
    elif answers["user"] != ("version_2",):
        found["default_country_code"] = survey.country_code
    if client.refusals:
        found["requests_per_minute"] = "the budget of the account"
    if client.wire.needs_root and answers["xml_dates"] == ("local",):
        found["data_format"] = "json"
    return found
