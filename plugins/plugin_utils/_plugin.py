# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What plugins on the controller share: one door to the service, its errors as Ansible's, its text as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError


@contextmanager
def ansible_errors(plugin: str) -> Iterator[None]:
    """Turn the collection's errors into AnsibleError, with the plugin's name before them."""
    try:
        yield
    except LinkEngageError as error:
        raise AnsibleError(f"{plugin}: {error}") from error


def untrusted(value: Any) -> Any:
    """Mark what the service said as data, so that no ansible-core ever evaluates it as a template."""
    return wrap_var(value)


def templated(option: Callable[[str], Any], templar: Any) -> Callable[[str], Any]:
    """Options that come from variables arrive as raw templates; give them evaluated, where there is a templar."""

    def value(name: str) -> Any:
        raw = option(name)
        return templar.template(raw) if templar is not None and isinstance(raw, str) else raw

    return value
