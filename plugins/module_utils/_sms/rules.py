# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The checks before a message is sent: sender, time, price, merge codes and number of segments."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

from .._errors import GuardError, InvalidInput
from .._model.spelling import ALLOWED, normalised
from .._model.times import iso_utc
from .._service.client import Client
from .options import SmsOptions
from .receivers import Person
from .schedule import parse_send_at

SENDER_CHARACTERS = frozenset(string.ascii_letters + string.digits + string.punctuation)
SENDER_LENGTH = 11  # maximum number of characters of a sender that is text (contract: messages)
SENDER_DIGITS = 15  # maximum number of digits of a sender that is a number, as in E.164
# The description fields of a contact, each with the field that has its name in the organisation (contract: user).
ALIASES = {
    "description": "description1_alias",
    "description2": "description2_alias",
    "description3": "description3_alias",
}

UNMERGED = (
    "merge: receiver_allowlist or redirect_to is set, so the message goes to phone numbers instead of contacts. "
    "The service possibly does not replace the merge codes in the text."
)


def allowed_sender(sender: str | None, client: Client) -> str | None:
    """Return the sender to write, or None. Raises InvalidInput for an invalid sender, or one that the account forbids.

    A sender that the account lists is allowed in any form (contract: user). Any other sender must fit the gateway.
    """
    if sender is None:
        return None
    text = sender.strip()
    unprintable = next((character for character in text if not character.isprintable()), None)
    if unprintable:
        raise InvalidInput(
            f"sender: the character U+{ord(unprintable):04X} is not allowed in a sender. Remove the character."
        )
    user = client.known_user()
    if user is None:  # without the user, only the service can check the sender (contract: assumptions, user)
        return _fitting_sender(text, client)
    settings = user["settings"]
    listed = {one for one in (*user["allowed_senders"], settings.get("SENDER_ID", "")) if one}
    if text in listed:
        return text
    written = _fitting_sender(text, client)
    free = settings.get("FREE_SENDER_ID", "").lower() == "true"
    if not free and client.numbering.key(written) not in {client.numbering.key(one) for one in listed}:
        shown = ", ".join(sorted(listed))
        none = "The account has no list of allowed senders, so omit the option."
        remedy = f"Use an allowed sender: {shown}." if shown else none
        raise InvalidInput(f"sender: the account does not allow {text!r}. {remedy}")
    return written


def _fitting_sender(text: str, client: Client) -> str:
    """Return a number or a text as a sender.

    Raises InvalidInput if the sender does not fit the gateway (contract: messages, limits).
    """
    text = normalised(text) if set(normalised(text)) <= ALLOWED else text
    is_number = bool(text) and set(text) <= ALLOWED
    written = _number(text, client) if is_number else text
    if (is_number and len(written) > SENDER_DIGITS) or (not is_number and not 0 < len(text) <= SENDER_LENGTH):
        wrong = f"{text!r} has {len(text)} characters" if text else "the text is empty"
        raise InvalidInput(
            f"sender: {wrong}. A sender is a number of at most {SENDER_DIGITS} "
            f"digits, or a text of 1 to {SENDER_LENGTH} characters. Correct the sender."
        )
    strange = next((character for character in text if character not in SENDER_CHARACTERS), None)
    if strange and not is_number:
        raise InvalidInput(
            f"sender: {text!r} contains the character {strange!r}. Only the allowed senders of the account can "
            "contain this character. In all other senders, use letters from a to z, digits and ASCII punctuation "
            "marks, without spaces."
        )
    return written


def _number(text: str, client: Client) -> str:
    """Return a number as a sender: with its country code, or unchanged if it is a short number."""
    try:
        return client.numbering.canonical(text, "sender").lstrip("+")
    except InvalidInput:
        if not text.isdigit() or len(text) > SENDER_DIGITS:
            raise
        return text


def time_to_send(options: SmsOptions, client: Client) -> datetime | None:
    """Return the time to send, or None to send at once. Raises InvalidInput, and GuardError within quiet hours."""
    send_at, quiet = options.send_at, options.quiet
    if send_at is None and quiet is None:
        return None
    client.known_user()  # this request shows the clock of the service
    now = client.now()
    moment = None if send_at is None else parse_send_at(send_at, now)
    if quiet is None:
        return moment
    over = quiet.over_at(moment or now)
    if over is None:
        return moment
    if quiet.postpone:
        return over
    raise GuardError(
        f"quiet_hours: the message would be sent at {iso_utc(moment or now)}, within the quiet hours that end at "
        f"{iso_utc(over)}. Nothing was sent. To send the message at the end of the quiet hours, set "
        "`quiet_hours.action` to `postpone`."
    )


