# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Error messages for arguments that Ansible rejects. Each says which option is wrong and what to write. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from .listing import marked
from .values import is_number, kind_of, mask, misread, read_as

# Option names of other modules that people use by mistake, with the options of this collection that they may mean.
SYNONYMS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("msg", "message", "body", "content", "sms"), ("text", "body")),
    **dict.fromkeys(("to", "recipient", "recipients", "receivers", "dest_number"), ("numbers",)),
    **dict.fromkeys(("phone", "number", "mobile", "phone_numbers", "msisdn"), ("phone_number", "numbers")),
    **dict.fromkeys(("from", "source", "originator", "sender_id", "from_number"), ("sender",)),
    **dict.fromkeys(("id", "uid"), ("contact_id", "group_id", "message_id", "folder_id")),
    **dict.fromkeys(("title", "group_name"), ("name",)),
    **dict.fromkeys(("users", "contacts"), ("members",)),
    **dict.fromkeys(("given_name", "forename"), ("first_name",)),
    **dict.fromkeys(("family_name", "surname"), ("last_name",)),
    **dict.fromkeys(("mail", "e_mail"), ("email",)),
    **dict.fromkeys(("at", "when", "time", "schedule"), ("send_at",)),
    **dict.fromkeys(("key", "token", "unique_id"), ("idempotency_key",)),
    **dict.fromkeys(("file", "files", "folder", "dir", "path"), ("src", "dest")),
    **dict.fromkeys(("user", "login"), ("username",)),
    **dict.fromkeys(("pass", "passwd"), ("password",)),
    **dict.fromkeys(("url", "host", "endpoint"), ("api_url", "path")),
    **dict.fromkeys(("ssl_verify", "verify_ssl", "verify"), ("validate_certs",)),
    **dict.fromkeys(("country", "country_code", "prefix"), ("default_country_code",)),
}
EXPECTED = {
    "dict": "a dictionary",
    "list": "a list",
    "str": "a text",
    "path": "a path",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
DICTIONARIES = {
    "absent": '{contacts: ["+4790555817"]}',
    "columns": "{Mobile: phone_number}",
    "members": '{set: ["+4790555817"]}',
    "quiet_hours": '{from: "22:00", to: "07:00", zone: Europe/Oslo}',
}
TIMES = ("send_at", "since", "until")  # options whose value is a time
LIKENESS = 0.7  # how alike a misspelt name and an option must be, from 0 to 1
# How alike a misspelt variable and a variable of a role must be, from 0 to 1. The value is high, because variables of
# the user can also begin with the role's name.
NEAR = 0.85
SHOWN = 20  # number of characters of a value that a message shows
WRONG_TYPE = re.compile(r"argument '(?P<name>[^']+)' is of type .*? and we were unable to convert to (?P<type>\w+): ")
REPEATED = ("NoLogError", "SubParameterTypeError")  # errors that Ansible adds to the error about a wrong type
INSIDE = re.compile(r" found in '(?P<names>[^']+)'")
CHOICE = re.compile(r"value of (?P<name>\S+) must be one of: (?P<choices>.*), got: (?P<value>.*)", re.S)
MISSING_IF = re.compile(
    r"(?P<if>\S+) is (?P<value>\S+) but (?P<how>all|any) of the following are missing: (?P<names>.+)"
)
RULE = re.compile(
    r"(?P<rule>parameters are mutually exclusive|one of the following is required): (?P<names>.+?)"
    r"(?: found in (?P<place>.+))?"
)


@dataclass(frozen=True)
class Arguments:
    """The arguments of a module: the options of the task, and the options that come from the environment.

    - ``purposes`` says what a value of ``state`` does, as in ``{"present": "to send"}``.
    - ``manual`` is the command that lists the options.
    """

    given: Mapping[str, Any]
    spec: Mapping[str, Any]
    manual: str
    purposes: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def complaint(self, errors: Collection[tuple[str, str]]) -> str:
        """Return a text with each problem once. *errors* has the class name and the text of each error of Ansible."""
        unknown = unknown_options(list(_unknown(self.given, self.spec)), list(_names(self.spec)), self.manual)
        return " ".join(dict.fromkeys(filter(None, [unknown, *self._sentences(errors)])))

    def _sentences(self, errors: Collection[tuple[str, str]]) -> Iterator[str]:
        wrong = any(WRONG_TYPE.match(text) for _kind, text in errors)
        for kind, text in errors:
            if kind == "ArgumentTypeError" and (found := WRONG_TYPE.match(text)):
                yield self._wrong_type(found)
            elif kind == "RequiredIfError":
                yield self._missing(text)
            elif found := CHOICE.fullmatch(text):
                yield self._not_a_choice(found)
            elif found := RULE.fullmatch(text):
                yield from _about_several(found)
            elif not (kind in REPEATED and wrong) and kind != "UnsupportedError":
                yield f"{text}."

    def _missing(self, text: str) -> str:
        found = MISSING_IF.match(text)
        if not found:
            return f"{text}."
        names = [f"`{name}`" for name in found["names"].split(", ")]
        purpose = self.purposes.get(found["value"], f"with {found['if']}={found['value']}")
        if len(names) > 1 and found["how"] == "any":
            return f"One of {', '.join(names)} is required {purpose}."
        return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} required {purpose}."

    def _wrong_type(self, found: re.Match[str]) -> str:
        inside = INSIDE.search(found.group())
        path = [*(inside["names"].split(" -> ") if inside else []), found["name"]]
        place, value = ".".join(path), _value(self.given, path)
        if len(path) == 1:
            place = self._variable(found["name"], value) or place
        return f"{place}: {_expectation(found['name'], found['type'], value)}"

    def _not_a_choice(self, found: re.Match[str]) -> str:
        place = self._variable(found["name"], found["value"]) or found["name"]
        return f"{place}: {found['value'][:SHOWN]!r} is not one of {found['choices']}."

    def _variable(self, name: str, value: Any) -> str:
        """Return the environment variable that the value comes from, or an empty text if the task gave the value."""
        _how, variables = self.spec.get(name, {}).get("fallback", (None, ()))
        return next((name for name in variables if value is not None and self.environment.get(name) == value), "")


