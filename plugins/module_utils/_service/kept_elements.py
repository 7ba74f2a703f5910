# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Elements of XML with attributes or a prefix. They are kept as they were, to be written back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The namespaces that apply to an element, by their prefixes; the default namespace has the prefix "".
Scope = Mapping[str, str]


class KeptText(str):
    """The text of an element that has attributes or a prefix. The element is kept, so that it can be written back.

    ``scope`` has the namespaces that apply around the element. All elements of a record share one ``scope`` object.
    """

    tag: str
    node: Mapping[str, Any]
    scope: Scope
    default: str  # the namespace of the record


class KeptTree(dict[str, Any]):
    """The tree of an element that has child elements, and the element itself, so that it can be written back."""

    tag: str
    node: Mapping[str, Any]
    scope: Scope
    default: str


KEPT = (KeptText, KeptTree)
