# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Why an open question has no answer or an uncertain answer, and how to find the answer. Pure.

The options are written as for the playbook ``doctor``. The module has options with the same names.
"""

from __future__ import annotations

from collections.abc import Sequence

PROBE = "-e probe=true"
OWN = "<your number>"
THROTTLED = "not answered yet; run the doctor while the service is throttling other tasks"
RECORDS = f"not answered yet; use {PROBE}"
MESSAGES = f"not answered yet; use {PROBE} -e own_number={OWN}"
REASONS: dict[str, str] = {
    "delete_sent": f"not answered yet; use -e to={OWN}, which sends one SMS to your phone",
    "owned_records": (
        "not answered yet; use -e owned_contact=<number of a contact from the directory sync>, which writes this "
        "contact back unchanged"
    ),
    "login_refused": (
        "not answered yet; run the doctor again if the service refuses your login; the doctor never tries a wrong "
        "password, so that the service does not lock the user"
    ),
    "throttle_status": THROTTLED,
    "retry_after": THROTTLED,
    "max_receivers": MESSAGES,
    "number_length": (
        "not answered yet, because the account has no setting NUMBER_LENGTH, or the phone numbers of its contacts "
        "have different lengths; run the doctor again when the account has more contacts"
    ),
    **dict.fromkeys(("message_ids", "folder_rows", "states", "row_receiver", "message_times"), MESSAGES),
    **dict.fromkeys(
        (
            *("field_names", "duplicate_numbers", "group_names", "number_lookup", "numbers"),
            *("date_slashes", "delete_answer", "form_bodies", "line_ends", "long_texts", "outer_blanks"),
            *("post_answer", "put_answer", "read_lag", "repeated_post"),
        ),
        RECORDS,
    ),
}
# Every reading of an account that has a contact answers these questions.
READ = "not answered yet; run the doctor again when the login succeeds and the account has a contact"


def reason(name: str) -> str:
    """Return why a row of the table of open questions has no answer, and how to find the answer."""
    return REASONS.get(name, READ)


def doubt(name: str, values: Sequence[str]) -> str:
    """Return what an answer leaves open; "" for most answers."""
    if name == "list_limit" and len(values) > 1:
        return (
            "To find out which answer is right, run the doctor again when the account has more than 100 contacts, or "
            f"use {PROBE}."
        )
    if name == "max_receivers" and list(values) == ["none"]:
        return (
            "The service accepted a message that lists the same contact 101 times as a receiver. The service possibly "
            "counted only one receiver."
        )
    if name == "max_receivers" and len(values) > 1:
        return "The service accepted a message to 3 receivers. To reach more receivers, send the message to a group."
    return ""
