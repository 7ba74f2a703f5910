# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The open questions about the service, as data (contract: what the vendor leaves open).

The simulator, the documentation and the modules use this one table. It is a Python file because Ansible sends only
Python files to a host. ``TABLE`` and ``PROFILES`` contain only literals, so that the simulator can read them without an
import.

A row has:

- ``name``: the name of the question in the simulator's option ``--assume NAME=VALUE``.
- ``question``: the question in words.
- ``contract``: the question of the contract page that the row answers, or "" if the contract page does not ask it.
- ``values``: the possible answers. The first answer is the assumption. Each answer has its meaning (``means``), and how
  requests and answers show it (``seen``).
- ``number``: True if every whole number is a possible answer too.
- ``does``: what the collection does so that it works with every answer.
"""

from __future__ import annotations

from typing import Any

TABLE: list[dict[str, Any]] = [
    {
        "name": "field_names",
        "question": "Which names do fields have in version 2?",
        "contract": "Are version 2's field names those of version 1?",
        "values": {
            "documented": {
                "means": "the documented names; another case is an error",
                "seen": "Answers have Firstname.",
            },
            "any_case": {
                "means": "the documented names; requests may use another case",
                "seen": "A request with firstname succeeds.",
            },
            "camel_case": {
                "means": "JSON answers have camelCase names; requests may use any case",
                "seen": "Answers have firstname.",
            },
            "camel_case_only": {
                "means": "JSON answers and requests have camelCase names; other names answer 400",
                "seen": "Answers have firstname, and a request with Firstname answers 400.",
            },
        },
        "does": (
            "Reads names in any case. Writes camelCase names in JSON if the answers of this run have them, otherwise "
            "the documented names. A body with names that the service refuses is an error, and nothing is written: "
            "data_format xml has the documented names in any case."
        ),
    },
    {
        "name": "user",
        "question": "Which version has the resource user?",
        "contract": "Does version 2 have `/user` and `/folders`?",
        "values": {
            "version_2": {"means": "both versions", "seen": "GET /2/user answers 200."},
            "version_1": {"means": "only version 1", "seen": "GET /2/user answers 404, GET /1/user answers 200."},
            "none": {"means": "neither version", "seen": "GET /1/user and GET /2/user answer 404."},
        },
        "does": (
            "Asks version 1 of the same host after a 404, once a run. If it has no user either, what needs no user "
            "works, and an error names the option that helps, such as default_country_code."
        ),
    },
    {
        "name": "folders",
        "question": "Which version has the resource folders?",
        "contract": "Does version 2 have `/user` and `/folders`?",
        "values": {
            "version_2": {"means": "both versions", "seen": "GET /2/folders answers 200."},
            "version_1": {"means": "only version 1", "seen": "GET /2/folders answers 404, GET /1/folders answers 200."},
            "none": {"means": "neither version", "seen": "GET /1/folders and GET /2/folders answer 404."},
        },
        "does": (
            "Asks version 1 of the same host after a 404, once a run. If it has no folders either, a message with a "
            "lost answer is reported as unknown and not sent again, and reading messages is an error."
        ),
    },
    {
        "name": "xml_namespace",
        "question": "Which namespace does the XML of version 2 have?",
        "contract": "Version 2's XML namespace",
        "values": {
            "documented": {"means": "the documented one", "seen": "Answers declare the documented namespace."},
            "other": {
                "means": "another one; a body in the documented one is refused",
                "seen": "Answers declare another namespace.",
            },
            "none": {
                "means": "no namespace; a body with a namespace is refused",
                "seen": "Answers declare no namespace.",
            },
        },
        "does": (
            "Ignores namespaces when it reads. Writes the one that the answers of this run show. After a refused body, "
            "it reads the groups to learn the namespace."
        ),
    },
    {
        "name": "errors",
        "question": "Which form do errors have?",
        "contract": "Version 2's errors",
        "values": {
            "text": {"means": "one line of text", "seen": "The Content-Type of an error is text/plain."},
            "aspnet": {
                "means": "Message and ModelState in JSON, or Error in XML",
                "seen": "The body of an error has Message.",
            },
        },
        "does": "Shows the message in the error, in each form.",
    },
    {
        "name": "date_slashes",
        "question": "Must the slashes of a JSON date be escaped?",
        "contract": "Slashes in JSON dates",
        "values": {
            "either": {"means": "no", "seen": "A request with /Date(0)/ succeeds."},
            "escaped": {"means": "yes; another date is refused", "seen": "A request with /Date(0)/ answers 400."},
        },
        "does": "Writes the slashes escaped, as the vendor's samples do.",
    },
    {
        "name": "number_lookup",
        "question": "Which spellings does the look-up of a number find?",
        "contract": "Must numbers in `/contacts/phonenumber/{number}` match the stored text?",
        "values": {
            "exact": {
                "means": "only the stored text",
                "seen": "A request for the national number of a contact answers 404.",
            },
            "any_spelling": {"means": "every spelling", "seen": "The national number of a contact finds the contact."},
        },
        "does": "Compares the canonical number of every contact that it gets.",
    },
    {
        "name": "duplicate_numbers",
        "question": "May two contacts have one number?",
        "contract": "May two contacts hold one number?",
        "values": {
            "allowed": {"means": "yes", "seen": "A second POST with the number succeeds."},
            "refused_400": {"means": "no, status 400", "seen": "A second POST with the number answers 400."},
            "refused_409": {"means": "no, status 409", "seen": "A second POST with the number answers 409."},
        },
        "does": "Looks for the number before it creates a contact. Never chooses one of two contacts silently.",
    },
    {
        "name": "missing_number",
        "question": "What is the answer if no contact has the number?",
        "contract": "Answer when `phonenumber` finds nothing",
        "values": {
            "404": {"means": "status 404", "seen": "The look-up answers 404."},
            "empty": {"means": "status 200 without a body", "seen": "The look-up answers 200 without a body."},
            "null": {"means": "status 200 and null", "seen": "The look-up answers null."},
        },
        "does": "Understands each answer as: no contact has the number.",
    },
    {
        "name": "group_names",
        "question": "Is the name of a group unique?",
        "contract": "Is a group's name unique?",
        "values": {
            "not_unique": {"means": "no", "seen": "A second POST with the name succeeds."},
            "refused_400": {"means": "yes, status 400", "seen": "A second POST with the name answers 400."},
            "refused_409": {"means": "yes, status 409", "seen": "A second POST with the name answers 409."},
        },
        "does": "Looks for the name before it creates a group. Never chooses one of two groups silently.",
    },
    {
        "name": "list_limit",
        "question": "Do lists have all records?",
        "contract": "Paging",
        "number": True,
        "values": {
            "none": {"means": "yes", "seen": "GET /contacts has as many records as GET /contacts/count."},
            "10": {
                "means": "only the first 10",
                "seen": "GET /contacts has fewer records than are counted.",
            },
            "100": {
                "means": "only the first 100",
                "seen": "GET /contacts has fewer records than are counted.",
            },
        },
        "does": (
            "Compares the list of contacts with their count, and a folder with its number of messages. An incomplete "
            "list is an error before the first write."
        ),
    },
    {
        "name": "repeated_post",
        "question": "Does a repeated POST make a second record?",
        "contract": "Does POST dedupe?",
        "values": {
            "creates": {"means": "yes", "seen": "A second POST with the number answers a new id."},
            "same_record": {
                "means": "no, a contact with the number stays the only one",
                "seen": "A second POST with the number answers the first id.",
            },
        },
        "does": "Never repeats a POST without a search. After a lost answer, it looks for the record first.",
    },
    {
        "name": "retry_after",
        "question": "Does a throttled answer say when to try again?",
        "contract": "`Retry-After` on 503",
        "values": {
            "absent": {"means": "no", "seen": "The answer has no Retry-After."},
            "seconds": {"means": "in seconds", "seen": "Retry-After is a number."},
            "date": {"means": "as a date", "seen": "Retry-After is a date."},
        },
        "does": "Waits as long as the header says; without the header, until the minute is over.",
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
                "means": "Setting, ArrayOfFolderMessage, int and string",
                "seen": "GET /contacts/count answers the element int.",
            },
            "others": {"means": "other names", "seen": "GET /contacts/count answers another element."},
        },
        "does": "Reads any root and any child element, whatever its name.",
    },
    {
        "name": "delete_sent",
        "question": "What does DELETE do to a message that was sent?",
        "contract": "What DELETE does to a message that was sent",
        "values": {
            "deletes": {"means": "deletes the record", "seen": "DELETE of a sent message answers 204."},
            "refused": {"means": "refused with 400", "seen": "DELETE of a sent message answers 400."},
        },
        "does": "Never deletes a sent message to cancel it. A received message that cannot be deleted is reported.",
    },
    {
        "name": "row_receiver",
        "question": "What does the row of a sent message show as its receiver?",
        "contract": "Where a sent message's row shows its receivers (`To`)",
        "values": {
            "name": {"means": "the name of the contact or group, or the number", "seen": "To is a name."},
            "number": {"means": "the number of the contact", "seen": "To is a number."},
            "reference": {"means": "the receiver as it was sent", "seen": "To is /contacts/4711."},
            "id": {"means": "the id of the contact or group", "seen": "To is 4711."},
        },
        "does": "Finds a message by its id first, then by its text, sender, receivers and time, never by To alone.",
    },
    {
        "name": "form_bodies",
        "question": "Are form-encoded bodies accepted?",
        "contract": "Form-encoded bodies",
        "values": {
            "accepted": {"means": "yes", "seen": "A form answers 201."},
            "refused": {"means": "no", "seen": "A form answers 406."},
        },
        "does": "Does not use them.",
    },
    {
        "name": "json_dates",
        "question": "Which form do dates have in JSON?",
        "contract": "",
        "values": {
            "date_offset": {"means": "/Date(0+0100)/", "seen": "CreatedDate is /Date(...+0100)/."},
            "date": {"means": "/Date(0)/", "seen": "CreatedDate is /Date(...)/ without an offset."},
            "iso_offset": {"means": "ISO 8601 with an offset", "seen": "CreatedDate ends with +01:00."},
            "iso_utc": {"means": "ISO 8601 in UTC", "seen": "CreatedDate ends with Z."},
            "iso_local": {"means": "ISO 8601 without a zone", "seen": "CreatedDate has no zone."},
        },
        "does": "Reads each form. A time without a zone is used only as far as the zone is known.",
    },
    {
        "name": "xml_dates",
        "question": "Which form do dates have in XML?",
        "contract": "",
        "values": {
            "local": {"means": "without a zone", "seen": "CreatedDate has no zone."},
            "offset": {"means": "with an offset", "seen": "CreatedDate ends with +01:00."},
            "utc": {"means": "in UTC", "seen": "CreatedDate ends with Z."},
        },
        "does": "Reads each form. A time without a zone is used only as far as the zone is known.",
    },
    {
        "name": "message_times",
        "question": "Which time does a message show?",
        "contract": "",
        "values": {
            "exact": {"means": "the time in the zone of the service", "seen": "HandledDate is the time of the POST."},
            "utc": {
                "means": "a time without a zone is UTC",
                "seen": "HandledDate without a zone is the time of the Date header.",
            },
            "minutes": {"means": "the time without its seconds", "seen": "Each HandledDate ends with 00 seconds."},
        },
        "does": (
            "Learns the zone from messages. If it is not certain that a message is the one of a lost answer, this is "
            "an error, and nothing is sent again."
        ),
    },
    {
        "name": "login_refused",
        "question": "Which status does a refused login have?",
        "contract": "",
        "values": {
            "406": {"means": "406", "seen": "A wrong password answers 406."},
            "401": {"means": "401", "seen": "A wrong password answers 401."},
            "403": {"means": "403", "seen": "A wrong password answers 403."},
        },
        "does": "Says for each status what to check: user name, password, and the API feature.",
    },
    {
        "name": "put_answer",
        "question": "What does PUT answer?",
        "contract": "",
        "values": {
            "no_content": {"means": "204", "seen": "PUT answers 204."},
            "empty": {"means": "200 without a body", "seen": "PUT answers 200 without a body."},
            "record": {"means": "200 and the record", "seen": "PUT answers the record."},
        },
        "does": "Accepts each answer. A record must be the one that was written.",
    },
    {
        "name": "delete_answer",
        "question": "What does DELETE answer?",
        "contract": "",
        "values": {
            "no_content": {"means": "204", "seen": "DELETE answers 204."},
            "empty": {"means": "200 without a body", "seen": "DELETE answers 200 without a body."},
            "record": {"means": "200 and the deleted record", "seen": "DELETE answers the record."},
        },
        "does": "Accepts each answer. A record must be the one that was deleted.",
    },
    {
        "name": "post_answer",
        "question": "What does POST answer?",
        "contract": "",
        "values": {
            "id": {
                "means": "201, the id, and Location with http:",
                "seen": "The body of the answer is a number.",
            },
            "quoted_id": {"means": "201 and the id as a text", "seen": "The body of the answer is a text."},
            "record": {"means": "200 and the record", "seen": "The answer is 200 and the record."},
            "created_record": {"means": "201 and the record", "seen": "The answer is 201 and the record."},
            "location": {"means": "201 and only Location", "seen": "The answer has no body."},
            "location_path": {"means": "201 and only the path in Location", "seen": "Location begins with a slash."},
            "location_name": {"means": "201 and only contacts/4711 in Location", "seen": "Location is contacts/4711."},
        },
        "does": "Takes the id from the body, or else from the end of Location. The host in Location is not used.",
    },
    {
        "name": "ids",
        "question": "Are ids numbers or texts in JSON?",
        "contract": "",
        "values": {
            "numbers": {"means": "numbers", "seen": "ContactId is 4711."},
            "texts": {"means": "texts", "seen": 'ContactId is "4711".'},
        },
        "does": "Reads both.",
    },
    {
        "name": "outer_blanks",
        "question": "Are blanks around a text kept?",
        "contract": "",
        "values": {
            "kept": {"means": "yes", "seen": "A text is stored with its blanks."},
            "trimmed": {"means": "no", "seen": "A text is stored without its blanks."},
        },
        "does": "Does not write a text again that differs only in these blanks. Reports it.",
    },
    {
        "name": "long_texts",
        "question": "Are long texts of contacts and groups kept?",
        "contract": "",
        "values": {
            "kept": {"means": "yes", "seen": "A long text is stored whole."},
            "cut_50": {"means": "cut after 50 characters", "seen": "A text of 51 characters is stored as 50."},
            "cut_100": {"means": "cut after 100 characters", "seen": "A text of 101 characters is stored as 100."},
            "cut_160": {"means": "cut after 160 characters", "seen": "A text of 161 characters is stored as 160."},
            "cut_255": {"means": "cut after 255 characters", "seen": "A text of 256 characters is stored as 255."},
            "cut_50_in_emoji": {
                "means": "cut after 50 units of UTF-16, also inside an emoji",
                "seen": "A text is stored with half an emoji at its end.",
            },
            "refused_50": {"means": "refused with 400", "seen": "A text of 51 characters answers 400."},
        },
        "does": (
            "Does not write a text again that the service has cut at such a length. Reports it. A group whose "
            "name was cut is found by the cut name."
        ),
    },
    {
        "name": "line_ends",
        "question": "Are line ends of texts kept?",
        "contract": "",
        "values": {
            "kept": {"means": "yes", "seen": "LF is stored as LF."},
            "crlf": {"means": "no, LF becomes CR LF", "seen": "LF is stored as CR LF."},
        },
        "does": "Treats both as the same text.",
    },
    {
        "name": "numbers",
        "question": "How is a phone number stored?",
        "contract": "",
        "values": {
            "as_entered": {"means": "as it was written", "seen": "A number is stored as it was written."},
            "msisdn": {"means": "digits with the country code", "seen": "90555817 is stored as 4790555817."},
            "plus": {"means": "with a plus sign", "seen": "90555817 is stored as +4790555817."},
            "national": {"means": "without the own country code", "seen": "4790555817 is stored as 90555817."},
        },
        "does": "Compares canonical numbers. A stored spelling is kept.",
    },
    {
        "name": "read_lag",
        "question": "Do reads show a new record at once?",
        "contract": "",
        "number": True,
        "values": {
            "none": {"means": "yes", "seen": "A record is found immediately after its POST."},
            "1": {"means": "after 1 second", "seen": "A record is found 1 second after its POST."},
            "5": {"means": "after 5 seconds", "seen": "A record is found 5 seconds after its POST."},
        },
        "does": "Waits up to 7 seconds until a new record is found, before the task ends or a lost POST is repeated.",
    },
    {
        "name": "folder_rows",
        "question": "How many rows does a sent message have in its folder?",
        "contract": "",
        "values": {
            "per_receiver": {"means": "one for each receiver", "seen": "Two receivers have two rows."},
            "per_message": {"means": "one", "seen": "Two receivers have one row."},
        },
        "does": (
            "Counts messages by their ids. If a message has one row for several receivers, its state is that of each "
            "receiver."
        ),
    },
    {
        "name": "states",
        "question": "Which form do the states of messages have?",
        "contract": "",
        "values": {
            "words": {"means": "English words", "seen": "DeliverStatus is Delivered."},
            "numbers": {"means": "numbers", "seen": "DeliverStatus is 2."},
            "norwegian": {"means": "Norwegian words", "seen": "DeliverStatus is Levert."},
        },
        "does": "Knows the words of both languages. A number is an unknown state, which is shown as it is.",
    },
    {
        "name": "message_ids",
        "question": "Which form do ids of messages have?",
        "contract": "",
        "values": {
            "with_letter": {"means": "O_5001", "seen": "MessageId is O_5001."},
            "bare": {"means": "5001", "seen": "MessageId is 5001."},
        },
        "does": "Accepts both. The direction of a message comes from its row.",
    },
    {
        "name": "throttle_status",
        "question": "Which status does a throttled request have?",
        "contract": "",
        "values": {
            "503": {"means": "503 with the documented text", "seen": "The answer is 503."},
            "429": {"means": "429", "seen": "The answer is 429."},
        },
        "does": "Waits after both, and repeats the request.",
    },
    {
        "name": "max_receivers",
        "question": "How many receivers may a message have?",
        "contract": "",
        "number": True,
        "values": {
            "none": {"means": "any number", "seen": "A long list of receivers succeeds."},
            "2": {"means": "2; more are refused with 400", "seen": "A message to 3 receivers answers 400."},
            "100": {"means": "100; more are refused with 400", "seen": "A message to 101 receivers answers 400."},
        },
        "does": "Reports the refusal. Nothing is sent. A group counts as one receiver.",
    },
    {
        "name": "owned_records",
        "question": "How are changes of records of the directory sync (Syncopy) refused?",
        "contract": "",
        "values": {
            "none": {"means": "they are not refused", "seen": "PUT of such a record succeeds."},
            "refused_400": {"means": "status 400", "seen": "PUT of such a record answers 400."},
            "refused_403": {"means": "status 403", "seen": "PUT of such a record answers 403."},
            "refused_406": {"means": "status 406", "seen": "PUT of such a record answers 406."},
            "refused_409": {"means": "status 409", "seen": "PUT of such a record answers 409."},
        },
        "does": "Names the record and the possible owner. The other records are written.",
    },
    {
        "name": "number_length",
        "question": "Does the setting NUMBER_LENGTH include the prefix?",
        "contract": "",
        "values": {
            "without_prefix": {"means": "no", "seen": "NUMBER_LENGTH is 8 with prefix 47."},
            "with_prefix": {"means": "yes", "seen": "NUMBER_LENGTH is 10 with prefix 47."},
        },
        "does": "Uses the numbering plan of the country, and not this setting.",
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
