# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example for AWX: the controller gets valid objects, and the playbooks of its jobs run with the simulator.

The modules of awx.awx and ansible.eda in this test only check and record their arguments. They use the argument
specifications of awx.awx 24.6.1 and ansible.eda 2.13.0. The jobs get their variables as the controller passes them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import support
import yaml
from collections_tree import CHECKOUT

AWX = CHECKOUT / "examples" / "awx"
SPECS: dict[str, Any] = json.loads(Path(__file__).with_name("awx_modules.json").read_text(encoding="utf-8"))
EDA_SPECS: dict[str, Any] = json.loads(Path(__file__).with_name("eda_modules.json").read_text(encoding="utf-8"))
# Arguments that the modules of ansible.eda require in addition to their argument specification.
REQUIRED = {
    "credential": ["credential_type_name", "inputs", "organization_name"],
    "credential_type": ["inputs", "injectors"],
    "project": ["url", "organization_name"],
    "rulebook_activation": ["project_name", "rulebook_name", "decision_environment_name", "organization_name"],
}
MODULE = """
import json, os
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(json.loads({spec!r}), required_if=[("state", "present", {required!r})])
with open(os.environ["RECORD"], "a") as file:
    file.write(json.dumps([{name!r}, module.params]) + "\\n")
module.exit_json(changed=True)
"""
STORE = "postgresql://linkengage@db.example.com/linkengage"
pytestmark = pytest.mark.slow


def load(name: str) -> Any:
    return yaml.safe_load((AWX / name).read_text(encoding="utf-8"))


def _write_modules(folder: Path, collection: str, specs: dict[str, Any]) -> Path:
    namespace, name = collection.split(".")
    top = folder / "controller" / "ansible_collections" / namespace / name
    (top / "plugins" / "modules").mkdir(parents=True)
    for module, spec in specs.items():
        required = REQUIRED.get(module, []) if collection == "ansible.eda" else []
        text = MODULE.format(name=f"{collection}.{module}", spec=json.dumps(spec), required=required)
        (top / "plugins" / "modules" / f"{module}.py").write_text(text, encoding="utf-8")
    return top


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project in the controller: the files of the example, and an address book."""
    folder = tmp_path / "project"
    shutil.copytree(AWX, folder)
    (folder / "address-book").mkdir()
    people = "contacts:\n  - {phone_number: '+4790555817', first_name: Kari}\n"
    (folder / "address-book" / "people.yml").write_text(people, encoding="utf-8")
    return folder


@pytest.fixture
def job(warm, collections_path, tmp_path, project, connection_env) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``job(playbook, variables, number, **env)``: run a job in a new container, with the variables of the
    controller.
    """

    def run(playbook: str, variables: dict[str, Any], number: int = 1, **env: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / f"container {number}"
        home.mkdir()
        given = json.dumps({"awx_job_id": number, "tower_job_id": number, **variables})
        environment = {**support.ansible_environment(collections_path, home), **connection_env, **env}
        environment["ANSIBLE_SHOW_CUSTOM_STATS"] = "true"
        return warm.run([playbook, "-e", given], project, environment)

    return run


Created = list[tuple[str, dict[str, Any]]]


def set_up(collections_path: Path, folder: Path, eda: bool = False, **env: str) -> Created:
    """Run setup.yml, and return what it creates, in order.

    The modules have the argument specifications of awx.awx and of ansible.eda.
    """
    _write_modules(folder, "awx.awx", SPECS)
    if eda:
        collection = _write_modules(folder, "ansible.eda", EDA_SPECS)
        (collection / "meta").mkdir()
        groups = {"action_groups": {"eda": list(EDA_SPECS)}}
        (collection / "meta" / "runtime.yml").write_text(json.dumps(groups), encoding="utf-8")
    environment = {
        **support.ansible_environment(collections_path, folder),
        "ANSIBLE_COLLECTIONS_PATH": f"{collections_path}:{folder / 'controller'}",
        "RECORD": str(folder / "record"),
        "LINKENGAGE_USERNAME": "kari@acme.example",
        "LINKENGAGE_PASSWORD": "geheim",
        "LINKENGAGE_STORE": STORE,
        **env,
    }
    given = json.dumps({"project_url": "https://git.example/p", "on_call": ["+4790555817"]})
    command = [sys.executable, "-m", "ansible.cli.playbook", str(AWX / "setup.yml"), "-e", given]
    done = support.run_command(command, folder, environment)
    assert done.returncode == 0, done.stdout
    assert "geheim" not in done.stdout
    lines = (folder / "record").read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line)) for line in lines]


