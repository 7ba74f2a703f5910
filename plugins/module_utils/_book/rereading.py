# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Updates during a long run: a record is read again before it is replaced, so that the edits of people are kept.

PUT replaces a whole record (contract: PUT replaces). So if a record was read long ago, writing it back would undo later
edits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from .._errors import LinkEngageError
from .._model.changes import Change, Update
from .._model.fields import Record
from .._model.listing import marked
from .._model.plan import differences, to_write
from .._service.client import Client

REREAD = ("auto", "always", "never")
FRESH = 3.0  # with ``auto``, a record that was read more seconds ago is read again


@dataclass(frozen=True)
class Rereading:
    """When records are read again. ``option`` is the option of the user.

    ``read_at`` is the time of *clock* when the address book was read.
    """

    option: str
    read_at: float
    clock: Callable[[], float] = time.monotonic

    def current(self, change: Change, client: Client) -> Change | None:
        """Return the change for the record as it is now, or None if the record already has the wanted values.

        Raises LinkEngageError if somebody else changed a managed field or deleted the record.
        """
        if not isinstance(change, Update) or not self._is_due():
            return change
        return merged(change, client.get(change.resource, change.id))

    def _is_due(self) -> bool:
        return self.option == "always" or (self.option == "auto" and self.clock() - self.read_at > FRESH)


def merged(change: Update, current: Record | None) -> Update | None:
    """Return the update for the *current* record, in which only managed fields change; None if nothing must change.

    Raises LinkEngageError if somebody else changed a managed field during the run.
    """
    what = f"the {change.resource.name} with id {change.id}"
    if current is None:
        raise LinkEngageError(f"{what} was deleted by somebody else during this run. Run the task again.")
    managed = change.managed or tuple(differences(change.record, change.before))
    wanted = {name: change.record[name] for name in managed}
    left = to_write(wanted, current)
    conflicts = differences({name: current.get(name) for name in left}, change.before)
    if conflicts:
        verb, value = ("was", "value") if len(conflicts) == 1 else ("were", "values")
        raise LinkEngageError(
            f"{marked(conflicts)} of {what} {verb} changed by somebody else during this run. This run did not "
            f"overwrite the new {value}. Check the {value}, then run the task again."
        )
    return replace(change, record={**current, **left}, before=current) if left else None
