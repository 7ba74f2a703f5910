# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Warns if the store is lost together with the runner. This is the case for the default store in CI and in AWX."""

from __future__ import annotations

from collections.abc import Mapping

from .._machine.store import Store

# Environment variables that are set in every job of a system, by the name of the system.
SYSTEMS = {
    "AWX or ansible-runner": ("AWX_ISOLATED_DATA_DIR", "RUNNER_OMIT_EVENTS"),
    "GitHub Actions": ("GITHUB_ACTIONS",),
    "GitLab CI": ("GITLAB_CI",),
    "Jenkins": ("JENKINS_URL",),
    "Azure Pipelines": ("TF_BUILD",),
    "CI": ("CI",),
}


def forgetful_store(store: Store, environment: Mapping[str, str]) -> list[str]:
    """Return a warning if the default store is used although each job can run on another, new machine."""
    names = (name for name, variables in SYSTEMS.items() if any(environment.get(variable) for variable in variables))
    system = next(names, "")
    if not system or not store.is_default:
        return []
    return [
        f"store: this job runs in {system}, and its store ({store.name}) is possibly deleted after the job. Without "
        "this store, a retried job sends the message again if the first message is older than adopt_window, and no "
        "other job can cancel the message. Set store or LINKENGAGE_STORE to postgresql://user@host/database, or to a "
        "folder that is kept between jobs."
    ]