def check_wait(options: SmsOptions, send_at: datetime | None, client: Client) -> None:
    """Raise InvalidInput if the wait for the delivery would end before the message is sent."""
    if options.wait and send_at and send_at > client.now() + timedelta(seconds=options.wait.seconds):
        raise InvalidInput(
            f"wait: the message would be sent at {iso_utc(send_at)}, but wait_timeout ends before this time. Nothing "
            "was sent. Raise wait_timeout, or omit `wait`."
        )


def check_tariff(options: SmsOptions, client: Client) -> None:
    """Raise InvalidInput for a price that was not confirmed, or that the account does not allow."""
    tariff = options.tariff
    if tariff < 0:
        raise InvalidInput(
            f"tariff: {tariff} is negative. Write 0 for a free message, or a price in the smallest currency unit."
        )
    if tariff == 0:
        return
    if not options.allow_premium:
        raise InvalidInput(
            f"tariff: each receiver would pay {tariff} for the message, in the smallest currency unit, such as cents. "
            "Set `allow_premium` to allow this price."
        )
    user = client.known_user()
    if user is None:  # without the user, only the service can check the price
        return
    limit = user["settings"].get("MAX_TARIFF", "0")
    if limit and not limit.isdecimal():
        raise InvalidInput(
            f"tariff: the account setting MAX_TARIFF is {limit!r} and not a number, so only free messages are allowed. "
            "Set tariff to 0."
        )
    if tariff > int(limit or 0):
        raise InvalidInput(
            f"tariff: {tariff} is more than the account allows (MAX_TARIFF is {limit or 0}). Lower the tariff."
        )


def check_merge(options: SmsOptions, people: Sequence[Person], client: Client, limited: bool) -> list[str]:
    """Return warnings. Raises InvalidInput, which lists the receivers who lack a field that the text uses.

    The vendor does not publish the form of merge codes. A code counts as used if its name is a separate word in the
    text. If the receivers are *limited*, the message goes to numbers. Then the number in redirect_to has no contact,
    and so no fields.
    """
    if not options.merge:
        return []
    if limited:
        people = [person for person in people if person.contact]
    user = client.known_user()
    if user is None:
        return ["merge: the service has no resource named user, so the merge codes in the text cannot be checked."]
    organization = user["organization"]
    aliases = {name: organization.get(alias) for name, alias in ALIASES.items()}
    used = {name: alias for name, alias in aliases.items() if alias and _stands_in(alias, options.text)}
    if not used:
        listed = ", ".join(alias for alias in aliases.values() if alias)
        if not listed:
            return [
                "merge: the account has no merge codes. To get a merge code, give a label to a description "
                "field in the account. Otherwise, omit `merge`."
            ]
        return [
            f"merge: the text contains no merge code. The merge codes of the account are: {listed}. Write a merge code "
            "into the text, or omit `merge`."
        ]
    lacking = [
        f"{_who(person)} has no value for {alias}"
        for person in people
        for name, alias in used.items()
        if not (person.contact or {}).get(name)
    ]
    if lacking:
        move = "Move the numbers in `numbers` to `contacts`, and create the missing contacts. "
        create = "" if all(person.contact for person in people) else move
        raise InvalidInput(
            f"merge: {'; '.join(lacking)}. Nothing was sent. {create}Add these values to the contacts, or remove the "
            "merge codes from the text.",
            problems=lacking,
        )
    return [UNMERGED] if limited else []


def _stands_in(alias: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", text) is not None


def _who(person: Person) -> str:
    """Return the option and the contact of a receiver, in words."""
    contact = person.contact
    return (
        f"{person.option} (contact with id {contact['contact_id']})"
        if contact
        else f"{person.option} (a phone number, not a contact)"
    )


def check_cost(options: SmsOptions, people: int) -> None:
    """Raise InvalidInput if the message takes too many segments. The larger count of segments decides."""
    size, most = options.size, options.most_segments
    for option, count, limit, detail in (
        ("max_segments", most, options.max_segments, f"in {size.encoding} for each receiver"),
        (
            "max_total_segments",
            most * people,
            options.max_total_segments,
            f"({most} in {size.encoding} for each of {people} receivers)",
        ),
    ):
        if limit is not None and count > limit:
            raise InvalidInput(
                f"{option}: the message takes {count} segments {detail}, but the limit is {limit}. Nothing was sent. "
                f"Shorten the text, or raise {option}.",
                segments=most,
                total_segments=most * people,
            )
