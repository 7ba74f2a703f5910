# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Messages: who gets them, and the plan of the module that sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._contacts import contact_refs, find_contact
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record
from ansible_collections.community.linkengage.plugins.module_utils._formats import check_text
from ansible_collections.community.linkengage.plugins.module_utils._groups import GroupRef, choose_group, group_ref
from ansible_collections.community.linkengage.plugins.module_utils._phone import require_text
from ansible_collections.community.linkengage.plugins.module_utils._plan import Change, Key, Plan
from ansible_collections.community.linkengage.plugins.module_utils._resources import CONTACT, GROUP, MESSAGE

SMS_SPEC: dict[str, Any] = {
    "text": {"type": "str", "required": True},
    "numbers": {"type": "list", "elements": "raw"},
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "sender": {"type": "raw"},
}
SMS_RULES: dict[str, Any] = {"required_one_of": [["numbers", "contacts", "groups"]]}


def plan_sms(params: Mapping[str, Any], client: Client) -> Plan:
    """One message to all receivers, in one request."""
    if not params["text"]:
        raise InvalidInput("text: an SMS needs a text.")
    check_text("text", params["text"])
    plan = Plan()
    receivers = resolve_receivers(params, client, plan)
    if not receivers and not plan.unknown:
        raise InvalidInput("numbers, contacts, groups: there is no receiver.")
    message = {
        "text": params["text"],
        "receivers": ";".join(receiver["address"] for receiver in receivers),
        "status": "Unknown",  # as the vendor's sample clients send it (contract: messages)
    }
    if params["sender"] is not None:
        message["sender"] = require_text(params["sender"], "sender")
    key = Key(MESSAGE, "")
    plan.changes.append(Change("send", MESSAGE, key, message))
    plan.after = {"message": {"text": message["text"], "receivers": receivers}}

    def result(made: Mapping[Key, Record]) -> dict[str, Any]:
        sent = made.get(key, {**message, "message_id": None, "status": None})
        return {"message": MESSAGE.present(sent), "receivers": receivers}

    plan.result = result
    return plan


def resolve_receivers(params: Mapping[str, Any], client: Client, plan: Plan) -> list[dict[str, Any]]:
    """Every receiver once, with the address that the service takes; what does not exist goes to ``plan.unknown``."""
    numbers = contact_free(params["numbers"], client)
    contacts = contact_refs(params["contacts"], "contacts", client.numbering)
    groups = [group_ref(value, f"groups[{index}]") for index, value in enumerate(params["groups"] or [])]
    receivers: dict[str, dict[str, Any]] = {}
    for ref in contacts:
        record = find_contact(client, ref)
        if record is None:
            plan.unknown.append(f"{ref} is not in the address book")
            continue
        number = client.numbering.key(record["phone_number"])
        receivers.setdefault(
            number,
            {
                "type": "contact",
                "address": f"{CONTACT.path}/{record['contact_id']}",
                "contact_id": record["contact_id"],
                "phone_number": record["phone_number"],
            },
        )
    for number in numbers:
        address = number.lstrip("+")
        receivers.setdefault(number, {"type": "number", "address": address, "phone_number": address})
    return [*receivers.values(), *_group_receivers(groups, client, plan)]


def contact_free(values: Any, client: Client) -> list[str]:
    """Plain phone numbers in canonical form. Raises InvalidInput."""
    return [client.numbering.canonical(value, f"numbers[{index}]") for index, value in enumerate(values or [])]


def _group_receivers(refs: list[GroupRef], client: Client, plan: Plan) -> list[dict[str, Any]]:
    if not refs:
        return []
    groups = client.list_records(GROUP)
    receivers: dict[int, dict[str, Any]] = {}
    for ref in refs:
        group = choose_group(groups, ref)
        if group is None:
            plan.unknown.append(f"{ref} does not exist")
            continue
        id = group["group_id"]
        receivers[id] = {"type": "group", "address": f"{GROUP.path}/{id}", "group_id": id, "name": group["name"]}
    return list(receivers.values())
