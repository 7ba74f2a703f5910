# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The troubleshooting page and the code have the same error messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from collections_tree import CHECKOUT

UTILS = CHECKOUT / "plugins" / "module_utils"
PAGE = (CHECKOUT / "docs/docsite/rst/troubleshooting.rst").read_text(encoding="utf-8")
CATALOGUE = re.findall(r"^``(.+)``$\n(?=   \S)", PAGE, re.MULTILINE)
GAP = "\0"


def texts(path: Path) -> Iterator[str]:
    """Yield all texts in a file, with a gap for each value that is inserted at run time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)


@pytest.fixture(scope="module")
def said() -> str:
    files = [path for folder in ("plugins", "extensions/eda") for path in (CHECKOUT / folder).rglob("*.py")]
    return "\n".join(text for path in files for text in texts(path))


def constants(path: Path, name: str) -> list[str]:
    """Return the texts that are assigned to a name in a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found = [node for node in nodes if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name]
    return sorted({ast.literal_eval(node.value) for node in found})


def advice() -> list[str]:
    """Return the advice in ``advice.py`` for each status, up to the first value that is inserted."""
    tree = ast.parse((UTILS / "_service" / "advice.py").read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name in ("_advice", "_login_advice")]
    returned = [node.value for n in functions for node in ast.walk(n) if isinstance(node, ast.Return)]
    (table,) = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "ADVICE"]
    values = [*returned, *(table.values if isinstance(table, ast.Dict) else ())]
    texts = [value.values[0] if isinstance(value, ast.JoinedStr) else value for value in values]
    return [text.value for text in texts if isinstance(text, ast.Constant)]


def test_the_page_has_messages() -> None:
    assert len(CATALOGUE) > 40
    assert len(set(CATALOGUE)) == len(CATALOGUE)


@pytest.mark.parametrize("message", CATALOGUE)
def test_the_code_contains_each_message_of_the_page(message: str, said: str) -> None:
    assert message in said


@pytest.mark.parametrize("kind", constants(UTILS / "_errors.py", "kind"))
def test_the_page_contains_every_kind_of_failure(kind: str) -> None:
    assert re.search(rf"^   Kind: .*``{kind}``", PAGE, re.MULTILINE)


@pytest.mark.parametrize("text", advice())
def test_the_page_contains_the_advice_for_every_status(text: str) -> None:
    assert any(message in text for message in CATALOGUE)
