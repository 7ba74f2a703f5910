# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generate documentation from the field tables: options and return values, between markers.

In the DOCUMENTATION or RETURN of a plugin, two comment lines

    # BEGIN GENERATED contact options
    # END GENERATED

surround the options of the writable fields of a resource. ``contact returns`` marks the return values of all fields.
It also generates the page about the open questions from the table of assumptions.
Run this script without arguments to update the plugins. With ``--lint`` it fails if a plugin is out of date.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^( *)# BEGIN GENERATED (\w+) (options|returns)\n.*?^ *# END GENERATED$", re.M | re.S)
MODULE_UTILS = "ansible_collections.community.linkengage.plugins.module_utils"
# The type is raw, so that unquoted values can be rejected. The documentation shows the type text instead.
SHOWN_TYPES = {"raw": "str"}


def imported(name: str) -> Any:
    """Return a file of module_utils as a module, imported from this checkout."""
    with tempfile.TemporaryDirectory() as tree:
        parent = Path(tree, "ansible_collections", "community")
        parent.mkdir(parents=True)
        (parent / "linkengage").symlink_to(ROOT)
        sys.path.insert(0, tree)
        module = __import__(f"{MODULE_UTILS}.{name}", fromlist=["*"])
        sys.path.remove(tree)
    return module


def tables() -> dict[str, Any]:
    """Return the resources by name."""
    module = imported("_model.resources")
    return {item.name: item for item in vars(module).values() if isinstance(item, module.Resource)}


def options(resource: Any) -> dict[str, Any]:
    spec = resource.argument_spec()
    return {item.name: {"description": [item.description], **spec[item.name]} for item in resource.writable}


def returns(resource: Any, inside: tuple[str, ...] = ()) -> dict[str, Any]:
    return {item.name: _return(item, (*inside, resource.name)) for item in resource.fields}


def _return(item: Any, inside: tuple[str, ...]) -> dict[str, Any]:
    block = {
        "description": item.description,
        "returned": "success",
        "type": SHOWN_TYPES.get(item.kind.type, item.kind.type),
    }
    if item.kind.elements:
        block["elements"] = item.kind.elements
    inner = item.kind.contains() if item.kind.contains else None
    if inner and inner.name not in inside:
        block["contains"] = returns(inner, inside)
    elif item.sample is not None:
        block["sample"] = item.sample
    return block


PAGE = ROOT / "docs" / "docsite" / "rst" / "assumptions.rst"
PREAMBLE = """\
..
  Copyright (c) 2026, the community.linkengage contributors
  GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

..
  tests/generate_docs.py generates this page from plugins/module_utils/_model/assumptions.py. To change this page, edit
  assumptions.py.

.. _ansible_collections.community.linkengage.docsite.assumptions:

Open questions about the service
================================

The vendor's documentation does not answer the following questions about the service. Each table lists the possible
answers to one question. Until a response of the service shows another answer, the collection assumes that the first
answer in each table is right. The tests of the collection run with all answers. If the service works in a way that
makes a task impossible, the task fails before it changes the account.

Each question has a name, such as ``field_names``, and each answer has a value, such as ``any_case``. The folder
``tests/simulator`` contains a simulator of the service. With the option ``--assume field_names=any_case``, the
simulator behaves as the answer ``any_case`` says.
"""


def assumptions_page(table: list[dict[str, Any]]) -> str:
    """Return the page about the open questions."""
    return PREAMBLE + "".join(map(_question, table))


def _question(row: dict[str, Any]) -> str:
    lines = [
        "",
        row["question"],
        "-" * len(row["question"]),
        "",
        f"Name: ``{row['name']}``. {_literal(row['does'])}",
        "",
    ]
    lines += [
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - value",
        "     - answer to the question",
        "     - what you see if this answer is right",
    ]
    for value, answer in row["values"].items():
        lines += [f"   * - ``{value}``", f"     - {_literal(answer['means'])}", f"     - {_literal(answer['seen'])}"]
    if row.get("number"):
        lines += ["", f"The option ``--assume`` also accepts another whole number for ``{row['name']}``, such as 3."]
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    return re.sub(r"(?<!\S)(\\?/\S+[^\s.;,]|\S*_\S+[^\s.;,])", r"``\1``", text)


def rewritten(text: str, resources: dict[str, Any]) -> str:
    """Return *text* with updated blocks between the markers."""

    def block(match: re.Match[str]) -> str:
        indent, name, part = match.groups()
        content = (options if part == "options" else returns)(resources[name])
        body = yaml.safe_dump(content, sort_keys=False, width=1000, allow_unicode=True)
        lines = [f"# BEGIN GENERATED {name} {part}", *_indented_lists(body), "# END GENERATED"]
        return "\n".join(indent + line for line in lines)

    return BLOCK.sub(block, text)


def _indented_lists(body: str) -> list[str]:
    """Indent lists below their keys, because PyYAML does not do it."""
    return [re.sub(r"^( *)- ", r"\1  - ", line) for line in body.splitlines()]


def main(arguments: list[str]) -> int:
    resources = tables()
    outdated = []
    for path in [*sorted((ROOT / "plugins").rglob("*.py")), PAGE]:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        fresh = assumptions_page(imported("_model.assumptions").TABLE) if path == PAGE else rewritten(text, resources)
        if fresh != text:
            outdated.append(path.relative_to(ROOT))
            if "--lint" not in arguments:
                path.write_text(fresh, encoding="utf-8")
    for path in outdated:
        print(f"{path}: " + ("out of date; run tests/generate_docs.py" if "--lint" in arguments else "rewritten"))
    return 1 if outdated and "--lint" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
