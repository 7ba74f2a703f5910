# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The tables of all resources, with one line for each field (contract: resources). This file has no logic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fields import BOOL, INT, OPTIONAL_INT, PHONE, SETTINGS, STR, STRINGS, TIME, Field, Resource, nested, nested_list

# fmt: off
CONTACT = Resource("contact", "Contact", "/contacts", "contact_id", (
    Field("contact_id", "ContactId", INT, "Id that the service has assigned to the contact.", 4711),
    Field("phone_number", "PhoneNumber", PHONE, "Phone number of the contact.", "4790555817"),
    Field("first_name", "Firstname", STR, "First name of the contact.", "Kari"),
    Field("last_name", "Lastname", STR, "Last name of the contact.", "Nordmann"),
    Field("email", "Email", STR, "E-mail address of the contact.", "kari@example.com"),
    Field("description", "Description", STR, "First of three description fields. Each organisation chooses the labels of these fields.", "On call"),
    Field("description2", "Description2", STR, "Second of three description fields. Each organisation chooses the labels of these fields.", "Oslo"),
    Field("description3", "Description3", STR, "Third of three description fields. Each organisation chooses the labels of these fields.", ""),
    Field("cpa_accepted", "CPAAccepted", BOOL, "True if the contact accepts premium messages, for which the receiver pays.", False),
    Field("private", "IsPrivate", BOOL, "True if only the owner of the contact sees the contact.", False),
    Field("created", "CreatedDate", TIME, "Time when the contact was created, as ISO 8601 in UTC.", "2014-01-01T12:00:00Z", True),
), found_by="phone_number")

GROUP = Resource("group", "Group", "/groups", "group_id", (
    Field("group_id", "GroupId", INT, "Id that the service has assigned to the group.", 12),
    Field("name", "Name", STR, "Name of the group.", "On call"),
    Field("description", "Description", STR, "Description of the group.", "Woken at night"),
    Field("private", "IsPrivate", BOOL, "True if only the owner of the group sees the group.", False),
), found_by="name")

MESSAGE = Resource("message", "Message", "/messages", "message_id", (
    Field("message_id", "MessageId", STR, "Id of the message, such as C(O_1234). The first letter shows the direction of the message.", "O_1234"),
    Field("text", "Text", STR, "Text of the message.", "Disk full on web1"),
    Field("receivers", "Receivers", STR, "Receivers of the message, as one text in which C(;) separates the receivers.", "4790555817;/groups/12"),
    Field("sender", "SenderNumber", STR, "Sender that the receivers of the message see.", "LINK"),
    Field("status", "MessageStatus", STR, "Status of the message in the service, such as C(Sent).", "Sent"),
    Field("handled", "HandledDate", TIME, "Time when the message was sent or will be sent, as ISO 8601 in UTC.", "2026-01-31T08:00:00Z"),
    Field("merge", "IsMergeMessage", BOOL, "True if the text contains merge codes, which the service replaces with fields of each receiver.", False),
    Field("private", "IsPrivate", BOOL, "True if only the owner of the message sees the message.", False),
    Field("tariff", "Tariff", INT, "Price that each receiver pays for the message, in the smallest unit of the currency, such as cents.", 0),
    Field("folder_id", "FolderId", INT, "Id of the folder that contains the message.", 3),
))

FOLDER: Resource = Resource("folder", "Folder", "/folders", "folder_id", (
    Field("folder_id", "FolderId", INT, "Id of the folder.", 1, True),
    Field("name", "Name", STR, "Name of the folder.", "Inbox", True),
    Field("type", "FolderType", STR, "Type of the folder, such as C(Inbox) or C(UserFolder).", "Inbox", True),
    Field("parent_id", "ParentFolderId", OPTIONAL_INT,
          "Id of the folder that contains this folder. For a folder at the top level, the value is null.", None, True),
    Field("message_count", "MessagesInFolder", INT, "Number of messages in the folder.", 3, True),
    Field("private", "IsPrivate", BOOL, "True if only the owner of the folder sees the folder.", False, True),
    Field("deletable", "IsUserDeletable", BOOL, "True if the user may delete the folder.", False, True),
    Field("sub_folders", "SubFolders", nested_list(lambda: FOLDER), "Folders inside this folder. Each of them has the same fields as this folder.", [], True),
))

