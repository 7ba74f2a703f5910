# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generate documentation from the field tables: options and return values, between markers.

In the DOCUMENTATION or RETURN of a plugin, two comment lines

    # BEGIN GENERATED contact options
    # END GENERATED

surround the options of the writable fields of a resource. ``contact returns`` marks the return values of all fields.
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
# The type is raw, so that unquoted values can be rejected. The documentation shows text.
SHOWN_TYPES = {"raw": "str"}


def tables() -> dict[str, Any]:
    """The resources by name, imported from this checkout."""
    with tempfile.TemporaryDirectory() as tree:
        parent = Path(tree, "ansible_collections", "community")
        parent.mkdir(parents=True)
        (parent / "linkengage").symlink_to(ROOT)
        sys.path.insert(0, tree)
        module = __import__(f"{MODULE_UTILS}._model.resources", fromlist=["*"])
        sys.path.remove(tree)
    return {item.name: item for item in vars(module).values() if isinstance(item, module.Resource)}


def options(resource: Any) -> dict[str, Any]:
    return {item.name: {"description": [item.description], "type": item.kind.type} for item in resource.writable}


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


def rewritten(text: str, resources: dict[str, Any]) -> str:
    """*text* with updated blocks between the markers."""

    def block(match: re.Match[str]) -> str:
        indent, name, part = match.groups()
        content = (options if part == "options" else returns)(resources[name])
        body = yaml.safe_dump(content, sort_keys=False, width=1000, allow_unicode=True)
        lines = [f"# BEGIN GENERATED {name} {part}", *_indented_lists(body), "# END GENERATED"]
        return "\n".join(indent + line for line in lines)

    return BLOCK.sub(block, text)


def _indented_lists(body: str) -> list[str]:
    """Indent lists below their key, which PyYAML does not do."""
    return [re.sub(r"^( *)- ", r"\1  - ", line) for line in body.splitlines()]


def main(arguments: list[str]) -> int:
    resources = tables()
    outdated = []
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        fresh = rewritten(text, resources)
        if fresh != text:
            outdated.append(path.relative_to(ROOT))
            if "--lint" not in arguments:
                path.write_text(fresh, encoding="utf-8")
    for path in outdated:
        print(f"{path}: " + ("out of date; run tests/generate_docs.py" if "--lint" in arguments else "rewritten"))
    return 1 if outdated and "--lint" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
