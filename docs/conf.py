# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration of Sphinx for the documentation site. ``tests/build_docs.py`` runs Sphinx."""

from __future__ import annotations

import zlib
from pathlib import Path

project = "community.linkengage"
copyright = "the community.linkengage contributors"
title = html_title = "LINK Engage for Ansible"
html_short_title = "community.linkengage"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext", "sphinx_copybutton", "sphinx_design"]
nitpicky = True
default_role = "any"
highlight_language = "yaml+jinja"
smartquotes = False

# Furo: readable, with a dark mode, the next page, and a sidebar with captions, also on a phone.
html_theme = "furo"
# Do not copy prompts and output.
copybutton_prompt_text = "$ "
html_static_path = html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False

# The pages of plugins link to Ansible's documentation. Only these labels are used, so the build does not have to
# download the whole inventory of that site.
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
LABELS = {
    "common_return_values": ("reference_appendices/common_return_values.html", "Return Values"),
    "ansible_configuration_settings": ("reference_appendices/config.html", "Ansible Configuration Settings"),
    "action_plugins": ("plugins/action.html", "Action plugins"),
    "callback_plugins": ("plugins/callback.html", "Callback plugins"),
    "ansible_collections.ansible.builtin.file_lookup": (
        "collections/ansible/builtin/file_lookup.html",
        "ansible.builtin.file lookup",
    ),
}
VARIABLES = (
    "ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
    "ANSIBLE_CALLBACKS_ENABLED",
)


def inventory() -> str:
    """Write the used labels to a Sphinx inventory. Return its path."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# compressed with zlib below\n"
    rows = [f"{label} std:label -1 {page}#{label} {name}" for label, (page, name) in LABELS.items()]
    rows += [f"{name} std:envvar 1 reference_appendices/config.html#envvar-$ -" for name in VARIABLES]
    path = Path(__file__).resolve().parent.parent / "site" / "ansible.inv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(head.encode() + zlib.compress("\n".join([*rows, ""]).encode()))
    return str(path)


intersphinx_mapping = {"ansible": (ANSIBLE, inventory())}
