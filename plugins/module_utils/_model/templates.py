# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Texts that Ansible would evaluate as templates. Pure: nothing is evaluated here."""

from __future__ import annotations

import re

BRACE = re.compile(r"\{(?=[{%#])")  # begins an expression, a statement or a comment of a template
UNEVALUATED = re.compile(r"\{[{%]")  # without comments: a comment produces no value, so no value is missing
HEADER = "#jinja2:"  # at the beginning of a text, this sets options of the template
PLAIN = {"{{": "<", "}}": ">", "{%": "<%"}


def is_template(text: str) -> bool:
    """Return whether Ansible would evaluate the text as a template, in a variable or an option."""
    return text.startswith(HEADER) or BRACE.search(text) is not None


def unevaluated(text: str) -> re.Match[str] | None:
    """Return the first expression or statement of a template in a text, or None."""
    return UNEVALUATED.search(text)


def defused(text: str) -> str:
    """Return the text with a space in each sign that begins a template, so that Ansible no longer evaluates it."""
    return BRACE.sub("{ ", text)


def without_signs(text: str) -> str:
    """Return the text with angle brackets instead of the signs of template expressions and statements."""
    for sign, plain in PLAIN.items():
        text = text.replace(sign, plain)
    return text
