# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks of this machine: the store, and the versions of the software."""

from __future__ import annotations

import json
import platform
import ssl
from importlib import metadata
from pathlib import Path

from ansible.module_utils.ansible_release import __version__ as core

from .._errors import LinkEngageError
from .._service.client import Client
from .findings import Finding, ok, problem

LIBRARIES = ("requests", "urllib3", "xmltodict", "phonenumbers", "phonenumberslite")


def check_store(client: Client) -> Finding:
    """Check whether the store of sends can be read."""
    kind = "a database" if client.store.shared else "a folder on this machine"
    try:
        client.store.find("doctor")
    except LinkEngageError as error:
        return problem(
            "store",
            f"The store that records sent messages is {kind}. The doctor cannot read the store ({error.kind}).",
            "Check the value of the option store.",
        )
    return ok("store", f"The store that records sent messages is {kind}.")


def versions() -> dict[str, str]:
    """Return the versions of Python, Ansible, the collection and the libraries, as far as they are installed."""
    found = {"collection": _collection(), "ansible-core": core, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {**found, "openssl": ssl.OPENSSL_VERSION, "system": f"{platform.system()} {platform.machine()}"}


def _collection() -> str:
    """Return the version in MANIFEST.json of the installed collection.

    It is unknown if the module was sent to a host.
    """
    try:
        manifest = Path(__file__).resolve().parents[3] / "MANIFEST.json"
        return str(json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"])
    except (OSError, ValueError, KeyError, IndexError):
        return "unknown"
