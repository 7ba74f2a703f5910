# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook and the role notify: which messages the phones receive. Each message arrives once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import support

pytestmark = pytest.mark.slow

KARI, OLA = "4790555817", "4741234567"
GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.example",
    "CI_PIPELINE_ID": "1001",
    "CI_JOB_NAME": "deploy: [eu, 1/2]",
    "CI_JOB_ID": "5",
}
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "1001",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_JOB": "deploy",
}
JENKINS = {
    "BUILD_TAG": "jenkins-shop-main-1001",
    "JENKINS_URL": "https://jenkins.example/",
    "JOB_NAME": "shop/main",
    "BUILD_NUMBER": "1001",
}
TO_KARI = {"LINKENGAGE_NOTIFY_NUMBERS": "+4790555817"}
INCLUDED = """\
    - ansible.builtin.include_role:
        name: community.linkengage.notify
      vars:
        notify_text: Deploy done
        notify_numbers: ["+4790555817"]
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def account(simulator) -> Any:
    simulator.reset(
        contacts=[{"ContactId": 1, "PhoneNumber": KARI}, {"ContactId": 2, "PhoneNumber": OLA}],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1]}, {"GroupId": 13, "Name": "A, B", "members": [2]}],
    )
    return simulator


@pytest.fixture
def notify(warm, collections_path, tmp_path, connection_env) -> Run:
    """``notify(*arguments, **env)``: run the playbook of the collection."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env, **env}
        return warm.run(["community.linkengage.notify", *arguments], tmp_path, environment)

    return run


@pytest.fixture
def role(run_playbook, connection_env) -> Callable[..., support.PlaybookRun]:
    """``role(variables, *arguments, env={})``: run a play with the role. *variables* is YAML."""

    def run(variables: str, *arguments: str, env: dict[str, str] | None = None) -> support.PlaybookRun:
        lines = "".join(f"      {line}\n" for line in variables.splitlines())
        text = (
            "- hosts: all\n  gather_facts: false\n  roles:\n    - role: community.linkengage.notify\n"
            f"{lines}  tasks:\n    - name: Show\n      ansible.builtin.debug:\n        var: notify_result\n"
        )
        hosts = ("-i", "localhost,", "-c", "local") if "-i" not in arguments else ()
        return run_playbook(text, *hosts, *arguments, env={**connection_env, **(env or {})})

    return run


def sent(account: Any) -> list[tuple[str, str]]:
    return [(entry["phone"], entry["text"]) for entry in account.deliveries()]


