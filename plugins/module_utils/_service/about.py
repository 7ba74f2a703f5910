# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Requests to the service: the client, HTTP, JSON and XML, and the limit of the request rate.

Public names, which other rooms and the plugins use:

- ``bodies``: Body
- ``client``: Client, flattened
- ``connection``: CONNECTION_SPEC, connect
- ``formats``: FORMATS
- ``guard``: GUARD_SPEC, Guard, misnamed_limit
- ``pace``: Traffic
- ``reach``: Reach
- ``seen``: Seen
- ``xml_format``: NAMESPACE
"""