def _about_several(found: re.Match[str]) -> Iterator[str]:
    """Yield a sentence for each rule of Ansible about several options."""
    place = f"{found['place'].replace(' -> ', '.')}: " if found["place"] else ""
    if found["rule"].startswith("one of"):
        yield f"{place}One of {marked(found['names'].split(', '))} is required."
        return
    for names in found["names"].split(", "):
        yield f"{place}{marked(names.split('|'))} are mutually exclusive. Set only one of these options."


def variables_of(given: Mapping[str, Any], spec: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, str]:
    """Return the options that come from environment variables, each with the name of its variable.

    An option of the task takes precedence over the variable. An empty variable counts as not set.
    """
    found = {}
    for name, option in spec.items():
        _how, variables = option.get("fallback", (None, ()))
        variable = next((variable for variable in variables if str(environment.get(variable, "")).strip()), "")
        if variable and given.get(name) is None:
            found[name] = variable
    return found


def by_variable(text: str, variables: Mapping[str, str]) -> str:
    """Return a message in which each value from an environment variable has the name of this variable as its place."""
    for option, variable in variables.items():
        text = re.sub(rf"(^|[.:;] |\(){option}(?=(\[\d+\])?: )", rf"\g<1>{variable}", text, flags=re.MULTILINE)
    return text


