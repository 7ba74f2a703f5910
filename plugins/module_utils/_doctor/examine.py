# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The steps of the module linkengage_doctor: read everything, check it, and write the report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._model.phone import Numbering
from .._model.plan import Plan
from .._service.client import Client
from .account import check_country, check_formats, check_prefix, check_resources, check_user
from .book import check_lists, check_names, check_numbers
from .findings import PROBLEM, WARNING, Finding
from .machine import check_store, versions
from .reaching import check_login, check_reach, check_throttle
from .recognised import recognised
from .report import as_json, as_markdown, as_table
from .survey import Survey, Surveyor

DOCTOR_SPEC: dict[str, Any] = {"dest": {"type": "path"}}
NAME = "linkengage-doctor"


@dataclass(frozen=True)
class DoctorOptions:
    """The folder of the report, or None."""

    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> DoctorOptions:
        return cls(params["dest"])


def examine(options: DoctorOptions, client: Client) -> Plan:
    """Read the account and the service, and report on them. A failed request is a finding."""
    survey = Surveyor(client).run()
    answers = recognised(survey)
    findings = [*_findings(survey, answers, client)]
    result = {
        "findings": [finding.as_dict() for finding in findings],
        "problem_count": sum(finding.status == PROBLEM for finding in findings),
        "warning_count": sum(finding.status == WARNING for finding in findings),
        "answers": {name: list(values) for name, values in answers.items()},
        "settings": _settings(survey, answers, client),
        "versions": versions(),
    }
    files = {}
    if options.dest:
        files = {
            os.path.join(options.dest, f"{NAME}.md"): as_markdown(result),
            os.path.join(options.dest, f"{NAME}.json"): as_json(result),
        }
    return Plan(files=files, result={**result, "table": as_table(result), "files": list(files)})


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
