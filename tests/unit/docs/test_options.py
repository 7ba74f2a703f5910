# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every plugin and role is used in an example, or linked in a guide."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from collections_tree import CHECKOUT
from docs.blocks import GUIDES, READMES, blocks

KINDS = ("callback", "filter", "inventory", "lookup", "modules", "test")
# What a plugin is given without a name.
UNNAMED = {"_terms", "_input", "plugin"}


def documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION of a plugin, or of a fragment."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            return yaml.safe_load(ast.literal_eval(node.value))
    return {}


def names(options: dict[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        yield name
        yield from (f"{name}/{inner}" for inner in names(option.get("suboptions") or option.get("options") or {}))


def options() -> Iterator[tuple[str, str]]:
    """Plugins by kind and name, and the full name of each option."""
    for kind in KINDS:
        for path in sorted((CHECKOUT / "plugins" / kind).glob("*.py")):
            for name in names(documentation(path).get("options") or {}):
                if name not in UNNAMED:
                    yield f"{path.stem}#{kind.removesuffix('s') if kind == 'modules' else kind}", name
    for name in names(documentation(CHECKOUT / "plugins/doc_fragments/connection.py")["options"]):
        yield "connection", name
    source = CHECKOUT / "extensions/eda/plugins/event_source/linkengage_inbox.py"
    yield from (("linkengage_inbox#event_source", name) for name in names(documentation(source)["options"]))
    for path in sorted((CHECKOUT / "roles").glob("*/meta/argument_specs.yml")):
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
        yield from ((f"{path.parent.parent.name}#role", name) for name in names(spec))


@lru_cache
def examples() -> str:
    """All code that the documentation shows."""
    code = [block.text for path in (*GUIDES, *READMES) for block in blocks(path)]
    for path in (*CHECKOUT.glob("plugins/*/*.py"), *CHECKOUT.glob("extensions/eda/plugins/*/*.py")):
        code += re.findall(r'^EXAMPLES = r"""\n(.*?)^"""', path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    files = (*CHECKOUT.glob("examples/**/*"), *CHECKOUT.glob("extensions/eda/rulebooks/*"))
    return "\n".join(code + [path.read_text(encoding="utf-8") for path in files if path.is_file()])


@lru_cache
def used_by(plugin: str) -> str:
    """The examples that name a plugin, each from there to the next name of a plugin of ours."""
    parts = re.split(r"(?=community\.linkengage\.)", examples())
    return "\n".join(part for part in parts if part.startswith(f"community.linkengage.{plugin}"))


@lru_cache
def guides() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (*GUIDES, *READMES))


@pytest.mark.parametrize(("plugin", "option"), list(options()), ids=str)
def test_every_option_is_shown_or_linked(plugin: str, option: str) -> None:
    name, _hash, kind = plugin.partition("#")
    word = re.escape(option.rpartition("/")[2])
    linked = f"community.linkengage.{name}#{kind}:{option}`" in guides()
    if kind in ("filter", "lookup", "module", "test"):
        shown = re.search(rf"(?<![\w.]){word} ?[:=]", used_by(name))
    else:  # by files and variables, where the plugin's name need not stand
        shown = re.search(rf"\b(?:linkengage_sms_)?{word} ?[:=]", examples()) or re.search(rf"``{word}(:|``)", guides())
    assert linked or shown, f"{plugin}: {option} is neither in an example nor linked in a guide"
