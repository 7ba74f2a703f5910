# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The steps of the module linkengage_doctor: read everything, check it, and write the report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any

from .._errors import LinkEngageError, NotFound
from .._machine.files import require_folder, write_private
from .._model.changes import Cancel, Change
from .._model.phone import Numbering
from .._model.plan import Outcome, Plan
from .._service.client import Client
from .._service.guard import GUARD_SPEC
from . import owned, sent
from .account import check_country, check_formats, check_prefix, check_resources, check_user
from .book import check_lists, check_names, check_numbers, with_lists
from .findings import PROBLEM, WARNING, Finding, ok, problem
from .left_behind import BY_HAND, TEXTS, Deletion, message_deletions, record_deletions
from .machine import check_store, versions
from .message import Receiver, receiver_of
from .probe import probe
from .probed import narrowed
from .reaching import check_login, check_reach, check_throttle
from .recognised import recognised
from .report import as_json, as_markdown, as_table
from .survey import Survey, Surveyor

DOCTOR_SPEC: dict[str, Any] = {
    "dest": {"type": "path"},
    "probe": {"type": "bool", "default": False},
    "clean": {"type": "bool", "default": False},
    "own_number": {"type": "raw"},
    "to": {"type": "raw"},
    "wait_timeout": {"type": "int", "default": 30},
    "owned_contact": {"type": "raw"},
    **GUARD_SPEC,
}
NAME = "linkengage-doctor"
FUTURE = " (planned)"  # is added to the name of a check that is left out in check mode
PLANNED = f"probe{FUTURE}"
TROUBLED = Receiver(reason="the doctor found problems", remedy="Solve the problems, and run the doctor again.")


@dataclass(frozen=True)
class DoctorOptions:
    """The options of the module.

    - ``dest`` is the folder of the report, or None.
    - ``probe`` is True if the probe runs.
    - ``clean`` is True if records that an earlier probe left behind are deleted.
    - ``own_number`` gets the message of the probe.
    - ``to`` gets one SMS. Its delivery is followed for ``wait_timeout`` seconds.
    - ``owned_contact`` is a contact that is written back unchanged.
    - The last two options limit the receivers.
    """

    dest: str | None = None
    probe: bool = False
    clean: bool = False
    own_number: Any = None
    to: Any = None
    wait_timeout: int = 30
    owned_contact: Any = None
    redirect_to: Any = None
    receiver_allowlist: Sequence[Any] | None = None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> DoctorOptions:
        return cls(**{option.name: params[option.name] for option in fields(cls)})

    @property
    def writes(self) -> bool:
        """Whether the module makes write requests. The report is then written after these requests."""
        return self.probe or self.to is not None or self.owned_contact is not None


@dataclass(frozen=True)
class DoctorPlan(Plan):
    """What reading showed. The changes of the plan delete records that an earlier probe left behind."""

    options: DoctorOptions = DoctorOptions()
    survey: Survey | None = None
    receiver: Receiver = field(default_factory=Receiver)
    phone: Receiver = field(default_factory=Receiver)  # the phone that gets the SMS of the option to


@dataclass(frozen=True)
class DoctorOutcome(Outcome):
    """The result after the probe."""

    result: Mapping[str, Any] = field(default_factory=dict)


def examine(options: DoctorOptions, client: Client) -> DoctorPlan:
    """Read the account and the service, and report on them. A failed request becomes a finding.

    Raises LinkEngageError before the first request if the report cannot be written.
    """
    if options.dest:
        require_folder(options.dest)
    survey = Surveyor(client).run()
    answers = recognised(survey)
    findings = [*_findings(survey, answers, client)]
    changes: list[Deletion] = []
    if options.clean and survey.logged_in:
        changes, cleaned = _cleaning(client)
        findings += cleaned
    asks = survey.logged_in and (options.writes or bool(changes))
    receiver, phone = Receiver(), Receiver()
    if asks and options.probe:
        receiver = _receiver(options, survey, client, "own_number")
        findings.append(ok(PLANNED, _planned(receiver)))
    if asks and options.owned_contact is not None:
        findings.append(_as_planned(owned.planned(client, options.owned_contact)))
    if asks and options.to is not None:
        phone = _phone(options, survey, client, findings)
        findings.append(_as_planned(sent.planned(phone)))
    result = _result(findings, answers, _settings(survey, answers, client), options)
    return DoctorPlan(
        changes=changes,
        result=result,
        files={} if asks else _files(result, options),
        options=options,
        survey=survey,
        receiver=receiver,
        phone=phone,
        # With a probe, the report is written only later. A sent SMS is a change that cannot be undone.
        changed=True if (asks and options.dest) or phone.number else None,
    )