FOLDER_MESSAGE = Resource("folder_message", "FolderMessage", "/folders", "message_id", (
    Field("message_id", "MessageId", STR, "Id of the message.", "I_1234", True),
    Field("text", "Text", STR, "Text of the message.", "ACK", True),
    Field("direction", "Direction", STR, "Direction of the message: V(I) for a received message, V(O) for a sent message.", "I", True),
    Field("type", "MessageType", STR, "Type of the message, such as C(SMS).", "SMS", True),
    Field("sender", "From", STR, "Sender of the message: the name of a contact, or a phone number.", "Kari Nordmann", True),
    Field("sender_number", "FromNumber", STR, "Phone number of the sender of the message.", "4790555817", True),
    Field("receiver", "To", STR, "Receiver of the message: a phone number, or the name of a contact or a group.", "26112", True),
    Field("time", "SendReceiveTime", TIME, "Time when the message was sent or received, as ISO 8601 in UTC.", "2026-01-31T08:00:00Z", True),
    Field("delivery_status", "DeliverStatus", STR, "Delivery status of the message, such as C(Unknown).", "Unknown", True),
    Field("delivered", "DeliverTime", TIME, "Time when the message was delivered, as ISO 8601 in UTC.", "2026-01-31T08:00:05Z", True),
    Field("resource_uri", "ResourceURI", STR, "Address (URI) of the message in the API.",
          "https://intouchapi.pswin.com/2/messages/I_1234", True),
))

ORGANIZATION = Resource("organization", "Organization", "", "", (
    Field("name", "Name", STR, "Name of the organisation.", "Acme", True),
    Field("description", "Description", STR, "Description of the organisation.", "", True),
    Field("edition", "Edition", STR, "Edition of LINK Engage that the organisation uses, such as C(Professional).", "Professional", True),
    Field("description1_alias", "Description1Alias", STR, "Label that the organisation chose for the contact field C(description).", "Role", True),
    Field("description2_alias", "Description2Alias", STR, "Label that the organisation chose for the contact field C(description2).", "City", True),
    Field("description3_alias", "Description3Alias", STR, "Label that the organisation chose for the contact field C(description3).", "Note", True),
))

# Not a resource of the contract. It is the name of a request by linkengage_api in a plan.
REQUEST = Resource("request", "Request", "", "", ())

USER = Resource("user", "User", "/user", "", (
    Field("allowed_functions", "AllowedFunctions", STRINGS, "Functions of LINK Engage that the user may use.", ["SEND_SMS", "ALLOW_API"], True),
    Field("allowed_senders", "AllowedSenderIds", STRINGS,
          "List of allowed senders. If C(settings.FREE_SENDER_ID) is C(True), other senders are allowed too.", ["26112", "ACME"], True),
    Field("organization", "Organization", nested(lambda: ORGANIZATION), "Organisation of the user.", None, True),
    Field("settings", "Settings", SETTINGS, "Settings of the account, as a dictionary of names and values. The value of each setting is a string.",
          {"NUMBER_PREFIX": "47", "SENDER_ID": "26112"}, True),
))
# fmt: on


def full_name(contact: Mapping[str, Any]) -> str:
    """Return the first and the last name of a contact; empty if the contact has neither."""
    return f"{contact.get('first_name') or ''} {contact.get('last_name') or ''}".strip()


def title(resource: Resource, record: Mapping[str, Any]) -> str:
    """Return the name of a contact or a group for people; empty if the record has no name."""
    return full_name(record) if resource is CONTACT else str(record.get("name") or "")
