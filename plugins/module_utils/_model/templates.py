# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Texts that Ansible would evaluate as templates. Pure: nothing is evaluated here."""

from __future__ import annotations

import re

BRACE = re.compile(r"\{(?=[{%#])")  # begins an expression, a statement or a comment
UNEVALUATED = re.compile(r"\{[{%]")  # only a comment, so no value is missing
HEADER = "#jinja2:"  # sets options of the template, at the beginning of a text
PLAIN = {"{{": "<", "}}": ">", "{%": "<%"}


def is_template(text: str) -> bool:
    """Whether Ansible evaluates the text in a variable or an option."""
    return text.startswith(HEADER) or BRACE.search(text) is not None


def unevaluated(text: str) -> re.Match[str] | None:
    """The first expression or statement in a text."""
    return UNEVALUATED.search(text)


def defused(text: str) -> str:
    """The text with a space in each sign that begins a template, so that it is no longer a template."""
    return BRACE.sub("{ ", text)


def without_signs(text: str) -> str:
    """The text with angle brackets instead of the signs of expressions and statements."""
    for sign, plain in PLAIN.items():
        text = text.replace(sign, plain)
    return text