def _receiver(options: DoctorOptions, survey: Survey, client: Client, option: str, folders: bool = True) -> Receiver:
    limits = (options.redirect_to, options.receiver_allowlist)
    return receiver_of(survey, option, getattr(options, option), *limits, client, folders)


def _phone(options: DoctorOptions, survey: Survey, client: Client, findings: Sequence[Finding]) -> Receiver:
    """Return the phone that gets the SMS of the option ``to``."""
    phone = _receiver(options, survey, client, "to", folders=False)
    return TROUBLED if _troubled(findings) else phone


def _as_planned(finding: Finding) -> Finding:
    return replace(finding, check=f"{finding.check}{FUTURE}")


def _planned(receiver: Receiver) -> str:
    records = "The probe will create and delete a private contact and a private group."
    if receiver.number:
        return f"{records} The probe will also schedule a message that is due in one year, and cancel this message."
    return f"{records} The probe will not schedule a message, because {receiver.reason}."


def _cleaning(client: Client) -> tuple[list[Deletion], list[Finding]]:
    """Return the changes that delete records that an earlier probe left behind, and the findings."""
    changes: list[Deletion] = []
    findings: list[Finding] = []
    searches = (("messages", partial(message_deletions, texts=TEXTS)), ("contacts and groups", record_deletions))
    for name, search in searches:
        try:
            changes += search(client)
        except NotFound:  # if the service has no folders, a probe writes no message
            continue
        except LinkEngageError as error:
            failed = (
                f"The doctor cannot look for {name} that an earlier probe has left behind, because a request failed "
                f"({error.kind})."
            )
            findings.append(problem("clean", failed, BY_HAND))
    return changes, [
        *findings,
        ok("clean", f"Number of records that an earlier probe has left behind: {len(changes)}."),
    ]


def apply_doctor(plan: DoctorPlan, client: Client) -> Outcome:
    """Delete records that an earlier probe left behind, and make the write requests of this run."""
    done, kept = _cleaned(plan, client)
    findings = [*(finding for finding in _findings_of(plan) if not finding.check.endswith(FUTURE)), *kept]
    options, survey = plan.options, plan.survey
    if survey is None or not survey.logged_in or not (options.writes or plan.changes):
        return DoctorOutcome(done=done, result=plan.result)
    answers = recognised(survey)
    if options.probe:
        probed = probe(client, plan.receiver)
        answers = narrowed(answers, probed)
        findings = [*(with_lists(finding, answers["list_limit"]) for finding in findings), *probed.findings]
    if options.owned_contact is not None:
        asked = owned.ask(client, options.owned_contact)
        findings += asked.findings
        answers.update(owned_records=(asked.answer,) if asked.answer else ())
    if options.to is not None:
        sending = _sent(plan, client, findings)
        findings += sending.findings
        answers.update(delete_sent=(sending.answer,) if sending.answer else ())
    result = _result(findings, answers, plan.result["settings"], options)
    write_private(_files(result, options))
    return DoctorOutcome(done=done, result=result)


def _cleaned(plan: DoctorPlan, client: Client) -> tuple[list[Change], list[Finding]]:
    """Delete records that an earlier probe left behind.

    Returns the changes that were made, and findings about records that the service refuses to delete.
    """
    client.require_known(plan.changes)
    done: list[Change] = []
    findings: list[Finding] = []
    for change in plan.changes:
        if isinstance(change, Cancel):
            refused = sent.clean(client, change)
            findings += refused
            if refused:
                continue
        else:
            client.make(change, {})
        done.append(change)
    return done, findings


def _sent(plan: DoctorPlan, client: Client, findings: Sequence[Finding]) -> sent.Sending:
    """Send the SMS, unless there are problems."""
    phone = TROUBLED if _troubled(findings) else plan.phone
    if not phone.number:
        return sent.Sending(findings=[sent.not_sent(phone)])
    return sent.send(client, phone, plan.options.wait_timeout)


def _troubled(findings: Sequence[Finding]) -> bool:
    return any(finding.status == PROBLEM for finding in findings)


def report_doctor(plan: DoctorPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the result. In check mode, the probe is left out."""
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
    """Return the options that this account needs, with their values."""
    found: dict[str, str] = {}
    if not survey.logged_in:
        return found
    if not survey.country_code:
        found["default_country_code"] = "the country code of your phone numbers, such as 47"
    elif answers["user"] != ("version_2",):
        found["default_country_code"] = survey.country_code
    if client.refusals:
        found["requests_per_minute"] = "the number of requests per minute that the service allows"
    if client.wire.needs_root and answers["xml_dates"] == ("local",):
        found["data_format"] = "json"
    return found
