# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option is used in an example or linked in a guide. Its text is short, plain and complete."""

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
ARGUMENT_SPECS = sorted((CHECKOUT / "roles").glob("*/meta/argument_specs.yml"))
# Values that users pass to a plugin without an option name.
UNNAMED = {"_terms", "_input", "plugin"}


def documentation(path: Path) -> dict[str, Any]:
    """Return the DOCUMENTATION of a plugin, or of a fragment."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            return yaml.safe_load(ast.literal_eval(node.value))
    return {}


def names(options: dict[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        yield name
        yield from (f"{name}/{inner}" for inner in names(option.get("suboptions") or option.get("options") or {}))


def options() -> Iterator[tuple[str, str]]:
    """Yield plugins by kind and name, each with the full name of one of its options."""
    for kind in KINDS:
        for path in sorted((CHECKOUT / "plugins" / kind).glob("*.py")):
            for name in names(documentation(path).get("options") or {}):
                if name not in UNNAMED:
                    yield f"{path.stem}#{kind.removesuffix('s') if kind == 'modules' else kind}", name
    for fragment in ("connection", "numbers"):
        for name in names(documentation(CHECKOUT / f"plugins/doc_fragments/{fragment}.py")["options"]):
            yield fragment, name
    source = CHECKOUT / "extensions/eda/plugins/event_source/linkengage_inbox.py"
    yield from (("linkengage_inbox#event_source", name) for name in names(documentation(source)["options"]))
    for path in ARGUMENT_SPECS:
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
        yield from ((f"{path.parent.parent.name}#role", name) for name in names(spec))


@lru_cache
def examples() -> str:
    """Return all code that the documentation shows."""
    code = [block.text for path in (*GUIDES, *READMES) for block in blocks(path)]
    for path in (*CHECKOUT.glob("plugins/*/*.py"), *CHECKOUT.glob("extensions/eda/plugins/*/*.py")):
        code += re.findall(r'^EXAMPLES = r"""\n(.*?)^"""', path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    files = (*CHECKOUT.glob("examples/**/*"), *CHECKOUT.glob("extensions/eda/rulebooks/*"))
    return "\n".join(code + [path.read_text(encoding="utf-8") for path in files if path.is_file()])


@lru_cache
def used_by(plugin: str) -> str:
    """Return the parts of the examples that use a plugin.

    A part ends at the next name of a plugin of the collection.
    """
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
    else:  # options of these plugins are set in files and variables, without the name of the plugin nearby
        shown = re.search(rf"\b(?:linkengage_sms_)?{word} ?[:=]", examples()) or re.search(rf"``{word}(:|``)", guides())
    assert linked or shown, f"{plugin}: {option} is neither in an example nor linked in a guide"


LONGEST_FIRST, LONGEST = 20, 25  # maximum number of words in a sentence
MARKUP = re.compile(r"\b(?:O|V|C|E|RV|B|I|M|P|U|L)\(((?:[^()\\]|\\.|\([^()]*\))*)\)")
BLOCK = re.compile(r'^ *(?!EXAMPLES)[A-Z]+ = r"""\n(.*?)^"""', re.DOTALL | re.MULTILINE)
# The text of an option must begin with what the option does or is: with a verb or a noun. These words are neither.
WEAK_STARTS = {
    *("this", "that", "these", "those", "such", "it", "its", "they", "there", "here"),
    *("what", "who", "whose", "when", "where", "which", "how", "why", "whether"),
    *("if", "as", "for", "with", "without", "in", "on", "by", "to", "exactly"),
}


def without_markup(text: str) -> str:
    """Return the text as a reader sees it: ``O(name)`` is ``name``, and ``P(a.b.c#filter)`` is ``a.b.c``."""
    return MARKUP.sub(lambda match: match[1].partition("#")[0].removeprefix("ignore:"), " ".join(text.split()))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[^a-z])", without_markup(text))


def words(sentence: str) -> int:
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def paragraphs(description: Any) -> list[str]:
    return [description] if isinstance(description, str) else list(description)


def option_texts(options: dict[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for name, option in options.items():
        if "description" in option:
            yield above + name, paragraphs(option["description"])
        yield from option_texts(option.get("suboptions") or option.get("options") or {}, f"{above}{name}/")


def documented() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each file that documents options, with its options."""
    for path in documented_files():
        yield str(path.relative_to(CHECKOUT)), documentation(path).get("options") or {}
    for path in ARGUMENT_SPECS:
        for spec in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            yield str(path.relative_to(CHECKOUT)), spec["options"]


def documented_files() -> list[Path]:
    return sorted([*(CHECKOUT / "plugins").rglob("*.py"), *(CHECKOUT / "extensions/eda/plugins").rglob("*.py")])


DESCRIBED = [(file, name, texts) for file, options in documented() for name, texts in option_texts(options)]


def prose(value: Any, key: str = "") -> Iterator[str]:
    """Yield every text in a documentation block that consists of sentences."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from prose(inner, str(name)) if name != "sample" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from prose(inner, key)
    elif isinstance(value, str) and key in ("description", "notes", "details"):
        yield value


def all_prose() -> Iterator[tuple[str, str]]:
    for path in documented_files():
        for block in BLOCK.findall(path.read_text(encoding="utf-8")):
            yield from ((path.stem, text) for text in prose(yaml.safe_load(block)))
    for path in ARGUMENT_SPECS:
        specs = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from ((path.parent.parent.name, text) for text in prose(specs))


def test_texts_of_options_are_found() -> None:
    assert len(DESCRIBED) > 150
    assert any("/" in name for _file, name, _texts in DESCRIBED)
    assert without_markup("Use O(a=b), V((x\\)), C(^{}) of P(n.c.f#filter).") == "Use a=b, (x\\), ^{} of n.c.f."
    assert [words(one) for one in sentences("Send at V(2026-01-31 09:00). E(X) and O(y) + O(z).")] == [4, 4]


@pytest.mark.parametrize(
    ("file", "option", "texts"), DESCRIBED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_option_first_says_what_it_does(file: str, option: str, texts: list[str]) -> None:
    first = sentences(texts[0])[0]
    assert words(first) <= LONGEST_FIRST, f"{words(first)} words: {first}"
    start = re.match(r"[\w'-]+", first)
    assert start, first
    assert start[0][0].isupper(), first
    assert start[0].lower() not in WEAK_STARTS, first


@pytest.mark.parametrize("text", sorted(set(all_prose())), ids=lambda pair: pair[0])
def test_sentences_are_short_and_whole(text: tuple[str, str]) -> None:
    assert text[1].rstrip().endswith("."), text[1]
    for sentence in sentences(text[1]):
        assert words(sentence) <= LONGEST, f"{words(sentence)} words: {sentence}"
