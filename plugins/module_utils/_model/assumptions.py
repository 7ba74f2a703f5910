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
- ``contract``: the question of the contract page that the row answers, or "" if the contract page does not ask it.
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
        "question": "Which names do the fields of records have in version 2?",
        "contract": "Are version 2's field names those of version 1?",
        "values": {
            "documented": {
                "means": (
                    "Fields have the documented names, such as Firstname. The service refuses other spellings, such as "
                    "firstname."
                ),
                "seen": "Responses contain the field Firstname.",
            },
            "any_case": {
                "means": (
                    "Fields have the documented names, such as Firstname. In requests, the service also accepts other "
                    "spellings, such as firstname."
                ),
                "seen": "A request with the field firstname succeeds.",
            },
            "camel_case": {
                "means": (
                    "JSON responses have camelCase names, such as firstname. In requests, the service accepts "
                    "camelCase names and the documented names."
                ),
                "seen": "Responses contain the field firstname.",
            },
            "camel_case_only": {
                "means": (
                    "JSON requests and responses have camelCase names, such as firstname. For other spellings, the "
                    "service returns the status 400."
                ),
                "seen": "Responses contain firstname, and a request with Firstname returns the status 400.",
            },
        },
        "does": (
            "The collection reads the names of fields regardless of upper and lower case. If the service has returned "
            "camelCase names earlier in the same run, the collection also writes camelCase names in JSON. Otherwise, "
            "the collection writes the documented names. If the service refuses the names in a request, the task ends "
            "with an error, and the request changes nothing. If this error occurs, set data_format to xml, because XML "
            "always has the documented names."
        ),
    },
    {
        "name": "user",
        "question": "Which version of the API has the resource /user?",
        "contract": "Does version 2 have `/user` and `/folders`?",
        "values": {
            "version_2": {
                "means": "Both versions have the resource /user.",
                "seen": "GET /2/user returns the status 200.",
            },
            "version_1": {
                "means": "Only version 1 has the resource /user.",
                "seen": "GET /2/user returns the status 404, and GET /1/user returns the status 200.",
            },
            "none": {
                "means": "Neither version has the resource /user.",
                "seen": "GET /1/user and GET /2/user return the status 404.",
            },
        },
        "does": (
            "If version 2 has no resource /user, the collection reads the user from version 1 on the same host. The "
            "collection asks version 1 only once in each run. If version 1 has no resource /user either, tasks that "
            "need no data of the user still work. For a task that needs data of the user, the error message names the "
            "option to set instead, such as default_country_code."
        ),
    },
    {
        "name": "folders",
        "question": "Which version of the API has the resource /folders?",
        "contract": "Does version 2 have `/user` and `/folders`?",
        "values": {
            "version_2": {
                "means": "Both versions have the resource /folders.",
                "seen": "GET /2/folders returns the status 200.",
            },
            "version_1": {
                "means": "Only version 1 has the resource /folders.",
                "seen": "GET /2/folders returns the status 404, and GET /1/folders returns the status 200.",
            },
            "none": {
                "means": "Neither version has the resource /folders.",
                "seen": "GET /1/folders and GET /2/folders return the status 404.",
            },
        },
        "does": (
            "If version 2 has no resource /folders, the collection reads the message folders from version 1 on the "
            "same host. The collection asks version 1 only once in each run. If version 1 has no resource /folders "
            "either, a task that reads messages ends with an error. If neither version has message folders, and the "
            "collection gets no response after a POST of a message, the collection reports the message as unknown. In "
            "this case, the collection does not send the message again."
        ),
    },
    {
        "name": "xml_namespace",
        "question": "Which namespace does the XML of version 2 have?",
        "contract": "Version 2's XML namespace",
        "values": {
            "documented": {
                "means": "The XML has the documented namespace.",
                "seen": "Responses declare the documented namespace.",
            },
            "other": {
                "means": "The XML has another namespace. The service refuses requests with the documented namespace.",
                "seen": "Responses declare another namespace.",
            },
            "none": {
                "means": "The XML has no namespace. The service refuses requests with a namespace.",
                "seen": "Responses declare no namespace.",
            },
        },
        "does": (
            "The collection ignores the namespace of a response. In a request, the collection writes the namespace "
            "that the service has declared earlier in the same run. If the service refuses a POST in XML with the "
            "status 400, the collection reads the list of groups to learn the namespace, and then sends the POST "
            "again."
        ),
    },
    {
        "name": "errors",
        "question": "Which format do error responses have?",
        "contract": "Version 2's errors",
        "values": {
            "text": {
                "means": "An error response is one line of text.",
                "seen": "The Content-Type of an error response is text/plain.",
            },
            "aspnet": {
                "means": (
                    "In JSON, an error response is an object with Message and ModelState. In XML, an error response is "
                    "an element Error."
                ),
                "seen": "The body of an error response contains Message.",
            },
        },
        "does": (
            "The collection reads error responses in both formats. The error message of the collection contains the "
            "text from the error response."
        ),
    },
    {
        "name": "date_slashes",
        "question": "Must a request escape the slashes of a JSON date?",
        "contract": "Slashes in JSON dates",
        "values": {
            "either": {
                "means": "No, a request can contain the slashes with or without an escape.",
                "seen": "A request with the date /Date(0)/ succeeds.",
            },
            "escaped": {
                "means": "Yes, the service refuses a date with slashes that are not escaped.",
                "seen": "A request with the date /Date(0)/ returns the status 400.",
            },
        },
        "does": "The collection always escapes the slashes of a date, as in the vendor's examples.",
    },
    {
        "name": "number_lookup",
        "question": "Does the lookup by phone number find other spellings of the number?",
        "contract": "Must numbers in `/contacts/phonenumber/{number}` match the stored text?",
        "values": {
            "exact": {
                "means": "No, the lookup finds only the stored spelling.",
                "seen": "The lookup of the national number of a contact returns the status 404.",
            },
            "any_spelling": {
                "means": "Yes, the lookup finds every spelling.",
                "seen": "The lookup of the national number of a contact returns the contact.",
            },
        },
        "does": (
            "If the service returns contacts, the collection converts their phone numbers to one standard format, and "
            "then compares the numbers."
        ),
    },
    {
        "name": "duplicate_numbers",
        "question": "Can two contacts have the same phone number?",
        "contract": "May two contacts hold one number?",
        "values": {
            "allowed": {
                "means": "Yes, two contacts can have the same phone number.",
                "seen": "A second POST with the same number succeeds.",
            },
            "refused_400": {
                "means": "No, the service returns the status 400 for the second contact.",
                "seen": "A second POST with the same number returns the status 400.",
            },
            "refused_409": {
                "means": "No, the service returns the status 409 for the second contact.",
                "seen": "A second POST with the same number returns the status 409.",
            },
        },
        "does": (
            "The collection looks for the phone number before it creates a contact. If two contacts have this number, "
            "the task ends with an error. To prevent the error, select one of the contacts with the option "
            "on_duplicate or with its id."
        ),
    },
    {
        "name": "missing_number",
        "question": "What does the lookup by phone number return if no contact has the number?",
        "contract": "Answer when `phonenumber` finds nothing",
        "values": {
            "404": {"means": "The lookup returns the status 404.", "seen": "The lookup returns the status 404."},
            "empty": {
                "means": "The lookup returns the status 200 and an empty body.",
                "seen": "The lookup returns the status 200 and an empty body.",
            },
            "null": {"means": "The lookup returns the status 200 and null.", "seen": "The lookup returns null."},
        },
        "does": (
            "If the service returns the status 404, an empty body or null, the collection assumes that no contact has "
            "the number."
        ),
    },
    {
        "name": "group_names",
        "question": "Can two groups have the same name?",
        "contract": "Is a group's name unique?",
        "values": {
            "not_unique": {
                "means": "Yes, two groups can have the same name.",
                "seen": "A second POST with the same name succeeds.",
            },
            "refused_400": {
                "means": "No, the service returns the status 400 for the second group.",
                "seen": "A second POST with the same name returns the status 400.",
            },
            "refused_409": {
                "means": "No, the service returns the status 409 for the second group.",
                "seen": "A second POST with the same name returns the status 409.",
            },
        },
        "does": (
            "The collection looks for the name of a group before it creates the group. If two groups have this name, "
            "the task ends with an error. To prevent the error, select one of the groups with the option on_duplicate "
            "or with its id."
        ),
    },
    {
        "name": "list_limit",
        "question": "Does a list from the service contain all records?",
        "contract": "Paging",
        "number": True,
        "values": {
            "none": {
                "means": "Yes, a list contains all records.",
                "seen": "GET /contacts returns as many contacts as GET /contacts/count says.",
            },
            "10": {
                "means": "No, a list contains only the first 10 records.",
                "seen": "GET /contacts returns fewer contacts than GET /contacts/count says.",
            },
            "100": {
                "means": "No, a list contains only the first 100 records.",
                "seen": "GET /contacts returns fewer contacts than GET /contacts/count says.",
            },
        },
        "does": (
            "If the length of a list of contacts is a typical limit, such as exactly 100, the service has possibly cut "
            "the list. In this case, the collection compares the length of the list with /contacts/count. For each "
            "message folder, the service returns the number of messages, and the collection compares this number with "
            "the length of the list. If a list is incomplete, the task ends with an error before its first write."
        ),
    },
    {
        "name": "repeated_post",
        "question": "Does a repeated POST create a second record?",
        "contract": "Does POST dedupe?",
        "values": {
            "creates": {
                "means": "Yes, a repeated POST creates a second record.",
                "seen": "A second POST with the same number returns a new id.",
            },
            "same_record": {
                "means": "No, only the first contact has the number.",
                "seen": "A second POST with the same number returns the id of the first contact.",
            },
        },
        "does": (
            "If the collection gets no response to a POST, the collection looks for the record before it repeats the "
            "POST."
        ),
    },
    {
        "name": "retry_after",
        "question": "Does the response to a throttled request say when to try again?",
        "contract": "`Retry-After` on 503",
        "values": {
            "absent": {
                "means": "No, the response contains no time.",
                "seen": "The response has no header Retry-After.",
            },
            "seconds": {
                "means": "Yes, the response contains the number of seconds to wait.",
                "seen": "The header Retry-After is a number.",
            },
            "date": {"means": "Yes, the response contains a date.", "seen": "The header Retry-After is a date."},
        },
        "does": (
            "The collection waits as long as the header Retry-After says. Without the header Retry-After, the "
            "collection waits for one minute."
        ),
    },
    {
        "name": "xml_elements",
        "question": "Which names do the undocumented XML elements have?",
        "contract": (
            "XML element names of the user's `Settings` entries, of the array of folder messages, and of a bare number "
            "(`count`, a new id)"
        ),
        "values": {
            "usual": {
                "means": "The names are Setting, ArrayOfFolderMessage, int and string.",
                "seen": "GET /contacts/count returns the XML element int.",
            },
            "others": {
                "means": "The elements have other names.",
                "seen": "GET /contacts/count returns another XML element.",
            },
        },
        "does": "The collection accepts any names for these root elements and child elements.",
    },
    {
        "name": "delete_sent",
        "question": "What does DELETE do with a message that the service has already sent?",
        "contract": "What DELETE does to a message that was sent",
        "values": {
            "deletes": {
                "means": "DELETE deletes the record of the message.",
                "seen": "DELETE of a sent message returns the status 204.",
            },
            "refused": {
                "means": "DELETE fails, and the service returns the status 400.",
                "seen": "DELETE of a sent message returns the status 400.",
            },
        },
        "does": (
            "To cancel a message, the collection sends DELETE only if the service has not sent the message yet. If a "
            "task deletes a received message, and the service refuses the deletion, the task reports the refusal."
        ),
    },
    {
        "name": "row_receiver",
        "question": "What does the field To of a sent message in a message folder contain?",
        "contract": "Where a sent message's row shows its receivers (`To`)",
        "values": {
            "name": {
                "means": "The field contains the name of the contact or group, or the phone number.",
                "seen": "The field To contains a name.",
            },
            "number": {
                "means": "The field contains the phone number of the contact.",
                "seen": "The field To contains a phone number.",
            },
            "reference": {
                "means": "The field contains the receiver in the same form as in the request.",
                "seen": "The field To contains /contacts/4711.",
            },
            "id": {
                "means": "The field contains the id of the contact or group.",
                "seen": "The field To contains 4711.",
            },
        },
        "does": (
            "The collection finds a message by its id. If the collection does not know the id, the collection compares "
            "the text, the sender, the receivers and the time. The collection never finds a message by the field To "
            "alone."
        ),
    },
    {
        "name": "form_bodies",
        "question": "Does the service accept form-encoded requests?",
        "contract": "Form-encoded bodies",
        "values": {
            "accepted": {
                "means": "Yes, the service accepts form-encoded requests.",
                "seen": "A form-encoded request returns the status 201.",
            },
            "refused": {
                "means": "No, the service refuses form-encoded requests.",
                "seen": "A form-encoded request returns the status 406.",
            },
        },
        "does": "The collection sends no form-encoded requests.",
    },
    {
        "name": "json_dates",
        "question": "Which format do dates have in JSON responses?",
        "contract": "",
        "values": {
            "date_offset": {"means": "A date looks like /Date(0+0100)/.", "seen": "CreatedDate is /Date(...+0100)/."},
            "date": {"means": "A date looks like /Date(0)/.", "seen": "CreatedDate is /Date(...)/ without an offset."},
            "iso_offset": {
                "means": "A date has the format ISO 8601 with an offset from UTC.",
                "seen": "CreatedDate ends with +01:00.",
            },
            "iso_utc": {"means": "A date has the format ISO 8601 in UTC.", "seen": "CreatedDate ends with Z."},
            "iso_local": {
                "means": "A date has the format ISO 8601 without a time zone.",
                "seen": "CreatedDate has no time zone.",
            },
        },
        "does": (
            "The collection reads dates in all formats in this table. If a date has no time zone, the collection "
            "learns the time zone of the service before it uses the date for a decision."
        ),
    },
    {
        "name": "xml_dates",
        "question": "Which format do dates have in XML responses?",
        "contract": "",
        "values": {
            "local": {"means": "A date has no time zone.", "seen": "CreatedDate has no time zone."},
            "offset": {"means": "A date has an offset from UTC.", "seen": "CreatedDate ends with +01:00."},
            "utc": {"means": "A date is in UTC.", "seen": "CreatedDate ends with Z."},
        },
        "does": (
            "The collection reads dates in all formats in this table. If a date has no time zone, the collection "
            "learns the time zone of the service before it uses the date for a decision."
        ),
    },
    {
        "name": "message_times",
        "question": "How exact is the time of a message, and which time zone does it have?",
        "contract": "",
        "values": {
            "exact": {
                "means": "The time is exact, and is in the time zone of the service.",
                "seen": "HandledDate is the time of the POST.",
            },
            "utc": {
                "means": "The time is exact. A time without a time zone is in UTC.",
                "seen": "HandledDate without a time zone is the same time as in the header Date.",
            },
            "minutes": {"means": "The time has no seconds.", "seen": "The seconds of each HandledDate are 00."},
        },
        "does": (
            "The collection learns the time zone from the times of messages. The collection needs the time zone if it "
            "has sent a message and got no response. In this case, the collection compares the times of the messages "
            "in the message folders to find this message. If the folders contain a similar message, which is possibly "
            "a different message, the task ends with an error, and the collection does not send the message again."
        ),
    },
    {
        "name": "login_refused",
        "question": "Which status does the service return if it refuses a login?",
        "contract": "",
        "values": {
            "406": {
                "means": "The service returns the status 406.",
                "seen": "A request with a wrong password returns the status 406.",
            },
            "401": {
                "means": "The service returns the status 401.",
                "seen": "A request with a wrong password returns the status 401.",
            },
            "403": {
                "means": "The service returns the status 403.",
                "seen": "A request with a wrong password returns the status 403.",
            },
        },
        "does": (
            "For each status of a refused login, the error message says what to check: the user name, the password, "
            "and the API feature."
        ),
    },
    {
        "name": "put_answer",
        "question": "What does the service return after a successful PUT?",
        "contract": "",
        "values": {
            "no_content": {"means": "The service returns the status 204.", "seen": "PUT returns the status 204."},
            "empty": {
                "means": "The service returns the status 200 and an empty body.",
                "seen": "PUT returns the status 200 and an empty body.",
            },
            "record": {
                "means": "The service returns the status 200 and the updated record.",
                "seen": "PUT returns the record.",
            },
        },
        "does": (
            "The collection accepts all responses in this table. If a response to PUT contains a record, the "
            "collection checks that the record is the updated record."
        ),
    },
    {
        "name": "delete_answer",
        "question": "What does the service return after a successful DELETE?",
        "contract": "",
        "values": {
            "no_content": {"means": "The service returns the status 204.", "seen": "DELETE returns the status 204."},
            "empty": {
                "means": "The service returns the status 200 and an empty body.",
                "seen": "DELETE returns the status 200 and an empty body.",
            },
            "record": {
                "means": "The service returns the status 200 and the deleted record.",
                "seen": "DELETE returns the record.",
            },
        },
        "does": (
            "The collection accepts all responses in this table. If a response to DELETE contains a record, the "
            "collection checks that the record is the deleted record."
        ),
    },
    {
        "name": "post_answer",
        "question": "What does the service return after a successful POST?",
        "contract": "",
        "values": {
            "id": {
                "means": (
                    "The service returns the status 201, the id in the body, and a header Location that starts with "
                    "http:."
                ),
                "seen": "The body of the response is a number.",
            },
            "quoted_id": {
                "means": "The service returns the status 201, and the id as a text in the body.",
                "seen": "The body of the response is a text.",
            },
            "record": {
                "means": "The service returns the status 200, and the new record in the body.",
                "seen": "The response has the status 200, and its body contains the record.",
            },
            "created_record": {
                "means": "The service returns the status 201, and the new record in the body.",
                "seen": "The response has the status 201, and its body contains the record.",
            },
            "location": {
                "means": "The service returns the status 201, and only a header Location with a complete address.",
                "seen": "The response has no body.",
            },
            "location_path": {
                "means": "The service returns the status 201, and only a header Location with a path.",
                "seen": "The header Location begins with a slash.",
            },
            "location_name": {
                "means": "The service returns the status 201, and only a header Location such as contacts/4711.",
                "seen": "The header Location is contacts/4711.",
            },
        },
        "does": (
            "The collection reads the id of the new record from the body. If the response has no body, the collection "
            "reads the id from the end of the header Location. The collection ignores the host in the header Location."
        ),
    },
    {
        "name": "ids",
        "question": "Are ids numbers or texts in JSON responses?",
        "contract": "",
        "values": {
            "numbers": {"means": "Ids are numbers.", "seen": "ContactId is 4711."},
            "texts": {"means": "Ids are texts.", "seen": 'ContactId is "4711".'},
        },
        "does": "The collection reads ids that are numbers and ids that are texts.",
    },
    {
        "name": "outer_blanks",
        "question": "Does the service keep outer spaces, which are spaces at the beginning or the end of a text?",
        "contract": "",
        "values": {
            "kept": {
                "means": "Yes, the service keeps outer spaces.",
                "seen": "The service stores a text with its outer spaces.",
            },
            "trimmed": {
                "means": "No, the service removes outer spaces.",
                "seen": "The service stores a text without its outer spaces.",
            },
        },
        "does": (
            "If the stored text differs from the declared text only in outer spaces, the collection does not write the "
            "text again, but reports the difference."
        ),
    },
    {
        "name": "long_texts",
        "question": "Does the service store long texts of contacts and groups completely?",
        "contract": "",
        "values": {
            "kept": {
                "means": "Yes, the service stores long texts completely.",
                "seen": "The service stores a long text completely.",
            },
            "cut_50": {
                "means": "No, the service stores only the first 50 characters.",
                "seen": "The service stores 50 characters of a text with 51 characters.",
            },
            "cut_100": {
                "means": "No, the service stores only the first 100 characters.",
                "seen": "The service stores 100 characters of a text with 101 characters.",
            },
            "cut_160": {
                "means": "No, the service stores only the first 160 characters.",
                "seen": "The service stores 160 characters of a text with 161 characters.",
            },
            "cut_255": {
                "means": "No, the service stores only the first 255 characters.",
                "seen": "The service stores 255 characters of a text with 256 characters.",
            },
            "cut_50_in_emoji": {
                "means": "No, the service stores only the first 50 units of UTF-16, and can cut an emoji in half.",
                "seen": "The stored text ends with half an emoji.",
            },
            "refused_50": {
                "means": "No, the service returns the status 400 for texts of more than 50 characters.",
                "seen": "A request with a text of 51 characters returns the status 400.",
            },
        },
        "does": (
            "If the service has cut a text at a usual length, such as 50 or 255 characters, the collection does not "
            "write the text again, but reports the cut text. If the service has cut the name of a group, the "
            "collection finds the group by the cut name."
        ),
    },
    {
        "name": "line_ends",
        "question": "Does the service keep the line ends of texts?",
        "contract": "",
        "values": {
            "kept": {"means": "Yes, the service keeps the line ends.", "seen": "The service stores LF as LF."},
            "crlf": {"means": "No, the service changes LF to CR LF.", "seen": "The service stores LF as CR LF."},
        },
        "does": "The collection treats a text with LF and the same text with CR LF as equal.",
    },
    {
        "name": "numbers",
        "question": "In which format does the service store a phone number?",
        "contract": "",
        "values": {
            "as_entered": {
                "means": "The service stores the phone number as in the request.",
                "seen": "The service stores 90555817 as 90555817, and +4790555817 as +4790555817.",
            },
            "msisdn": {
                "means": "The service stores the phone number as digits with the country code.",
                "seen": "The service stores 90555817 as 4790555817.",
            },
            "plus": {
                "means": "The service stores the phone number with a plus sign and the country code.",
                "seen": "The service stores 90555817 as +4790555817.",
            },
            "national": {
                "means": "The service stores the phone number without the country code of the account.",
                "seen": "The service stores 4790555817 as 90555817.",
            },
        },
        "does": (
            "The collection compares phone numbers independently of their format, and does not change the stored "
            "format."
        ),
    },
    {
        "name": "read_lag",
        "question": "Does the service show a new record immediately?",
        "contract": "",
        "number": True,
        "values": {
            "none": {
                "means": "Yes, the service shows a new record immediately.",
                "seen": "The first GET after a POST finds the record.",
            },
            "1": {
                "means": "No, the service shows a new record only after 1 second.",
                "seen": "In the first second after a POST, a GET does not find the record.",
            },
            "5": {
                "means": "No, the service shows a new record only after 5 seconds.",
                "seen": "In the first 5 seconds after a POST, a GET does not find the record.",
            },
        },
        "does": (
            "Before a task ends, the collection waits up to 7 seconds until the service shows a new record. If the "
            "collection gets no response to a POST, the collection waits before it repeats the POST."
        ),
    },
    {
        "name": "folder_rows",
        "question": "How many entries does a sent message have in its message folder?",
        "contract": "",
        "values": {
            "per_receiver": {
                "means": "The message has one entry for each receiver.",
                "seen": "A message to two receivers has two entries.",
            },
            "per_message": {
                "means": "The message has only one entry.",
                "seen": "A message to two receivers has one entry.",
            },
        },
        "does": (
            "The collection counts all entries with the same id as one message. If a message to several receivers has "
            "only one entry in the folder, the collection uses the delivery state of this entry for all receivers."
        ),
    },
    {
        "name": "states",
        "question": "How does the service write the delivery state of a message?",
        "contract": "",
        "values": {
            "words": {
                "means": "The service writes the states as English words.",
                "seen": "DeliverStatus is Delivered.",
            },
            "numbers": {"means": "The service writes the states as numbers.", "seen": "DeliverStatus is 2."},
            "norwegian": {
                "means": "The service writes the states as Norwegian words.",
                "seen": "DeliverStatus is Levert.",
            },
        },
        "does": (
            "The collection recognises the English and the Norwegian words for delivery states. If the delivery state "
            "is a number, the collection treats the state as unknown, and shows the number."
        ),
    },
    {
        "name": "message_ids",
        "question": "Which format do the ids of messages have?",
        "contract": "",
        "values": {
            "with_letter": {
                "means": "An id consists of a letter, an underscore and a number, as in O_5001.",
                "seen": "MessageId is O_5001.",
            },
            "bare": {"means": "An id is only a number, such as 5001.", "seen": "MessageId is 5001."},
        },
        "does": (
            "The collection accepts ids in both formats. The entry in the message folder says whether a message was "
            "sent or received."
        ),
    },
    {
        "name": "throttle_status",
        "question": "Which status does the response to a throttled request have?",
        "contract": "",
        "values": {
            "503": {
                "means": "The response has the status 503 and the documented text.",
                "seen": "A throttled request returns the status 503.",
            },
            "429": {"means": "The response has the status 429.", "seen": "A throttled request returns the status 429."},
        },
        "does": "After a response with the status 503 or 429, the collection waits, and then repeats the request.",
    },
    {
        "name": "max_receivers",
        "question": "How many receivers can a message have?",
        "contract": "",
        "number": True,
        "values": {
            "none": {
                "means": "A message can have any number of receivers.",
                "seen": "A message to a long list of receivers succeeds.",
            },
            "2": {
                "means": (
                    "A message can have at most 2 receivers. For more receivers, the service returns the status 400."
                ),
                "seen": "A message to 3 receivers returns the status 400.",
            },
            "100": {
                "means": (
                    "A message can have at most 100 receivers. For more receivers, the service returns the status 400."
                ),
                "seen": "A message to 101 receivers returns the status 400.",
            },
        },
        "does": (
            "If a message has too many receivers, the service sends the message to no receiver, and the collection "
            "reports the error. A group counts as one receiver."
        ),
    },
    {
        "name": "owned_records",
        "question": "Does the service refuse changes to records that come from the directory sync Syncopy?",
        "contract": "",
        "values": {
            "none": {
                "means": "No, the service accepts these changes.",
                "seen": "PUT of a record that comes from the directory sync succeeds.",
            },
            "refused_400": {
                "means": "Yes, the service refuses these changes with the status 400.",
                "seen": "PUT of a record that comes from the directory sync returns the status 400.",
            },
            "refused_403": {
                "means": "Yes, the service refuses these changes with the status 403.",
                "seen": "PUT of a record that comes from the directory sync returns the status 403.",
            },
            "refused_406": {
                "means": "Yes, the service refuses these changes with the status 406.",
                "seen": "PUT of a record that comes from the directory sync returns the status 406.",
            },
            "refused_409": {
                "means": "Yes, the service refuses these changes with the status 409.",
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
        "question": "Does the setting NUMBER_LENGTH include the country code?",
        "contract": "",
        "values": {
            "without_prefix": {
                "means": "No, the setting does not include the country code.",
                "seen": "NUMBER_LENGTH is 8 if the country code is 47.",
            },
            "with_prefix": {
                "means": "Yes, the setting includes the country code.",
                "seen": "NUMBER_LENGTH is 10 if the country code is 47.",
            },
        },
        "does": "The collection ignores the setting NUMBER_LENGTH, and uses the numbering plan of the country.",
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
