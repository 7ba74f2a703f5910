# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One message: check its text, receivers, limits and time, send it at most once, and wait for its delivery.

Public names, which other rooms and the plugins use:

- ``options``: SMS_RULES, SMS_SPEC, read_sms_options
- ``send``: apply_sms, plan_sms, report_sms
- ``text``: ESCAPES, MOST_SEGMENTS, PART_SIZES, POLICIES, SEPTETS, SIZES, UNSENDABLE, apply_policy, clean, measure,
  replace_unsupported, without_controls
"""