class TestThePlaybook:
    @support.in_xml
    def test_sends_the_message_of_the_command_line(self, account, notify) -> None:
        arguments = ("-e", "text=Deploy done", "-e", '{"groups": ["On call"]}')
        predicted = notify(*arguments, "--check", **GITLAB)
        assert predicted.returncode == 0, predicted.stdout
        assert "not_sent: no message" in predicted.stdout
        assert "changed=1" in predicted.stdout
        assert account.log(writes_only=True) == []

        first = notify(*arguments, **GITLAB)
        assert first.returncode == 0, first.stdout
        assert "sent: " in first.stdout
        assert sent(account) == [(KARI, "Deploy done (1001)")]

        account.clear_log()
        second = notify(*arguments, **GITLAB)
        assert second.returncode == 0, second.stdout
        assert "already_sent: " in second.stdout
        assert "changed=0" in second.stdout
        assert account.log(writes_only=True) == []

    @support.in_json
    @pytest.mark.parametrize(
        ("arguments", "receivers"),
        [
            (["to=+47 905 55 817,, +4741234567 ,"], [KARI, OLA]),
            (['{"to": ["+4790555817"]}'], [KARI]),
            (["contacts=90555817"], [KARI]),
            (['{"contacts": [{"contact_id": 2}]}'], [OLA]),
            (["groups=A, B"], [OLA]),
            (['{"groups": ["On call", {"group_id": 13}]}', "to=+4746000001"], [KARI, OLA, "4746000001"]),
            (['{"notify_numbers": ["+4790555817"]}'], [KARI]),
            (["notify_numbers=+4790555817"], [KARI]),
        ],
    )
    def test_accepts_receivers_in_every_form(self, account, notify, arguments: list[str], receivers: list[str]) -> None:
        done = notify("-e", "text=Deploy done", *(part for text in arguments for part in ("-e", text)))
        assert done.returncode == 0, done.stdout
        assert sorted(sent(account)) == sorted((receiver, "Deploy done") for receiver in receivers)

    @support.in_json
    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            ([], "Set the text and the receivers: -e text='Deploy done'"),
            (["text=Deploy done"], "Set the text and the receivers: -e text='Deploy done'"),
            (["to=+4790555817"], "Set the text and the receivers: -e text='Deploy done'"),
            (["text=Deploy rc=0", "to=+4790555817"], "can be read in several ways"),
            (["text=Deploy done", '{"to": 4790555817}'], "quote it"),
            (["text=Deploy done", "groups=Nobody"], "group 'Nobody'"),
            (["text={{ 1 + 1 }}", "to=+4790555817"], "template"),
        ],
    )
    def test_rejects_missing_and_unclear_options(self, account, notify, arguments: list[str], reason: str) -> None:
        done = notify(*(part for text in arguments for part in ("-e", text)))
        assert done.returncode == 2, done.stdout
        assert reason in done.stdout
        assert account.log(writes_only=True) == []

    @support.in_json
    def test_fails_unless_notify_fail_is_false(self, account, notify) -> None:
        arguments = ("-e", "text=Deploy done", "-e", "to=+4790555817")
        done = notify(*arguments, LINKENGAGE_PASSWORD="a wrong one")
        assert done.returncode == 2
        assert "the service answered 406" in done.stdout
        done = notify(*arguments, "-e", "notify_fail=false", LINKENGAGE_PASSWORD="a wrong one")
        assert done.returncode == 0, done.stdout
        assert "The message failed, and notify_fail is false: " in done.stdout
        assert "failed: no message" in done.stdout
        assert "a wrong one" not in done.stdout


