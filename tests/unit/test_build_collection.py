# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of make build."""

from __future__ import annotations

import tarfile
from pathlib import Path

import build_collection
import pytest

# One file for each required part of the tarball.
COMPLETE = {
    part if "." in Path(part).name or part == "COPYING" else f"{part}/some.file" for part in build_collection.PARTS
}


def tarball(folder: Path, names: set[str]) -> Path:
    """Return a tarball of empty files."""
    path = folder / "community-linkengage-1.0.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in sorted(names):
            archive.addfile(tarfile.TarInfo(name))
    return path


@pytest.mark.parametrize(
    "more",
    [set(), {"CHANGELOG.rst"}, {"plugins/modules/x.py", "docs/docsite/rst/a.rst"}],
    ids=["nothing more", "a changelog", "a module and a guide"],
)
def test_the_required_and_optional_files_are_accepted(tmp_path, more) -> None:
    build_collection.check(tarball(tmp_path, COMPLETE | more))


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (COMPLETE | {"tests/unit/test_x.py"}, "tests/unit/test_x.py does not belong in the tarball"),
        (COMPLETE | {"notes.txt"}, "notes.txt does not belong in the tarball"),
        (COMPLETE | {"plugins/modules/.x.py.swp"}, "plugins/modules/.x.py.swp is hidden"),
        (COMPLETE - {"demo/playbook.yml"}, "demo/playbook.yml is missing"),
        (COMPLETE - {"roles/some.file"}, "roles is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_additional_and_missing_files_are_errors(tmp_path, names, problem) -> None:
    with pytest.raises(build_collection.BuildError) as caught:
        build_collection.check(tarball(tmp_path, names))
    assert str(caught.value) == f"community-linkengage-1.0.0.tar.gz: {problem}"


def test_a_large_tarball_is_an_error(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(build_collection, "LARGEST", 10)
    with pytest.raises(build_collection.BuildError, match="larger than 10 bytes"):
        build_collection.check(tarball(tmp_path, COMPLETE))


def test_only_tracked_files_are_exported(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "tracked.py").touch()
    (tmp_path / "secret.txt").touch()
    answers = {"ls-files": ["tracked.py", "gone.py"], "status": [" D gone.py", "?? secret.txt"]}
    monkeypatch.setattr(build_collection, "CHECKOUT", tmp_path)
    monkeypatch.setattr(build_collection, "git", lambda verb, *_options: answers[verb])
    build_collection.export(tmp_path / "export")
    assert [path.name for path in (tmp_path / "export").iterdir()] == ["tracked.py"]
    assert " D gone.py, ?? secret.txt" in capsys.readouterr().err
