# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every plugin and every file has its required parts. A test fails if a part is missing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from collections_tree import CHECKOUT

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("linkengage_*.py"))
PLUGINS = sorted(
    (kind, path.stem)
    for kind in ("callback", "filter", "inventory", "lookup", "test")
    for path in (CHECKOUT / "plugins" / kind).glob("*.py")
)
ROLES = sorted(path.name for path in (CHECKOUT / "roles").iterdir())
# REUSE-IgnoreStart
HEADER = (
    "Copyright (c) 2026, the community.linkengage contributors",
    "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)",
    "SPDX-License-Identifier: GPL-3.0-or-later",
)
# REUSE-IgnoreEnd
NEEDS_HEADER = {".cfg", ".py", ".rst", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}
NO_HEADER = {
    "CHANGELOG.rst",
    "COPYING",
    "LICENSES/GPL-3.0-or-later.txt",
    "changelogs/changelog.yaml",
    "tests/codespell-dictionary.txt",
    "tests/codespell-ignore.txt",
}


def tracked_files() -> list[Path]:
    """Return the paths of the files in the repository, including new files."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in listed.splitlines() if (CHECKOUT / line).is_file()]


def load(path: str) -> dict:
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


def test_the_action_group_contains_all_modules() -> None:
    assert sorted(load("meta/runtime.yml")["action_groups"]["linkengage"]) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_an_action_plugin(module: str) -> None:
    assert (CHECKOUT / "plugins/action" / f"{module}.py").is_file()


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_an_integration_target(module: str) -> None:
    assert (CHECKOUT / "tests/integration/targets" / module / "tasks/main.yml").is_file()


@pytest.mark.parametrize(("kind", "plugin"), PLUGINS)
def test_every_plugin_has_an_integration_target(kind: str, plugin: str) -> None:
    assert (CHECKOUT / "tests/integration/targets" / f"{kind}_{plugin}" / "tasks/main.yml").is_file()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_checks_its_arguments_and_has_a_molecule_scenario(role: str) -> None:
    assert (CHECKOUT / "roles" / role / "meta/argument_specs.yml").is_file()
    assert (CHECKOUT / "extensions/molecule" / role / "converge.yml").is_file()
    assert (CHECKOUT / "extensions/molecule" / role / "verify.yml").is_file()


@pytest.mark.parametrize("plugin", [*MODULES, *(plugin for _kind, plugin in PLUGINS)])
def test_every_plugin_is_in_the_table_of_the_readme(plugin: str) -> None:
    rows = [line for line in (CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert any(f"`{plugin}`" in row for row in rows)


@pytest.mark.parametrize(
    "said",
    [
        "https://forum.ansible.com/c/help/6",
        "https://semver.org",
        "(CODE_OF_CONDUCT.md)",
        "(SECURITY.md)",
        "(docs/demo.svg)",
    ],
)
def test_the_readme_has_the_required_links(said: str) -> None:
    """The list of required links is in docs/inclusion-checklist.md."""
    assert said in (CHECKOUT / "README.md").read_text(encoding="utf-8")


DOCUMENTED = {
    **{("module", module): f"plugins/modules/{module}.py" for module in MODULES},
    **{(kind, plugin): f"plugins/{kind}/{plugin}.py" for kind, plugin in PLUGINS},
    **{("role", path.name): f"roles/{path.name}/meta/argument_specs.yml" for path in CHECKOUT.glob("roles/*")},
    **{("playbook", path.stem): f"playbooks/{path.name}" for path in CHECKOUT.glob("playbooks/*.yml")},
}


def announced() -> set[tuple[str, str]]:
    """Return the kind and the name of the new content in the changelog. For playbooks, also read the fragments."""
    found: set[tuple[str, str]] = set()
    for release in load("changelogs/changelog.yaml")["releases"].values():
        kinds = {"module": release.get("modules", []), **release.get("plugins", {}), **release.get("objects", {})}
        found |= {(kind, new["name"]) for kind, news in kinds.items() for new in news}
    for fragment in CHECKOUT.glob("changelogs/fragments/*.yml"):
        found |= {("playbook", new["name"]) for new in load(str(fragment)).get("add object.playbook", [])}
    return found


@pytest.mark.parametrize(("kind", "name"), DOCUMENTED, ids="-".join)
def test_everything_is_new_or_in_the_changelog(kind: str, name: str) -> None:
    """Until the release, content with the version in galaxy.yml is new."""
    text = (CHECKOUT / DOCUMENTED[kind, name]).read_text(encoding="utf-8")
    since = re.search(r"^ *version_added: (\S+)$", text, re.MULTILINE)
    assert since or kind == "playbook", "version_added is missing"
    version = load("galaxy.yml")["version"]
    unreleased = version not in load("changelogs/changelog.yaml")["releases"]
    new = since and unreleased and since[1].strip("'\"") == version
    assert new or (kind, name) in announced()


@pytest.mark.parametrize("path", ["tests/unit/requirements.txt", "tests/integration/requirements.txt"])
def test_the_tests_install_what_an_execution_environment_installs(path: str) -> None:
    def names(file: str) -> set[str]:
        lines = (CHECKOUT / file).read_text(encoding="utf-8").splitlines()
        return {re.split(r"[ <>=;]", line)[0] for line in lines if line and not line.startswith("#")}

    assert names("meta/ee-requirements.txt") <= names(path)


def test_every_file_states_its_copyright_and_licence() -> None:
    without = [
        str(path)
        for path in tracked_files()
        if path.suffix in NEEDS_HEADER and str(path) not in NO_HEADER and not has_header(CHECKOUT / path)
    ]
    assert not without


def has_header(path: Path) -> bool:
    head = path.read_text(encoding="utf-8")[:600]
    return not head or all(line in head for line in HEADER)