@support.in_json
class TestTheRun:
    """Which sends count as the same message, in each CI system."""

    TEXT = 'notify_text: Deploy done\nnotify_numbers: ["+4790555817"]'

    @pytest.mark.parametrize(
        ("env", "extra", "again", "other", "reference"),
        [
            (GITLAB, (), {"CI_JOB_ID": "6"}, {"CI_PIPELINE_ID": "1002"}, "1001"),
            (GITHUB, (), {"GITHUB_RUN_ATTEMPT": "2"}, {"GITHUB_RUN_ID": "1002"}, "1001"),
            (JENKINS, (), {}, {"BUILD_NUMBER": "1002"}, "shop/main 1001"),
        ],
        ids=["gitlab", "github", "jenkins"],
    )
    def test_sends_once(self, account, role, tmp_path, env, extra, again, other, reference) -> None:
        assert role(self.TEXT, *extra, env=env).rc == 0
        assert sent(account) == [(KARI, f"Deploy done ({reference})")]
        account.clear_log()
        second = role(self.TEXT, *extra, env={**env, **again})
        assert second.changed == []
        store = {"LINKENGAGE_STORE": str(tmp_path / "of another runner")}
        assert role(self.TEXT, *extra, env={**env, **again, **store}).changed == []
        assert account.log(writes_only=True) == []
        third = role(self.TEXT, *extra, env={**env, **other, "LINKENGAGE_STORE": str(tmp_path / "third")})
        assert third.rc == 0, third.stdout
        assert len(sent(account)) == 2

    def test_a_store_that_cannot_be_used_does_not_stop_the_message(self, account, role, tmp_path) -> None:
        """For example, HOME is / and the root file system is read-only. If the user has set the key, it is an
        error.
        """
        (tmp_path / "file").touch()
        env = {**GITLAB, "LINKENGAGE_STORE": str(tmp_path / "file"), "TMPDIR": str(tmp_path)}
        for _attempt in range(2):
            done = role(self.TEXT, env=env)
            assert done.rc == 0, done.stdout
            assert len(sent(account)) == 1
        own = role(f"{self.TEXT}\nnotify_idempotency_key: mine", env=env)
        assert own.rc != 0
        (reason,) = [entry["result"]["msg"] for entry in own.results if entry["status"] == "failed"]
        assert reason.startswith("LINKENGAGE_STORE: the folder")
        assert len(sent(account)) == 1

    @pytest.mark.parametrize("variable", ["awx_job_id", "tower_job_id"])
    def test_a_job_of_awx_is_a_run(self, account, role, variable: str) -> None:
        for job, count in ((7, 1), (7, 1)):
            done = role(self.TEXT, "-e", f'{{"{variable}": {job}}}', env=GITLAB)
            assert done.rc == 0, done.stdout
            assert len(sent(account)) == count
            assert done.result("Show")["notify_result"]["idempotency_key"].startswith(f"awx:{job}:")

    @pytest.mark.parametrize("env", [GITLAB, GITHUB], ids=["gitlab", "github"])
    def test_an_attempt_is_a_run_with_notify_per_attempt(self, account, role, env: dict[str, str]) -> None:
        text = f"{self.TEXT}\nnotify_per_attempt: true"
        for attempt, count in (("1", 1), ("1", 1), ("2", 2)):
            assert role(text, env={**env, "CI_JOB_ID": attempt, "GITHUB_RUN_ATTEMPT": attempt}).rc == 0
            assert len(sent(account)) == count
        assert [text for _phone, text in sent(account)] == ["Deploy done (1001-1)", "Deploy done (1001-2)"]

    def test_other_texts_receivers_or_names_are_other_messages(self, account, run_playbook, connection_env) -> None:
        variations = """
- {notify_text: Deploy done, notify_numbers: ["+4790555817"]}
- {notify_text: Deploy begun, notify_numbers: ["+4790555817"]}
- {notify_text: Deploy done, notify_numbers: ["+4741234567"]}
- {notify_text: Deploy done, notify_numbers: ["+4790555817"], notify_name: second}
"""
        includes = "".join(
            "    - ansible.builtin.include_role: {name: community.linkengage.notify}\n      vars: " + line[2:] + "\n"
            for line in variations.split("\n")
            if line
        )
        playbook = f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{includes}"
        for _time in range(2):
            done = run_playbook(playbook, env={**connection_env, **GITLAB})
            assert done.rc == 0, done.stdout
            assert len(sent(account)) == 4

    def test_another_text_with_the_same_name_is_an_error(self, account, role) -> None:
        name = "\nnotify_name: done"
        assert role(self.TEXT + name, env=GITLAB).rc == 0
        other = role(self.TEXT.replace("done", "begun") + name, env=GITLAB)
        assert other.rc == 2
        assert "Use a new key for a new message" in other.stdout
        assert len(sent(account)) == 1

    def test_every_run_sends_once_without_a_ci_system(self, account, role, tmp_path) -> None:
        """This applies even with a new store, which does not know the message of the previous run.

        The run has no id.
        """
        keys = set()
        for count, env in enumerate(({}, {**GITLAB, "CI_PIPELINE_ID": ""}), 1):
            done = role(self.TEXT, env={**env, "LINKENGAGE_STORE": str(tmp_path / f"store {count}")})
            assert sent(account) == [(KARI, "Deploy done")] * count
            keys.add(done.result("Show")["notify_result"]["idempotency_key"])
        assert len(keys) == 2
        assert all(key.startswith("ansible:") for key in keys)

    @pytest.mark.parametrize("batches", ["serial: 1", "strategy: free", "strategy: host_pinned"])
    def test_all_batches_and_hosts_of_a_run_send_once(self, account, run_playbook, connection_env, batches) -> None:
        playbook = f"- hosts: all\n  gather_facts: false\n  {batches}\n  tasks:\n" + INCLUDED
        done = run_playbook(playbook * 2, "-i", "a,b,c", "-c", "local", env=connection_env)
        assert done.rc == 0, done.stdout
        assert sent(account) == [(KARI, "Deploy done")]

    def test_a_key_and_a_reference_can_be_set(self, account, role) -> None:
        key = f"{self.TEXT}\nnotify_idempotency_key: release-1.2"
        for pipeline in ("1001", "1002"):
            done = role(key, env={**GITLAB, "CI_PIPELINE_ID": pipeline})
            assert done.rc == 0, done.stdout
        assert sent(account) == [(KARI, "Deploy done")]
        assert role(f'{self.TEXT}\nnotify_reference: ""', env=GITHUB).rc == 0
        assert role(f"{self.TEXT}\nnotify_reference: release 1.2", env=JENKINS).rc == 0
        assert role(self.TEXT.replace("done", "1001 done"), env=GITLAB).rc == 0
        assert [text for _phone, text in sent(account)][1:] == [
            *("Deploy done", "Deploy done (release 1.2)", "Deploy 1001 done (1001)")
        ]


