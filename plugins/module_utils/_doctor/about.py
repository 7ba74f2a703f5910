# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The doctor: reports how an account and the service behave, and which options the account needs.

Public names, which other rooms and the plugins use:

- ``examine``: DOCTOR_SPEC, DoctorOptions, apply_doctor, examine, report_doctor
"""
