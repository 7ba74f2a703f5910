# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A table of the open questions about the service, which the vendor's documentation does not answer.

The simulator, the documentation and the modules use this one table. It is a Python file because Ansible sends only
Python files to a host. ``TABLE`` and ``PROFILES`` contain only literals, so that the simulator can read them without an
import.

A row has:

- ``name``: the name of the question in the simulator's option ``--assume NAME=VALUE``.
- ``question``: the question in words.
- ``values``: the possible answers. The first answer is the assumption. ``means`` is the answer in words. ``seen``
  is the request or response that shows the answer.
- ``number``: True if any other whole number is also a possible answer.
- ``does``: how the collection works with every answer.
"""

from __future__ import annotations

from typing import Any

TABLE: list[dict[str, Any]] = [
    {
        "name": "field_names",
        "question": "Which field names does version 2 of the API use?",
        "values": {
            "documented": {
                "means": (
                    "Fields have the documented names, such as PhoneNumber. The service refuses other names, such as "
                    "phoneNumber."
                ),
                "seen": "Responses contain the field PhoneNumber.",
            },
            "any_case": {
                "means": (
                    "Fields have the documented names, such as PhoneNumber. In requests, the service also accepts the "
                    "name phoneNumber."
                ),
                "seen": "A request with the field phoneNumber succeeds.",
            },
            "camel_case": {
                "means": (
                    "JSON responses have field names in camelCase, such as phoneNumber. JSON requests can contain "
                    "phoneNumber or PhoneNumber."
                ),
                "seen": "JSON responses contain the field phoneNumber.",
            },
            "camel_case_only": {
                "means": (
                    "JSON requests and responses have field names in camelCase, such as phoneNumber. If a JSON request "
                    "contains PhoneNumber, the service returns the status 400."
                ),
                "seen": (
                    "JSON responses contain the field phoneNumber, and a request with the field PhoneNumber returns "
                    "the status 400."
                ),
            },
        },
        "does": (
            "In responses, the collection accepts field names in upper and lower case, such as PhoneNumber and "
            "phoneNumber. After a JSON response with camelCase names, such as phoneNumber, the collection writes "
            "camelCase names in JSON requests. Before such a response, it writes the documented names, such as "
            "PhoneNumber. If the service refuses the field names in a request, the task ends with an error, and the "
            "request changes nothing. If the service refuses the documented names in JSON requests, set the option "
            "data_format to xml. In XML, the documented names are always correct."
        ),
    },
    {
        "name": "user",
        "question": "Which version of the API has the resource /user?",
        "values": {
            "version_2": {
                "means": "Both versions of the API have the resource /user.",
                "seen": "GET /2/user returns the status 200.",
            },
            "version_1": {
                "means": "Only version 1 of the API has the resource /user.",
                "seen": "GET /2/user returns the status 404, and GET /1/user returns the status 200.",
            },
            "none": {
                "means": "Neither version of the API has the resource /user.",
                "seen": "GET /1/user and GET /2/user return the status 404.",
            },
        },
        "does": (
            "If version 2 has no resource /user, the collection reads this resource from version 1 of the API on the "
            "same host. If neither version has the resource /user, a task that needs the data in /user ends with an "
            "error. The error message names an option that can provide the data, for example default_country_code. "
            "Tasks that do not need the data in /user work."
        ),
    },
    {
        "name": "folders",
        "question": "Which version of the API has the resource /folders?",
        "values": {
            "version_2": {
                "means": "Both versions of the API have the resource /folders.",
                "seen": "GET /2/folders returns the status 200.",
            },
            "version_1": {
                "means": "Only version 1 of the API has the resource /folders.",
                "seen": "GET /2/folders returns the status 404, and GET /1/folders returns the status 200.",
            },
            "none": {
                "means": "Neither version of the API has the resource /folders.",
                "seen": "GET /1/folders and GET /2/folders return the status 404.",
            },
        },
        "does": (
            "If version 2 has no resource /folders, the collection reads this resource from version 1 of the API on "
            "the same host. If neither version has the resource /folders, a task that reads messages ends with an "
            "error. Without the resource /folders, if a task sends a message and gets no response, the task "
            "reports that the result is unknown, and does not send the message again."
        ),
    },
    {
        "name": "xml_namespace",
        "question": "Which namespace does the XML of version 2 of the API have?",
        "values": {
            "documented": {
                "means": "XML requests and responses have the documented namespace.",
                "seen": "XML responses declare a namespace that ends with PSWinCom.Intouch.API.Resources.",
            },
            "other": {
                "means": (
                    "XML requests and responses have a namespace that is not documented. The service refuses XML "
                    "requests with the documented namespace."
                ),
                "seen": "XML responses declare an undocumented namespace.",
            },
            "none": {
                "means": (
                    "XML requests and responses have no namespace. The service refuses XML requests with a namespace."
                ),
                "seen": "XML responses declare no namespace.",
            },
        },
        "does": (
            "The collection reads XML responses with any namespace. If a task has already received XML responses, its "
            "XML requests have the namespace of these responses. Otherwise, its XML requests have the documented "
            "namespace. If the service returns the status 400 to a POST in XML, the collection reads the list of "
            "groups to find out the namespace, and sends the POST again."
        ),
    },
    {
        "name": "errors",
        "question": "Which format do error responses have?",
        "values": {
            "text": {
                "means": "An error response is one line of text.",
                "seen": "The Content-Type of an error response is text/plain.",
            },
            "aspnet": {
                "means": (
                    "A JSON error response is an object with the fields Message and ModelState. An XML error response "
                    "is an element with the name Error."
                ),
                "seen": "The body of an error response contains the field Message.",
            },
        },
        "does": (
            "The collection reads error responses in both of the following formats. The error message of the task "
            "contains the text from the error response."
        ),
    },
    {
        "name": "date_slashes",
        "question": "Must a request escape the slashes of a JSON date, such as /Date(0)/?",
        "values": {
            "either": {
                "means": "No, a JSON request can contain dates with or without escaped slashes.",
                "seen": "A JSON request with the date /Date(0)/ succeeds.",
            },
            "escaped": {
                "means": "Yes, the service refuses a JSON request if the slashes of its dates are not escaped.",
                "seen": "A JSON request with the date /Date(0)/ returns the status 400.",
            },
        },
        "does": "In JSON requests, the collection always escapes the slashes of dates, as in \\/Date(0)\\/.",
    },
    {
        "name": "number_lookup",
        "question": (
            "If a phone number is stored with a country code, does a lookup without the country code find the contact?"
        ),
        "values": {
            "exact": {
                "means": "No, the lookup finds a contact only by its phone number in the stored format.",
                "seen": (
                    "The lookup of 90555817 returns the status 404, although a contact has the phone number 4790555817."
                ),
            },
            "any_spelling": {
                "means": "Yes, the lookup finds a contact by its phone number in any format.",
                "seen": "The lookup of 90555817 returns a contact with the phone number 4790555817.",
            },
        },
        "does": (
            "To find the contact with the phone number 4790555817, the collection leaves out the country "
            "code 47. It searches for phone numbers that contain each digit of 90555817, in any order. Then the "
            "collection compares the complete phone numbers in one format."
        ),
    },
    {
        "name": "duplicate_numbers",
        "question": "Can two contacts have the same phone number?",
        "values": {
            "allowed": {
                "means": "Yes, two contacts can have the same phone number.",
                "seen": "A second POST of a contact with the same phone number succeeds.",
            },
            "refused_400": {
                "means": "No, the service refuses the second contact, and returns the status 400.",
                "seen": "A second POST of a contact with the same phone number returns the status 400.",
            },
            "refused_409": {
                "means": "No, the service refuses the second contact, and returns the status 409.",
                "seen": "A second POST of a contact with the same phone number returns the status 409.",
            },
        },
        "does": (
            "Before the collection creates a contact, it looks for contacts with the same phone number. If the "
            "phone number in a task belongs to two contacts, the task ends with an error. To use one of two contacts "
            "with the same phone number, select the contact with the option on_duplicate or with its id."
        ),
    },
    {
        "name": "missing_number",
        "question": "What does the lookup of a contact by phone number return if no contact has the number?",
        "values": {
            "404": {
                "means": "If no contact has the number, the lookup returns the status 404.",
                "seen": "The lookup of the unused number 000000000 returns the status 404.",
            },
            "empty": {
                "means": "If no contact has the number, the lookup returns the status 200 and an empty body.",
                "seen": "The lookup of the unused number 000000000 returns the status 200 and an empty body.",
            },
            "null": {
                "means": "If no contact has the number, the lookup returns the status 200, and the body contains null.",
                "seen": "The lookup of the unused number 000000000 returns null.",
            },
        },
        "does": (
            "If the lookup of a phone number returns the status 404, an empty body or null, the collection assumes "
            "that no contact has this number."
        ),
    },
    {
        "name": "group_names",
        "question": "Can two groups have the same name?",
        "values": {
            "not_unique": {
                "means": "Yes, two groups can have the same name.",
                "seen": "A second POST of a group with the same name succeeds.",
            },
            "refused_400": {
                "means": "No, the service refuses the second group, and returns the status 400.",
                "seen": "A second POST of a group with the same name returns the status 400.",
            },
            "refused_409": {
                "means": "No, the service refuses the second group, and returns the status 409.",
                "seen": "A second POST of a group with the same name returns the status 409.",
            },
        },
        "does": (
            "Before the collection creates a group, it looks for groups with the same name. If the group name in a "
            "task belongs to two groups, the task ends with an error. To use one of two groups with the same name, "
            "select the group with the option on_duplicate or with its id."
        ),
    },
    {
        "name": "list_limit",
        "question": "Does a list from the service contain all records?",
        "number": True,
        "values": {
            "none": {
                "means": "Yes, a list contains all records.",
                "seen": "GET /contacts returns as many contacts as GET /contacts/count says.",
            },
            "10": {
                "means": "No, a list contains only the first 10 records.",
                "seen": "GET /contacts returns 10 contacts, but GET /contacts/count returns a larger number.",
            },
            "100": {
                "means": "No, a list contains only the first 100 records.",
                "seen": "GET /contacts returns 100 contacts, but GET /contacts/count returns a larger number.",
            },
        },
        "does": (
            "Many services cut long lists to a round number of records, such as 100. If the number of contacts in a "
            "list is a round number, the collection compares this number with the response to GET /contacts/count. If "
            "the number of messages in a list is a round number, the collection compares this number with the number "
            "that the service reports for the folder. If a list is incomplete, the task ends with an error before its "
            "first write request."
        ),
    },
    {
        "name": "repeated_post",
        "question": "Does a repeated POST of a contact create a second contact?",
        "values": {
            "creates": {
                "means": "Yes, a repeated POST creates a second contact.",
                "seen": "A second POST of a contact with the same phone number returns a new id.",
            },
            "same_record": {
                "means": "No, a repeated POST creates no second contact.",
                "seen": "A second POST of a contact with the same phone number returns the id of the first contact.",
            },
        },
        "does": (
            "If the collection sends a POST of a contact or a group and gets no response, it looks for the new record "
            "before it sends the POST again."
        ),
    },
    {
        "name": "retry_after",
        "question": "Does the response to a throttled request say when to try again?",
        "values": {
            "absent": {
                "means": "No, the response does not say when to try again.",
                "seen": "The response to a throttled request has no header Retry-After.",
            },
            "seconds": {
                "means": "Yes, the response says how many seconds to wait.",
                "seen": "The header Retry-After contains a number of seconds.",
            },
            "date": {
                "means": "Yes, the response says at what time to try again.",
                "seen": "The header Retry-After contains a date and a time.",
            },
        },
        "does": (
            "After a throttled request, the collection waits as long as the header Retry-After says. If the response "
            "to a throttled request has no header Retry-After, the collection waits for one minute."
        ),
    },
    {
        "name": "xml_elements",
        "question": "What are the names of the XML elements for settings, message lists, counts and new ids?",
        "values": {
            "usual": {
                "means": "The XML elements have the names Setting, ArrayOfFolderMessage, int and string.",
                "seen": "GET /contacts/count returns the XML element int.",
            },
            "others": {
                "means": "The XML elements have other names, such as UserSetting and Count.",
                "seen": "GET /contacts/count returns an XML element with a name other than int.",
            },
        },
        "does": "The vendor does not document the names of these XML elements. The collection accepts any names.",
    },
    {
        "name": "delete_sent",
        "question": "What does DELETE do with a message that the service has already sent?",
        "values": {
            "deletes": {
                "means": "DELETE deletes the sent message from its message folder.",
                "seen": "DELETE of a sent message returns the status 204.",
            },
            "refused": {
                "means": "The service refuses to delete a sent message.",
                "seen": "DELETE of a sent message returns the status 400.",
            },
        },
        "does": (
            "To cancel a scheduled message, the collection sends DELETE. If the service has already sent a message, "
            "the collection does not try to cancel this message. The module linkengage_doctor deletes its test "
            "message. If the service refuses this deletion, the module gives a warning."
        ),
    },
    {
        "name": "row_receiver",
        "question": 'In a message folder, what does the field "To" of a sent message contain?',
        "values": {
            "name": {
                "means": (
                    'The field "To" contains the name of the contact or group that receives the message. If the '
                    'receiver is neither a contact nor a group, the field "To" contains the phone number of the '
                    "receiver."
                ),
                "seen": 'The field "To" contains a name, such as Kari Nordmann.',
            },
            "number": {
                "means": 'The field "To" contains the phone number of the contact that receives the message.',
                "seen": 'The field "To" contains a phone number, such as 4741234567.',
            },
            "reference": {
                "means": (
                    'The field "To" contains the receiver in the same form as in the request, such as /contacts/4711.'
                ),
                "seen": 'The field "To" contains a path, such as /contacts/4711.',
            },
            "id": {
                "means": 'The field "To" contains the id of the contact or group that receives the message.',
                "seen": 'The field "To" contains only an id, such as 4711.',
            },
        },
        "does": (
            "To find a message in a message folder, the collection uses the message id. If the collection does not "
            "know the message id, it uses the text, the sender, the receivers and the time together."
        ),
    },
    {
        "name": "form_bodies",
        "question": "Does the service accept form-encoded requests?",
        "values": {
            "accepted": {
                "means": "Yes, the service accepts form-encoded requests.",
                "seen": "A form-encoded POST returns the status 201.",
            },
            "refused": {
                "means": "No, the service refuses form-encoded requests.",
                "seen": "A form-encoded POST returns the status 406.",
            },
        },
        "does": "The collection never sends form-encoded requests.",
    },
    {
        "name": "json_dates",
        "question": "Which format do dates have in JSON responses?",
        "values": {
            "date_offset": {
                "means": "A JSON date looks like /Date(0+0100)/.",
                "seen": "The field CreatedDate looks like /Date(1388577600000+0100)/.",
            },
            "date": {
                "means": "A JSON date looks like /Date(0)/.",
                "seen": "The field CreatedDate looks like /Date(1388577600000)/, without an offset.",
            },
            "iso_offset": {
                "means": (
                    "A JSON date has the format ISO 8601 with an offset from UTC, such as 2014-01-01T13:00:00+01:00."
                ),
                "seen": "The field CreatedDate ends with an offset from UTC, such as +01:00.",
            },
            "iso_utc": {
                "means": "A JSON date has the format ISO 8601 in UTC, such as 2014-01-01T12:00:00Z.",
                "seen": "The field CreatedDate ends with Z, which means UTC.",
            },
            "iso_local": {
                "means": "A JSON date has the format ISO 8601 without a time zone, such as 2014-01-01T13:00:00.",
                "seen": "The field CreatedDate has no time zone.",
            },
        },
        "does": (
            "The collection reads dates in all of the following formats. If a date has no time zone, the collection "
            "finds out the time zone of the service before it compares the date with another time."
        ),
    },
    {
        "name": "xml_dates",
        "question": "Which format do dates have in XML responses?",
        "values": {
            "local": {
                "means": "An XML date has no time zone, as in 2014-01-01T13:00:00.",
                "seen": "The field CreatedDate has no time zone.",
            },
            "offset": {
                "means": "An XML date has an offset from UTC, as in 2014-01-01T13:00:00+01:00.",
                "seen": "The field CreatedDate ends with an offset from UTC, such as +01:00.",
            },
            "utc": {
                "means": "An XML date is in UTC, as in 2014-01-01T12:00:00Z.",
                "seen": "The field CreatedDate ends with Z, which means UTC.",
            },
        },
        "does": (
            "The collection reads dates in all of the following formats. If a date has no time zone, the collection "
            "finds out the time zone of the service before it compares the date with another time."
        ),
    },
    {
        "name": "message_times",
        "question": "Does the time of a message contain seconds, and which time zone does the time have?",
        "values": {
            "exact": {
                "means": "The time of a message contains seconds, and is in the time zone of the service.",
                "seen": (
                    "The field HandledDate of a message contains the time of the POST with seconds, in the time zone "
                    "of the service."
                ),
            },
            "utc": {
                "means": (
                    "The time of a message contains seconds. If the service writes the time without a time zone, the "
                    "time is in UTC."
                ),
                "seen": (
                    "The field HandledDate of a message contains the time of the POST with seconds, in UTC, but "
                    "without a time zone."
                ),
            },
            "minutes": {
                "means": "The time of a message contains no seconds.",
                "seen": "In every message, the seconds of the field HandledDate are 00.",
            },
        },
        "does": (
            "If a task sends a message and gets no response, the collection looks for the message in the message "
            "folders. To find the message by its time, the collection must know the time zone of the service. If "
            "the collection cannot decide whether a message in a folder is the message of the task, the task ends with "
            "an error, and does not send the message again."
        ),
    },
    {
        "name": "login_refused",
        "question": "Which status does the service return if it refuses a login?",
        "values": {
            "406": {
                "means": "If the service refuses a login, it returns the status 406.",
                "seen": "A request with a wrong password returns the status 406.",
            },
            "401": {
                "means": "If the service refuses a login, it returns the status 401.",
                "seen": "A request with a wrong password returns the status 401.",
            },
            "403": {
                "means": "If the service refuses a login, it returns the status 403.",
                "seen": "A request with a wrong password returns the status 403.",
            },
        },
        "does": (
            "If the service returns one of the following statuses, the error message of the task says what to check: "
            "the user name, the password, and whether the API feature is enabled."
        ),
    },
    {
        "name": "put_answer",
        "question": "What does the service return after a successful PUT?",
        "values": {
            "no_content": {
                "means": "A successful PUT returns the status 204.",
                "seen": "The response to PUT has the status 204.",
            },
            "empty": {
                "means": "A successful PUT returns the status 200 and an empty body.",
                "seen": "The response to PUT has the status 200 and an empty body.",
            },
            "record": {
                "means": "A successful PUT returns the status 200 and the updated record.",
                "seen": "The response to PUT contains the updated record.",
            },
        },
        "does": (
            "The collection accepts each of the following responses to PUT. If the response to PUT contains a record, "
            "the collection checks that this record has the id of the request."
        ),
    },
    {
        "name": "delete_answer",
        "question": "What does the service return after a successful DELETE?",
        "values": {
            "no_content": {
                "means": "A successful DELETE returns the status 204.",
                "seen": "The response to DELETE has the status 204.",
            },
            "empty": {
                "means": "A successful DELETE returns the status 200 and an empty body.",
                "seen": "The response to DELETE has the status 200 and an empty body.",
            },
            "record": {
                "means": "A successful DELETE returns the status 200 and the deleted record.",
                "seen": "The response to DELETE contains the deleted record.",
            },
        },
        "does": (
            "The collection accepts each of the following responses to DELETE. If the response to DELETE contains a "
            "record, the collection checks that this record is the deleted record."
        ),
    },
    {
        "name": "post_answer",
        "question": "What does the service return after a successful POST?",
        "values": {
            "id": {
                "means": (
                    "A successful POST returns the status 201, and the body contains the id of the new record as a "
                    "number. The header Location contains a URL that has http instead of https."
                ),
                "seen": "The body of the response to POST is a number, such as 155.",
            },
            "quoted_id": {
                "means": (
                    "A successful POST returns the status 201, and the body contains the id of the new record as a "
                    "text."
                ),
                "seen": 'The body of the response to POST is a text, such as "155".',
            },
            "record": {
                "means": "A successful POST returns the status 200, and the body contains the new record.",
                "seen": "The response to POST has the status 200, and its body contains the new record.",
            },
            "created_record": {
                "means": "A successful POST returns the status 201, and the body contains the new record.",
                "seen": "The response to POST has the status 201, and its body contains the new record.",
            },
            "location": {
                "means": (
                    "A successful POST returns the status 201 and an empty body. The header Location contains a "
                    "complete URL."
                ),
                "seen": "The response to POST has no body, and the header Location contains a complete URL.",
            },
            "location_path": {
                "means": (
                    "A successful POST returns the status 201 and an empty body. The header Location contains a path, "
                    "such as /2/contacts/4711."
                ),
                "seen": "The header Location of the response to POST begins with a slash.",
            },
            "location_name": {
                "means": (
                    "A successful POST returns the status 201 and an empty body. The header Location contains only "
                    "the name of the resource and the id, such as contacts/4711."
                ),
                "seen": "The header Location of the response to POST is contacts/4711.",
            },
        },
        "does": (
            "The collection reads the id of the new record from the body of the response. If the response to POST has "
            "an empty body, the collection reads the id from the end of the header Location. The collection ignores "
            "the host in the header Location."
        ),
    },
    {
        "name": "ids",
        "question": "Are ids numbers or texts in JSON responses?",
        "values": {
            "numbers": {
                "means": "In JSON responses, ids are numbers.",
                "seen": "The field ContactId has no quotes, as in 4711.",
            },
            "texts": {
                "means": "In JSON responses, ids are texts.",
                "seen": 'The field ContactId has quotes, as in "4711".',
            },
        },
        "does": "In JSON responses, the collection accepts numbers and texts as ids.",
    },
    {
        "name": "outer_blanks",
        "question": "Does the service keep spaces at the beginning and the end of a text?",
        "values": {
            "kept": {
                "means": "Yes, the service keeps spaces at the beginning and the end of a text.",
                "seen": 'The service stores the text " Kari " as " Kari ".',
            },
            "trimmed": {
                "means": "No, the service removes spaces at the beginning and the end of a text.",
                "seen": 'The service stores the text " Kari " as "Kari".',
            },
        },
        "does": (
            "The service possibly stores a text without the spaces at its beginning and end. If the stored text and "
            "the text of the task differ only in these spaces, the task shows a warning and does not write the text "
            "again."
        ),
    },
    {
        "name": "long_texts",
        "question": "Does the service store long texts of contacts and groups completely?",
        "values": {
            "kept": {
                "means": "Yes, the service stores long texts completely.",
                "seen": "The service stores a text of 299 characters completely.",
            },
            "cut_50": {
                "means": "No, the service stores only the first 50 characters of a text.",
                "seen": "The service stores only 50 characters of a text that has 51 characters.",
            },
            "cut_100": {
                "means": "No, the service stores only the first 100 characters of a text.",
                "seen": "The service stores only 100 characters of a text that has 101 characters.",
            },
            "cut_160": {
                "means": "No, the service stores only the first 160 characters of a text.",
                "seen": "The service stores only 160 characters of a text that has 161 characters.",
            },
            "cut_255": {
                "means": "No, the service stores only the first 255 characters of a text.",
                "seen": "The service stores only 255 characters of a text that has 256 characters.",
            },
            "cut_50_in_emoji": {
                "means": (
                    "No, the service stores only the first 50 characters of a text. It counts an emoji as 2 "
                    "characters, so it can cut a text in the middle of an emoji."
                ),
                "seen": "The stored text ends with an emoji that was cut in the middle.",
            },
            "refused_50": {
                "means": "No, the service refuses a text with more than 50 characters, and returns the status 400.",
                "seen": "A request with a text of 51 characters returns the status 400.",
            },
        },
        "does": (
            "If the service has cut a text to a usual length, such as 50 characters, the task shows a warning and "
            "does not write the text again. If the service has cut the name of a group, the collection finds the "
            "group by the stored part of its name."
        ),
    },
    {
        "name": "line_ends",
        "question": "Does the service keep the line ends of texts?",
        "values": {
            "kept": {
                "means": "Yes, the service keeps the line ends of texts.",
                "seen": "The service stores the line end LF as LF.",
            },
            "crlf": {
                "means": "No, the service changes the line end LF to CR LF.",
                "seen": "The service stores the line end LF as CR LF.",
            },
        },
        "does": (
            "If the only difference between two texts is the line end, LF or CR LF, the collection treats the texts "
            "as equal."
        ),
    },
    {
        "name": "numbers",
        "question": "In which format does the service store a phone number?",
        "values": {
            "as_entered": {
                "means": "The service stores a phone number exactly as it is written in the request.",
                "seen": (
                    "The service stores the number 90555817 as 90555817, and the number +4790555817 as +4790555817."
                ),
            },
            "msisdn": {
                "means": "The service stores a phone number with the country code, but without a plus sign.",
                "seen": "The service stores the number 90555817 as 4790555817.",
            },
            "plus": {
                "means": "The service stores a phone number with a plus sign and the country code.",
                "seen": "The service stores the number 90555817 as +4790555817.",
            },
            "national": {
                "means": "The service stores a phone number without the country code of the account.",
                "seen": "The service stores the number 4790555817 as 90555817.",
            },
        },
        "does": (
            "The collection recognises phone numbers in all of the following formats, and does not change the format "
            "of stored phone numbers."
        ),
    },
    {
        "name": "read_lag",
        "question": "Does the service show a new record immediately?",
        "number": True,
        "values": {
            "none": {
                "means": "Yes, the service shows a new record immediately.",
                "seen": "The first GET after a POST finds the new record.",
            },
            "1": {
                "means": "No, in the first second after a POST, the service does not show the new record.",
                "seen": "In the first second after a POST, a GET does not find the new record.",
            },
            "5": {
                "means": "No, in the first 5 seconds after a POST, the service does not show the new record.",
                "seen": "In the first 5 seconds after a POST, a GET does not find the new record.",
            },
        },
        "does": (
            "After a task has created a record, the collection waits until the service shows the record, but at most "
            "7 seconds. If a POST of a contact or a group gets no response, the collection also looks for the new "
            "record for up to 7 seconds. It sends the POST again only if it does not find the record."
        ),
    },
    {
        "name": "folder_rows",
        "question": "How many entries does a sent message have in its message folder?",
        "values": {
            "per_receiver": {
                "means": "In its folder, a sent message has one entry for each receiver.",
                "seen": "In the message folder, a message to two receivers has two entries.",
            },
            "per_message": {
                "means": "In its folder, a sent message has only one entry for all receivers together.",
                "seen": "In the message folder, a message to two receivers has one entry.",
            },
        },
        "does": (
            "If several entries in a message folder have the same message id, the collection counts them as one "
            "message. If a message to several receivers has only one entry, the delivery state in this entry applies "
            "to all receivers."
        ),
    },
    {
        "name": "states",
        "question": "How does the service write the delivery state of a message?",
        "values": {
            "words": {
                "means": "The service writes the delivery state as an English word, such as Delivered.",
                "seen": "The field DeliverStatus contains an English word, such as Delivered.",
            },
            "numbers": {
                "means": "The service writes the delivery state as a number, such as 2.",
                "seen": "The field DeliverStatus contains a number, such as 2.",
            },
            "norwegian": {
                "means": "The service writes the delivery state as a Norwegian word, such as Levert.",
                "seen": "The field DeliverStatus contains a Norwegian word, such as Levert.",
            },
        },
        "does": (
            "The collection understands the English and the Norwegian words for delivery states. If the delivery "
            "state is a number, the collection reports the state as unknown, and shows the number."
        ),
    },
    {
        "name": "message_ids",
        "question": "Which format do the ids of messages have?",
        "values": {
            "with_letter": {
                "means": "A message id consists of a letter, an underscore and a number, such as O_5001.",
                "seen": "The field MessageId looks like O_5001.",
            },
            "bare": {
                "means": "A message id is a number without a letter, such as 5001.",
                "seen": "The field MessageId looks like 5001.",
            },
        },
        "does": (
            "The collection accepts message ids with a letter, such as O_5001, and without a letter. The message "
            "folders show whether a message was sent or received, so the collection does not need the letter."
        ),
    },
    {
        "name": "throttle_status",
        "question": "Which status does the response to a throttled request have?",
        "values": {
            "503": {
                "means": (
                    "A throttled request returns the status 503, and the body contains the text that the vendor "
                    "documents."
                ),
                "seen": "The response to a throttled request has the status 503.",
            },
            "429": {
                "means": "A throttled request returns the status 429.",
                "seen": "The response to a throttled request has the status 429.",
            },
        },
        "does": "If a request returns the status 503 or 429, the collection waits, and then sends the request again.",
    },
    {
        "name": "max_receivers",
        "question": "How many receivers can a message have?",
        "number": True,
        "values": {
            "none": {
                "means": "A message can have any number of receivers.",
                "seen": "A message to 101 receivers succeeds.",
            },
            "2": {
                "means": (
                    "A message can have at most 2 receivers. If a message has more than 2 receivers, the service "
                    "returns the status 400."
                ),
                "seen": "A message to 3 receivers returns the status 400.",
            },
            "100": {
                "means": (
                    "A message can have at most 100 receivers. If a message has more than 100 receivers, the service "
                    "returns the status 400."
                ),
                "seen": "A message to 101 receivers returns the status 400.",
            },
        },
        "does": (
            "If a message has too many receivers, the service sends the message to nobody, and the task ends with an "
            "error. A group counts as one receiver, even if it has many members."
        ),
    },
    {
        "name": "owned_records",
        "question": "Does the service refuse changes to records that come from the directory sync Syncopy?",
        "values": {
            "none": {
                "means": "No, the service accepts changes to records that come from the directory sync.",
                "seen": "PUT of a record that comes from the directory sync succeeds.",
            },
            "refused_400": {
                "means": (
                    "Yes, the service returns the status 400 for changes to records that come from the directory sync."
                ),
                "seen": "PUT of a record that comes from the directory sync returns the status 400.",
            },
            "refused_403": {
                "means": (
                    "Yes, the service returns the status 403 for changes to records that come from the directory sync."
                ),
                "seen": "PUT of a record that comes from the directory sync returns the status 403.",
            },
            "refused_406": {
                "means": (
                    "Yes, the service returns the status 406 for changes to records that come from the directory sync."
                ),
                "seen": "PUT of a record that comes from the directory sync returns the status 406.",
            },
            "refused_409": {
                "means": (
                    "Yes, the service returns the status 409 for changes to records that come from the directory sync."
                ),
                "seen": "PUT of a record that comes from the directory sync returns the status 409.",
            },
        },
        "does": (
            "If the service refuses to change a record, the error message names the record, and says that the record "
            "possibly comes from the directory sync. The collection still changes all other records."
        ),
    },
    {
        "name": "number_length",
        "question": "Does the setting NUMBER_LENGTH of the account count the digits of the country code?",
        "values": {
            "without_prefix": {
                "means": "No, the setting NUMBER_LENGTH does not count the digits of the country code.",
                "seen": "In an account with Norwegian phone numbers, such as 47 90 55 58 17, NUMBER_LENGTH is 8.",
            },
            "with_prefix": {
                "means": "Yes, the setting NUMBER_LENGTH also counts the digits of the country code.",
                "seen": "In an account with Norwegian phone numbers, such as 47 90 55 58 17, NUMBER_LENGTH is 10.",
            },
        },
        "does": (
            "To check a phone number, the collection uses the numbering plan of the country. The collection ignores "
            "the setting NUMBER_LENGTH."
        ),
    },
]

# Sets of answers for the simulator's option ``--profile``. A question that a profile omits has the assumed answer.
PROFILES: dict[str, dict[str, str]] = {
    # A service that is built with ASP.NET Web API, as the headers and the help page of version 2 suggest.
    "aspnet": {
        "field_names": "any_case",
        "user": "version_1",
        "folders": "version_1",
        "xml_namespace": "other",
        "errors": "aspnet",
        "json_dates": "iso_local",
        "number_length": "with_prefix",
    },
}
