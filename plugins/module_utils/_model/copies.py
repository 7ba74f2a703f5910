# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Which copies a run deletes again if two runs create the same record at the same time. Pure.

The service accepts a second record with the same number or name. So each run reads the records again after it has
created some. If another record with the same number or name has a lower id, the run deletes the copy that it created.
The run that creates its record last always sees the other record. So exactly one record stays, even if both runs read
at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .fields import Record, Resource
from .plan import to_write


def own_copies(
    resource: Resource, alike: Sequence[Record], own: Collection[Any], lost: Iterable[Mapping[str, Any]]
) -> list[Record]:
    """Return the records in *alike* that this run created and must delete. The record with the lowest id always stays.

    *own* are the ids in the answers to this run's requests. *lost* are the records of requests that got no answer,
    because the service can still create these records much later. Each of them accounts for one record that has exactly
    its values.
    """
    unanswered = list(lost)
    copies = []
    for record in sorted(alike, key=resource.age)[1:]:
        filed_late = [posted for posted in unanswered if is_as_posted(resource, posted, record)]
        if record[resource.id] in own:
            copies.append(record)
        elif filed_late:
            unanswered.remove(filed_late[0])
            copies.append(record)
    return copies


def is_as_posted(resource: Resource, posted: Mapping[str, Any], stored: Record) -> bool:
    """Return whether a stored record has exactly the values of a request. A person can have edited another record."""
    values = {item.name: posted.get(item.name, item.kind.missing) for item in resource.writable}
    return not to_write(values, stored)
