# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example files run with the simulator.

The tests do not run the installation steps: ``before_script`` of GitLab CI, the step ``Install`` of GitHub Actions, and
the stage ``Install`` of the Jenkinsfile. These steps need a package registry, and the tests already have the libraries.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support
import yaml
from collections_tree import CHECKOUT

EXAMPLES = CHECKOUT / "examples"
# This file is used to build an image. It is not run.
BUILT = {"execution-environment.yml"}
# Each example runs in one format and with one version only. The stories of the modules cover the other combinations.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json-v2"]),
]

GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.example",
    "CI_PIPELINE_ID": "18234501",
    "CI_JOB_NAME": "report the success",
    "CI_JOB_ID": "991",
    "CI_PROJECT_NAME": "shop",
    "CI_COMMIT_SHORT_SHA": "1ecfd275",
}
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_REF_NAME": "main",
    "GITHUB_RUN_ID": "1658821493",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_JOB": "deploy",
}
JENKINS = {
    "JENKINS_URL": "https://jenkins.example/",
    "JOB_NAME": "shop/main",
    "BUILD_NUMBER": "42",
    "BUILD_TAG": "jenkins-shop-main-42",
}


Step = Callable[[str], bool]  # runs a command, and returns whether it succeeded
DEPLOY = 'echo "Here it is deployed"'