@pytest.fixture(scope="class")
def created(collections_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Created:
    """What setup.yml creates without Event-Driven Ansible."""
    return set_up(collections_path, tmp_path_factory.mktemp("awx"))


def of_kind(created: Created, kind: str, collection: str = "awx.awx") -> list[dict[str, Any]]:
    return [params for name, params in created if name == f"{collection}.{kind}"]


class TestTheController:
    def test_gets_everything_once(self, created) -> None:
        assert {name for name, _params in created} == {f"awx.awx.{name}" for name in SPECS}
        assert [params["name"] for params in of_kind(created, "job_template")] == [
            "LINK Engage: notify",
            "LINK Engage: plan",
            "LINK Engage: apply",
        ]

    def test_gets_a_credential_that_fits_its_type(self, created) -> None:
        (kind,), (credential,) = of_kind(created, "credential_type"), of_kind(created, "credential")
        fields = {field["id"]: field for field in kind["inputs"]["fields"]}
        assert set(credential["inputs"]) == set(fields)
        assert set(kind["inputs"]["required"]) <= set(fields)
        assert {name for name, field in fields.items() if field.get("secret")} == {"password", "store_password"}
        assert credential["inputs"]["store"] == STORE
        used = set(re.findall(r"{{ (\w+) }}", json.dumps(kind["injectors"])))
        assert used == set(fields)

    def test_gets_jobs_whose_files_exist(self, created) -> None:
        for template in of_kind(created, "job_template"):
            assert (AWX / template["playbook"]).is_file()
        (source,) = of_kind(created, "inventory_source")
        assert (AWX / source["source_path"]).is_file()

    def test_gets_a_workflow_of_its_own_jobs(self, created) -> None:
        (workflow,) = of_kind(created, "workflow_job_template")
        nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
        following = {name: node.get("related", {}).get("success_nodes", []) for name, node in nodes.items()}
        assert following == {"plan": [{"identifier": "approve"}], "approve": [{"identifier": "apply"}], "apply": []}
        templates = {params["name"] for params in of_kind(created, "job_template")}
        kinds = {node["unified_job_template"]["type"] for node in nodes.values()}
        assert kinds == {"job_template", "workflow_approval"}
        for node in nodes.values():
            template = node["unified_job_template"]
            assert template["type"] == "workflow_approval" or template["name"] in templates


def test_event_driven_ansible_gets_everything(collections_path, tmp_path) -> None:
    hosts = {"EDA_HOST": "https://eda.example", "CONTROLLER_HOST": "https://awx.example"}
    created = set_up(collections_path, tmp_path, eda=True, EDA_TOKEN="geheim", **hosts)

    def of_eda(kind: str) -> list[dict[str, Any]]:
        return of_kind(created, kind, "ansible.eda")

    assert {name for name, _params in created} == {
        *(f"awx.awx.{name}" for name in SPECS),
        *(f"ansible.eda.{name}" for name in EDA_SPECS),
    }
    assert all(params["controller_host"] == "https://eda.example" for name in EDA_SPECS for params in of_eda(name))
    (kind,), (of_controller,) = of_eda("credential_type"), of_kind(created, "credential_type")
    assert (kind["inputs"], kind["injectors"]) == (of_controller["inputs"], of_controller["injectors"])
    login, controller = of_eda("credential")
    assert login["inputs"] == of_kind(created, "credential")[0]["inputs"]
    assert controller["inputs"]["host"] == "https://awx.example"
    (activation,), (project,), (environment,) = map(of_eda, ("rulebook_activation", "project", "decision_environment"))
    assert activation["project_name"] == project["name"]
    assert activation["decision_environment_name"] == environment["name"]
    assert activation["eda_credentials"] == [login["name"], controller["name"]]
    assert yaml.safe_load(activation["extra_vars"]) == {"on_call": ["+4790555817"]}
    (rules,) = load(f"rulebooks/{activation['rulebook_name']}")
    (rule,) = rules["rules"]
    job = rule["action"]["run_job_template"]
    (template,) = [params for params in of_kind(created, "job_template") if params["name"] == job["name"]]
    asked = {question["variable"] for question in template["survey_spec"]["spec"]}
    assert set(job["job_args"]["extra_vars"]) == asked


@support.in_json
class TestTheJobs:
    @pytest.fixture(autouse=True)
    def people(self, simulator) -> None:
        simulator.reset(
            contacts=[{"ContactId": 1, "PhoneNumber": "+4741234567"}],
            groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
        )

    def test_notify_sends_once_for_a_job(self, simulator, job, postgres_store) -> None:
        store = {f"LINKENGAGE_{name.upper()}": value for name, value in postgres_store.items()}
        survey = {"notify_text": "It's done", "notify_to": "On call, "}
        for number, messages in ((1, 1), (2, 2)):
            done = job("notify.yml", survey, number, **store)
            assert done.returncode == 0, done.stdout
            assert len(simulator.deliveries()) == messages
        assert simulator.deliveries()[0]["text"].startswith("It's done")

    def test_only_the_approved_plan_is_applied(self, simulator, job, project) -> None:
        survey = {"address_book_folder": "address-book"}
        planned = job("plan.yml", survey, 1)
        assert planned.returncode == 0, planned.stdout
        assert simulator.log(writes_only=True) == []
        (plan_id,) = re.findall(r"address_book_expect_plan_id[\"']?: [\"']?([0-9a-f]+)", planned.stdout)
        approved = {**survey, "address_book_expect_plan_id": plan_id}
        alone = job("apply.yml", survey, 2)
        assert alone.returncode != 0
        assert "There is no approved plan" in alone.stdout
        applied = job("apply.yml", approved, 3)
        assert applied.returncode == 0, applied.stdout
        assert [entry["path"] for entry in simulator.log(writes_only=True)] == ["/contacts"]
        more = "contacts:\n  - {phone_number: '+4746000001'}\n"
        (project / "address-book" / "more.yml").write_text(more, encoding="utf-8")
        simulator.clear_log()
        assert job("apply.yml", approved, 4).returncode != 0
        assert simulator.log(writes_only=True) == []

    def test_the_inventory_source_lists_the_people(self, simulator, collections_path, tmp_path, connection_env) -> None:
        path = str(AWX / load("setup.yml")[0]["tasks"][6]["awx.awx.inventory_source"]["source_path"])
        done = support.run_inventory(
            path, "--list", collections_path=collections_path, folder=tmp_path, env=connection_env
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["On_call"] == {"hosts": ["contact_1"]}


@pytest.mark.parametrize("name", ["execution-environment.yml", "decision-environment.yml"])
def test_an_environment_has_the_libraries(name: str) -> None:
    described = load(name)
    assert described["version"] == 3
    libraries = " ".join(described["dependencies"]["python"])
    assert "psycopg" in libraries
    assert "community.linkengage" in [one["name"] for one in described["dependencies"]["galaxy"]["collections"]]
    if name.startswith("decision"):  # ansible-builder does not install the libraries for the Python of ansible-rulebook
        required = (CHECKOUT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8")
        assert all(line.split()[0] in libraries for line in required.splitlines() if line and not line.startswith("#"))


@support.in_json
def test_under_ansible_runner_the_output_is_clean(simulator, collections_path, tmp_path, connection_env) -> None:
    """For ansible-runner, the output looks like a terminal, but it is kept as lines."""
    simulator.options(latency=20)
    book = "phone_number\n" + "".join(f"+4792{number:06d}\n" for number in range(700))
    (tmp_path / "people.csv").write_text(book, encoding="utf-8")
    task = {"name": "Sync", "community.linkengage.linkengage_address_book": {"src": str(tmp_path / "people.csv")}}
    (tmp_path / "project").mkdir()
    playbook = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    (tmp_path / "project" / "site.yml").write_text(json.dumps(playbook), encoding="utf-8")
    environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env}
    for name in ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED"):
        environment.pop(name)
    Path(environment["ANSIBLE_CONFIG"]).touch()
    done = ansible_runner.run(
        private_data_dir=str(tmp_path), playbook="site.yml", envvars=environment, quiet=True, inventory="localhost,"
    )
    output = done.stdout.read()
    assert done.rc == 0, output
    assert len(simulator.state()["contacts"]) == 700
    progress = [line for line in output.replace("\r", "\n").splitlines() if "changes made" in line]
    assert len(progress) <= 2, output