@support.in_json
class TestTheEnvironment:
    """The text and the receivers are in environment variables, as in the examples for pipelines."""

    @pytest.mark.parametrize(
        "text",
        [
            'It\'s "quoted" at 5" in C:\\temp \\u00e5 \\n {{ 1 + 1 }} {% raw %} {# no #} a=b #jinja2: x',
            "[1, 2]",
            '{"a": 1}',
            "True",
        ],
    )
    def test_the_text_is_sent_as_it_is(self, account, notify, text: str) -> None:
        done = notify(**TO_KARI, LINKENGAGE_NOTIFY_TEXT=text)
        assert done.returncode == 0, done.stdout
        assert sent(account) == [(KARI, text)]
        again = notify(**TO_KARI, **GITLAB, LINKENGAGE_NOTIFY_TEXT=text)
        assert again.returncode == 0, again.stdout
        assert sent(account)[1:] == [(KARI, f"{text} (1001)")]

    def test_receivers_are_lists_and_empty_variables_are_not_set(self, account, role, notify) -> None:
        env = {
            "LINKENGAGE_NOTIFY_TEXT": "Deploy done",
            "LINKENGAGE_NOTIFY_NUMBERS": "",
            "LINKENGAGE_NOTIFY_CONTACTS": " +4741234567 ,",
            "LINKENGAGE_NOTIFY_GROUPS": "On call,, ,",
            "LINKENGAGE_NOTIFY_SENDER": "",
            "LINKENGAGE_NOTIFY_NAME": " ",
        }
        assert role("notify_fail: true", env=env).rc == 0
        assert notify(**env).returncode == 0
        assert sorted(sent(account)) == [*[(OLA, "Deploy done")] * 2, *[(KARI, "Deploy done")] * 2]

    def test_variables_and_arguments_take_precedence(self, account, role, notify) -> None:
        env = {"LINKENGAGE_NOTIFY_TEXT": "Of the environment", "LINKENGAGE_NOTIFY_NUMBERS": "+4741234567"}
        assert role('notify_text: Of the play\nnotify_numbers: ["+4790555817"]', env=env).rc == 0
        assert notify("-e", "text=Of the command", "-e", "to=+4790555817", **env).returncode == 0
        assert sent(account) == [(KARI, "Of the play"), (KARI, "Of the command")]

    @pytest.mark.parametrize(
        ("env", "reason"),
        [
            ({"LINKENGAGE_NOTIFY_NUMBERS": "+4790555817"}, "Set notify_text or the environment variable"),
            ({"LINKENGAGE_NOTIFY_TEXT": "Deploy done"}, "there are no receivers. Set one of them"),
            ({"LINKENGAGE_NOTIFY_TEXT": "Deploy done", "LINKENGAGE_NOTIFY_NUMBERS": "12"}, "is not a phone number"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, account, role, env: dict[str, str], reason: str) -> None:
        done = role("notify_wait: false", env=env)
        assert done.rc == 2
        (failed,) = [entry["result"]["msg"] for entry in done.results if entry["status"] == "failed"]
        assert reason in failed
        assert account.log(writes_only=True) == []

    @pytest.mark.parametrize("limit", [("-i", "web,", "--limit", "web"), ("--limit", "web")])
    def test_a_limit_without_localhost_is_an_error(self, account, notify, limit: tuple[str, ...]) -> None:
        done = notify(*limit, **TO_KARI, LINKENGAGE_NOTIFY_TEXT="Deploy done")
        assert done.returncode != 0
        assert "--limit web leaves out localhost" in done.stdout
        assert account.log() == []


class TestTheFact:
    @support.in_json
    def test_contains_the_result(self, account, role) -> None:
        text = 'notify_text: Deploy done\nnotify_groups: [On call, "A, B"]'
        expected = {
            "failed": False,
            "outcome": "sent",
            "message_id": "O_5001",
            "status": "Sent",
            "segments": 1,
            "total_segments": 2,
            "msg": "",
        }
        runs = [("not_sent", True, ["--check"]), ("sent", True, []), ("already_sent", False, [])]
        for outcome, changed, arguments in runs:
            done = role(text, *arguments, env=GITHUB)
            assert done.rc == 0, done.stdout
            assert ("Send the message" in " ".join(done.changed)) is changed
            fact = done.result("Show")["notify_result"]
            assert fact.pop("idempotency_key").startswith("github:https://github.example:acme/shop:deploy:1001:")
            unsent = {"message_id": "", "status": ""} if outcome == "not_sent" else {}
            assert fact == {**expected, "outcome": outcome, **unsent}

    @support.in_json
    def test_is_set_in_a_rescue_and_on_every_host(self, account, run_playbook, connection_env) -> None:
        playbook = """
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - ansible.builtin.include_role:
            name: community.linkengage.notify
          vars:
            notify_text: Deploy done
            notify_groups: [Nobody]
      rescue:
        - name: Show
          ansible.builtin.debug:
            msg: "{{ notify_result }}"
          when: inventory_hostname == 'b'
"""
        done = run_playbook(playbook, "-i", "a,b", "-c", "local", env=connection_env)
        assert done.rc == 0, done.stdout
        ran = [entry for entry in done.results if (entry["task"], entry["status"]) == ("Show", "ok")]
        (shown,) = [entry["result"]["msg"] for entry in ran]
        assert (shown["failed"], shown["outcome"]) == (True, "failed")
        assert "Nobody" in shown["msg"]
        assert sent(account) == []

    @support.in_json
    def test_reports_an_unknown_outcome(self, account, role) -> None:
        account.faults([{"match": {"method": "POST", "path": "^/messages$"}, "action": "drop_before", "times": 1}])
        text = "notify_text: Deploy done\nnotify_groups: [On call]\nnotify_fail: false"
        done = role(text, env=GITLAB)
        assert done.rc == 0, done.stdout
        assert done.result("Show")["notify_result"]["outcome"] == "unknown"

    @support.in_json
    @pytest.mark.parametrize(("status", "rc"), [("Delivered", 0), ("Failed", 2)])
    def test_waits_for_the_delivery(self, account, role, status: str, rc: int) -> None:
        text = "notify_text: Deploy done\nnotify_groups: [On call]"
        assert role(text, env=GITLAB).rc == 0
        account.delivery_status("O_5001", status)
        waiting = f"{text}\nnotify_wait: true\nnotify_wait_timeout: 5\nnotify_require_delivery: true"
        done = role(waiting, env=GITLAB)
        assert done.rc == rc, done.stdout
        assert len(sent(account)) == 1
        if rc:
            assert "require_delivery: message O_5001 was sent" in done.stdout

    @support.in_json
    def test_one_message_for_all_hosts(self, account, role) -> None:
        done = role("notify_text: Deploy done\nnotify_groups: [On call]", "-i", "a,b,c", "-c", "local")
        assert done.rc == 0, done.stdout
        assert len(sent(account)) == 1