def load(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def gitlab_commands() -> list[str]:
    """Return the ``script`` of every job that sends a message."""
    jobs = [job for job in load("gitlab-ci.yml").values() if isinstance(job, dict) and job.get("extends") == ".sms"]
    return [line for job in jobs for line in job["script"]]


def github_commands() -> list[str]:
    """Return the ``run`` of every step except ``Install`` and ``Deploy``."""
    steps = load("github-actions.yml")["jobs"]["deploy"]["steps"]
    return [step["run"] for step in steps if step["name"] not in ("Install", "Deploy")]


def jenkins_commands() -> list[str]:
    """Return every ``sh`` in the section ``post``. The stages ``Install`` and ``Deploy`` are not in this section."""
    stages, post = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8").split("    post {")
    assert set(re.findall(r"stage\('(\w+)'\)", stages)) == {"Install", "Deploy"}
    return re.findall(r"sh '([^']+)'", post)


# What each CI system runs after the installation, according to its documentation. Only the features that the examples
# use are simulated.


def run_in_gitlab(run: Step) -> None:
    """Run stage by stage. A job runs if all earlier stages succeeded, or, with ``on_failure``, after a failure."""
    pipeline, succeeded = load("gitlab-ci.yml"), True
    jobs = {name: job for name, job in pipeline.items() if isinstance(job, dict) and not name.startswith(".")}
    for stage in pipeline["stages"]:
        before = succeeded
        for job in jobs.values():
            job = {**pipeline.get(job.get("extends"), {}), **job}
            if job["stage"] == stage and (job.get("when", "on_success") == "on_success") == before:
                succeeded = all(map(run, job["script"])) and succeeded


def run_in_github(run: Step) -> None:
    """Run step by step. A step runs if all earlier steps succeeded, unless its ``if`` asks for a failure."""
    outcomes: dict[str, str] = {}
    failed = False
    for step in load("github-actions.yml")["jobs"]["deploy"]["steps"]:
        if step["name"] == "Install":
            continue
        parts = step.get("if", "success()").split(" && ")
        asked = [part for part in parts if part not in ("failure()", "success()")]
        found = [re.fullmatch(r"steps\.(\w+)\.outcome == '(\w+)'", part) for part in asked]
        wanted = failed if "failure()" in parts else not failed
        if wanted and all(outcomes.get(part[1]) == part[2] for part in found):
            succeeded = run(step["run"])
            outcomes[step.get("id", "")] = "success" if succeeded else "failure"
            failed = failed or not succeeded


def run_in_jenkins(run: Step) -> None:
    """Run the stages, and then the sections of ``post`` in the order of Jenkins: ``failure`` before ``success``."""
    stages, post = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8").split("    post {")
    sections = dict(re.findall(r"(\w+) \{\s+sh '([^']+)'\s+\}", post))
    assert set(sections) == {"failure", "success"}
    succeeded = all(map(run, re.findall(r"sh '([^']+)'", stages.partition("stage('Deploy')")[2])))
    for section in ("failure", "success"):
        if succeeded == (section == "success"):
            succeeded = run(sections[section]) and succeeded


PIPELINES = {"gitlab": run_in_gitlab, "github": run_in_github, "jenkins": run_in_jenkins}
SYSTEMS = {
    "gitlab": (gitlab_commands, GITLAB, "shop 1ecfd275", "18234501", {"CI_JOB_ID": "992"}, {"CI_PIPELINE_ID": "7"}),
    "github": (
        github_commands,
        GITHUB,
        "acme/shop main",
        "1658821493",
        {"GITHUB_RUN_ATTEMPT": "2"},
        {"GITHUB_RUN_ID": "7"},
    ),
    "jenkins": (jenkins_commands, JENKINS, "shop/main", "shop/main 42", {}, {"BUILD_NUMBER": "7"}),
}


@pytest.fixture
def account(simulator) -> Any:
    """The simulator with people on call and people on the other levels of the escalation."""
    numbers = ["+4790555817", "+4741234567", "+4746000001", "+4746000002"]
    simulator.reset(
        contacts=[{"ContactId": id, "PhoneNumber": number} for id, number in enumerate(numbers, 1)],
        groups=[
            {"GroupId": 12, "Name": "On call", "members": [1, 2]},
            {"GroupId": 13, "Name": "Second line", "members": [3]},
            {"GroupId": 14, "Name": "Managers", "members": [4]},
        ],
    )
    return simulator


@pytest.fixture
def shell(warm, collections_path, tmp_path, connection_env) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``shell(command, runner="a", **env)``: run a command in the shell of a CI runner."""

    def run(command: str, runner: str = "a", **env: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / runner
        home.mkdir(exist_ok=True)
        base = {**support.ansible_environment(collections_path, home), "PATH": warm.path()}
        environment = {**base, **connection_env, **env}
        return support.run_command(["sh", "-e", "-c", command], home, environment)

    return run


@pytest.fixture
def playbook(warm, collections_path, tmp_path, connection_env) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``playbook(*arguments)``: run ansible-playbook in the folder of the examples."""
    environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env}
    return lambda *arguments: warm.run(arguments, EXAMPLES, environment)


def texts(account: Any) -> list[str]:
    return [entry["text"] for entry in account.deliveries()]


@pytest.mark.parametrize("system", SYSTEMS)
class TestThePipelines:
    def test_send_once_per_run(self, account, shell, system: str) -> None:
        commands_of, env, what, reference, again, other = SYSTEMS[system]
        done, failed = commands_of()
        first = shell(done, **env)
        assert first.returncode == 0, first.stdout
        assert "changed=1" in first.stdout
        assert texts(account) == [f"{what} is deployed ({reference})"] * 2

        account.clear_log()
        second = shell(done, **{**env, **again})
        assert second.returncode == 0, second.stdout
        assert "changed=0" in second.stdout
        thrown_away = shell(done, runner="b", **{**env, **again})
        assert thrown_away.returncode == 0, thrown_away.stdout
        assert account.log(writes_only=True) == []

        assert shell(failed, **env).returncode == 0
        assert texts(account)[2:] == [f"{what} was NOT deployed ({reference})"] * 2
        assert shell(done, runner="c", **{**env, **other}).returncode == 0
        assert len(texts(account)) == 6

    def test_a_failed_notification_is_not_reported_as_a_failed_deployment(self, account, shell, system: str) -> None:
        env = SYSTEMS[system][1]
        refused = {"match": {"method": "POST", "path": "^/messages$"}, "action": "status", "status": 400, "times": 1}
        account.faults([refused])
        statuses = []

        def run(command: str) -> bool:
            done = shell(command, **env)
            statuses.append(done.returncode)
            return done.returncode == 0

        PIPELINES[system](run)
        assert statuses == [0, 2]
        assert texts(account) == []

    @pytest.mark.parametrize("deployed", [True, False])
    @pytest.mark.parametrize("notified", [True, False])
    def test_report_what_happened_to_the_deployment(self, shell, tmp_path, system: str, deployed, notified) -> None:
        program = tmp_path / "ansible-playbook"
        program.write_text(
            f"#!/bin/sh\necho \"$LINKENGAGE_NOTIFY_TEXT\" >> '{tmp_path}/sent'\n{'true' if notified else 'false'}\n"
        )
        program.chmod(0o755)
        env = {**SYSTEMS[system][1], "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        commands = []

        def run(command: str) -> bool:
            commands.append(command)
            if command == DEPLOY:
                return deployed
            return shell(command, **env).returncode == 0

        PIPELINES[system](run)
        assert commands[0] == DEPLOY
        assert len(commands) == 2
        what = SYSTEMS[system][2]
        assert (tmp_path / "sent").read_text() == f"{what} {'is' if deployed else 'was NOT'} deployed\n"


class TestTheRotation:
    def who(self, account: Any) -> dict[str, list[str]]:
        state = account.state()
        numbers = {contact["ContactId"]: contact["PhoneNumber"] for contact in state["contacts"]}
        return {
            group["Name"]: [numbers[id] for id in group["members"]]
            for group in state["groups"]
            if "web" in group["Name"] or "database" in group["Name"]
        }

    def test_changes_the_person_every_week(self, account, playbook) -> None:
        arguments = ("-i", "on-call-rotation/inventory.yml", "on-call-rotation/rotate.yml")
        kari, ola, asa = "+4790555817", "+4741234567", "46701740605"
        weeks = [
            ("2026-11-23", True, ola, kari),
            ("2026-11-29", False, ola, kari),  # the Sunday of the same week
            ("2026-11-30", True, asa, ola),
            ("2026-12-28", True, kari, ola),
            ("2027-01-03", False, kari, ola),  # still the same week, although a new year has begun
            ("2027-01-04", True, ola, kari),
        ]
        for today, changed, web, database in weeks:
            account.clear_log()
            done = playbook(*arguments, "-e", f"today={today}")
            assert done.returncode == 0, done.stdout
            assert bool(account.log(writes_only=True)) is changed, today
            assert self.who(account) == {"On call web": [web], "On call database": [database]}, today

    def test_works_without_a_date(self, account, playbook) -> None:
        arguments = ("-i", "on-call-rotation/inventory.yml", "on-call-rotation/rotate.yml")
        predicted = playbook(*arguments, "--check")
        assert predicted.returncode == 0, predicted.stdout
        assert account.log(writes_only=True) == []
        for changed in ("changed=1", "changed=0"):
            done = playbook(*arguments)
            assert done.returncode == 0, done.stdout
            assert changed in done.stdout
        assert [len(numbers) for numbers in self.who(account).values()] == [1, 1]


class TestTheEscalation:
    INCIDENT = ("escalation.yml", "-e", '{"incident": "4711", "problem": "Disk full on web1"}')
    ACKNOWLEDGED = ("escalation.yml", "-e", '{"incident": "4711", "acknowledged": true}')

    def twice(self, account: Any, playbook: Any, arguments: tuple[str, ...]) -> None:
        predicted = playbook(*arguments, "--check")
        assert predicted.returncode == 0, predicted.stdout
        assert "changed=1" in predicted.stdout
        for changed in ("changed=1", "changed=0"):
            account.clear_log()
            done = playbook(*arguments)
            assert done.returncode == 0, done.stdout
            assert changed in done.stdout
        assert account.log(writes_only=True) == []

    def test_stops_after_an_acknowledgement(self, account, playbook) -> None:
        self.twice(account, playbook, self.INCIDENT)
        assert len(texts(account)) == 2
        self.twice(account, playbook, self.ACKNOWLEDGED)
        account.clock(7200)
        assert [entry["contact_id"] for entry in account.deliveries()] == [1, 2]

    def test_cancels_only_scheduled_messages(self, account, playbook) -> None:
        assert playbook(*self.INCIDENT).returncode == 0
        account.clock(2400)
        done = playbook(*self.ACKNOWLEDGED)
        assert done.returncode == 0, done.stdout
        account.clock(7200)
        assert [entry["contact_id"] for entry in account.deliveries()] == [1, 2, 3]

    def test_reaches_all_levels_without_an_acknowledgement(self, account, playbook) -> None:
        assert playbook(*self.INCIDENT).returncode == 0
        account.clock(3700)
        assert texts(account) == ["Disk full on web1 (incident 4711)"] * 4


def test_every_example_has_a_test(data_format, api_version) -> None:
    files = {str(path.relative_to(EXAMPLES)) for path in Path(EXAMPLES).rglob("*") if path.is_file()}
    files = {name for name in files if not name.startswith("awx/")}  # test_awx.py tests these files
    assert files - {"execution-environment.yml"} == {  # make build uses this file
        *("gitlab-ci.yml", "github-actions.yml", "Jenkinsfile", "escalation.yml"),
        *("on-call-rotation/inventory.yml", "on-call-rotation/rotate.yml"),
        # tests/unit/playbooks/test_sandbox.py tests these files.
        *("address-book/contacts.yml", "address-book/groups.yml"),
    }
