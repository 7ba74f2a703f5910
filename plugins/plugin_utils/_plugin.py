# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Shared by the plugins on the controller: errors become errors of Ansible, and texts of the service stay data."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import date
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError, AnsibleOptionsError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.release import __version__ as core_version
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._errors import InvalidInput, LinkEngageError, unforeseen
from ..module_utils._model.arguments import Arguments, not_texts, unknown_options
from ..module_utils._model.halves import SHOWN_AS, has_half, without_halves
from ..module_utils._service.connection import CONNECTION_SPEC
from ._versions import core_too_old

if core_too_old(core_version):  # checked while the plugin is loaded, so that it fails with one sentence
    raise AnsibleError(core_too_old(core_version))

# Ansible's error about a value that is not a valid choice, since ansible-core 2.19 and before.
INVALID_CHOICE = re.compile(
    r"Invalid value (?P<quote>['\"])(?P<value>.*?)(?P=quote) for config(?: '|uration option .*?setting: )(?P<name>\w+)",
    re.S,
)


def forget_empty_variables() -> None:
    """Remove empty variables of the collection from the environment. Ansible would use them as values."""
    for name in [name for name, value in os.environ.items() if name.startswith("LINKENGAGE_") and not value.strip()]:
        del os.environ[name]


@contextmanager
def reading_options() -> Iterator[None]:
    """A context in which Ansible reads the options of a plugin.

    Empty environment variables count as not set, and an error about a wrong value names its environment variable.
    """
    forget_empty_variables()
    try:
        yield
    except Exception as error:
        complaint = _complaint(CONNECTION_SPEC) or _not_a_choice(str(error))
        if not complaint:
            raise
        raise AnsibleOptionsError(complaint) from None
    complaint = _complaint({name: option for name, option in CONNECTION_SPEC.items() if option["type"] == "bool"})
    if complaint:  # Ansible would take the text for false
        raise AnsibleOptionsError(complaint)


def _complaint(spec: dict[str, dict[str, Any]]) -> str:
    """Return what is wrong with the environment variables of these options; empty if all are right."""
    found = ArgumentSpecValidator(spec).validate({})
    given = Arguments(found.validated_parameters, spec, "", environment=os.environ)
    return given.complaint([(type(wrong).__name__, wrong.msg) for wrong in found.errors])


def _not_a_choice(text: str) -> str:
    """Return Ansible's error about a value that is not a valid choice, with the name of the environment variable.

    It is empty for other errors.
    """
    found = INVALID_CHOICE.search(text)
    names = [f"LINKENGAGE_{prefix}{found['name'].upper()}" for prefix in ("SMS_", "")] if found else []
    variable = next((name for name in names if found and os.environ.get(name) == found["value"]), "")
    return f"{variable}: {text}" if variable else ""


OF_ANSIBLE = ("wantlist",)  # Ansible adds this option to a lookup in with_...
# Older releases of ansible-core name a plugin by the path of its Python module. This matches the parts to remove.
MODULE_PATH = re.compile(r"^ansible_collections\.|(?<=\.)plugins\.[a-z_]+\.")


def refuse_misread(plugin: Any, given: Mapping[str, Any], variables: Mapping[str, Any] | None = None) -> None:
    """Raise InvalidInput for options of a plugin that must be text but are not. Ansible would convert them silently.

    *given* are the options as they were written. *variables* can have other options, under the names of their
    variables.
    """
    spec: dict[str, Any] = {}
    values: dict[str, Any] = {}
    definitions = constants.config.get_configuration_definitions(plugin.plugin_type, plugin._load_name)
    for name, definition in definitions.items():
        secret = bool(CONNECTION_SPEC.get(name, {}).get("no_log"))
        spec[name] = {key: definition[key] for key in ("type", "elements", "choices") if key in definition}
        spec[name]["no_log"] = secret
        for variable in definition.get("vars", ()):
            if variables is not None and variable["name"] in variables:
                values[name] = variables[variable["name"]]
    manual = f"ansible-doc -t {plugin.plugin_type} {MODULE_PATH.sub('', plugin._load_name)}"
    unknown = unknown_options([str(name) for name in given if name not in {*spec, *OF_ANSIBLE}], spec, manual)
    problems = [*filter(None, [unknown]), *not_texts(plain({**values, **given}), spec)]
    if problems:
        raise InvalidInput(" ".join(problems), problems=problems)


forget_empty_variables()  # for callback plugins, because Ansible reads their options as soon as it has loaded them


@contextmanager
def ansible_errors(plugin: str, kind: type[AnsibleError] = AnsibleError) -> Iterator[None]:
    """A context that converts errors of the collection to *kind*, an error of Ansible.

    The name of the plugin comes first.
    """
    try:
        yield
    except LinkEngageError as error:
        raise kind(f"{plugin}: {without_halves(str(error))}") from error
    except Exception as error:
        # An error of Ansible itself, such as an undefined variable.
        if type(error).__module__.startswith(("ansible.", "jinja2.")):
            raise
        found = unforeseen(error, plugin)
        # The original error is not the cause, because Ansible shows the cause, and its text can contain anything.
        raise kind(str(found)) from found


def untrusted(value: Any) -> Any:
    """Mark a value of the service as data, so that no version of ansible-core evaluates it as a template.

    Half a character becomes U+FFFD, because Ansible can neither print nor store it.
    """
    if has_half(value):
        Display().warning(SHOWN_AS)
        value = without_halves(value)
    return wrap_var(value)


def templated(option: Callable[[str], Any], templar: Any) -> Callable[[str], Any]:
    """Evaluate the templates in options that come from variables. *templar* does the evaluation."""

    def value(name: str) -> Any:
        raw = option(name)
        return templar.template(raw) if templar is not None and isinstance(raw, str) else raw

    return value


def plain(value: Any) -> Any:
    """Return arguments as a module receives them: without tags, encrypted values and lazy containers of the
    controller.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    # These stay as they are, because nobody wrote the text that Ansible would make of them.
    if isinstance(value, (date, bytes, Set)):
        return value
    return value if value is None else str(value)


def decrypter(loader: Any) -> Callable[[bytes], bytes]:
    """Return a function that decrypts with the vault secrets of the play.

    The function raises ValueError if no secret fits.
    """

    def decrypt(data: bytes) -> bytes:
        try:
            return bytes(loader._vault.decrypt(data))
        except AnsibleError as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ValueError(
                f"the value is encrypted with ansible-vault, and cannot be decrypted ({reason})"
            ) from error

    return decrypt
