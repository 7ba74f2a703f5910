# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What an error status means, and what the user can do (contract: status codes). Pure."""

from __future__ import annotations

import re

from .._model.fields import Resource
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, USER

# Status 406 means a rejected login, a missing right or a wrong parameter. Only the text of the answer shows which.
REQUEST = re.compile(
    r"parameter|propert(?:y|ies)\b|\bfields?\b|\bmember|argument|element|attribute|unknown|unexpected|format",
    re.IGNORECASE,
)
LOGIN = re.compile(r"auth|log.?[io]n\b|passw|credential|\buser|account|access|permission", re.IGNORECASE)
WORD = re.compile(r"\w+")
# A contact, a group or a membership. The vendor's directory sync can own these records (contract: another master).
RECORD = re.compile(r"/(?P<kind>contact|group)s/[0-9]+(?P<member>/contacts/[0-9]+)?")
LOGIN_REFUSED = (401, 403, 406)  # the contract has 406; most other services use 401 and 403 (contract: assumptions)
BROKEN = (404, 502, 503, 504)  # statuses that say nothing about the record
OWNED = (
    " If this {kind} was imported by the directory sync (Syncopy), the service rejects all changes of {what}. In this "
    "case, {remedy}."
)
RESOURCES: tuple[Resource, ...] = (CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, USER)


def explained(status: int, text: str, login: str, succeeded: bool, method: str = "GET", path: str = "") -> str:
    """Return the answer of the service in words, and what the user can do.

    *succeeded* is True if an earlier request of this run succeeded.
    """
    if status == 406 and REQUEST.search(text) and not LOGIN.search(text):
        return f"the service answered 406. The service rejected the request: {text.rstrip('.')}.{_case_hint(text)}"
    shown = f' ("{text}")' if text else ""
    of_record = method in ("PUT", "DELETE") and status not in BROKEN and RECORD.fullmatch(path)
    # The first 403 of a run can mean a rejected login, or a record that refuses writes.
    owned = _owned(of_record, method) if of_record and (succeeded or status not in (401, 406)) else ""
    if method == "GET" and status in READING:
        return f"the service answered {status}{shown}. {READING[status]}"
    return f"the service answered {status}{shown}. {_advice(status, login, succeeded)}{owned}"


ADVICE = {
    400: "The request is not valid, so the service changed nothing. Correct the values in your task or file.",
    404: "There is no such record or path, or this user has no right to see the record.",
    405: "The service does not allow this HTTP method for this path. If a proxy blocks PUT and DELETE requests, set "
    "method_override to always.",
    409: "The service changed nothing, because the request conflicts with another record, such as a record with the "
    "same name. Correct your task or file, or correct the other record.",
}
# The advice for a GET, which changes nothing in any case.
READING = {
    400: "The request is not valid. Correct the values in your task or file.",
    405: "The service does not allow this HTTP method for this path. Check the path, and api_url.",
}
STRANGE = "This status is not part of the API, so api_url is probably the address of another server. Check api_url."


def _owned(record: re.Match[str], method: str) -> str:
    kind = record["kind"]
    what, remedy = f"the {kind}", f"change the {kind} in the directory that Syncopy reads"
    if record["member"]:
        what, remedy = "its members", "change the members in the directory that Syncopy reads"
    elif method == "DELETE":
        remedy = f"delete the {kind} in the directory that Syncopy reads"
    else:
        remedy += f", and remove the {kind} from your task or file"
    return OWNED.format(kind=kind, what=what, remedy=remedy)


def _advice(status: int, login: str, succeeded: bool) -> str:
    if status in LOGIN_REFUSED:
        return _login_advice(status, login, succeeded)
    if status == 404 and not succeeded:
        return (
            f"{ADVICE[404]} If every request fails with 404, check that api_url ends with the API version, such as /2."
        )
    if status >= 500:
        return "Try again later. If the error stays, ask the support of the service."
    return ADVICE.get(status, STRANGE)


def _login_advice(status: int, login: str, succeeded: bool) -> str:
    if not succeeded:
        return (
            "With this status, the service rejects a login, or a request for which the user has no right. Check the "
            f"user name ({login}, in the form user@domain) and the password. Check in the account that the API feature "
            "is enabled for the user or for the whole organisation, and that the user has the right for this request."
        )
    if status == 406:
        return (
            "Earlier requests of this run succeeded, so the login is correct. Most likely a parameter is wrong, or "
            "this user lacks a right. Check the names of the parameters, which are case-sensitive, and the rights of "
            "the user."
        )
    return (
        "Earlier requests of this run succeeded, so this user most likely lacks the right for this request. Ask the "
        "administrator of the account for this right."
    )


def _case_hint(text: str) -> str:
    names = {field.wire.lower(): field.wire for resource in RESOURCES for field in resource.fields}
    meant = [names[word.lower()] for word in WORD.findall(text) if names.get(word.lower(), word) != word]
    return f" Names are case-sensitive: {', '.join(dict.fromkeys(meant))}." if meant else ""
