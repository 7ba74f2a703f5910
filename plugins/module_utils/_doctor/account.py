# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks of the user and the organisation: rights, resources, formats, phone numbers, senders, tariff. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Finding, counted, ok, problem, warning
from .survey import Survey

FUNCTIONS = {
    "EDIT_CONTACT": "to write contacts",
    "EDIT_GROUP": "to write groups",
    "SEND_SMS": "to send messages",
    "READ_SMS": "to read messages",
}
RIGHTS = "Ask an administrator of the account for the missing rights, or do not use the modules that need these rights."
REPORT = "Attach the report to an issue."
COUNTRY = "If default_country_code is not set, set it to the country code of your phone numbers, such as 47."
# Steps of the survey that only serve to answer open questions, each with what has failed.
OTHERS = {
    "messages": "The doctor cannot read a message folder",
    "receivers": "The doctor cannot read sent messages",
    "lookup": "The lookup of a contact by phone number failed",
}

COUNTS = {
    "with_prefix": "The setting NUMBER_LENGTH also counts the digits of the country code.",
    "without_prefix": "The setting NUMBER_LENGTH does not count the digits of the country code.",
}
NO_OTHERS = "The service does not have the resources /services, /servicepoints, /users and /senders."


def check_user(survey: Survey) -> Iterator[Finding]:
    """Check the API feature, the rights, the senders and the tariff."""
    user = survey.user
    if user is None:
        meaning = (
            "The service does not show the settings and the rights of the user. Therefore, the collection cannot "
            "read the country code of the account, and cannot check senders and tariffs before it sends a message."
        )
        yield warning("user", meaning, COUNTRY)
        return
    allowed = set(user["allowed_functions"])
    if "ALLOW_API" in allowed:
        yield ok("API feature", "The user has the right ALLOW_API.")
    else:
        remedy = "If the service refuses requests of a task, enable the API feature in the web application."
        yield warning(
            "API feature", "The user does not have the right ALLOW_API, but the service accepts requests.", remedy
        )
    missing = [f"{name} ({purpose})" for name, purpose in FUNCTIONS.items() if name not in allowed]
    if missing:
        yield warning("rights", f"The user does not have these rights: {', '.join(missing)}.", RIGHTS)
    else:
        yield ok("rights", "The user has the rights to write contacts and groups, and to send and read messages.")
    yield from _messages(user["settings"], len(user["allowed_senders"]))


def _messages(settings: dict[str, str], senders: int) -> Iterator[Finding]:
    free = settings.get("FREE_SENDER_ID", "").casefold() == "true"
    default = "a default sender" if settings.get("SENDER_ID", "").strip() else "no default sender"
    choice = "allows any sender" if free else f"allows {counted(senders, 'sender')}"
    if "no" in default.split() and not free and not senders:
        yield warning("senders", "The account has no sender.", "Add a sender to the account in the web application.")
    else:
        yield ok("senders", f"The account has {default} and {choice}.")
    tariff = settings.get("MAX_TARIFF", "").strip()
    yield ok(
        "tariff",
        f"The highest tariff that the account allows is {tariff}."
        if tariff
        else "The account has no setting for the highest tariff.",
    )


def check_country(survey: Survey) -> Finding:
    """Check which country a number without a country code belongs to."""
    if survey.country_code:
        return ok(
            "default country",
            f"Phone numbers without a country code belong to the country with the country code {survey.country_code}.",
        )
    return problem(
        "default country",
        "The collection does not know the country of phone numbers that have no country code.",
        'Set default_country_code, for example to "47".',
    )


def check_prefix(survey: Survey, length: tuple[str, ...]) -> Iterator[Finding]:
    """Compare NUMBER_PREFIX with the option, and report what NUMBER_LENGTH counts."""
    settings = survey.user["settings"] if survey.user else {}
    prefix = settings.get("NUMBER_PREFIX", "").strip("+ ")
    if prefix and survey.country_code and prefix.lstrip("0") != survey.country_code:
        yield warning(
            "number prefix",
            f"default_country_code is {survey.country_code}, but the setting NUMBER_PREFIX of the account is {prefix}.",
            "Use the same country code in default_country_code and in the settings of the account.",
        )
    elif prefix:
        yield ok("number prefix", f"The country code of the account is {prefix} (setting NUMBER_PREFIX).")
    counted = settings.get("NUMBER_LENGTH", "").strip()
    if counted:
        setting = f"The setting NUMBER_LENGTH of the account is {counted}. The collection does not use this setting."
        yield ok("number length", " ".join(filter(None, (setting, COUNTS.get("".join(length))))))


def check_resources(survey: Survey, user: tuple[str, ...], folders: tuple[str, ...]) -> Iterator[Finding]:
    """Report which version of the API has which resource."""
    for name, found in (("user", user), ("folders", folders)):
        if found == ("none",):
            remedy = "Do not use modules that read messages." if name == "folders" else COUNTRY
            missing = f"Neither version 1 nor version 2 of the API has the resource /{name}."
            yield warning(f"resource {name}", missing, remedy)
        elif name in survey.errors:
            failed = f"The doctor cannot read the resource /{name} ({survey.errors[name].kind})."
            yield warning(f"resource {name}", failed, REPORT)
        else:
            owners = {
                "version_2": f"Version 2 of the API has the resource /{name}.",
                "version_1": f"Only version 1 of the API has the resource /{name}.",
            }
            unknown = f"The doctor can read the resource /{name}, but does not know which versions of the API have it."
            yield ok(f"resource {name}", owners.get("".join(found), unknown))
    for step, failure in OTHERS.items():
        if step in survey.errors:
            yield warning(f"resource {step}", f"{failure} ({survey.errors[step].kind}).", REPORT)
    if survey.new_resources:
        there = [name for name, status in survey.new_resources.items() if status == 200]
        names = ", ".join(f"/{name}" for name in there)
        more = f"Version 2 of the API adds these resources: {names}." if there else NO_OTHERS
        yield ok("other resources", more)


def check_formats(survey: Survey) -> Finding:
    """Check whether JSON and XML show the same records."""
    error = survey.errors.get("both formats")
    if error:
        return problem(
            "formats",
            f"The doctor cannot compare the records in JSON and in XML, because a request failed ({error.kind}).",
            REPORT,
        )
    if not survey.same_in_both:
        return problem("formats", "The service returns different records in JSON and in XML.", REPORT)
    return ok("formats", "The service returns the same records in JSON and in XML.")
