# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The tables: one line a field (contract: resources). No logic."""

from __future__ import annotations

from .fields import BOOL, INT, OPTIONAL_INT, PHONE, SETTINGS, STR, STRINGS, TIME, Field, Resource, nested, nested_list

# fmt: off
CONTACT = Resource("contact", "Contact", "/contacts", "contact_id", (
    Field("contact_id", "ContactId", INT, "Number of the contact, given by the service.", 4711),
    Field("phone_number", "PhoneNumber", PHONE, "Phone number of the contact.", "4790555817"),
    Field("first_name", "Firstname", STR, "Given name.", "Kari"),
    Field("last_name", "Lastname", STR, "Family name.", "Nordmann"),
    Field("email", "Email", STR, "E-mail address.", "kari@example.com"),
    Field("description", "Description", STR, "First free text, named by the account's C(Description1Alias).", "On call"),
    Field("description2", "Description2", STR, "Second free text, named by the account's C(Description2Alias).", "Oslo"),
    Field("description3", "Description3", STR, "Third free text, named by the account's C(Description3Alias).", ""),
    Field("cpa_accepted", "CPAAccepted", BOOL, "Whether the contact accepts premium (paid-content) messages.", False),
    Field("private", "IsPrivate", BOOL, "Whether only the owner sees the contact.", False),
    Field("created", "CreatedDate", TIME, "When it was made, in ISO 8601, UTC.", "2014-01-01T12:00:00Z", True),
))

GROUP = Resource("group", "Group", "/groups", "group_id", (
    Field("group_id", "GroupId", INT, "Number of the group, given by the service.", 12),
    Field("name", "Name", STR, "Name of the group.", "On call"),
    Field("description", "Description", STR, "Free text.", "Woken at night"),
    Field("private", "IsPrivate", BOOL, "Whether only the owner sees the group.", False),
))

MESSAGE = Resource("message", "Message", "/messages", "message_id", (
    Field("message_id", "MessageId", STR, "Id of the message: a letter for the direction, C(_), a number.", "O_1234"),
    Field("text", "Text", STR, "Text of the message.", "Disk full on web1"),
    Field("receivers", "Receivers", STR, "Receivers as the service keeps them, joined by C(;).", "4790555817;/groups/12"),
    Field("sender", "SenderNumber", STR, "Sender that the receivers see.", "LINK"),
    Field("status", "MessageStatus", STR, "Status in the service's own word.", "Sent"),
    Field("handled", "HandledDate", TIME, "When it was or will be sent, in ISO 8601, UTC.", "2026-01-31T08:00:00Z"),
    Field("merge", "IsMergeMessage", BOOL, "Whether merge codes in the text are filled in per receiver.", False),
    Field("private", "IsPrivate", BOOL, "Whether only the owner sees the message.", False),
    Field("tariff", "Tariff", INT, "Price for the receiver in the smallest currency unit.", 0),
    Field("folder_id", "FolderId", INT, "Number of the folder that holds it.", 3),
))

FOLDER: Resource = Resource("folder", "Folder", "/folders", "folder_id", (
    Field("folder_id", "FolderId", INT, "Number of the folder.", 1, True),
    Field("name", "Name", STR, "Name of the folder.", "Inbox", True),
    Field("type", "FolderType", STR, "Type in the service's own word.", "Inbox", True),
    Field("parent_id", "ParentFolderId", OPTIONAL_INT, "Number of the folder above, if any.", None, True),
    Field("message_count", "MessagesInFolder", INT, "How many messages it holds.", 3, True),
    Field("private", "IsPrivate", BOOL, "Whether only the owner sees it.", False, True),
    Field("deletable", "IsUserDeletable", BOOL, "Whether the user may delete it.", False, True),
    Field("sub_folders", "SubFolders", nested_list(lambda: FOLDER), "The folders below, in the same shape.", [], True),
))

FOLDER_MESSAGE = Resource("folder_message", "FolderMessage", "/folders", "message_id", (
    Field("message_id", "MessageId", STR, "Id of the message.", "I_1234", True),
    Field("text", "Text", STR, "Text of the message.", "ACK", True),
    Field("direction", "Direction", STR, "V(I) for received, V(O) for sent.", "I", True),
    Field("type", "MessageType", STR, "Type of the message.", "SMS", True),
    Field("sender", "From", STR, "Name or number of the sender.", "Kari Nordmann", True),
    Field("sender_number", "FromNumber", STR, "Number of the sender.", "4790555817", True),
    Field("receiver", "To", STR, "A number, or the name of a contact or a group.", "26112", True),
    Field("time", "SendReceiveTime", TIME, "When it was sent or received, in ISO 8601, UTC.", "2026-01-31T08:00:00Z", True),
    Field("delivery_status", "DeliverStatus", STR, "Delivery status in the service's own word.", "Unknown", True),
    Field("delivered", "DeliverTime", TIME, "When it was delivered, in ISO 8601, UTC.", "2026-01-31T08:00:05Z", True),
    Field("resource_uri", "ResourceURI", STR, "Address of the message.",
          "https://intouchapi.pswin.com/2/messages/I_1234", True),
))

ORGANIZATION = Resource("organization", "Organization", "", "", (
    Field("name", "Name", STR, "Name of the organisation.", "Acme", True),
    Field("description", "Description", STR, "Free text.", "", True),
    Field("edition", "Edition", STR, "Edition of the service that it has.", "Professional", True),
    Field("description1_alias", "Description1Alias", STR, "Its name for a contact's O(ignore:description).", "Role", True),
    Field("description2_alias", "Description2Alias", STR, "Its name for a contact's O(ignore:description2).", "City", True),
    Field("description3_alias", "Description3Alias", STR, "Its name for a contact's O(ignore:description3).", "Note", True),
))

# Not a resource of the contract: what a request of the user's own is called in a plan.
REQUEST = Resource("request", "Request", "", "", ())

USER = Resource("user", "User", "/user", "", (
    Field("allowed_functions", "AllowedFunctions", STRINGS, "What the user may do.", ["SEND_SMS", "ALLOW_API"], True),
    Field("allowed_senders", "AllowedSenderIds", STRINGS, "Senders to choose from, where not free to set any.",
          ["26112", "ACME"], True),
    Field("organization", "Organization", nested(lambda: ORGANIZATION), "The user's organisation.", None, True),
    Field("settings", "Settings", SETTINGS, "Settings by name; the values are always strings.",
          {"NUMBER_PREFIX": "47", "SENDER_ID": "26112"}, True),
))
# fmt: on
