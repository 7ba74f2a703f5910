# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks after a run whether the service has cut off a long text, and with it the marker."""

from __future__ import annotations

from collections.abc import Sequence

from .._errors import LinkEngageError
from .._model.changes import Create, Update
from .._model.resources import CONTACT, GROUP
from .._service.client import Client
from .apply import Tally
from .report import counted
from .scope import Scope

LONG = 40  # characters; a shorter text is never cut off


def warn_of_cut_markers(scope: Scope, tally: Tally, client: Client) -> list[str]:
    """Return warnings about contacts and groups whose marker was cut off.

    One request reads the contact with the longest text, and one request reads the group with the longest text. If the
    longest text is complete, all shorter texts are complete too.
    """
    if scope.mark is None or tally.stopped:
        return []
    warnings = []
    for resource in (CONTACT, GROUP):
        name = scope.field_of(resource)
        texts = [
            (change.record.get(name) or "", change)
            for change in tally.done
            if isinstance(change, (Create, Update)) and change.resource is resource
        ]
        longest, change = max(texts, key=lambda found: len(found[0]), default=("", None))
        if change is not None and len(longest) > LONG:
            warnings += _warning(scope, tally, client, change, [text for text, _change in texts])
    return warnings


def _warning(scope: Scope, tally: Tally, client: Client, change: Create | Update, texts: Sequence[str]) -> list[str]:
    id = int(tally.made[change.id][change.resource.id]) if isinstance(change, Create) else change.id
    try:
        stored = client.get(change.resource, id)
    except LinkEngageError:
        return []  # the next run will notice a marker that was cut off
    name = scope.field_of(change.resource)
    text = (stored or {}).get(name) or ""
    if stored is None or scope.is_marked(change.resource, stored) or not change.record[name].startswith(text.rstrip()):
        return []
    longer = sum(len(other) > len(text) for other in texts)
    other = ", or choose another marker_field" if change.resource is CONTACT else ""
    return [
        f"marker: the service has cut off {name} of the {change.resource.name} with id {id} after {len(text)} "
        "characters. The marker at the end of the text is lost, and the option `purge` does not recognise records "
        f"without a marker. This run wrote {counted(longer, 'text', 'texts')} with more than {len(text)} characters. "
        f"Shorten {'this text' if longer == 1 else 'these texts'}{other}."
    ]