def nulls(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """Yield a sentence for each option that is null: null is not a value, and the option is not omitted either."""
    for name, option in spec.items():
        value = given.get(name)
        if name in given and value is None:
            yield f"{inside}{name}: the value is null. Omit the option. In a template, use the variable `omit`."
        elif isinstance(value, Mapping):
            yield from nulls(value, option.get("options", {}), f"{inside}{name}.")


def not_texts(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """Yield a sentence for each option that should be a text, but was read as a boolean, a number or another type.

    *given* are the arguments before Ansible converts them. Ansible would turn NO into ``False``, and 0451 into ``297``.
    """
    for name, option in spec.items():
        value, place = given.get(name), f"{inside}{name}"
        if value is None:
            continue
        if "options" in option and isinstance(value, Mapping):
            yield from not_texts(value, option["options"], f"{place}.")
        elif option.get("type") == "list" and isinstance(value, list):
            yield from _not_texts_in(value, option, place)
        elif option.get("type") == "list" and is_number(value):
            yield f"{place}: {_changed(value, option)}"
        elif _is_text(option.get("type", "str"), option) and not isinstance(value, str):
            yield f"{place}: {_changed(value, option, name)}"


def with_moments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with times as text again, because YAML reads an unquoted time as a date.

    A time without a zone stays a date, so that it is rejected later.
    """
    return {
        name: value.isoformat()
        if name in TIMES and isinstance(value, datetime) and value.utcoffset() is not None
        else value
        for name, value in given.items()
    }


def lost_values(given: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each value, at any depth, that Ansible would turn into another text on the way to a module.

    Only texts, numbers, true, false, null, lists and dictionaries arrive unchanged. A date does not.
    """
    for name, value in given.items():
        for place, lost in _lost(value, name):
            yield f"{place}: {_changed(lost, spec.get(name, {}), place)}"


def _lost(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        joint = ": " if place.endswith("]") else "."
        for name, inner in value.items():
            yield from _lost(inner, f"{place}{joint}{name}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _lost(inner, f"{place}[{index}]")
    elif value is not None and not isinstance(value, (str, int, float)):
        yield place, value


def _not_texts_in(values: Iterable[Any], option: Mapping[str, Any], place: str) -> Iterator[str]:
    for index, value in enumerate(values):
        if _is_text(option.get("elements"), option) and not isinstance(value, str):
            yield f"{place}[{index}]: {_changed(value, option)}"


def _is_text(kind: Any, option: Mapping[str, Any]) -> bool:
    return kind in ("str", "path") and "choices" not in option


def _changed(value: Any, option: Mapping[str, Any], name: str = "") -> str:
    if name in TIMES and isinstance(value, date):
        zone = " without a time zone" if isinstance(value, datetime) else ""
        return (
            f"the value was read as {read_as(value)}{zone}; quote it and add its time zone, as in "
            '"2026-01-31T08:00:00+01:00".'
        )
    wrong = misread(value, bool(option.get("no_log")))
    return f"the value {wrong}. If the value is a template, add `| string` to the template."


def unknown_options(names: Collection[str], known: Collection[str], manual: str) -> str:
    """Return a sentence about options that do not exist, or an empty text if all options exist."""
    if not names:
        return ""
    names = sorted(names)
    *most, last = (f"`{name}`" for name in names)
    listed = f"{', '.join(most)} and {last}" if most else last
    options = [f"`{option}`" for option in dict.fromkeys(meant(name, known) for name in names) if option]
    hint = f"did you mean {', '.join(options)}?" if options else f"`{manual}` lists the options"
    return f"There {'are no options' if most else 'is no option'} {listed} ({hint})."


def misspelt(names: Iterable[str], prefix: str, known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each name that is probably a misspelt variable.

    *known* are the variables with this prefix.
    """
    ends = {name[len(prefix) :]: name for name in known if name.startswith(prefix)}
    for name in sorted(name for name in names if name.startswith(prefix) and name not in known):
        end = name[len(prefix) :]
        near = [other for other in ends if sorted(other) == sorted(end)] or get_close_matches(end, ends, 1, NEAR)
        if near:
            yield f"`{name}` is not a variable of this role (did you mean `{ends[near[0]]}`?)."


def _expectation(name: str, wanted: str, value: Any) -> str:
    if wanted in ("int", "float", "bool") and isinstance(value, str):
        shown = repr(mask(value) if re.fullmatch(r"[+0-9 ()./-]+", value) else value[:SHOWN])
        unit = " of seconds" if name.endswith("timeout") else ""
        return f"{shown} is not {EXPECTED[wanted]}{unit}."
    example = f", as in `{DICTIONARIES[name]}`" if name in DICTIONARIES and wanted == "dict" else ""
    return f"{EXPECTED.get(wanted, wanted)} is expected{example}; this is {kind_of(value)}."


def did_you_mean(name: Any, known: Collection[str]) -> str:
    """Return a hint for an unknown field, such as `` (did you mean `first_name`?)``; empty if no field has a similar
    name.
    """
    field = meant(str(name), known)
    return f" (did you mean `{field}`?)" if field else ""


def meant(name: str, known: Collection[str]) -> str:
    """Return the option or field that a person probably meant, or an empty text if no name is similar."""
    outer, dot, inner = name.rpartition(".")
    options = [option.rpartition(".")[2] for option in known if option.rpartition(".")[0] == outer]
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", inner).lower().replace("-", "_")
    near = [option for option in SYNONYMS.get(word, ()) if option in options]
    near = near or get_close_matches(word, options, 1, LIKENESS)
    near = near or [option for option in options if word in option.split("_")]
    return f"{outer}{dot}{near[0]}" if near else ""


def _unknown(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name, value in given.items():
        if name not in spec and not str(name).startswith("_ansible_"):
            yield f"{inside}{name}"
        elif isinstance(value, Mapping) and "options" in spec.get(name, {}):
            yield from _unknown(value, spec[name]["options"], f"{inside}{name}.")


def _names(spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name, option in spec.items():
        yield f"{inside}{name}"
        yield from _names(option.get("options", {}), f"{inside}{name}.")


def _value(given: Any, path: Iterable[str]) -> Any:
    for name in path:
        given = given.get(name) if isinstance(given, Mapping) else None
    return given
